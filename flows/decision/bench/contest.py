"""How good and how fast the scores are: simulated marathons with a known truth.

The world: quality and strictness of experts are normal, a review has a halo and each of five
criteria its own noise, levels are cut to 0..3. The truth about a work is the score it would get
on average from all experts there could be. Ours is compared with what organisers do otherwise:
the plain mean, and the mean of marks standardised per expert.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import fmean, pstdev
from time import process_time

import numpy as np
from scipy.special import ndtr

from flows.decision.engine.deciding import decide
from flows.decision.engine.severity import Floats, Ints, tabulate
from schemas.decision_problem import (
    Entry,
    Policy,
    Problem,
    Publication,
    Result,
    ScoredReview,
    SubmissionResult,
)

WEIGHTS = np.array([3.0, 2.0, 2.0, 2.0, 1.0])
CUTS = np.array([-1.2, -0.2, 0.8])  # of the latent quality, between the levels 0..3
CRITERION_SPREAD, HALO, NOISE = 0.4, 0.8, 0.8  # in standard deviations of quality
REVIEWS_PER_EXPERT = 7.5
PUBLISHABLE = 0.6  # share of works truly above the threshold
FIRST_REVIEWS, USUAL_REVIEWS, MOST_REVIEWS = 2, 3, 4

Scores = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class World:
    """``reviews`` holds up to four per work, the first ones first; ``truth`` is in points."""

    reviews: tuple[tuple[ScoredReview, ...], ...]
    truth: Scores
    threshold: float

    def problem(self, counts: Sequence[int]) -> Problem:
        """The problem in which each work has the given number of reviews."""
        return Problem(
            reviews=tuple(
                review
                for reviews, count in zip(self.reviews, counts, strict=True)
                for review in reviews[:count]
            ),
            submissions=tuple(
                Entry(id=name, municipality="any", track="any") for name in self.truth
            ),
            policy=Policy(publication_threshold=self.threshold, max_reviews=MOST_REVIEWS),
        )

    def is_wrong(self, name: str, score: float) -> bool:
        return (score >= self.threshold) != (self.truth[name] >= self.threshold)


def run(
    *,
    severities: Sequence[float] = (0.0, 0.3, 0.7),
    replications: int = 60,
    works: int = 60,
    sizes: Sequence[int] = (60, 500),
) -> dict[str, object]:
    """Accuracy by strictness of experts (in standard deviations of quality), and processor time.

    Errors are shares of works on the wrong side of the threshold, ``rmse`` is in points;
    ``sizes`` are the numbers of works timed.
    """
    return {
        "works": works,
        "replications": replications,
        "scenarios": [_scenario(severity, replications, works) for severity in severities],
        "processor": [_processor(size) for size in sizes],
    }


def simulate(works: int, severity: float, seed: Sequence[int]) -> World:
    """One marathon; the same seed gives the same marks."""
    rng = np.random.default_rng(list(seed))
    experts = max(MOST_REVIEWS, round(works * USUAL_REVIEWS / REVIEWS_PER_EXPERT))
    quality = rng.normal(size=(works, 1)) + CRITERION_SPREAD * rng.normal(
        size=(works, len(WEIGHTS))
    )
    strictness = severity * rng.normal(size=experts)
    truth = _points(_expected_levels(quality, severity))
    names = [f"work-{place}" for place in range(works)]
    panels = _panels(rng, works, experts)
    reviews = tuple(
        tuple(
            ScoredReview(
                submission=name,
                expert=f"expert-{expert}",
                score=float(_review(rng, quality[place], float(strictness[expert]))),
            )
            for expert in panel
        )
        for place, (name, panel) in enumerate(zip(names, panels.tolist(), strict=True))
    )
    return World(
        reviews=reviews,
        truth=dict(zip(names, truth.tolist(), strict=True)),
        threshold=float(np.quantile(truth, 1 - PUBLISHABLE)),
    )


def plain_means(problem: Problem) -> Scores:
    marks = tabulate(problem.reviews)
    means = np.bincount(marks.work, weights=marks.score) / marks.reviews_of_work
    return dict(zip(marks.submissions, means.tolist(), strict=True))


def standardised_means(problem: Problem) -> Scores:
    """Marks turned into each expert's z-scores, averaged, put back on the common scale."""
    marks = tabulate(problem.reviews)
    load = marks.reviews_by_expert
    centre = np.bincount(marks.expert, weights=marks.score) / load
    spread = np.sqrt(np.bincount(marks.expert, weights=marks.score**2) / load - centre**2)
    usable = np.where(spread > 0, spread, 1.0)
    z = (marks.score - centre[marks.expert]) / usable[marks.expert]
    means = np.bincount(marks.work, weights=z) / marks.reviews_of_work
    restored = marks.score.mean() + marks.score.std() * means
    return dict(zip(marks.submissions, restored.tolist(), strict=True))


def calibrated_scores(problem: Problem) -> Scores:
    return {work.id: work.score or 0.0 for work in decide(problem).submissions}


