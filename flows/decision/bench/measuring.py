"""What one simulated marathon says about each way of scoring: figures for one replication.

Every study takes a setting and the number of a replication and answers with named numbers; it
depends on nothing else, so replications may run anywhere and in any order.
"""

import numpy as np
from scipy.special import stdtr
from scipy.stats import kendalltau

from flows.decision.bench.methods import METHODS, Settled, published, settle, third_is_called
from flows.decision.bench.worlds import FEW, Setting, World, simulate
from flows.decision.engine.severity import Fit, Floats
from schemas.decision_problem import Publication

TOP = 0.3  # share of the best works that are compared
TAIL = 0.05  # on either side of a 90 % interval
NORMAL_90 = 1.6448536269514722
FINAL = (Publication.YES, Publication.NO)

Figures = dict[str, float]


def accuracy(setting: Setting, number: int) -> Figures:
    """Every method with the usual number of reviews: ``method.measure``, and ours in depth."""
    world = simulate(setting, number)
    problem = world.problem(world.usual())
    result = settle(problem)
    scores = {name: method(problem) for name, method in METHODS.items() if name != "calibrated"}
    scores["calibrated"] = published(result)
    figures = {
        f"{name}.{measure}": value
        for name, score in scores.items()
        for measure, value in judged(world, score).items()
    }
    return (
        figures | _called(world) | gate(result) | covered(world, result) | stability(world, result)
    )


def judged(world: World, score: Floats) -> Figures:
    """Kendall's tau-b, overlap of the best 30 %, share of errors at the threshold, mean square."""
    return {
        "tau": float(kendalltau(score, world.truth).statistic),
        "top": overlap(score, world.truth),
        "error": float(world.wrong(score).mean()),
        "square": float(np.mean((score - world.truth) ** 2)),
    }


def overlap(score: Floats, truth: Floats) -> float:
    """Share of the truly best works among those with the best scores; ties go to the earlier."""
    size = max(1, round(TOP * len(truth)))
    return len(_best(score, size) & _best(truth, size)) / size


def gate(result: Settled) -> Figures:
    calibration = result.calibration
    return {"applied": float(calibration.applied), "connected": float(calibration.connected)}


def covered(world: World, result: Settled) -> Figures:
    """Share of truths in 90 % intervals: of the model's mixture, and of ``score ± 1.645 sd``.

    ``ratio`` is the model's estimate of how severity spreads beside quality.
    """
    model = result.model
    inside = np.abs(belief(model, world.truth) - 0.5) <= 0.5 - TAIL
    width = NORMAL_90 * np.array([work.sd for work in result.submissions], dtype=np.float64)
    near = np.abs(published(result) - world.truth) <= width
    ratio = model.weight @ np.sqrt(model.severity_ratio / model.quality_ratio)
    shares = {"coverage": inside.mean(), "coverage_of_score": near.mean(), "ratio": ratio}
    return {name: float(value) for name, value in shares.items()}


def belief(model: Fit, truth: Floats) -> Floats:
    """Per work, the model's probability that quality is below ``truth``, points.

    Averages Student distributions over the grid of variances, as the published probability does.
    """
    distance = (truth - model.posterior.quality) / model.posterior.quality_sd
    below: Floats = model.weight @ stdtr(model.degrees, distance)
    return below


def stability(world: World, result: Settled) -> Figures:
    """Works called stable, final but fragile, and left open, with the errors among each."""
    wrong = world.wrong(published(result))
    stable = np.array([work.stable for work in result.submissions])
    final = np.array([work.publication in FINAL for work in result.submissions])
    groups = {"stable": stable, "fragile": ~stable, "final": final, "open": ~final}
    return {
        f"{name}.{what}": value
        for name, group in groups.items()
        for what, value in {"works": group.mean(), "wrong": (wrong * group).mean()}.items()
    }


def _called(world: World) -> Figures:
    called = [third_is_called(score.tolist()) for score in world.score]
    return {"third_mark_final.reviews": FEW + float(np.mean(called))}


def _best(values: Floats, size: int) -> set[int]:
    return set(np.argsort(-values, kind="stable")[:size].tolist())
