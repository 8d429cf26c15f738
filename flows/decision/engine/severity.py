"""How strict each expert is: an additive model of marks with crossed random effects.

``y = mu + q_i + s_j + e`` with ``q ~ N(0, a v)``, ``s ~ N(0, b v)``, ``e ~ N(0, v)``: quality of a
work, leniency of an expert, noise of one review. The two variance ratios are averaged over a fixed
grid, so there is no optimiser, no seed and no start value: the same marks give the same bits.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from schemas.decision_problem import ScoredReview

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

QUALITY_RATIOS: Floats = np.geomspace(0.05, 6, 9)
SEVERITY_RATIOS: Floats = np.geomspace(0.005, 4, 9)
# Half-Cauchy priors on the ratios of standard deviations, scales 0.8 and 0.5, on the log grid.
QUALITY_PRIOR: Floats = np.sqrt(QUALITY_RATIOS) / (1 + QUALITY_RATIOS / 0.64)
SEVERITY_PRIOR: Floats = np.sqrt(SEVERITY_RATIOS) / (1 + SEVERITY_RATIOS / 0.25)
NO_SPREAD = 1e-18  # squared points per mark: rounding of equal marks, not disagreement
DENSE_EXPERTS = 300  # about where tables of experts by experts cost more than going without
WORKS_AT_ONCE = 1024  # bounds the memory of the experts' basis gathered per review


@dataclass(frozen=True, slots=True)
class Marks:
    """Reviews as arrays, sorted by (submission, expert) so that input order cannot matter.

    ``work`` and ``expert`` are positions in ``submissions`` and ``experts``, both sorted by id.
    """

    submissions: tuple[str, ...]
    experts: tuple[str, ...]
    work: Ints
    expert: Ints
    score: Floats

    @property
    def table(self) -> csr_array:
        """Works x experts: one for every review."""
        shape = len(self.submissions), len(self.experts)
        return csr_array((np.ones(len(self.score)), (self.work, self.expert)), shape=shape)

    @property
    def reviews_of_work(self) -> Ints:
        return np.bincount(self.work, minlength=len(self.submissions))

    @property
    def reviews_by_expert(self) -> Ints:
        return np.bincount(self.expert, minlength=len(self.experts))


def tabulate(reviews: Iterable[ScoredReview]) -> Marks:
    """Arrange reviews for the model; only reviewed submissions are in the table."""
    ordered = sorted(reviews, key=lambda review: (review.submission, review.expert))
    submissions = sorted({review.submission for review in ordered})
    experts = sorted({review.expert for review in ordered})
    row = {name: position for position, name in enumerate(submissions)}
    column = {name: position for position, name in enumerate(experts)}
    return Marks(
        submissions=tuple(submissions),
        experts=tuple(experts),
        work=np.array([row[review.submission] for review in ordered], dtype=np.int64),
        expert=np.array([column[review.expert] for review in ordered], dtype=np.int64),
        score=np.array([review.score for review in ordered], dtype=np.float64),
    )


@dataclass(frozen=True, slots=True)
class Posterior:
    """Estimates in points, one row per pair of variance ratios.

    ``quality`` is ``mu + q`` (rows x works), ``leniency`` is ``s`` (rows x experts); the ``_sd``
    arrays go with them. ``log_likelihood`` is the restricted one, up to a constant.
    """

    log_likelihood: Floats
    quality: Floats
    quality_sd: Floats
    leniency: Floats
    leniency_sd: Floats


@dataclass(frozen=True, slots=True)
class Fit:
    """The grid with its weights; ``degrees`` of freedom belong to the noise variance."""

    weight: Floats
    quality_ratio: Floats
    severity_ratio: Floats
    posterior: Posterior
    likelihood_ratio: float
    degrees: int

    def leniency(self) -> tuple[Floats, Floats]:
        """Mean and sd of each expert's leniency, points."""
        return _mixture(self.weight, self.posterior.leniency, self.posterior.leniency_sd)

    def quality(self) -> tuple[Floats, Floats]:
        """Mean and sd of each work's quality, points."""
        return _mixture(self.weight, self.posterior.quality, self.posterior.quality_sd)


def fit(marks: Marks) -> Fit | None:
    """Average the model over the grid; None when fewer than two marks exist."""
    if len(marks.score) < 2:  # noqa: PLR2004
        return None
    grid = stacked(posterior(marks, ratio, SEVERITY_RATIOS) for ratio in QUALITY_RATIOS)
    prior = np.outer(QUALITY_PRIOR, SEVERITY_PRIOR).ravel()
    weight = prior * np.exp(grid.log_likelihood - grid.log_likelihood.max())
    alone = max(likelihood_without_experts(marks, ratio) for ratio in QUALITY_RATIOS)
    return Fit(
        weight=weight / weight.sum(),
        quality_ratio=np.repeat(QUALITY_RATIOS, len(SEVERITY_RATIOS)),
        severity_ratio=np.tile(SEVERITY_RATIOS, len(QUALITY_RATIOS)),
        posterior=grid,
        likelihood_ratio=max(0.0, 2 * (float(grid.log_likelihood.max()) - alone)),
        degrees=len(marks.score) - 1,
    )


