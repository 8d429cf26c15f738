"""Linear algebra on a large sparse matrix ``I - K`` without factoring it: solves, traces, forms.

Conjugate gradients give the solutions, and the coefficients of the same run are the Lanczos
matrix whose quadrature gives ``v' f(I - K) v`` (Golub and Meurant, Matrices, Moments and
Quadrature, 2010). Traces and quadratic forms are a polynomial of K, exact by sparse products, plus
its remainder, estimated on fixed directions of +-1 (Hutchinson 1990) outside the subspace where K
is largest, which is counted exactly (Hutch++, Meyer, Musco, Musco and Woodruff 2021). There is no
BLAS in any long sum, so the number of threads changes no bit.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

Floats = NDArray[np.float64]
Function = Callable[[Floats], Floats]

MOST_STEPS = 600
STREAM = 20_221  # names the fixed stream of +-1: the same on every machine and run
COLUMNS = 64  # directions solved together: bounds memory, fills the processor's cache
POWER = 3  # products with K that turn random directions towards its largest eigenvectors
PAIRS_AT_ONCE = 4_000_000  # entries of a sparse product held at once


class Operator(Protocol):
    """Any symmetric K that can be multiplied by a block of columns."""

    def __matmul__(self, block: Floats, /) -> Floats: ...


@dataclass(frozen=True, slots=True)
class Link:
    """A symmetric matrix K = ``near`` + ``far far'`` - diag(``own``) with eigenvalues below one.

    ``near`` is sparse with an empty diagonal; ``far`` has few columns of many entries each, and
    ``own`` is the diagonal of ``far far'``.
    """

    near: csr_array
    far: csr_array
    own: Floats

    def __matmul__(self, block: Floats) -> Floats:
        image: Floats = self.near @ block
        if self.far.shape[1]:
            image = image + self.far @ (self.far.T @ block) - self.own[:, None] * block
        return image

    @property
    def size(self) -> int:
        return int(self.near.shape[0])

    def moments(self, degree: int) -> Floats:
        """Traces of the powers 0..``degree`` of ``near``, at most the third."""
        traces = [float(self.size), 0.0, float((self.near.data**2).sum())]
        if degree > 2:  # noqa: PLR2004
            traces.append(sum(self._cube(rows) for rows in row_blocks(self.near, self.near)))
        return np.array(traces[: degree + 1])

    def _cube(self, rows: slice) -> float:
        part = self.near[rows]
        return float((part @ self.near).multiply(part).sum())


@dataclass(frozen=True, slots=True)
class Solved:
    """Solutions of ``(I - K) x = right`` by columns, with the steps that led to them."""

    solution: Floats
    alphas: Floats  # steps x columns
    betas: Floats
    length: Floats  # squared, of each column of ``right``

    def quadrature(self) -> tuple[Floats, Floats]:
        """Nodes and masses, columns x steps: ``right' f(I - K) right`` is ``masses @ f(nodes)``."""
        nodes, vectors = np.linalg.eigh(_tridiagonal(self.alphas, self.betas))
        return nodes, vectors[:, 0, :] ** 2 * self.length[:, None]


@dataclass(frozen=True, slots=True)
class Sample:
    """Directions and the solutions for them: ``weight @ (d' R d)`` estimates the trace of any R.

    The first ``deflated`` columns are the orthonormal basis that is counted exactly.
    ``nodes`` and ``masses`` are of one row per column and belong to its quadrature.
    """

    columns: Floats
    weight: Floats
    deflated: int
    solution: Floats
    nodes: tuple[Floats, ...]
    masses: tuple[Floats, ...]


def solve(link: Operator, right: Floats, tolerance: float) -> Solved:
    """Conjugate gradients, all columns at once, to a residual of ``tolerance`` of each column."""
    steps = _Steps(np.ascontiguousarray(right))
    length = steps.square
    for _ in range(MOST_STEPS):
        alive = steps.square > tolerance**2 * length
        if not alive.any():
            break
        steps.advance(link, alive)
    shape = (len(steps.alphas), right.shape[1])
    alphas, betas = np.reshape(steps.alphas, shape), np.reshape(steps.betas, shape)
    return Solved(steps.solution, alphas, betas, length)


