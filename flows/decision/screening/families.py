"""Which of many tests stand out: family-wise error first, the false discovery rate second."""

from collections.abc import Sequence

import numpy as np

from schemas.screening import Attention

FAMILY_ERROR = 0.05
DISCOVERY_RATE = 0.10


def holm(chances: Sequence[float]) -> list[float]:
    """p-values adjusted so that one below 0.05 is a family-wise error of 5 % (Holm 1979)."""
    order = np.argsort(chances, kind="stable")
    sorted_chances = np.asarray(chances, dtype=np.float64)[order]
    steps = sorted_chances * np.arange(len(order), 0, -1)
    return _placed(np.minimum(np.maximum.accumulate(steps), 1.0), order)


def benjamini_hochberg(chances: Sequence[float]) -> list[float]:
    """p-values adjusted to the false discovery rate (Benjamini and Hochberg 1995)."""
    order = np.argsort(chances, kind="stable")
    sorted_chances = np.asarray(chances, dtype=np.float64)[order]
    steps = sorted_chances * len(order) / np.arange(1, len(order) + 1)
    return _placed(np.minimum(np.minimum.accumulate(steps[::-1])[::-1], 1.0), order)


def attention(chances: Sequence[float]) -> list[Attention]:
    """Alarm at 5 % by Bonferroni over all the tests, notice at a false discovery rate of 10 %."""
    discovered = benjamini_hochberg(chances)
    return [
        _attention(chance * len(chances), rate)
        for chance, rate in zip(chances, discovered, strict=True)
    ]


def _attention(family: float, rate: float) -> Attention:
    if family <= FAMILY_ERROR:
        return Attention.ALARM
    return Attention.NOTICE if rate <= DISCOVERY_RATE else Attention.NONE


def _placed(values: np.ndarray, order: np.ndarray) -> list[float]:
    back = np.empty(len(values))
    back[order] = values
    return [float(value) for value in back]
