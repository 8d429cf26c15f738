"""Which of two people may review the other, when chance must never let both: an integer programme.

A lottery in which both directions have a chance would need a draw that looks at both at once. So
one direction of every couple gets no chance at all, and which one is chosen for the lottery as a
whole: one binary per couple, probabilities as continuous columns. Small problems only; the rest
is closed greedily (``lottery``).
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array

from flows.assignment.engine import network
from flows.assignment.engine.certificate import Goal
from flows.assignment.engine.instance import Floats, Instance, Integers
from schemas.assignment_problem import Weights

PAIRS = 4_000
COUPLES = 400
NODES = 2_000
GAP = 1e-4
HALF = 0.5


@dataclass(frozen=True)
class Rows:
    """Rows "the sum of value over columns is at most limit"."""

    row: Integers
    column: Integers
    value: Floats
    limit: Floats


def to_close(instance: Instance, weights: Weights, cap: float) -> Integers | None:
    """Pairs (n x 2) without which the best lottery has no couple in both directions.

    None when the problem is too large or the search ended without an answer.
    """
    pairs = np.argwhere(instance.affinity >= 0)
    couples, number = np.unique(instance.rivals[:, [1, 3]], axis=0, return_inverse=True)
    if len(pairs) > PAIRS or len(couples) > COUPLES:
        return None
    least = np.flatnonzero((instance.minimum > 0) & (weights.minimum > 0))
    first = len(pairs) + len(least)
    blocks = (
        _sums(pairs[:, 0], instance.demand),
        _sums(pairs[:, 1], np.maximum(instance.capacity, 0)),
        _sums(pairs[:, 0] * len(instance.starts) + instance.group[pairs[:, 1]],
              np.maximum(instance.room, 0).ravel()),
        _minimums(pairs, least),
        _one_way(instance, pairs, first + number.ravel(), cap),
    )  # fmt: skip
    worth = np.concatenate((
        -network.costs(instance, Goal(weights), pairs) / instance.unit,
        np.full(len(least), weights.minimum / instance.unit),
        np.zeros(len(couples)),
    ))  # fmt: skip
    upper = np.concatenate((np.full(len(pairs), cap), instance.minimum[least], couples[:, 0] >= 0))
    answer = milp(
        -worth,
        integrality=np.arange(len(worth)) >= first,
        bounds=Bounds(0, upper),
        constraints=_constraints(blocks, len(worth)),
        options={"node_limit": NODES, "mip_rel_gap": GAP},
    )
    if answer.x is None:
        return None
    onward = (answer.x[first:] > HALF)[number.ravel()]
    ours, theirs = instance.rivals[:, :2], instance.rivals[:, 2:]
    closed: Integers = np.where(onward[:, None], theirs, ours)
    return closed


def _constraints(blocks: tuple[Rows, ...], columns: int) -> LinearConstraint:
    offsets = np.cumsum([0, *(len(block.limit) for block in blocks)])
    row = np.concatenate([block.row + at for block, at in zip(blocks, offsets, strict=False)])
    column = np.concatenate([block.column for block in blocks])
    value = np.concatenate([block.value for block in blocks])
    matrix = coo_array((value, (row, column)), shape=(int(offsets[-1]), columns)).tocsr()
    return LinearConstraint(matrix, -np.inf, np.concatenate([block.limit for block in blocks]))


def _sums(of: Integers, limits: Integers) -> Rows:
    numbers, row = np.unique(of, return_inverse=True)
    column = np.arange(len(of))
    return Rows(row.ravel(), column, np.ones(len(of)), limits[numbers].astype(np.float64))


def _minimums(pairs: Integers, least: Integers) -> Rows:
    """Units of minimum load that are met are no more than the expected load."""
    column, row = np.nonzero(pairs[:, [1]] == least)
    met = np.arange(len(least))
    return Rows(
        np.concatenate((row, met)),
        np.concatenate((column, len(pairs) + met)),
        np.concatenate((np.full(len(row), -1.0), np.ones(len(least)))),
        np.zeros(len(least)),
    )


def _one_way(instance: Instance, pairs: Integers, couple: Integers, cap: float) -> Rows:
    """At most cap * z for what goes one way, cap * (1 - z) for what would answer it."""
    codes = pairs[:, 0] * len(instance.experts) + pairs[:, 1]
    ours = instance.rivals[:, 0] * len(instance.experts) + instance.rivals[:, 1]
    theirs = instance.rivals[:, 2] * len(instance.experts) + instance.rivals[:, 3]
    column = np.searchsorted(codes, np.concatenate((ours, theirs)))
    number, ones = np.arange(2 * len(ours)), np.ones(2 * len(ours))
    limit = np.repeat((0.0, cap), len(ours))
    return Rows(
        np.concatenate((number, number)),
        np.concatenate((column, couple, couple)),
        np.concatenate((ones, np.repeat((-cap, cap), len(ours)))),
        limit,
    )
