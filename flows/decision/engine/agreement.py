"""How far experts agree, and whether their strictness can be compared at all.

Everything is computed on all reviewed works, never on the chosen ones: selecting the top hides
most of the spread and drives any reliability to zero.
"""

from collections.abc import Sequence

import numpy as np

from flows.decision.engine.severity import Fit, Floats, Marks, co_reviews

NORMAL_95 = 1.959963984540054
LEAST_CONNECTIVITY = 1.0
"""Below this second eigenvalue single marks carry whole comparisons between groups of experts."""
EXACT = 1e-9  # of an eigenvalue: what plans of assignment take for enough is enough here too


def alpha(marks: Marks) -> float | None:
    """Krippendorff's alpha for interval data; None without two works or without any spread.

    Works with one review say nothing about agreement and are left out.
    """
    parts = _alpha_parts(marks)
    return None if parts is None else 1 - float(_disagreement(parts.sum(axis=0)))


def alpha_interval(marks: Marks) -> tuple[float, float] | None:
    """95 % interval of alpha by the jackknife over works on the scale ``log(1 - alpha)``.

    The log of a ratio is closer to normal than alpha itself, and the upper end stays below 1.
    """
    parts = _alpha_parts(marks)
    if parts is None or len(parts) < 3:  # noqa: PLR2004
        return None
    whole = float(_disagreement(parts.sum(axis=0)))
    without = _disagreement(parts.sum(axis=0) - parts)
    if whole <= 0 or not np.all(np.isfinite(without)) or np.any(without <= 0):
        return None
    logs = np.log(without)
    error = np.sqrt((len(parts) - 1) / len(parts) * ((logs - logs.mean()) ** 2).sum())
    stretch = float(np.exp(NORMAL_95 * error))
    return 1 - whole * stretch, 1 - whole / stretch


def reliability(fit: Fit, *, reviews: float = 1, corrected: bool = False) -> float:
    """Share of quality in the variance of a mean of ``reviews`` marks, 0..1 (ICC).

    ``corrected`` marks no longer carry the differences in strictness.
    """
    strictness = 0.0 if corrected else fit.severity_ratio
    noise = (strictness + 1) / reviews
    return float(fit.weight @ (fit.quality_ratio / (fit.quality_ratio + noise)))


def components(marks: Marks) -> tuple[int, ...]:
    """The group of each expert: two experts who reviewed one work are in the same group."""
    group = list(range(len(marks.experts)))
    first: dict[int, int] = {}
    for work, expert in zip(marks.work.tolist(), marks.expert.tolist(), strict=True):
        _join(group, expert, first.setdefault(work, expert))
    return tuple(_root(group, expert) for expert in range(len(group)))


def connectivity(marks: Marks) -> float | None:
    """Second smallest eigenvalue of the Laplacian of experts linked by common works.

    Each pair of experts on a work is linked with weight one over its number of reviews. None
    for fewer than two experts.
    """
    if len(marks.experts) < 2:  # noqa: PLR2004
        return None
    links = co_reviews(marks, marks.reviews_of_work.astype(np.float64))
    laplacian = np.diag(links.sum(axis=1)) - links
    return max(0.0, float(np.linalg.eigvalsh(laplacian)[1]))


def municipality_stands_apart(marks: Marks, municipalities: Sequence[str]) -> bool:
    """Whether some group of experts saw one municipality only, beside other groups.

    ``municipalities`` go with ``marks.submissions``. The level of such works and the strictness
    of such experts cannot be told apart.
    """
    group = components(marks)
    seen: dict[int, set[str]] = {}
    for work, expert in zip(marks.work.tolist(), marks.expert.tolist(), strict=True):
        seen.setdefault(group[expert], set()).add(municipalities[work])
    return len(seen) > 1 and any(len(places) == 1 for places in seen.values())


def _alpha_parts(marks: Marks) -> Floats | None:
    """Per work: marks, their sum, their sum of squares, twice the squared gaps over ``m - 1``."""
    count = marks.reviews_of_work.astype(np.float64)
    if len(marks.score) == 0:
        return None
    centred = marks.score - marks.score.mean()
    total = np.bincount(marks.work, weights=centred)
    squares = np.bincount(marks.work, weights=centred**2)
    pairable = count > 1
    gaps = 2 * (count * squares - total**2)[pairable] / (count[pairable] - 1)
    parts = np.stack([count[pairable], total[pairable], squares[pairable], gaps], axis=1)
    if len(parts) < 2 or not np.isfinite(_disagreement(parts.sum(axis=0))):  # noqa: PLR2004
        return None
    return parts


def _disagreement(sums: Floats) -> Floats:
    """Observed over expected disagreement (1 - alpha) from sums of ``_alpha_parts``."""
    count, total, squares, gaps = np.moveaxis(sums, -1, 0)
    expected = 2 * (count * squares - total**2) / (count - 1)
    flat = expected <= 1e-12 * np.maximum(squares, 1)
    ratio: Floats = np.where(flat, np.nan, gaps / np.where(flat, 1, expected))
    return ratio


def _join(group: list[int], one: int, other: int) -> None:
    low, high = sorted((_root(group, one), _root(group, other)))
    group[high] = low


def _root(group: list[int], member: int) -> int:
    while group[member] != member:
        group[member] = group[group[member]]
        member = group[member]
    return member
