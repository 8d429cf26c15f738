"""Passages that two texts share word by word, a changed word here and there allowed.

Candidates come from ``fingerprints``; here they are compared whole: equal shingles are grown to
the longest equal runs (as in greedy string tiling, M. Wise 1993), and runs parted by a few
changed words are joined.
"""

from collections.abc import Iterable, Iterator, Sequence

from flows.documents.preflight.fingerprints import (
    GUARANTEED,
    SHINGLE,
    Word,
    fingerprints,
    own_words,
    pieces,
)
from schemas.base import Schema
from schemas.overlap import Passage, Stretch

LEAST = GUARANTEED  # equal words that make a passage worth a look
CHANGED = 4  # words between two equal runs that still belong together
PLACES = 16  # of one shingle in a text; a refrain is not followed further


class Run(Schema):
    """Equal words: their first numbers in both texts and how many."""

    here: int
    there: int
    length: int


class Comparable:
    """A text ready to be compared: its own words, numbered, with breaks that equal nothing."""

    def __init__(self, text: str, side: str) -> None:
        self.words: list[Word] = []
        self.count = 0
        for number, run in enumerate(own_words(text)):
            self.words += [*run, Word(f"\0{side}{number}", run[-1].end, run[-1].end)]
            self.count += len(run)
        self.folded = [word.folded for word in self.words]

    def stretch(self, first: int, last: int) -> Stretch:
        start, end = self.words[first].start, self.words[last].end
        return Stretch(start=start, end=end, first=first, last=last)


def passages(text: str, other: str, *, common: frozenset[int] = frozenset()) -> tuple[Passage, ...]:
    """What ``text`` shares with ``other``, in its order and without doubles.

    ``common`` are fingerprints that very many texts have: a passage made of them alone is a
    formula and is left out.
    """
    return shared(Comparable(text, "a"), Comparable(other, "b"), common=common)


def shared(
    here: Comparable, there: Comparable, *, common: frozenset[int] = frozenset()
) -> tuple[Passage, ...]:
    joined = join(equal_runs(here.folded, there.folded))
    found = (passage(group, here, there) for group in joined if worth(group, here, common))
    return tuple(found)


def equal_runs(here: Sequence[str], there: Sequence[str]) -> Iterator[Run]:
    """The longest equal runs of at least a shingle, in the order of ``here``."""
    index: dict[tuple[str, ...], list[int]] = {}
    for at, piece in enumerate(pieces(there, SHINGLE)):
        index.setdefault(piece, []).append(at)
    at, last = 0, len(here) - SHINGLE
    while at <= last:
        places = index.get(tuple(here[at : at + SHINGLE]), ())[:PLACES]
        lengths = [(grown(here, there, at, place), -place) for place in places]
        length, place = max(lengths, default=(0, 0))
        if length:
            yield Run(here=at, there=-place, length=length)
        at += max(1, length)


def grown(here: Sequence[str], there: Sequence[str], at: int, place: int) -> int:
    """How many words are equal from these two on."""
    length, most = SHINGLE, min(len(here) - at, len(there) - place)
    while length < most and here[at + length] == there[place + length]:
        length += 1
    return length


def join(runs: Iterable[Run]) -> list[list[Run]]:
    """Runs that follow each other in both texts with at most ``CHANGED`` words between them."""
    groups: list[list[Run]] = []
    for run in runs:
        if groups and is_next(groups[-1][-1], run):
            groups[-1].append(run)
        else:
            groups.append([run])
    return groups


def is_next(before: Run, run: Run) -> bool:
    gap = run.here - before.here - before.length
    other_gap = run.there - before.there - before.length
    return gap <= CHANGED and 0 <= other_gap <= CHANGED


def worth(group: Sequence[Run], here: Comparable, common: frozenset[int]) -> bool:
    if sum(run.length for run in group) < LEAST:
        return False
    stretches = (here.words[run.here : run.here + run.length] for run in group)
    return any(not fingerprints(one) <= common for one in stretches)


def passage(group: Sequence[Run], here: Comparable, there: Comparable) -> Passage:
    first, last = group[0], group[-1]
    return Passage(
        here=here.stretch(first.here, last.here + last.length - 1),
        there=there.stretch(first.there, last.there + last.length - 1),
        words=sum(run.length for run in group),
    )


def turned(found: Iterable[Passage]) -> tuple[Passage, ...]:
    """The same passages as the other text sees them."""
    swapped = (one.model_copy(update={"here": one.there, "there": one.here}) for one in found)
    return tuple(sorted(swapped, key=lambda one: (one.here.start, one.here.end, one.there.start)))


def merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans (start, end) without overlaps, in order."""
    found: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def share(found: Iterable[Passage], words: int) -> float:
    """The part 0..1 of a text's own ``words`` that stands in the passages, each counted once."""
    spans = merged((one.here.first, one.here.last + 1) for one in found)
    return min(1.0, sum(end - start for start, end in spans) / words) if words else 0.0