def sample(link: Link, count: int, deflated: int, tolerance: float) -> Sample:
    """Solve for ``deflated`` leading directions of K and ``count`` fixed ones outside them."""
    basis = _leading(link, deflated)
    drawn = signs(link.size, deflated, count)
    columns = np.concatenate([basis, drawn - _times(basis, _inner(basis, drawn))], axis=1)
    parts = [solve(link, columns[:, place], tolerance) for place in _blocks(columns.shape[1])]
    rules = [part.quadrature() for part in parts]
    return Sample(
        columns=columns,
        weight=np.concatenate([np.ones(deflated), np.full(count, 1 / count)]),
        deflated=deflated,
        solution=np.concatenate([part.solution for part in parts], axis=1),
        nodes=tuple(row for nodes, _ in rules for row in nodes),
        masses=tuple(row for _, masses in rules for row in masses),
    )


def trace(link: Link, drawn: Sample, function: Function, degree: int) -> float:
    """Trace of ``function(I - K)``, exact for its part that is a polynomial of this degree."""
    rule = _polynomial(drawn, function, degree=degree)
    pairs = zip(drawn.nodes, drawn.masses, strict=True)
    values = np.array([(masses * function(nodes)).sum() for nodes, masses in pairs])
    remainder = values - _dot(drawn.columns, _apply(link, rule, drawn.columns))
    return float((rule * link.moments(degree)).sum() + (drawn.weight * remainder).sum())


def forms(link: Link, drawn: Sample, rows: csr_array) -> Floats:
    """For every row c of ``rows``: ``c' (I - K)^-1 c``."""
    rule = _polynomial(drawn, np.reciprocal, degree=2)
    remainder = drawn.solution - _apply(link, rule, drawn.columns)
    basis = drawn.columns[:, : drawn.deflated]
    inside = _times(basis, _inner(basis, remainder))
    # With the basis on one side or both the remainder is exact; beyond it, estimated.
    remainder[:, : drawn.deflated] *= 2
    return _row_polynomial(link, rule, rows) + _row_forms(rows, drawn, remainder - inside)


def row_blocks(rows: csr_array, other: csr_array) -> Iterator[slice]:
    """Slices of ``rows`` whose product with ``other`` has a bounded number of entries."""
    fill = np.diff(other.indptr)
    cost = np.concatenate([[0], np.cumsum(fill[rows.indices])])[rows.indptr]
    begin, last = 0, rows.shape[0]
    while begin < last:
        end = int(np.searchsorted(cost, cost[begin] + PAIRS_AT_ONCE, side="right")) - 1
        end = min(max(end, begin + 1), last)
        yield slice(begin, end)
        begin = end


class _Steps:
    """The running state of conjugate gradients; a column that has converged stands still."""

    def __init__(self, right: Floats) -> None:
        self.solution = np.zeros_like(right)
        self.residual = right.copy()
        self.direction = right.copy()
        self.square = _dot(right, right)
        self.alphas: list[Floats] = []
        self.betas: list[Floats] = []

    def advance(self, link: Operator, alive: NDArray[np.bool_]) -> None:
        image = self.direction - link @ self.direction
        curve = _dot(self.direction, image)
        alpha = np.where(alive, self.square / np.where(alive, curve, 1.0), 0.0)
        self.solution += alpha * self.direction
        self.residual -= alpha * image
        square = _dot(self.residual, self.residual)
        beta = np.where(alive, square / np.where(alive, self.square, 1.0), 0.0)
        self.direction = np.where(alive, self.residual + beta * self.direction, self.direction)
        self.square = np.where(alive, square, self.square)
        self.alphas.append(alpha)
        self.betas.append(beta)


def _tridiagonal(alpha: Floats, beta: Floats) -> Floats:
    """Lanczos matrices, columns x steps x steps; steps after convergence are cut off by zeros."""
    alive = alpha > 0
    safe = np.where(alive, alpha, 1.0)
    diagonal = 1 / safe
    diagonal[1:] += np.where(alive[1:], beta[:-1] / safe[:-1], 0.0)
    aside = np.where(alive[1:], np.sqrt(beta[:-1]) / safe[:-1], 0.0)
    steps = np.arange(len(alpha))
    matrix = np.zeros((alpha.shape[1], len(alpha), len(alpha)))
    matrix[:, steps, steps] = diagonal.T
    matrix[:, steps[1:], steps[:-1]] = matrix[:, steps[:-1], steps[1:]] = aside.T
    return matrix


