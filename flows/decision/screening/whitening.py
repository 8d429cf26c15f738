"""The marks of a marathon seen through the fitted model, in inner products of small size.

With ``V = I + a ZZ' + b SS'`` (works, experts) and ``P = V^-1 - V^-1 1 1'V^-1 / 1'V^-1 1``, products
``x'Py`` and ``x'Px`` are worked out from the equations of the experts alone: works are absorbed
first, so nothing of the size marks x marks is ever made.
"""

from dataclasses import dataclass

import numpy as np
from scipy.linalg import solve_triangular
from scipy.sparse import csr_array
from scipy.sparse.linalg import LinearOperator, cg

from flows.decision.engine.severity import NO_SPREAD, Fit, Floats, Ints, Marks

DIRECT_EXPERTS = 5000
"""Up to here the experts' equations are factored (200 MB); above, solved by conjugate gradients."""
INVERTED_EXPERTS = 1500
"""Up to here leave-out gaps are exact; above, ties between experts are left out of their size."""
COLUMNS_AT_ONCE = 256
TOLERANCE = 1e-10


@dataclass(frozen=True, slots=True)
class Ratios:
    """Variances of quality and of strictness over that of the noise of one review."""

    quality: float
    severity: float


def ratios(model: Fit) -> Ratios:
    """The fitted ratios: means on the log scale over the grid."""
    return Ratios(
        quality=float(np.exp(model.weight @ np.log(model.quality_ratio))),
        severity=float(np.exp(model.weight @ np.log(model.severity_ratio))),
    )


@dataclass(frozen=True, slots=True)
class Scored:
    """Per column ``x``: ``x'Py`` and ``x'Px``; ``noise`` is the variance of one review."""

    product: Floats
    size: Floats
    noise: float


def score(marks: Marks, ratio: Ratios, column: Ints, columns: int) -> Scored:
    """Products with the indicators of ``columns`` groups of marks.

    ``column`` says which group a mark is in, -1 for none.
    """
    system = _System.of(marks, ratio)
    centred = marks.score - marks.score.mean()
    ones, observed = system.absorbed(np.ones_like(centred)), system.absorbed(centred)
    solved = system.solve(np.stack([ones, observed], axis=1))
    one_one = system.direct(np.ones_like(centred), np.ones_like(centred)) - ones @ solved[:, 0]
    one_mark = system.direct(np.ones_like(centred), centred) - observed @ solved[:, 0]
    marks_marks = system.direct(centred, centred) - observed @ solved[:, 1]
    products, sizes = [], []
    for begin in range(0, columns, COLUMNS_AT_ONCE):
        part = _Columns.of(system, column, begin, min(columns, begin + COLUMNS_AT_ONCE))
        with_ones = part.times(np.ones_like(centred)) - part.experts.T @ solved[:, 0]
        with_marks = part.times(centred) - part.experts.T @ solved[:, 1]
        own = part.own - (part.experts * system.solve(part.experts)).sum(axis=0)
        products.append(with_marks - with_ones * one_mark / one_one)
        sizes.append(own - with_ones**2 / one_one)
    return Scored(
        product=np.concatenate(products) if products else np.zeros(0),
        size=np.concatenate(sizes) if sizes else np.zeros(0),
        noise=max(0.0, float(marks_marks - one_mark**2 / one_one)) / (len(centred) - 1),
    )


def standardised(marks: Marks, ratio: Ratios) -> Floats:
    """Each mark's gap to what all other marks say of it, over its standard deviation.

    ``(Py)_r / sqrt(v P_rr)``; zeros where all marks are equal. Above ``INVERTED_EXPERTS`` ties
    between experts are left out of ``P_rr``, which moves a gap by less than a hundredth.
    """
    system = _System.of(marks, ratio)
    centred = marks.score - marks.score.mean()
    ones = np.ones_like(centred)
    sides = np.stack([system.absorbed(ones), system.absorbed(centred)], axis=1)
    solved = system.solve(sides)
    flat = system.spread(ones, solved[:, 0])
    seen = system.spread(centred, solved[:, 1])
    seen -= flat * seen.sum() / flat.sum()
    noise = float(centred @ seen) / max(len(centred) - 1, 1)
    size = system.diagonal() - flat**2 / flat.sum()
    usable = (size > 0) & (noise > NO_SPREAD)
    gaps: Floats = np.where(usable, seen / np.sqrt(np.where(usable, noise * size, 1.0)), 0.0)
    return gaps