def posterior(marks: Marks, quality_ratio: float, severity_ratios: Floats) -> Posterior:
    """Solve the mixed-model equations for one quality ratio and each severity ratio.

    Works are absorbed first; what is left couples the mean with the experts and is diagonalised
    once, after which every severity ratio costs only products.
    """
    system = _diagonalised(marks, absorb_works(marks, quality_ratio))
    shrink = 1 / (system.values + 1 / severity_ratios[:, None])
    pivot = system.mean_pivot - shrink @ system.coupling**2
    mean_right = system.mean_right - shrink @ (system.coupling * system.right)
    mean = mean_right / pivot
    residual = residual_of(marks, system, shrink @ system.right**2 + mean_right**2 / pivot)
    scale = np.sqrt(residual / (len(marks.score) - 1))[:, None]
    rotated = shrink * (system.right - np.outer(mean, system.coupling))
    tilted = shrink * system.coupling
    leniency = rotated @ system.basis.T
    spread = shrink @ (system.basis**2).T + (tilted @ system.basis.T) ** 2 / pivot[:, None]
    quality, doubt = _works(marks, system, leniency, _Means(mean, pivot, shrink, tilted))
    logs = np.log(system.values + 1 / severity_ratios[:, None]).sum(axis=1) + np.log(pivot)
    logs += system.log_determinant + len(marks.experts) * np.log(severity_ratios)
    return Posterior(
        log_likelihood=-0.5 * ((len(marks.score) - 1) * log_or_zero(residual) + logs),
        quality=quality + marks.score.mean(),
        quality_sd=scale * np.sqrt(doubt),
        leniency=leniency,
        leniency_sd=scale * np.sqrt(spread),
    )


@dataclass(frozen=True, slots=True)
class Absorbed:
    """What is left of the equations when works are taken out: the mean and the experts.

    The experts' matrix is ``diag(reviews by expert) - co_reviews(marks, inflated)``.
    """

    inflated: Floats  # reviews of a work + 1 / quality ratio
    total: Floats  # sum of a work's centred marks
    mean_pivot: float
    mean_right: float
    coupling: Floats  # what one expert's marks still say about the mean
    right: Floats  # and about the expert
    log_determinant: float


@dataclass(frozen=True, slots=True)
class _System(Absorbed):
    """The same in the experts' eigenbasis."""

    values: Floats
    basis: Floats


@dataclass(frozen=True, slots=True)
class _Means:
    mean: Floats
    pivot: Floats
    shrink: Floats
    tilted: Floats


def absorb_works(marks: Marks, quality_ratio: float) -> Absorbed:
    """Eliminate the works from the mixed-model equations; marks are centred first."""
    count = marks.reviews_of_work.astype(np.float64)
    centred = _centred(marks)
    inflated = count + 1 / quality_ratio
    total = _sums(marks.work, centred, len(count))
    size = len(marks.experts)
    return Absorbed(
        inflated=inflated,
        total=total,
        mean_pivot=float(count.sum() - (count**2 / inflated).sum()),
        mean_right=float(centred.sum() - (count * total / inflated).sum()),
        coupling=_sums(marks.expert, 1 - (count / inflated)[marks.work], size),
        right=_sums(marks.expert, centred - (total / inflated)[marks.work], size),
        log_determinant=float(np.log(inflated).sum() + len(count) * np.log(quality_ratio)),
    )


def _diagonalised(marks: Marks, absorbed: Absorbed) -> _System:
    loads = np.diag(marks.reviews_by_expert.astype(np.float64))
    values, basis = np.linalg.eigh(loads - co_reviews(marks, absorbed.inflated))
    return _System(
        inflated=absorbed.inflated,
        total=absorbed.total,
        mean_pivot=absorbed.mean_pivot,
        mean_right=absorbed.mean_right,
        coupling=absorbed.coupling @ basis,
        right=absorbed.right @ basis,
        log_determinant=absorbed.log_determinant,
        values=np.maximum(values, 0),
        basis=basis,
    )


