"""Ways to make one score of a work's marks: ours and those organisers use otherwise.

Each takes a problem, with the reviews of a work in the order they came, and gives one score in
points per submission, in the problem's order.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import fmean, median

import numpy as np

from flows.decision.engine import deciding, fitting, rules
from flows.decision.engine.rules import Evidence
from flows.decision.engine.severity import Fit, Floats, tabulate
from schemas.decision_problem import Calibration, Policy, Problem, Publication, Result

GAP = 20  # points between two marks that call for a third expert, whose mark is then final

Method = Callable[[Problem], Floats]


def raw_means(problem: Problem) -> Floats:
    return np.array([fmean(marks) for marks in _marks(problem)])


def raw_medians(problem: Problem) -> Floats:
    return np.array([median(marks) for marks in _marks(problem)])


def standardised_means(problem: Problem) -> Floats:
    """Marks turned into each expert's z-scores, averaged, put back on the common scale."""
    marks = tabulate(problem.reviews)
    load = marks.reviews_by_expert
    centre = np.bincount(marks.expert, weights=marks.score) / load
    deviation = marks.score - centre[marks.expert]
    spread = np.sqrt(np.bincount(marks.expert, weights=deviation**2) / load)
    usable = np.where(spread > 0, spread, 1.0)
    total = np.bincount(marks.work, weights=deviation / usable[marks.expert])
    means = total / marks.reviews_of_work
    restored = marks.score.mean() + marks.score.std() * means
    scores = dict(zip(marks.submissions, restored.tolist(), strict=True))
    return np.array([scores[entry.id] for entry in problem.submissions])


def third_mark_final(problem: Problem) -> Floats:
    """The rule of Russian state exams: two marks far apart are replaced by a third one."""
    return np.array([_settled(marks) for marks in _marks(problem)])


def third_is_called(marks: list[float]) -> bool:
    return len(marks) > 1 and abs(marks[0] - marks[1]) >= GAP


def calibrated(problem: Problem) -> Floats:
    return published(deciding.decide(problem))


@dataclass(frozen=True, slots=True)
class Outcome:
    """One work's part of the answer, named as in ``SubmissionResult``."""

    score: float | None
    sd: float | None
    publication: Publication
    stable: bool


@dataclass(frozen=True, slots=True)
class Settled:
    """Of a result only what a simulation needs again and again, and the model behind it."""

    model: Fit
    calibration: Calibration
    submissions: tuple[Outcome, ...]


def published(result: Result | Settled) -> Floats:
    return np.array([work.score for work in result.submissions], dtype=np.float64)


def settle(problem: Problem) -> Settled:
    """Scores and outcomes as ``decide`` finds them, without agreement, live places and texts."""
    marks = tabulate(problem.reviews)
    model = fitting.fit(marks)
    if model is None:
        raise ValueError("a simulated marathon has marks")
    calibration = deciding.calibrate(marks, model, problem)
    evidence = deciding.weigh(problem, marks, model, calibration).values()
    outcomes = tuple(_outcome(work, problem.policy) for work in evidence)
    return Settled(model, calibration, outcomes)


def _outcome(work: Evidence, policy: Policy) -> Outcome:
    found = rules.verdict(work, policy)
    return Outcome(work.score, work.sd, found.publication, found.stable)


METHODS: Mapping[str, Method] = {
    "raw_mean": raw_means,
    "median": raw_medians,
    "z_score": standardised_means,
    "third_mark_final": third_mark_final,
    "calibrated": calibrated,
}


def _settled(marks: list[float]) -> float:
    if third_is_called(marks) and len(marks) > 2:  # noqa: PLR2004 - the third
        return marks[2]
    return fmean(marks[:2])


def _marks(problem: Problem) -> list[list[float]]:
    given: dict[str, list[float]] = {entry.id: [] for entry in problem.submissions}
    for review in problem.reviews:
        given[review.submission].append(review.score)
    return list(given.values())
