"""How far experts agree, and whether their strictness can be compared at all.

Everything is computed on all reviewed works, never on the chosen ones: selecting the top hides
most of the spread and drives any reliability to zero.
"""

from collections.abc import Sequence

import numpy as np

from flows.decision.engine import krippendorff
from flows.decision.engine.connectivity import second_eigenvalue
from flows.decision.engine.severity import DENSE_EXPERTS, Fit, Marks, co_reviews
from schemas.decision_problem import Agreement

LEAST_CONNECTIVITY = 1.0
"""Below this second eigenvalue single marks carry whole comparisons between groups of experts."""
EXACT = 1e-9  # of an eigenvalue: what plans of assignment take for enough is enough here too


def measured(marks: Marks, fit: Fit | None, *, corrected: bool) -> Agreement:
    """Every coefficient of these marks; ``corrected`` tells whether corrections are applied."""
    single = panel = None
    if fit and len(marks.submissions) > 1:
        mean_reviews = len(marks.score) / len(marks.submissions)
        single = reliability(fit)
        panel = reliability(fit, reviews=mean_reviews, corrected=corrected)
    return Agreement(
        alpha=alpha(marks),
        alpha_interval=alpha_interval(marks),
        alpha_points=alpha_points(marks),
        icc=single,
        icc_panel=panel,
    )


def alpha(marks: Marks) -> float | None:
    """Krippendorff's alpha for ordinal data; None without two works or without any spread."""
    return krippendorff.ordinal_alpha(marks.work, marks.score)


def alpha_interval(marks: Marks) -> tuple[float, float] | None:
    """95 % interval of the ordinal alpha; None where works are too few or never disagree."""
    return krippendorff.ordinal_interval(marks.work, marks.score)


def alpha_points(marks: Marks) -> float | None:
    """Krippendorff's alpha for interval data: distances in points count, not only the order."""
    return krippendorff.interval_alpha(marks.work, marks.score)


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
    if len(marks.experts) > DENSE_EXPERTS:
        return second_eigenvalue(marks)
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


def _join(group: list[int], one: int, other: int) -> None:
    low, high = sorted((_root(group, one), _root(group, other)))
    group[high] = low


def _root(group: list[int], member: int) -> int:
    while group[member] != member:
        group[member] = group[group[member]]
        member = group[member]
    return member