def co_reviews(marks: Marks, divisor: Floats) -> Floats:
    """Experts x experts: over the works both reviewed, the sum of ``1 / divisor``."""
    count = marks.reviews_of_work[marks.work]
    start = (np.cumsum(marks.reviews_of_work) - marks.reviews_of_work)[marks.work]
    first = np.repeat(np.arange(len(marks.work)), count)
    offset = np.arange(len(first)) - np.repeat(np.cumsum(count) - count, count)
    second = start[first] + offset
    size = len(marks.experts)
    cell = marks.expert[first] * size + marks.expert[second]
    weight = (1 / divisor)[marks.work][first]
    return _sums(cell, weight, size * size).reshape(size, size)


def _works(marks: Marks, system: _System, leniency: Floats, means: _Means) -> tuple[Floats, Floats]:
    """Quality (without the overall mean) and its variance in units of noise variance."""
    count = marks.reviews_of_work.astype(np.float64)
    own = 1 - count / system.inflated
    taken = np.stack([_sums(marks.work, row[marks.expert], len(count)) for row in leniency])
    quality = np.outer(means.mean, own) + (system.total - taken) / system.inflated
    doubt = [
        part**2 @ means.shrink.T + (own[rows, None] + part @ means.tilted.T) ** 2 / means.pivot
        for rows, part in _expert_shares(marks, system)
    ]
    return quality, (np.concatenate(doubt) + 1 / system.inflated[:, None]).T


def _expert_shares(marks: Marks, system: _System) -> Iterator[tuple[slice, Floats]]:
    """For blocks of works: each work's experts in the eigenbasis over its inflated count."""
    edges = np.concatenate([[0], np.cumsum(marks.reviews_of_work)])
    for begin in range(0, len(marks.submissions), WORKS_AT_ONCE):
        rows = slice(begin, min(begin + WORKS_AT_ONCE, len(marks.submissions)))
        experts = marks.expert[edges[rows.start] : edges[rows.stop]]
        starts = edges[rows.start : rows.stop] - edges[rows.start]
        summed = np.add.reduceat(system.basis[experts], starts, axis=0)
        yield rows, summed / system.inflated[rows, None]


def likelihood_without_experts(marks: Marks, quality_ratio: float) -> float:
    """The restricted log-likelihood when all experts are equally strict."""
    count = marks.reviews_of_work.astype(np.float64)
    centred = _centred(marks)
    inflated = count + 1 / quality_ratio
    total = _sums(marks.work, centred, len(count))
    pivot = count.sum() - (count**2 / inflated).sum()
    explained = (total**2 / inflated).sum()
    explained += (centred.sum() - (count * total / inflated).sum()) ** 2 / pivot
    residual = _not_negative(marks, np.array([(centred**2).sum() - explained]))
    logs = np.log(inflated).sum() + len(count) * np.log(quality_ratio) + np.log(pivot)
    return float(-0.5 * ((len(centred) - 1) * log_or_zero(residual)[0] + logs))


def _sums(group: Ints, values: Floats, size: int) -> Floats:
    """Sum ``values`` by group number 0..size-1."""
    return np.bincount(group, weights=values, minlength=size).astype(np.float64)


def _centred(marks: Marks) -> Floats:
    centred: Floats = marks.score - marks.score.mean()
    return centred


def residual_of(marks: Marks, absorbed: Absorbed, explained: Floats) -> Floats:
    """Weighted sum of squares that the model leaves, one number per explained part."""
    within = (_centred(marks) ** 2).sum() - (absorbed.total**2 / absorbed.inflated).sum()
    return _not_negative(marks, within - explained)


def _not_negative(marks: Marks, residual: Floats) -> Floats:
    """Zero when all marks are equal; otherwise kept clear of cancellation."""
    spread = float((_centred(marks) ** 2).sum())
    if spread <= NO_SPREAD * len(marks.score):
        nothing: Floats = np.zeros_like(residual)
        return nothing
    kept: Floats = np.maximum(residual, 1e-12 * spread)
    return kept


def log_or_zero(residual: Floats) -> Floats:
    """Logarithms, with zero for the residual of equal marks."""
    logs: Floats = np.log(np.where(residual > 0, residual, 1.0))
    return logs


def _mixture(weight: Floats, mean: Floats, deviation: Floats) -> tuple[Floats, Floats]:
    centre: Floats = weight @ mean
    spread: Floats = np.sqrt(weight @ (deviation**2 + (mean - centre) ** 2))
    return centre, spread


def stacked(rows: Iterable[Posterior]) -> Posterior:
    """The rows of several answers one under another."""
    return Posterior(*(np.concatenate(parts) for parts in zip(*map(_fields, rows), strict=True)))


def _fields(row: Posterior) -> tuple[Floats, ...]:
    return (row.log_likelihood, row.quality, row.quality_sd, row.leniency, row.leniency_sd)
