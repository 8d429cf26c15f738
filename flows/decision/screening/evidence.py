"""What screening looks at: the reviews of all reviewed works as arrays, one place per review."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from flows.decision.engine.severity import Floats, Ints, Marks, tabulate
from schemas.base import Schema
from schemas.decision_problem import FrozenCorrections, Policy, ScoredReview

LEAST_SECONDS = 1.0  # a review begun and sent in one act came from a file: its time is not known


class ScreenedReview(Schema):
    """A sent review; ``characters`` is the length of what the expert had to read, 0 unknown."""

    submission: str
    expert: str
    score: float
    levels: dict[str, int]
    comment: str = ""
    started_at: datetime | None = None
    submitted_at: datetime | None = None
    characters: int = 0


class Reviewed(Schema):
    """The whole question: reviews, municipality by expert and by work, rubric, thresholds.

    ``highest`` is the highest level by criterion, in the rubric's order. With ``frozen``, scores
    are corrected by it, as in decisions.
    """

    reviews: tuple[ScreenedReview, ...]
    expert_homes: dict[str, str]
    work_homes: dict[str, str]
    highest: dict[str, int]
    policy: Policy
    frozen: FrozenCorrections | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """``reviews`` stand in the order of ``marks``; ``levels`` is marks x criteria, NaN unknown.

    ``seconds`` is the time a review took, NaN where it is not known. ``place`` is where a review
    stands among those of its expert, 0 the first and 1 the last, by the time it was sent.
    """

    question: Reviewed
    reviews: tuple[ScreenedReview, ...]
    marks: Marks
    levels: Floats
    seconds: Floats
    place: Floats

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(self.question.highest)

    @property
    def expert_homes(self) -> list[str]:
        return [self.question.expert_homes.get(name, "") for name in self.marks.experts]

    @property
    def work_homes(self) -> list[str]:
        return [self.question.work_homes.get(name, "") for name in self.marks.submissions]


def arrange(question: Reviewed) -> Evidence:
    """Reviews as arrays; their order in the question never matters."""
    reviews = sorted(question.reviews, key=lambda one: (one.submission, one.expert))
    marks = tabulate(
        ScoredReview(submission=one.submission, expert=one.expert, score=one.score)
        for one in reviews
    )
    table = [[one.levels.get(code, np.nan) for code in question.highest] for one in reviews]
    levels = np.array(table, dtype=np.float64).reshape(len(reviews), len(question.highest))
    sent = np.array([seconds_of(one.submitted_at) for one in reviews], dtype=np.float64)
    return Evidence(
        question=question,
        reviews=tuple(reviews),
        marks=marks,
        levels=levels,
        seconds=np.array([seconds_taken(one) for one in reviews], dtype=np.float64),
        place=places(marks.expert, sent),
    )


def seconds_of(moment: datetime | None) -> float:
    return np.nan if moment is None else moment.timestamp()


def seconds_taken(review: ScreenedReview) -> float:
    taken = seconds_of(review.submitted_at) - seconds_of(review.started_at)
    return taken if taken >= LEAST_SECONDS else np.nan


def places(group: Ints, when: Floats) -> Floats:
    """Mid-rank of each moment in its group on 0..1; half where the group has one moment only."""
    found = np.full(len(group), 0.5)
    order = np.lexsort((when, group))
    edges = np.flatnonzero(np.diff(group[order])) + 1
    for rows in np.split(order, edges):
        found[rows] = ranks(when[rows])
    return found


def ranks(when: Floats) -> Floats:
    """0 for the earliest, 1 for the latest, ties share; unknown moments stand in the middle."""
    known = np.isfinite(when)
    found = np.full(len(when), 0.5)
    if np.count_nonzero(known) < 2:  # noqa: PLR2004
        return found
    values, inverse, counts = np.unique(when[known], return_inverse=True, return_counts=True)
    middle = np.cumsum(counts) - (counts + 1) / 2
    spread = np.count_nonzero(known) - 1
    found[known] = middle[inverse] / spread if len(values) > 1 else 0.5
    return found


def others_mean(group: Ints, values: Floats) -> Floats:
    """For each value the mean of the other known values of its group; NaN where there are none."""
    known = np.isfinite(values)
    size = int(group.max(initial=-1)) + 1
    count = np.bincount(group[known], minlength=size)[group] - known
    total = np.bincount(group[known], weights=values[known], minlength=size)[group]
    rest = total - np.where(known, values, 0.0)
    return np.where(known & (count > 0), rest / np.maximum(count, 1), np.nan)


def by_expert(marks: Marks) -> Sequence[Ints]:
    """Places of each expert's reviews."""
    order = np.argsort(marks.expert, kind="stable")
    return np.split(order, np.cumsum(marks.reviews_by_expert)[:-1]) if len(order) else []
