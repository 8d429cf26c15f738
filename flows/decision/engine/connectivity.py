"""How firmly many experts are linked by common works, without a table of experts by experts."""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from flows.decision.engine.quadrature import Floats, signs, solve
from flows.decision.engine.severity import Marks

EXACT = 1e-11  # residual of conjugate gradients, relative to their start


def second_eigenvalue(marks: Marks) -> float:
    """Second smallest eigenvalue of the Laplacian of ``agreement.connectivity``.

    Lanczos on what is orthogonal to the constant: when it stops short, on long chains of experts,
    the answer is a little too large and still far below 1. Zero for several groups, at once.
    """
    table = marks.table
    groups, _ = connected_components(table.T @ _first_reviewers(marks), directed=False)
    if groups > 1:
        return 0.0
    loads = marks.reviews_by_expert.astype(np.float64)[:, None]
    panels = marks.reviews_of_work.astype(np.float64)[:, None]
    start = signs(len(marks.experts), 0, 1) * np.linspace(1, 2, len(marks.experts))[:, None]
    laplacian = _Laplacian(table, loads, panels)
    nodes, _ = solve(laplacian, start - start.mean(), EXACT).quadrature()
    return max(0.0, float(nodes.min()))


@dataclass(frozen=True, slots=True)
class _Laplacian:
    """``I - L``, as the solver asks: L is loads less the sum over works of 11' / reviews."""

    table: csr_array
    loads: Floats
    panels: Floats

    def __matmul__(self, block: Floats) -> Floats:
        shared = self.table.T @ ((self.table @ block) / self.panels)
        image: Floats = block - self.loads * block + shared
        return image


def _first_reviewers(marks: Marks) -> csr_array:
    """Works x experts with one expert of each work: enough to tie its experts together."""
    starts = np.cumsum(marks.reviews_of_work) - marks.reviews_of_work
    shape = len(marks.submissions), len(marks.experts)
    places = np.arange(shape[0]), marks.expert[starts]
    return csr_array((np.ones(shape[0]), places), shape=shape)