def _polynomial(drawn: Sample, function: Function, *, degree: int) -> Floats:
    """Coefficients in powers of K closest to the function where its other eigenvalues lie.

    The basis has no say: it is counted exactly under any polynomial.
    """
    first = drawn.deflated
    nodes, mass = np.concatenate(drawn.nodes[first:]), np.concatenate(drawn.masses[first:])
    table = (1 - nodes)[:, None] ** np.arange(degree + 1)
    left = np.einsum("ni,nj,n->ij", table, table, mass)
    right = np.einsum("ni,n->i", table, mass * function(nodes))
    rule: Floats = np.linalg.lstsq(left, right, rcond=None)[0]
    return rule


def _apply(link: Link, rule: Floats, block: Floats) -> Floats:
    """``rule(near) block`` by Horner's scheme."""
    image: Floats = rule[-1] * block
    for coefficient in rule[-2::-1]:
        image = link.near @ image + coefficient * block
    return image


def _row_polynomial(link: Link, rule: Floats, rows: csr_array) -> Floats:
    """``c' rule(near) c`` exactly, for every row c."""
    result = np.empty(rows.shape[0])
    for part in row_blocks(rows, link.near):
        own = rows[part]
        once = own @ link.near
        powers = (own.multiply(own), own.multiply(once), once.multiply(once))
        result[part] = sum(
            coefficient * np.asarray(power.sum(axis=1)).ravel()
            for coefficient, power in zip(rule, powers, strict=True)
        )
    return result


def _row_forms(rows: csr_array, drawn: Sample, image: Floats) -> Floats:
    total = np.zeros(rows.shape[0])
    for place in _blocks(len(drawn.weight)):
        pairs = (rows @ drawn.columns[:, place]) * (rows @ image[:, place])
        total += (pairs * drawn.weight[place]).sum(axis=1)
    return total


def _leading(link: Link, count: int) -> Floats:
    """An orthonormal basis near the eigenvectors of K that are largest in size."""
    block = signs(link.size, 0, count)
    for _ in range(POWER):
        block = link @ block
    return _orthonormal(block)


def _orthonormal(block: Floats) -> Floats:
    """Gram and Schmidt, twice over; a column that depends on the others becomes zero."""
    basis = block.copy()
    for place in range(basis.shape[1]):
        column = basis[:, place : place + 1]
        before = float(_dot(column, column)[0])
        for _ in range(2):
            column = column - _times(basis[:, :place], _inner(basis[:, :place], column))
        square = float(_dot(column, column)[0])
        independent = square > 1e-12 * before
        basis[:, place : place + 1] = column / np.sqrt(square) if independent else 0.0
    return basis


def signs(size: int, skipped: int, count: int) -> Floats:
    """Columns of +-1 from one fixed stream of bits, after ``skipped`` columns."""
    words = -(-size // 64)
    bits = np.random.PCG64(STREAM).random_raw((skipped + count) * words)[skipped * words :]
    flips = np.unpackbits(bits.astype("<u8").view(np.uint8)).reshape(count, words * 64)
    return np.ascontiguousarray(1.0 - 2.0 * flips[:, :size].T)


def _blocks(count: int) -> Iterator[slice]:
    for begin in range(0, count, COLUMNS):
        yield slice(begin, min(begin + COLUMNS, count))


def _dot(one: Floats, other: Floats) -> Floats:
    """Inner products column by column."""
    product: Floats = np.einsum("jc,jc->c", one, other)
    return product


def _inner(basis: Floats, block: Floats) -> Floats:
    product: Floats = np.einsum("jb,jc->bc", basis, block)
    return product


def _times(basis: Floats, factors: Floats) -> Floats:
    product: Floats = np.einsum("jb,bc->jc", basis, factors)
    return product