METHODS: Mapping[str, Callable[[Problem], Scores]] = {
    "plain_mean": plain_means,
    "z_score": standardised_means,
    "calibrated": calibrated_scores,
}


def _scenario(severity: float, replications: int, works: int) -> dict[str, object]:
    worlds = [
        simulate(works, severity, (round(1000 * severity), works, number))
        for number in range(replications)
    ]
    accuracy = {name: _accuracy(worlds, method) for name, method in METHODS.items()}
    plain, ours = accuracy["plain_mean"], accuracy["calibrated"]
    return {
        "severity": severity,
        **accuracy,
        "ratio_to_plain_mean": {key: ours[key] / plain[key] for key in ("error", "rmse")},
        "adaptive": _adaptive(worlds),
        "stability": _stability(worlds),
    }


def _accuracy(worlds: Sequence[World], method: Callable[[Problem], Scores]) -> dict[str, float]:
    errors, squares = [], []
    for world in worlds:
        scores = method(world.problem([USUAL_REVIEWS] * len(world.truth)))
        errors.append(fmean(world.is_wrong(name, scores[name]) for name in world.truth))
        squares.append(fmean((scores[name] - world.truth[name]) ** 2 for name in world.truth))
    return {
        "error": fmean(errors),
        "error_standard_error": pstdev(errors) / sqrt(len(errors)),
        "rmse": sqrt(fmean(squares)),
    }


def _adaptive(worlds: Sequence[World]) -> dict[str, float]:
    """Two reviews each, more only where the engine asks; the score decides what is left grey."""
    counts, errors = [], []
    for world in worlds:
        given, result = _ask_until_sure(world)
        counts.append(fmean(given))
        errors.append(
            fmean(world.is_wrong(work.id, work.score or 0.0) for work in result.submissions)
        )
    return {"reviews_per_work": fmean(counts), "error": fmean(errors)}


def _ask_until_sure(world: World) -> tuple[list[int], Result]:
    given = [FIRST_REVIEWS] * len(world.truth)
    result = decide(world.problem(given))
    for _ in range(MOST_REVIEWS - FIRST_REVIEWS):
        given = [
            count + (work.publication is Publication.EXTRA_REVIEW)
            for count, work in zip(given, result.submissions, strict=True)
        ]
        result = decide(world.problem(given))
    return given, result


def _stability(worlds: Sequence[World]) -> dict[str, float]:
    """Errors among decisions called stable and the rest."""
    wrong: dict[bool, list[bool]] = {True: [], False: []}
    for world in worlds:
        for work in decide(world.problem([USUAL_REVIEWS] * len(world.truth))).submissions:
            wrong[work.stable].append(_misjudged(world, work))
    return {
        "stable_share": len(wrong[True]) / sum(map(len, wrong.values())),
        "stable_error": fmean(wrong[True] or [False]),
        "fragile_error": fmean(wrong[False] or [False]),
    }


def _misjudged(world: World, work: SubmissionResult) -> bool:
    return world.is_wrong(work.id, work.score or 0.0)


def _processor(works: int) -> dict[str, float]:
    """Seconds of one decision, without live places, and their ratio to the plain mean's."""
    problem = simulate(works, 0.5, (7, works)).problem([USUAL_REVIEWS] * works)
    spent = {name: _seconds(method, problem) for name, method in METHODS.items()}
    return {
        "works": works,
        "seconds": spent["calibrated"],
        "ratio_to_plain_mean": spent["calibrated"] / spent["plain_mean"],
        "ratio_to_z_score": spent["calibrated"] / spent["z_score"],
    }


def _seconds(method: Callable[[Problem], Scores], problem: Problem, times: int = 5) -> float:
    spent = []
    for _ in range(times):
        before = process_time()
        method(problem)
        spent.append(process_time() - before)
    return sorted(spent)[times // 2]


def _panels(rng: np.random.Generator, works: int, experts: int) -> Ints:
    """Four experts for each work, the least loaded first, chance between equals."""
    load = np.zeros(experts)
    panels = np.empty((works, MOST_REVIEWS), dtype=np.int64)
    for work in range(works):
        panel = np.argsort(load + rng.random(experts))[:MOST_REVIEWS]
        load[panel] += 1
        panels[work] = rng.permutation(panel)
    return panels


def _review(rng: np.random.Generator, quality: Floats, strictness: float) -> np.float64:
    seen = quality - strictness + HALO * rng.normal() + NOISE * rng.normal(size=len(WEIGHTS))
    return np.float64(_points((seen[:, None] > CUTS).sum(axis=1)))


def _expected_levels(quality: Floats, severity: float) -> Floats:
    scatter = sqrt(severity**2 + HALO**2 + NOISE**2)
    levels: Floats = ndtr((quality[..., None] - CUTS) / scatter).sum(axis=-1)
    return levels


def _points(levels: Floats | Ints) -> Floats:
    points: Floats = 100 * (levels @ WEIGHTS) / (len(CUTS) * WEIGHTS.sum())
    return points
