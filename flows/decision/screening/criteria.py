"""Each criterion on its own: agreement, drift from early to late reviews, own measures of experts.

Residuals are always against other experts on the same work, so a run of good works is not taken
for a change of the expert. Levels are taken as numbers one apart.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components
from scipy.special import stdtr, stdtrit

from flows.decision.engine import krippendorff
from flows.decision.engine.severity import Floats, Ints
from flows.decision.screening import families
from flows.decision.screening.evidence import Evidence, by_expert, others_mean
from schemas.screening import Attention, CriterionFinding, Effect, Habit

SWEEPS = 500
SETTLED = 1e-12
LEAST_HABIT = 4
"""Fewer reviews of one expert cannot show a habit."""


def findings(evidence: Evidence) -> tuple[CriterionFinding, ...]:
    """Agreement and drift of every criterion, drifts tested together."""
    columns = range(evidence.levels.shape[1])
    drifts = held([drift(evidence, column) for column in columns])
    return tuple(
        _finding(evidence, column, moved) for column, moved in zip(columns, drifts, strict=True)
    )


def habits(evidence: Evidence) -> list[tuple[Habit, ...]]:
    """For every expert of the marks the own measure and drift by criterion, tested together."""
    columns = _columns(evidence, evidence.levels)
    apart = _columns(
        evidence, beside_other_criteria(evidence.levels, [one.within**0.5 for one in columns])
    )
    rows = by_expert(evidence.marks)
    strict = held([column.severity(own) for own in rows for column in apart])
    moved = held([column.drift(own) for own in rows for column in columns])
    found = [
        Habit(code=code, severity=strict[place], drift=moved[place])
        for place, code in enumerate([code for _ in rows for code in evidence.codes])
    ]
    wide = len(columns)
    return [tuple(found[at * wide : (at + 1) * wide]) for at in range(len(rows))]


def beside_other_criteria(levels: Floats, spread: Sequence[float]) -> Floats:
    """Each level less what the same review gives on its other criteria, in levels.

    Criteria are brought to one scale by ``spread``, the deviation of their levels within works: a
    generally strict expert lowers all of them alike. NaN where a review has not all the levels,
    or where fewer than two criteria vary.
    """
    size = np.array(spread, dtype=np.float64)
    varied = size > 0
    found = np.full_like(levels, np.nan)
    if np.count_nonzero(varied) > 1:
        share = levels[:, varied] / size[varied]
        rest = (share.sum(axis=1, keepdims=True) - share) / (share.shape[1] - 1)
        found[:, varied] = (share - rest) * size[varied]
    return found


def drift(evidence: Evidence, column: int) -> Effect | None:
    """Levels from the first to the last review, works and experts taken out by least squares."""
    levels = evidence.levels[:, column]
    shared = np.isfinite(others_mean(evidence.marks.work, levels))
    work, expert = evidence.marks.work[shared], evidence.marks.expert[shared]
    if not len(work):
        return None
    place = without_means(evidence.place[shared], work, expert)
    left = without_means(levels[shared], work, expert)
    degrees = len(work) - _taken(work, expert) - 1
    weight = float(place @ place)
    if degrees < 1 or weight < SETTLED * len(work):
        return None
    slope = float(place @ left) / weight
    spread = float(((left - slope * place) ** 2).sum()) / degrees
    return effect(slope, np.sqrt(spread / weight), degrees)


def without_means(values: Floats, one: Ints, other: Ints) -> Floats:
    """Residuals of ``values`` from the least squares fit by two crossed groupings."""
    left: Floats = values - values.mean()
    scale = float(np.abs(left).max(initial=0.0))
    for _ in range(SWEEPS):
        before = left
        for group in (one, other):
            count = np.maximum(np.bincount(group), 1)
            mean = np.bincount(group, weights=left) / count
            left = left - mean[group]
        if np.abs(left - before).max(initial=0.0) <= SETTLED * scale:
            break
    return left


def effect(value: float, error: float, degrees: float) -> Effect | None:
    """An estimate with its interval and unadjusted chance; None where nothing varies."""
    if not error > 0:
        return None
    reach = float(stdtrit(degrees, 0.975)) * error
    chance = min(1.0, float(2 * stdtr(degrees, -abs(value) / error)))
    return Effect(value=value, span=(value - reach, value + reach), p=chance)


def held(effects: Sequence[Effect | None]) -> list[Effect | None]:
    """Chances adjusted over all the tests that could be made."""
    tested = [one for one in effects if one is not None]
    adjusted = iter(families.holm([one.p for one in tested]))
    return [None if one is None else _adjusted(one, next(adjusted)) for one in effects]


@dataclass(frozen=True, slots=True)
class _Column:
    """One criterion: gaps to the others' mean; ``within`` is the variance of a level in a work.

    A gap has ``inflation`` times the variance of one level.
    """

    gap: Floats
    inflation: Floats
    place: Floats
    degrees: int
    within: float

    @classmethod
    def of(cls, evidence: Evidence, levels: Floats) -> "_Column":
        work = evidence.marks.work
        gap = levels - others_mean(work, levels)
        known = np.isfinite(gap)
        count = np.bincount(work[known], minlength=int(work.max(initial=-1)) + 1)[work]
        # A gap is k / (k - 1) of the distance to the work's own mean.
        inflation = count / np.maximum(count - 1, 1)
        degrees = int(known.sum() - len(np.unique(work[known])))
        within = float(((gap / inflation)[known] ** 2).sum()) / max(degrees, 1)
        return cls(gap, inflation, evidence.place, degrees, within)

    def severity(self, rows: Ints) -> Effect | None:
        """Levels by which the expert marks below the others."""
        own = rows[np.isfinite(self.gap[rows])]
        if len(own) < LEAST_HABIT:
            return None
        mean = float(self.gap[own].mean())
        noise = self._noise(own, self.gap[own] - mean, len(own) - 1)
        error = float(np.sqrt(noise * self.inflation[own].sum())) / len(own)
        return effect(-mean, error, self.degrees)

    def drift(self, rows: Ints) -> Effect | None:
        own = rows[np.isfinite(self.gap[rows])]
        if len(own) < LEAST_HABIT:
            return None
        place = self.place[own] - self.place[own].mean()
        weight = float(place @ place)
        if weight < SETTLED:
            return None
        slope = float(place @ self.gap[own]) / weight
        left = self.gap[own] - self.gap[own].mean() - slope * place
        noise = self._noise(own, left, len(own) - 2)
        error = float(np.sqrt(noise * ((place**2) @ self.inflation[own]))) / weight
        return effect(slope, error, self.degrees)

    def _noise(self, rows: Ints, left: Floats, degrees: int) -> float:
        """Variance of one level: of all works, or of the expert's own gaps where it is greater.

        Where nearly everybody gives one level, a single other level must not look like a habit.
        """
        return max(self.within, float((left**2 / self.inflation[rows]).sum()) / degrees)


def _columns(evidence: Evidence, levels: Floats) -> list[_Column]:
    return [_Column.of(evidence, one) for one in levels.T]


def _finding(evidence: Evidence, column: int, moved: Effect | None) -> CriterionFinding:
    levels = evidence.levels[:, column]
    known = np.isfinite(levels)
    work, level = evidence.marks.work[known], levels[known]
    return CriterionFinding(
        code=evidence.codes[column],
        works=int(np.count_nonzero(np.bincount(work) > 1)),
        alpha=krippendorff.ordinal_alpha(work, level),
        alpha_span=krippendorff.ordinal_interval(work, level),
        drift=moved,
    )


def _adjusted(one: Effect, chance: float) -> Effect:
    clear = chance <= families.FAMILY_ERROR
    attention = Attention.ALARM if clear else Attention.NONE
    return one.model_copy(update={"p": chance, "attention": attention})


def _taken(work: Ints, expert: Ints) -> int:
    """Degrees of freedom that works and experts take: one fewer per group linked together."""
    works, row = np.unique(work, return_inverse=True)
    experts, column = np.unique(expert, return_inverse=True)
    ends = (row, len(works) + column)
    size = len(works) + len(experts)
    links = csr_array((np.ones(len(row)), ends), shape=(size, size))
    groups, _ = connected_components(links, directed=False)
    return size - int(groups)