@dataclass(frozen=True, slots=True)
class _System:
    """``inflated`` is the reviews of a work + 1 / quality ratio; ``factor`` None: iterate."""

    marks: Marks
    inflated: Floats
    matrix: csr_array
    factor: Floats | None

    @classmethod
    def of(cls, marks: Marks, ratio: Ratios) -> "_System":
        inflated = marks.reviews_of_work.astype(np.float64) + 1 / ratio.quality
        shape = (len(marks.submissions), len(marks.experts))
        weight = 1 / np.sqrt(inflated[marks.work])
        table = csr_array((weight, (marks.work, marks.expert)), shape=shape)
        diagonal = marks.reviews_by_expert + 1 / ratio.severity
        places = np.arange(shape[1])
        matrix = csr_array((diagonal, (places, places)), shape=(shape[1], shape[1]))
        matrix = csr_array(matrix - table.T @ table)
        direct = shape[1] <= DIRECT_EXPERTS
        factor = np.linalg.cholesky(matrix.toarray()) if direct else None
        return cls(marks, inflated, matrix, factor)

    def absorbed(self, values: Floats) -> Floats:
        """What is left per expert of values per mark once works are absorbed."""
        mean = np.bincount(self.marks.work, weights=values) / self.inflated
        left = values - mean[self.marks.work]
        size = len(self.marks.experts)
        return np.bincount(self.marks.expert, weights=left, minlength=size).astype(np.float64)

    def direct(self, one: Floats, other: Floats) -> float:
        """The inner product with works absorbed, experts not."""
        sums = [np.bincount(self.marks.work, weights=values) for values in (one, other)]
        return float(one @ other - (sums[0] * sums[1] / self.inflated).sum())

    def solve(self, right: Floats) -> Floats:
        if self.factor is None:
            return self._iterated(right)
        half = solve_triangular(self.factor, right, lower=True, check_finite=False)
        solved: Floats = solve_triangular(
            self.factor, half, lower=True, trans="T", check_finite=False
        )
        return solved

    def spread(self, values: Floats, solved: Floats) -> Floats:
        """``V^-1 values`` per mark, from the experts' solution for them."""
        work, expert = self.marks.work, self.marks.expert
        left = values - solved[expert]
        mean = np.bincount(work, weights=left) / self.inflated
        whitened: Floats = left - mean[work]
        return whitened

    def diagonal(self) -> Floats:
        """The diagonal of ``V^-1``."""
        marks = self.marks
        table = marks.table
        inverse = self._inverse()
        own = inverse.diagonal()[marks.expert]
        edges = range(0, table.shape[0], COLUMNS_AT_ONCE)
        blocks = [_through(table[begin : begin + COLUMNS_AT_ONCE], inverse) for begin in edges]
        each = np.concatenate([block[0] for block in blocks])
        both = np.concatenate([block[1] for block in blocks])[marks.work]
        scale = self.inflated[marks.work]
        whole: Floats = 1 - 1 / scale - own + 2 * each / scale - both / scale**2
        return whole

    def _inverse(self) -> csr_array | Floats:
        """Of the experts' matrix; of its diagonal only where the whole would be too large."""
        if len(self.marks.experts) <= INVERTED_EXPERTS:
            return self.solve(np.eye(len(self.marks.experts)))
        places = np.arange(len(self.marks.experts))
        return csr_array((1 / self.matrix.diagonal(), (places, places)), shape=self.matrix.shape)

    def _iterated(self, right: Floats) -> Floats:
        diagonal = self.matrix.diagonal()
        scale = LinearOperator(self.matrix.shape, matvec=lambda vector: vector / diagonal)
        return np.stack(
            [cg(self.matrix, one, rtol=TOLERANCE, M=scale)[0] for one in right.T], axis=1
        )


@dataclass(frozen=True, slots=True)
class _Columns:
    """Indicators of some groups: per group its marks, its reduced experts and ``x'Mx``."""

    system: _System
    indicator: csr_array
    experts: Floats
    own: Floats

    @classmethod
    def of(cls, system: _System, column: Ints, begin: int, end: int) -> "_Columns":
        marks = system.marks
        rows = np.flatnonzero((column >= begin) & (column < end))
        group = column[rows] - begin
        one = np.ones(len(rows))
        wide = end - begin
        indicator = csr_array((one, (group, rows)), shape=(wide, len(marks.score)))
        in_work = _counted(group, marks.work[rows], (wide, len(marks.submissions)))
        by_expert = _counted(group, marks.expert[rows], (wide, len(marks.experts)))
        shared = csr_array(in_work.multiply(1 / system.inflated[None, :]))
        left = by_expert - shared @ marks.table
        own = np.bincount(group, minlength=wide) - shared.multiply(in_work).sum(axis=1)
        return cls(system, indicator, left.toarray().T, np.asarray(own).ravel())

    def times(self, values: Floats) -> Floats:
        """``x'M values`` for each group, with works absorbed."""
        work = self.system.marks.work
        mean = np.bincount(work, weights=values) / self.system.inflated
        product: Floats = self.indicator @ (values - mean[work])
        return product


def _counted(row: Ints, column: Ints, shape: tuple[int, int]) -> csr_array:
    return csr_array((np.ones(len(row)), (row, column)), shape=shape)


def _through(table: csr_array, inverse: csr_array | Floats) -> tuple[Floats, Floats]:
    """Of a block of works: ``A G`` at each work's own experts in order, ``A G A'`` per work."""
    product = table @ inverse
    dense = product if isinstance(product, np.ndarray) else product.toarray()
    rows, columns = table.nonzero()
    both = np.bincount(rows, weights=dense[rows, columns], minlength=table.shape[0])
    return dense[rows, columns], both.astype(np.float64)
