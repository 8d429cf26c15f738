"""Which single level of the expert sheet would have carried a score across the threshold."""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from flows.decision.engine.flips import with_change
from flows.decision.engine.rules import Evidence, Mark, reaches
from schemas.decision_trace import LevelFlip
from schemas.rubric import Criterion, Rubric

Levels = Mapping[str, int]


def level_flips(
    rubric: Rubric, marks: Sequence[Mark], levels: Sequence[Levels], threshold: float
) -> tuple[LevelFlip, ...]:
    """Every one step of one criterion in one review that turns the score, the nearest first.

    ``levels`` stand in the order of ``marks``. The other marks and all corrections stay as they
    are; levels the sheet does not know are passed over.
    """
    before = reaches(Evidence(tuple(marks)).score, threshold)
    turned = [
        flip
        for place, chosen in enumerate(levels)
        for flip in _steps(rubric, marks, place, chosen, -1 if before else 1)
        if reaches(flip.score, threshold) != before
    ]
    return tuple(sorted(turned, key=lambda flip: round(abs(flip.score - threshold), 6)))


def worth(rubric: Rubric, criterion: Criterion) -> float:
    """Points of a review's score, 0..100, that one unit of the criterion's level makes."""
    most = sum(Fraction(str(part.weight)) * part.highest for part in rubric.criteria)
    return float(100 * Fraction(str(criterion.weight)) / most)


def _steps(
    rubric: Rubric, marks: Sequence[Mark], place: int, chosen: Levels, direction: int
) -> Iterator[LevelFlip]:
    for criterion in rubric.criteria:
        before = chosen.get(criterion.code)
        after = neighbour(criterion, before, direction)
        if before is None or after is None:
            continue
        change = worth(rubric, criterion) * (after - before)
        score = Evidence(with_change(marks, place, change)).score
        yield LevelFlip(
            expert=marks[place].expert,
            criterion=criterion.code,
            title=criterion.title,
            before=before,
            after=after,
            score=score or 0.0,
        )


def neighbour(criterion: Criterion, level: int | None, direction: int) -> int | None:
    """The next level up (+1) or down (-1) the criterion's scale, None beyond its ends."""
    values = [one.value for one in criterion.levels]
    if level not in values:
        return None
    place = values.index(level) + direction
    return values[place] if 0 <= place < len(values) else None
