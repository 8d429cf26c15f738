"""The one way to fit the model of marks: exactly for few experts, sparsely for many."""

from flows.decision.engine import severity, sparse
from flows.decision.engine.severity import DENSE_EXPERTS, Fit, Marks


def fit(marks: Marks) -> Fit | None:
    """The model averaged over the grid; None when fewer than two marks exist.

    Up to ``DENSE_EXPERTS`` experts every digit is exact and every pair of the grid has its row;
    beyond, rows without weight are left out.
    """
    if len(marks.experts) <= DENSE_EXPERTS:
        return severity.fit(marks)
    return sparse.fit(marks)
