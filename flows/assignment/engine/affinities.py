"""Affinity as whole numbers in an instance's own order, filled block by block.

The smallest unit that holds every value is taken, and with it the smallest integers: two bytes a
pair in 1/10,000. No 64-bit copy of the whole matrix ever exists.
"""

from collections.abc import Iterator
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from flows.assignment.affinity_arrays import CELLS_AT_ONCE, Affinity, AffinityArrays
from schemas.assignment_problem import Problem

Integers: TypeAlias = NDArray[np.int64]
Floats: TypeAlias = NDArray[np.float64]
Affinities: TypeAlias = NDArray[np.signedinteger[Any]]

# The first unit that holds every affinity exactly is taken; costs stay far from 64 bits.
UNITS = (10_000, 1_000_000, 100_000_000)
EXACT = 1e-6  # of a unit: what counts as held exactly


class _NotExact(Exception):
    """The unit is too coarse for the values."""


def whole(
    problem: Problem, affinity: Affinity | None, rows: Integers, columns: Integers
) -> tuple[int, Affinities]:
    """The unit, and every pair's affinity in it (works x experts); unlisted pairs have the default.

    ``rows`` and ``columns`` say where the works and experts of the problem's lists stand.
    """
    given = listed(problem) if affinity is None else affinity
    for unit in UNITS[:-1]:
        try:
            return unit, _filled(problem, given, rows, columns, unit=unit)
        except _NotExact:
            continue
    return UNITS[-1], _filled(problem, given, rows, columns, unit=UNITS[-1])


def listed(problem: Problem) -> AffinityArrays:
    """The triples of the problem as coordinates in the order of its lists."""
    row = {work.id: number for number, work in enumerate(problem.submissions)}
    column = {expert.id: number for number, expert in enumerate(problem.experts)}
    return AffinityArrays(
        np.array([row[work] for work, _, _ in problem.affinity], dtype=np.int64),
        np.array([column[expert] for _, expert, _ in problem.affinity], dtype=np.int64),
        np.array([value for _, _, value in problem.affinity], dtype=np.float64),
    )


def _filled(
    problem: Problem, given: Affinity, rows: Integers, columns: Integers, *, unit: int
) -> Affinities:
    default = problem.policy.default_affinity
    everywhere = int(_counted(np.array([default]), unit)[0])
    shape = (len(problem.submissions), len(problem.experts))
    values = np.full(shape, everywhere, dtype=np.int16 if unit == UNITS[0] else np.int32)
    if isinstance(given, AffinityArrays):
        _scatter(values, given, rows, columns, unit)
        return values
    columns = columns[: given.shape[1]]
    straight = bool((columns == np.arange(len(columns))).all())
    for first, block in given.blocks():
        to = rows[first : first + len(block)]
        at = (to, slice(len(columns))) if straight else np.ix_(to, columns)
        values[at] = _block(block, default, unit)
    return values


def _scatter(
    values: Affinities, given: AffinityArrays, rows: Integers, columns: Integers, unit: int
) -> None:
    for some in _slices(len(given.value)):
        counts = _counted(given.value[some], unit)
        values[rows[given.row[some]], columns[given.column[some]]] = counts


def _slices(count: int) -> Iterator[slice]:
    return (slice(first, first + CELLS_AT_ONCE) for first in range(0, count, CELLS_AT_ONCE))


def _block(block: NDArray[Any], default: float, unit: int) -> Floats:
    if block.dtype.kind == "f":
        missing = np.isnan(block)
        if missing.any():
            block = np.where(missing, block.dtype.type(default), block)
    return _counted(block, unit)


def _counted(values: NDArray[Any], unit: int) -> Floats:
    """Values in units as whole floats; refused when the unit cannot hold them."""
    scaled = values * np.float64(unit)
    counts: Floats = np.rint(scaled)
    if unit != UNITS[-1] and len(scaled):
        np.subtract(scaled, counts, out=scaled)
        if max(scaled.max(initial=0), -scaled.min(initial=0)) >= _tolerance(values.dtype, unit):
            raise _NotExact
    return counts


def _tolerance(kind: np.dtype[Any], unit: int) -> float:
    """Short floats hold a decimal only as nearly as they can."""
    if kind.kind != "f":
        return EXACT
    return max(EXACT, unit * float(np.finfo(kind).eps))
