"""What it costs to bring a refused work into the best live programme, for all of them at once.

The programme is a circulation: hub -> track -> municipality -> hub, one unit for each live work.
The best circulation that must contain one more work differs from the best one by a single cycle
through that work (Ahuja, Magnanti and Orlin, Network Flows, 1993), so the shortest ways back from
each municipality to each track in the residual network price every refused work. Weights are
whole numbers, hence exact, and works of one track and municipality share their way.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.csgraph import csgraph_from_dense, floyd_warshall

from flows.decision.engine.places import CENTS, SHORTFALL_COST, Candidate, Places, Ranks

Cell = tuple[str, str]
Arc = tuple[int, int]
HUB = 0
NOWHERE = -9999  # scipy's mark of no predecessor


@dataclass(frozen=True, slots=True)
class Programme:
    """The best programme; ``chosen`` are ids of its works."""

    candidates: Sequence[Candidate]
    ranks: Ranks
    chosen: frozenset[str]
    places: Places


@dataclass(frozen=True, slots=True)
class Exchange:
    """What makes room for one more work of a cell: who leaves, and what their leaving gives up.

    ``given_up`` is in points, less the value of those who come instead.
    """

    displaced: tuple[str, ...]
    given_up: float


@dataclass(frozen=True, slots=True)
class _Residual:
    """Costs of single changes to the programme, and the work that each of them moves."""

    node: Mapping[tuple[str, str], int]
    cost: NDArray[np.float64]
    moved: Mapping[Arc, Candidate] = field(default_factory=dict)


def exchanges(programme: Programme) -> dict[Cell, Exchange]:
    """The exchange by (track, municipality); cells that can hold no further work are missing."""
    residual = _residual(programme)
    graph = csgraph_from_dense(residual.cost, null_value=np.inf)
    length, before = floyd_warshall(graph, return_predecessors=True)
    found = {}
    for track, home in sorted({work.cell for work in programme.candidates}):
        start, end = residual.node["home", home], residual.node["track", track]
        if np.isfinite(length[start, end]):
            way = [residual.moved[arc] for arc in _way(before, start, end) if arc in residual.moved]
            found[track, home] = _exchange(way, programme.chosen)
    return found


def _exchange(moved: Sequence[Candidate], chosen: frozenset[str]) -> Exchange:
    leaving = [work for work in moved if work.id in chosen]
    coming = [work for work in moved if work.id not in chosen]
    return Exchange(
        displaced=tuple(sorted(work.id for work in leaving)),
        given_up=sum(work.value for work in leaving) - sum(work.value for work in coming),
    )


def _way(before: NDArray[np.int32], start: int, end: int) -> Iterator[Arc]:
    while end != start:
        previous = int(before[start, end])
        yield previous, end
        end = previous


def _residual(programme: Programme) -> _Residual:
    works = programme.candidates
    tracks, homes = ({work.track for work in works}, {work.municipality for work in works})
    names = [("track", track) for track in sorted(tracks)]
    names += [("home", home) for home in sorted(homes)]
    node = {name: place for place, name in enumerate(names, start=HUB + 1)}
    cost = np.full((len(node) + 1, len(node) + 1), np.inf)
    _add_tracks(programme, node, cost)
    _add_homes(programme, node, cost)
    return _Residual(node, cost, _add_works(programme, node, cost))


def _add_tracks(
    programme: Programme, node: Mapping[tuple[str, str], int], cost: NDArray[np.float64]
) -> None:
    """A free place of a track costs nothing, neither does leaving one free."""
    taken = Counter(work.track for work in programme.candidates if work.id in programme.chosen)
    for track in {work.track for work in programme.candidates}:
        place = node["track", track]
        if taken[track] < programme.places.slots.get(track, 0):
            cost[HUB, place] = 0
        if taken[track]:
            cost[place, HUB] = 0


def _add_homes(
    programme: Programme, node: Mapping[tuple[str, str], int], cost: NDArray[np.float64]
) -> None:
    """One more work of a municipality may meet a wish, one fewer may break it."""
    sizes = Counter(work.municipality for work in programme.candidates)
    live = Counter(w.municipality for w in programme.candidates if w.id in programme.chosen)
    penalty = SHORTFALL_COST * CENTS * programme.ranks.unit
    for home, size in sizes.items():
        place, needed = node["home", home], programme.places.needed(size)
        if live[home] < programme.places.most_of(home):
            cost[place, HUB] = -penalty if live[home] < needed else 0
        if live[home]:
            cost[HUB, place] = penalty if live[home] <= needed else 0


def _add_works(
    programme: Programme, node: Mapping[tuple[str, str], int], cost: NDArray[np.float64]
) -> dict[Arc, Candidate]:
    """The best refused work of each cell may come, its worst live one may leave."""
    moved: dict[Arc, Candidate] = {}
    for work, weight in zip(programme.candidates, programme.ranks.exact.tolist(), strict=True):
        arc = node["track", work.track], node["home", work.municipality]
        price = -weight
        if work.id in programme.chosen:
            arc, price = arc[::-1], weight
        if price < cost[arc]:
            cost[arc], moved[arc] = price, work
    return moved
