"""The model of ``severity`` for many experts, with no table of experts by experts.

Per pair of variance ratios the experts' matrix ``S + I / b`` is scaled to ``I - K``; K is sparse,
and its condition is at most ``1 + a * (reviews of the largest work)``, so conjugate gradients need
a few dozen steps whatever the number of experts. Means are solved to rounding; the determinant and
the posterior variances come from ``quadrature``. Every pair is looked at roughly first, and only
those that can carry weight are computed closely: with thousands of experts, one to four of them.
The likelihood ratio is at its most exact where the question is: a barely provable severity has a
small b, and there K is almost nothing.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array, diags_array

from flows.decision.engine.quadrature import Link, Sample, forms, sample, solve, trace
from flows.decision.engine.severity import (
    QUALITY_PRIOR,
    QUALITY_RATIOS,
    SEVERITY_PRIOR,
    SEVERITY_RATIOS,
    Absorbed,
    Fit,
    Floats,
    Ints,
    Marks,
    Posterior,
    absorb_works,
    likelihood_without_experts,
    log_or_zero,
    residual_of,
    stacked,
)

LARGE_PANEL = 50  # reviews of a work: beyond it the pairs of its experts are never listed
EXACT = 1e-12  # residual of conjugate gradients, relative to the right-hand side
ROUGH_DEGREE, CLOSE_DEGREE = 2, 3  # of the exact part of the log determinant
# Sampled directions, size of the basis counted exactly, residual of conjugate gradients.
ROUGH = (8, 4, 1e-3)
CLOSE = (448, 64, 1e-6)
UNLINKED = (1, 0, 1e-3)  # K is zero: any direction gives the exact answer
NEGLIGIBLE = 25.0  # of log weight: e^-25 of the best pair's weight moves no digit shown


@dataclass(frozen=True, slots=True)
class Network:
    """Who reviewed what: works x experts, one for every review; large panels kept apart."""

    marks: Marks
    table: csr_array
    large: Ints
    small: Ints

    @classmethod
    def of(cls, marks: Marks) -> "Network":
        count = marks.reviews_of_work
        return cls(
            marks=marks,
            table=marks.table,
            large=np.flatnonzero(count > LARGE_PANEL),
            small=np.flatnonzero(count <= LARGE_PANEL),
        )


@dataclass(frozen=True, slots=True)
class Row:
    """One quality ratio: the experts' matrix is ``diag(diagonal) - near - far far'``, own out."""

    network: Network
    quality_ratio: float
    absorbed: Absorbed
    diagonal: Floats
    near: csr_array
    far: csr_array


@dataclass(frozen=True, slots=True)
class Cell:
    """One pair of variance ratios with its equations solved, in units of the centred marks."""

    row: Row
    severity_ratio: float
    link: Link
    root: Floats  # of the inverse diagonal of S + I / b
    tilted: Floats
    mean: float
    pivot: float
    leniency: Floats
    residual: Floats  # one number


def fit(marks: Marks) -> Fit:
    """Average the model over the grid's pairs that carry weight, one row of the fit per pair."""
    network = Network.of(marks)
    prior = np.log(np.outer(QUALITY_PRIOR, SEVERITY_PRIOR)).ravel()
    rough = prior + [
        log_likelihood(cell, _sampled(cell, ROUGH), ROUGH_DEGREE)
        for ratio in QUALITY_RATIOS
        for cell in cells(network, ratio, SEVERITY_RATIOS)
    ]
    kept = np.flatnonzero(rough > rough.max() - NEGLIGIBLE)
    quality_ratio = np.repeat(QUALITY_RATIOS, len(SEVERITY_RATIOS))[kept]
    severity_ratio = np.tile(SEVERITY_RATIOS, len(QUALITY_RATIOS))[kept]
    grid = stacked(
        posterior(next(cells(network, quality, [severity])))
        for quality, severity in zip(quality_ratio, severity_ratio, strict=True)
    )
    best = float(grid.log_likelihood.max())
    weight = np.exp(prior[kept] + grid.log_likelihood - best)
    alone = max(likelihood_without_experts(marks, ratio) for ratio in QUALITY_RATIOS)
    return Fit(
        weight=weight / weight.sum(),
        quality_ratio=quality_ratio,
        severity_ratio=severity_ratio,
        posterior=grid,
        likelihood_ratio=max(0.0, 2 * (best - alone)),
        degrees=len(marks.score) - 1,
    )


