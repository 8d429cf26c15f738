"""One whole plan out of probabilities, drawn so that every pair keeps exactly its probability.

The probabilities of a lottery flow from works over (work, municipality) to experts. As long as
some of them are fractional there is a cycle of fractional arcs; moving along it one way or the
other, with odds that keep every mean, makes at least one arc whole. Sums over a work, over a
municipality within a work and over an expert are arcs too, so each ends at one of its two
neighbouring whole numbers in every draw (Budish, Che, Kojima and Milgrom 2013: two hierarchies of
constraints). All amounts are whole numbers of 1/``whole``, so the odds are exact.
"""

from dataclasses import dataclass

import numpy as np

from flows.assignment.engine.instance import Integers

NONE = -1
STREAM = 1  # the seed's own stream for draws: ties are broken by another


@dataclass(frozen=True)
class Shares:
    """``amount`` in 1/``whole`` of each pair (row, column), and the pairs' groups of experts."""

    rows: Integers
    columns: Integers
    group: Integers
    amount: Integers
    whole: int


def sample(shares: Shares, seed: int) -> Integers:
    """Positions (in ``shares``) of the pairs of one drawn plan; the same seed, the same plan."""
    graph = _Graph(shares)
    if len(graph.amount):
        _Rounding(graph, shares.whole, seed).run()
    return np.flatnonzero(np.array(graph.amount[: len(shares.rows)], dtype=np.int64) > 0)


class _Graph:
    """Arcs from an all-works node over works, groups and experts to an all-experts node and back.

    ``at`` lists the arcs of each node. The first arcs are the pairs, in order.
    """

    def __init__(self, shares: Shares) -> None:
        works, row = np.unique(shares.rows, return_inverse=True)
        experts, column = np.unique(shares.columns, return_inverse=True)
        crowd = shares.rows * (1 + int(shares.group.max(initial=0))) + shares.group
        groups, first, number = np.unique(crowd, return_index=True, return_inverse=True)
        before, after = len(works) + len(groups), len(works) + len(groups) + len(experts)
        ends = (
            (len(works) + number, before + column, shares.amount),
            (row[first], len(works) + np.arange(len(groups)), _sums(number, shares.amount)),
            (np.full(len(works), after), np.arange(len(works)), _sums(row, shares.amount)),
            (
                before + np.arange(len(experts)),
                np.full(len(experts), after + 1),
                _sums(column, shares.amount),
            ),
            (np.array([after + 1]), np.array([after]), np.array([shares.amount.sum()])),
        )
        tail, head, amount = (np.concatenate(part) for part in zip(*ends, strict=True))
        self.tail: list[int] = tail.tolist()
        self.head: list[int] = head.tolist()
        self.amount: list[int] = amount.tolist()
        self.at: list[list[int]] = [[] for _ in range(after + 2)]
        for arc in np.flatnonzero(amount % shares.whole).tolist():
            self.at[self.tail[arc]].append(arc)
            self.at[self.head[arc]].append(arc)


def _sums(number: Integers, amount: Integers) -> Integers:
    sums = np.zeros(int(number.max(initial=-1)) + 1, dtype=np.int64)
    np.add.at(sums, number, amount)
    return sums


class _Rounding:
    """A walk over fractional arcs: where it meets itself there is a cycle to move along."""

    def __init__(self, graph: _Graph, whole: int, seed: int) -> None:
        self.graph, self.whole = graph, whole
        self.draw = np.random.default_rng((seed, STREAM))

    def run(self) -> None:
        for start in range(len(self.graph.at)):
            while self._arc(start, NONE) != NONE:
                self._walk(start)

    def _walk(self, start: int) -> None:
        """Follow fractional arcs from a node and round every cycle met, until none is left here."""
        nodes, arcs, place = [start], list[int](), {start: 0}
        while (arc := self._arc(nodes[-1], arcs[-1] if arcs else NONE)) != NONE:
            arcs.append(arc)
            node = self.graph.head[arc] + self.graph.tail[arc] - nodes[-1]
            if node not in place:
                place[node] = len(nodes)
                nodes.append(node)
                continue
            since = place[node]
            self._move(arcs[since:], nodes[since:])
            keep = next(at for at in range(since, len(arcs)) if not self._fractional(arcs[at]))
            for gone in nodes[keep + 1 :]:
                del place[gone]
            del nodes[keep + 1 :], arcs[keep:]

    def _arc(self, node: int, last: int) -> int:
        """A fractional arc at the node other than the last one walked, or NONE."""
        listed = self.graph.at[node]
        while listed and not self._fractional(listed[-1]):
            listed.pop()
        others = (arc for arc in reversed(listed) if arc != last and self._fractional(arc))
        return next(others, NONE)

    def _fractional(self, arc: int) -> bool:
        return bool(self.graph.amount[arc] % self.whole)

    def _move(self, arcs: list[int], nodes: list[int]) -> None:
        """Shift the cycle one way or the other; the odds keep the mean of every arc."""
        amount, tail = self.graph.amount, self.graph.tail
        ahead = [tail[arc] == node for arc, node in zip(arcs, nodes, strict=True)]
        rest = [amount[arc] % self.whole for arc in arcs]
        to_next = [
            self.whole - part if way else part for part, way in zip(rest, ahead, strict=True)
        ]
        up, down = min(to_next), min(self.whole - part for part in to_next)
        step = up if self.draw.integers(up + down) < down else -down
        for arc, way in zip(arcs, ahead, strict=True):
            amount[arc] += step if way else -step
