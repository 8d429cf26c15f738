"""Affinity as coordinate arrays, for problems too large to list every pair in JSON."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class AffinityArrays:
    """``row`` and ``column`` are positions as in the problem's lists; ``value`` is 0..1."""

    row: NDArray[np.int64]
    column: NDArray[np.int64]
    value: NDArray[np.float64]