def cells(network: Network, quality_ratio: float, ratios: Iterable[float]) -> Iterator[Cell]:
    """Solve for the mean and the experts at one quality ratio and each severity ratio."""
    row = _row(network, float(quality_ratio))
    return (_cell(row, float(ratio)) for ratio in ratios)


def log_likelihood(cell: Cell, drawn: Sample, degree: int) -> float:
    """The restricted one, up to the same constant as in ``severity``."""
    absorbed, scored = cell.row.absorbed, len(cell.row.network.marks.score)
    logs = trace(cell.link, drawn, np.log, degree) - 2 * np.log(cell.root).sum()
    logs += np.log(cell.pivot) + absorbed.log_determinant
    logs += len(cell.root) * np.log(cell.severity_ratio)
    return float(-0.5 * ((scored - 1) * log_or_zero(cell.residual)[0] + logs))


def posterior(cell: Cell) -> Posterior:
    """One row: the estimates at this pair of ratios and their deviations, points."""
    absorbed, marks = cell.row.absorbed, cell.row.network.marks
    own = 1 - marks.reviews_of_work / absorbed.inflated
    panels = diags_array(1 / absorbed.inflated) @ cell.row.network.table
    quality = cell.mean * own + absorbed.total / absorbed.inflated - panels @ cell.leniency
    drawn = _sampled(cell, CLOSE)
    scaled = diags_array(cell.root)
    doubt = forms(cell.link, drawn, csr_array(panels @ scaled)) + 1 / absorbed.inflated
    doubt += (own + panels @ cell.tilted) ** 2 / cell.pivot
    spread = forms(cell.link, drawn, csr_array(scaled)) + cell.tilted**2 / cell.pivot
    noise = cell.residual / (len(marks.score) - 1)
    return Posterior(
        log_likelihood=np.array([log_likelihood(cell, drawn, CLOSE_DEGREE)]),
        quality=(quality + marks.score.mean())[None, :],
        quality_sd=np.sqrt(noise * doubt)[None, :],
        leniency=cell.leniency[None, :],
        leniency_sd=np.sqrt(noise * spread)[None, :],
    )


def _sampled(cell: Cell, effort: tuple[int, int, float]) -> Sample:
    linked = cell.link.near.nnz or cell.link.far.nnz
    return sample(cell.link, *(effort if linked else UNLINKED))


def _row(network: Network, quality_ratio: float) -> Row:
    absorbed = absorb_works(network.marks, quality_ratio)
    share = csr_array(diags_array(np.sqrt(1 / absorbed.inflated)) @ network.table)
    near, far = share[network.small], share[network.large]
    pairs = csr_array(near.T @ near)
    own = np.asarray((share.multiply(share)).sum(axis=0)).ravel()
    return Row(
        network=network,
        quality_ratio=quality_ratio,
        absorbed=absorbed,
        diagonal=network.marks.reviews_by_expert - own,
        near=csr_array(pairs - diags_array(pairs.diagonal())),
        far=csr_array(far.T),
    )


def _cell(row: Row, severity_ratio: float) -> Cell:
    marks, absorbed = row.network.marks, row.absorbed
    root = 1 / np.sqrt(row.diagonal + 1 / severity_ratio)
    link = _link(row, root)
    right = np.stack([absorbed.coupling, absorbed.right], axis=1)
    tilted, plain = (root[:, None] * solve(link, root[:, None] * right, EXACT).solution).T
    pivot = absorbed.mean_pivot - float((absorbed.coupling * tilted).sum())
    mean_right = absorbed.mean_right - float((absorbed.coupling * plain).sum())
    explained = (absorbed.right * plain).sum() + mean_right**2 / pivot
    return Cell(
        row=row,
        severity_ratio=severity_ratio,
        link=link,
        root=root,
        tilted=tilted,
        mean=mean_right / pivot,
        pivot=pivot,
        leniency=plain - tilted * (mean_right / pivot),
        residual=residual_of(marks, absorbed, np.array([explained])),
    )


def _link(row: Row, root: Floats) -> Link:
    scaled = diags_array(root)
    far = csr_array(scaled @ row.far)
    own = np.asarray(far.multiply(far).sum(axis=1)).ravel()
    return Link(near=csr_array(scaled @ row.near @ scaled), far=far, own=own)
