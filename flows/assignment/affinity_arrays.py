"""Affinity as arrays, for problems too large to list every pair in JSON: coordinates or a matrix."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

CELLS_AT_ONCE = 2_000_000  # of a matrix: about 16 MB in 64 bits

Whole: TypeAlias = NDArray[np.integer[Any]]
Numbers: TypeAlias = NDArray[Any]


@dataclass(frozen=True)
class AffinityArrays:
    """``row`` and ``column`` are positions as in the problem's lists; ``value`` is 0..1.

    Any integer and number types: they stay as small as they came.
    """

    row: Whole
    column: Whole
    value: Numbers


@dataclass(frozen=True)
class AffinityMatrix:
    """Works x experts as in the problem's lists, 0..1 or NaN for "not listed", block by block.

    ``read`` starts from the first row at every call and yields blocks of whole rows, so that the
    matrix may be a file of any size.
    """

    shape: tuple[int, int]
    read: Callable[[], Iterator[Numbers]]

    def blocks(self) -> Iterator[tuple[int, Numbers]]:
        """(number of the first row, block of whole rows), in order."""
        first = 0
        for block in self.read():
            yield first, block
            first += len(block)


Affinity: TypeAlias = AffinityArrays | AffinityMatrix


def matrix_of(values: Numbers) -> AffinityMatrix:
    """A matrix that is in memory already."""
    step = rows_at_once(values.shape[1])

    def read() -> Iterator[Numbers]:
        for first in range(0, len(values), step):
            yield values[first : first + step]

    return AffinityMatrix((values.shape[0], values.shape[1]), read)


def rows_at_once(columns: int) -> int:
    return max(1, CELLS_AT_ONCE // max(1, columns))
