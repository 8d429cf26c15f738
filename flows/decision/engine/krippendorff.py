"""Krippendorff's alpha of values given to works by different experts, some of them missing.

The ordinal alpha takes only the order of the values: it equals the interval alpha of their
mid-ranks among all pairable values, which needs a sort instead of a table of values x values.
Source: Krippendorff, "Computing Krippendorff's Alpha-Reliability", 2011.
"""

import numpy as np

from flows.decision.engine.severity import Floats, Ints

NORMAL_95 = 1.959963984540054
LEAST_WORKS = 2
MOST_GROUPS = 200  # of works left out together by the jackknife: one work each up to here
NO_SPREAD = 1e-12  # of the sum of squares: rounding, not disagreement


def interval_alpha(work: Ints, value: Floats) -> float | None:
    """Alpha of squared distances; ``work`` numbers the works of the values, 0 and up.

    A work with one value says nothing about agreement and is left out. None without two works
    or without any spread.
    """
    kept = _pairable(work)
    return _interval(work[kept], value[kept])


def ordinal_alpha(work: Ints, value: Floats) -> float | None:
    """Alpha of the order of the values, with the same exceptions."""
    kept = _pairable(work)
    return _ordinal(work[kept], value[kept])


def ordinal_interval(work: Ints, value: Floats) -> tuple[float, float] | None:
    """95 % interval of the ordinal alpha: a jackknife over works, ranks anew each time.

    On the scale ``log(1 - alpha)``, which is closer to normal and keeps the upper end below 1.
    With more than ``MOST_GROUPS`` works they are left out in that many groups.
    """
    kept = _pairable(work)
    work, value = work[kept], value[kept]
    whole = _ordinal(work, value)
    numbers = np.unique(work, return_inverse=True)[1]
    groups = min(MOST_GROUPS, int(numbers.max(initial=-1)) + 1)
    if whole is None or whole >= 1 or groups <= LEAST_WORKS:
        return None
    group = numbers % groups
    without = [_ordinal(work[group != one], value[group != one]) for one in range(groups)]
    if any(alpha is None or alpha >= 1 for alpha in without):
        return None
    logs = np.log1p(-np.array(without, dtype=np.float64))
    error = np.sqrt((groups - 1) / groups * ((logs - logs.mean()) ** 2).sum())
    stretch = float(np.exp(NORMAL_95 * error))
    return 1 - (1 - whole) * stretch, 1 - (1 - whole) / stretch


def _pairable(work: Ints) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    return np.bincount(work)[work] > 1 if len(work) else np.zeros(0, dtype=bool)


def _ordinal(work: Ints, value: Floats) -> float | None:
    return _interval(work, mean_ranks(value))


def mean_ranks(value: Floats) -> Floats:
    """Ranks from 1; equal values share the mean of theirs."""
    _, place, times = np.unique(value, return_inverse=True, return_counts=True)
    last = np.cumsum(times)
    return (last - (times - 1) / 2)[place]


def _interval(work: Ints, value: Floats) -> float | None:
    """Observed over expected squared distance, from sums only; every value has a partner."""
    count = np.bincount(work)
    if np.count_nonzero(count) < LEAST_WORKS:
        return None
    centred = value - value.mean()
    total = np.bincount(work, weights=centred)
    squares = np.bincount(work, weights=centred**2)
    used = count > 0
    gaps = 2 * (count * squares - total**2)[used] / (count[used] - 1)
    expected = 2 * (len(value) * squares.sum() - total.sum() ** 2) / (len(value) - 1)
    if expected <= NO_SPREAD * max(float(squares.sum()), 1.0):
        return None
    return float(1 - gaps.sum() / expected)
