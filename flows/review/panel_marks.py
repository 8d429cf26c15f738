"""A common work's marks seen together: how a panel spreads over levels and who stands apart.

Distances are in steps between neighbouring levels, because levels need not be equally far apart
(0, 1, 3, 5). An expert is compared with the median of the others, never with their own mark.
"""

from collections.abc import Mapping, Sequence
from statistics import fmean, median

from schemas.base import Schema
from schemas.review import Review
from schemas.rubric import Criterion, Rubric

FEWEST_SHOWN = 3
"""With two marks whoever knows one knows the other."""
MUCH_SPREAD = 0.25
"""Of the scale: three quarters of a level of 0..3 is more than neighbours disagree by."""
FAR = 15.0
"""Points between an expert and the others that are worth a talk."""


class Spread(Schema):
    """Marks of one criterion of one work; ``counts`` go with ``values``, levels from the lowest.

    ``middle`` is the median, two levels when it lies between them. ``spread`` is the mean
    distance from it, 0..1 of the scale.
    """

    code: str
    title: str
    values: tuple[int, ...]
    counts: tuple[int, ...]
    middle: tuple[int, ...]
    spread: float
    own: int | None = None

    @property
    def sent(self) -> int:
        return sum(self.counts)

    @property
    def is_understood_differently(self) -> bool:
        return self.spread >= MUCH_SPREAD

    @property
    def side(self) -> str:
        """Where the own mark lies: ``below``, ``above`` or ``with`` the median; empty unknown."""
        if self.own is None:
            return ""
        if self.own < self.middle[0]:
            return "below"
        return "above" if self.own > self.middle[-1] else "with"


class Apart(Schema):
    """An expert against the others: steps per criterion, and points of the score (+ is milder)."""

    expert_id: str
    steps: float
    points: float

    @property
    def is_far(self) -> bool:
        return abs(self.points) >= FAR


def spreads(
    rubric: Rubric, reviews: Sequence[Review], *, expert_id: str = ""
) -> tuple[Spread, ...]:
    """One work's marks per criterion, ``expert_id`` told their own; criteria without any left out."""
    return tuple(
        spread_of(criterion, levels, expert_id)
        for criterion in rubric.criteria
        if (levels := levels_of(criterion, reviews))
    )


def levels_of(criterion: Criterion, reviews: Sequence[Review]) -> dict[str, int]:
    """Place on the scale (0 is the lowest level) by expert."""
    place = {level.value: number for number, level in enumerate(criterion.levels)}
    marks = ((one.expert_id, one.draft.levels.get(criterion.code)) for one in reviews)
    return {expert: place[mark] for expert, mark in marks if mark in place}


def spread_of(criterion: Criterion, levels: Mapping[str, int], expert_id: str) -> Spread:
    values = [level.value for level in criterion.levels]
    places = list(levels.values())
    centre = median(places)
    between = {int(centre), int(centre + 0.5)}
    return Spread(
        code=criterion.code,
        title=criterion.title,
        values=tuple(values),
        counts=tuple(places.count(number) for number in range(len(values))),
        middle=tuple(values[number] for number in sorted(between)),
        spread=fmean(abs(place - centre) for place in places) / (len(values) - 1),
        own=values[levels[expert_id]] if expert_id in levels else None,
    )


def apart(rubric: Rubric, works: Sequence[Sequence[Review]]) -> tuple[Apart, ...]:
    """Who differs from the others, most first; works with too few marks say nothing.

    Steps and points are means over the works an expert has scored.
    """
    known = [reviews for reviews in works if len(reviews) >= FEWEST_SHOWN]
    experts = sorted({one.expert_id for reviews in known for one in reviews})
    found = [
        Apart(
            expert_id=expert,
            steps=fmean(steps_away(rubric, reviews, expert) for reviews in scored),
            points=fmean(points_away(reviews, expert) for reviews in scored),
        )
        for expert in experts
        if (scored := [reviews for reviews in known if any_of(reviews, expert)])
    ]
    return tuple(sorted(found, key=lambda one: (-abs(one.points), -one.steps, one.expert_id)))


def any_of(reviews: Sequence[Review], expert: str) -> bool:
    return any(one.expert_id == expert for one in reviews)


def steps_away(rubric: Rubric, reviews: Sequence[Review], expert: str) -> float:
    """Mean distance from the others' median over the criteria, in steps between levels."""
    away = []
    for criterion in rubric.criteria:
        levels = levels_of(criterion, reviews)
        others = [place for key, place in levels.items() if key != expert]
        if expert in levels and others:
            away.append(abs(levels[expert] - median(others)))
    return fmean(away) if away else 0.0


def points_away(reviews: Sequence[Review], expert: str) -> float:
    scores = {one.expert_id: one.score or 0.0 for one in reviews}
    return scores[expert] - median(score for key, score in scores.items() if key != expert)
