"""Which change of one mark would carry a work's published score across the threshold."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import ceil

from flows.decision.engine.rules import Evidence, Mark, passes, undecided
from schemas.decision_problem import HIGHEST, Flip, Policy, Publication

FINAL = frozenset({Publication.YES, Publication.NO})
GRAIN = 1e-6
"""Points. Changes are told to this precision: falling below a threshold has no smallest step."""


def flips(evidence: Evidence, policy: Policy, publication: Publication) -> tuple[Flip, ...]:
    """For each mark the smallest change of it alone that turns the score, the least one first.

    Marks stay within 0..100; the other marks and all corrections stay as they are. Only works
    decided by their score have flips, and marks that cannot turn it alone have none.

    A turned score never gives the opposite answer by itself: the probability, told from all
    marks, still stands on the old side, so the work would be undecided again.
    """
    if evidence.veto or publication not in FINAL:
        return ()
    outcome = undecided(evidence, policy)
    found = (
        Flip(expert=evidence.marks[place].expert, change=change, outcome=outcome)
        for place in _with_room(evidence.marks, policy)
        if (change := smallest_change(evidence.marks, place, policy)) is not None
    )
    return tuple(sorted(found, key=lambda flip: (abs(flip.change), flip.expert)))


def smallest_change(marks: Sequence[Mark], place: int, policy: Policy) -> float | None:
    """Points to add to the mark at ``place``, exact to ``GRAIN``; None when none is enough."""
    before = passes(tuple(marks), policy)
    sign = -1.0 if before else 1.0
    for size in _sizes(marks, place, policy, sign):
        if passes(with_change(marks, place, sign * size), policy) != before:
            return sign * size
    return None


def _with_room(marks: Sequence[Mark], policy: Policy) -> list[int]:
    """Places of marks that might turn the score: of hundreds of reviews hardly any has the room.

    Where all the other marks may stand at one end of the scale the score can jump, so all do.
    """
    if len({mark.score for mark in marks}) < 3:  # noqa: PLR2004
        return list(range(len(marks)))
    missing = sum(policy.publication_threshold - mark.corrected for mark in marks)
    upward = not passes(tuple(marks), policy)
    rooms = [HIGHEST - mark.score if upward else mark.score for mark in marks]
    return [place for place, room in enumerate(rooms) if room + len(marks) * GRAIN > abs(missing)]


def with_change(marks: Sequence[Mark], place: int, change: float) -> tuple[Mark, ...]:
    """The marks with one of them moved, held within the scale."""
    moved = min(HIGHEST, max(0.0, marks[place].score + change))
    return (*marks[:place], replace(marks[place], score=moved), *marks[place + 1 :])


def _sizes(marks: Sequence[Mark], place: int, policy: Policy, sign: float) -> Iterator[float]:
    """Where the score can turn, ascending: at once, on the straight line, at the scale's end.

    The score is a straight line in each mark but for its ends: marks that are all 0 or all 100
    take no correction, so leaving that end, or reaching it, may make the score jump.
    """
    room = HIGHEST - marks[place].score if sign > 0 else marks[place].score
    missing = sum(policy.publication_threshold - mark.corrected for mark in marks)
    steps = ceil(sign * missing / GRAIN - GRAIN)
    sizes = (GRAIN, steps * GRAIN, (steps + 1) * GRAIN, room)
    yield from sorted(size for size in sizes if 0 < size <= room)
