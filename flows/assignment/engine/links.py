"""The graph of experts linked by works they share, and how well a plan links them.

Two experts are linked by every work they share, with weight one over the size of its panel; the
second smallest eigenvalue of this graph's Laplacian (``link``) is what the decision stage computes
from the reviews. Experts without a work are no part of the graph.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.linalg import eigh
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from flows.assignment.engine.instance import Floats, Instance, Integers
from flows.assignment.engine.network import Solution
from schemas.assignment_problem import Connectivity

ENOUGH = 1.0
AIM = 1.1  # exchanges are led by this, or they would creep up to what is enough
EXACT = 1e-9
MEASURED = 1_500  # experts with a work: above this the link is not computed
MODES = 40  # lowest eigenvectors that are looked at


@dataclass(frozen=True)
class Graph:
    """Experts with a work, linked through works: components and Laplacian spectrum."""

    experts: Integers
    laplacian: Floats
    components: int

    @cached_property
    def spectrum(self) -> Floats:
        """Eigenvalues without the first, which is always 0."""
        values: Floats = np.asarray(np.linalg.eigvalsh(self.laplacian), dtype=np.float64)
        return values[1:]

    @property
    def link(self) -> float:
        """The second smallest eigenvalue; 0 when the graph falls apart or has no second expert."""
        if self.components != 1 or len(self.experts) < 2:  # noqa: PLR2004
            return 0.0
        return max(0.0, float(self.spectrum[0]))

    @property
    def lacking(self) -> float:
        """0 when everybody is linked well, more for every badly linked group or person."""
        return float((np.maximum(AIM - self.spectrum, 0) ** 2).sum())

    @cached_property
    def enough(self) -> bool:
        """Nobody to compare with is enough; otherwise one group, linked well.

        A Cholesky factor exists exactly when no eigenvalue but the first is below ``ENOUGH``;
        it costs a small part of the eigenvalues.
        """
        size = len(self.experts)
        if size < 2:  # noqa: PLR2004
            return True
        shifted = self.laplacian - (ENOUGH - EXACT) * np.eye(size) + 2 * ENOUGH / size
        try:
            np.linalg.cholesky(shifted)
        except np.linalg.LinAlgError:
            return False
        return True

    def modes(self, size: int) -> tuple[Floats, Floats]:
        """The lowest eigenvalues but the first, and their vectors over ``size`` experts."""
        last = min(MODES, len(self.experts) - 1)
        values, vectors = eigh(self.laplacian, subset_by_index=[1, last])
        full = np.zeros((size, last))
        full[self.experts] = vectors
        return values, full


def graph(rows: Integers, columns: Integers) -> Graph:
    """The graph of all pairs (fixed ones too) of a plan."""
    works, row = np.unique(rows, return_inverse=True)
    experts, column = np.unique(columns, return_inverse=True)
    size = np.bincount(row, minlength=len(works))[row]
    shape = (len(works), len(experts))
    once = csr_array((np.ones(len(row)), (row, column)), shape=shape)
    weighted = csr_array((1 / size, (row, column)), shape=shape)
    links = np.asarray((once.T @ weighted).todense()).reshape(len(experts), len(experts))
    np.fill_diagonal(links, 0)
    components = connected_components(csr_array(links), directed=False)[0] if len(experts) else 0
    return Graph(experts, np.diag(links.sum(axis=1)) - links, int(components))


def measured(instance: Instance, solution: Solution) -> Connectivity | None:
    """How the plan links its experts; None for more experts than are measured."""
    columns = np.concatenate((instance.fixed[:, 1], solution.columns))
    if len(np.unique(columns)) > MEASURED:
        return None
    found = graph(np.concatenate((instance.fixed[:, 0], solution.rows)), columns)
    return Connectivity(components=found.components, link=found.link, enough=found.enough)
