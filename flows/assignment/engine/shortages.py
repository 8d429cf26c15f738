"""How many reviews there can be at all, and which works fight over which experts when not enough.

Coverage alone is a maximum flow. Works with the same open experts count as one work, experts
open to the same works with the same load as one expert: a flow over such classes always splits
into one over works and experts, so the small network answers for the large one. Its minimum cut
nearest to the works, taken apart into what hangs together, gives shortages that are minimal and
separate: outside them every work can be full.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from ortools.graph.python import max_flow

from flows.assignment.engine.instance import Instance, Integers
from flows.assignment.rules import Mask


@dataclass(frozen=True)
class Market:
    """Who may review what, and how much: ``open`` is (works x experts), ``room`` (works x groups)."""

    open: Mask
    demand: Integers
    capacity: Integers
    group: Integers
    room: Integers


@dataclass(frozen=True)
class Shortage:
    """Works (rows) that together lack ``missing`` reviews, the experts (columns) they fight over."""

    rows: Integers
    columns: Integers
    missing: int


@dataclass(frozen=True)
class Classes:
    """Rows that are alike: the first of each class, the class of each row, the sizes."""

    first: Integers
    of: Integers
    size: Integers


@dataclass(frozen=True)
class Cut:
    """What the flow leaves: per work class unplaced reviews, and the classes on the works' side.

    ``links`` are the (work class, expert class) arcs inside that side.
    """

    works: Classes
    experts: Classes
    unplaced: Integers
    short: Mask
    scarce: Mask
    links: Integers


def market(instance: Instance) -> Market:
    return Market(
        open=instance.affinity >= 0,
        demand=instance.demand,
        capacity=np.maximum(instance.capacity, 0),
        group=instance.group,
        room=np.maximum(instance.room, 0),
    )


def missing(of: Market, rows: Integers | None = None) -> int:
    """Reviews that no plan can place; with ``rows`` as if only these works wanted any."""
    if rows is not None:
        of = replace(of, open=of.open[rows], demand=of.demand[rows], room=of.room[rows])
    return int(cut(of).unplaced.sum())


def shortages(of: Market) -> list[Shortage]:
    """Separate shortages, those of most reviews first."""
    found = cut(of)
    listed = [
        Shortage(_members(found.works, works), _members(found.experts, experts), lacking)
        for works, experts in _components(found)
        if (lacking := int(found.unplaced[works].sum()))
    ]
    return sorted(listed, key=lambda one: (-one.missing, one.rows.tolist()))


def _members(classes: Classes, numbers: Integers) -> Integers:
    return np.flatnonzero(np.isin(classes.of, numbers))


def _components(found: Cut) -> Iterator[tuple[Integers, Integers]]:
    """Work classes connected through the scarce expert classes they compete for."""
    left = set(np.flatnonzero(found.short).tolist())
    while left:
        works, experts, fresh = set[int](), set[int](), {min(left)}
        while fresh:
            works |= fresh
            reached = found.links[np.isin(found.links[:, 0], list(fresh)), 1]
            experts.update(reached.tolist())
            touched = found.links[np.isin(found.links[:, 1], list(experts)), 0]
            fresh = (set(touched.tolist()) & left) - works
        left -= works
        yield np.array(sorted(works)), np.array(sorted(experts), dtype=np.int64)


def _alike(*parts: NDArray[np.generic]) -> Classes:
    """Classes of rows that are equal in every part (rows x anything)."""
    if not len(parts[0]):
        nothing = np.zeros(0, dtype=np.int64)
        return Classes(nothing, nothing, nothing)
    columns = [part.reshape(len(part), -1) for part in parts]
    rows = [np.ascontiguousarray(part).view(np.uint8) for part in columns if part.shape[1]]
    table = np.ascontiguousarray(np.concatenate(rows, axis=1))
    keys = table.view(np.dtype((np.void, table.shape[1]))).ravel()
    _, first, of, size = np.unique(keys, return_index=True, return_inverse=True, return_counts=True)
    return Classes(first, of.ravel(), size)


def _bits(mask: Mask) -> NDArray[np.uint8]:
    """Eight cells in a byte; one byte at least, so that empty rows are alike too."""
    padded = np.pad(mask, ((0, 0), (0, 1)))
    return np.packbits(padded, axis=1)


def cut(of: Market) -> Cut:
    """The largest flow on classes, and its minimum cut nearest to the works."""
    crowded = np.bincount(of.group, minlength=of.room.shape[1]) > 1
    works = _alike(_bits(of.open), of.demand, of.room[:, crowded])
    places = np.where(crowded[of.group], of.group, -1)  # who is alone in a place crowds nobody
    experts = _alike(_bits(of.open[works.first].T), of.capacity, places)
    seats = of.demand[works.first] * works.size
    pairs = np.argwhere(of.open[np.ix_(works.first, experts.first)])
    pairs = pairs[(seats[pairs[:, 0]] > 0) & (of.capacity[experts.first][pairs[:, 1]] > 0)]
    network = _Network(of, works, experts, pairs, places)
    placed, side = network.solve(seats)
    count = len(seats)
    short, scarce = side[1 : count + 1], side[count + 1 : count + 1 + len(experts.first)]
    return Cut(works, experts, seats - placed, short, scarce, pairs[network.inside(side)])


class _Network:
    """Nodes: source, work classes, expert classes, sink, then (work class, municipality)."""

    def __init__(
        self, of: Market, works: Classes, experts: Classes, pairs: Integers, places: Integers
    ) -> None:
        self.works, self.experts, self.pairs = works, experts, pairs
        self.sink = 1 + len(works.first) + len(experts.first)
        group = places[experts.first][pairs[:, 1]]
        bound = np.flatnonzero(group >= 0)
        groups = of.room.shape[1]
        codes, number = np.unique(pairs[bound, 0] * groups + group[bound], return_inverse=True)
        self.tail = 1 + pairs[:, 0]
        self.tail[bound] = self.sink + 1 + number.ravel()
        self.group_row, column = np.divmod(codes, max(1, groups))
        rows = works.first[self.group_row]
        self.group_room = of.room[rows, column] * works.size[self.group_row]
        self.load = of.capacity[experts.first] * experts.size

    def solve(self, seats: Integers) -> tuple[Integers, Mask]:
        """Reviews placed per work class; true for the nodes on the works' side of the cut."""
        solver = max_flow.SimpleMaxFlow()
        count = len(seats)
        sources = solver.add_arcs_with_capacity(
            np.zeros(count, dtype=np.int64), 1 + np.arange(count), seats
        )
        groups = self.sink + 1 + np.arange(len(self.group_row))
        solver.add_arcs_with_capacity(1 + self.group_row, groups, self.group_room)
        heads = 1 + count + self.pairs[:, 1]
        most = self.works.size[self.pairs[:, 0]] * self.experts.size[self.pairs[:, 1]]
        solver.add_arcs_with_capacity(self.tail, heads, most)
        people = 1 + count + np.arange(len(self.load))
        solver.add_arcs_with_capacity(people, np.full(len(people), self.sink), self.load)
        side = np.zeros(self.sink + 1 + len(groups), dtype=np.bool_)
        if not len(self.pairs):
            side[1 : count + 1] = seats > 0
            return np.zeros(count, dtype=np.int64), side
        if solver.solve(0, self.sink) != solver.OPTIMAL:
            raise RuntimeError("maximum flow did not end")
        side[solver.get_source_side_min_cut()] = True
        return np.asarray(solver.flows(sources), dtype=np.int64), side

    def inside(self, side: Mask) -> Mask:
        """Which pairs have both ends on the works' side."""
        heads = 1 + len(self.works.first) + self.pairs[:, 1]
        return side[self.tail] & side[heads]
