"""Nearly the same comment under different works, found among thousands without comparing all.

Two texts are near when their sets of five-word runs overlap by 0.8 (Jaccard). The rarest runs of
each text are looked up in an index first: texts that near must share one of them (prefix
filtering; Bayardo, Ma, Srikant 2007).
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import ceil

RUN = 5
NEAR = 0.8
ROUNDING = 1e-9
LEAST_WORDS = 10
"""Shorter comments («Хорошая работа, спасибо») are alike for honest reasons."""

MOST_CANDIDATES = 500
"""Texts built from one boilerplate are compared with so many others each: enough to join them."""

Shingles = frozenset[tuple[str, ...]]


def words(text: str) -> tuple[str, ...]:
    """Words and numbers only, in small letters, «ё» as «е»."""
    return tuple(re.findall(r"[^\W_]+", text.casefold().replace("ё", "е")))


def shingles(text: str) -> Shingles:
    found = words(text)
    return frozenset(found[at : at + RUN] for at in range(len(found) - RUN + 1))


def alike(texts: Sequence[str]) -> list[tuple[int, ...]]:
    """Groups of places of texts that are near to another of their group, of two and more."""
    same: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for place, text in enumerate(texts):
        found = words(text)
        if len(found) >= LEAST_WORDS:
            same[found].append(place)
    distinct = [shingles(" ".join(text)) for text in same]
    groups = _joined(len(distinct), near_pairs(distinct))
    places = list(same.values())
    merged = (sorted(place for one in group for place in places[one]) for group in groups)
    return sorted(tuple(group) for group in merged if len(group) > 1)


def near_pairs(sets: Sequence[Shingles]) -> Iterator[tuple[int, int]]:
    """Pairs of sets that overlap enough, each once, the earlier place first."""
    frequency = Counter(run for one in sets for run in one)
    index: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for place, one in enumerate(sets):
        rare = _prefix(one, frequency)
        candidates = sorted({earlier for run in rare for earlier in index[run][:MOST_CANDIDATES]})
        yield from (
            (earlier, place)
            for earlier in candidates[:MOST_CANDIDATES]
            if overlap(sets[earlier], one) >= NEAR - ROUNDING
        )
        for run in rare:
            index[run].append(place)


def overlap(one: Shingles, other: Shingles) -> float:
    """Jaccard: the shared part of all."""
    shared = len(one & other)
    together = len(one) + len(other) - shared
    return shared / together if together else 0.0


def _prefix(one: Shingles, frequency: Mapping[tuple[str, ...], int]) -> list[tuple[str, ...]]:
    """Enough of the rarest runs: a near set shares at least ``NEAR`` of all, so one of these."""
    ordered = sorted(one, key=lambda run: (frequency[run], run))
    return ordered[: len(one) - ceil(NEAR * len(one) - ROUNDING) + 1]


def _joined(count: int, pairs: Iterable[tuple[int, int]]) -> list[list[int]]:
    parent = list(range(count))

    def root(one: int) -> int:
        while parent[one] != one:
            parent[one] = parent[parent[one]]
            one = parent[one]
        return one

    for one, other in pairs:
        parent[root(other)] = root(one)
    groups: dict[int, list[int]] = defaultdict(list)
    for one in range(count):
        groups[root(one)].append(one)
    return list(groups.values())
