"""Affinities of a short list as triples or a matrix."""

from collections.abc import Sequence

import numpy as np

from flows.assignment.affinity.arrays import affinity_arrays
from flows.assignment.affinity.profiles import ExpertProfile, WorkProfile
from flows.assignment.affinity.views import Matrix

__all__ = ["ExpertProfile", "WorkProfile", "affinities", "affinity_matrix"]


def affinities(
    works: Sequence[WorkProfile], experts: Sequence[ExpertProfile]
) -> tuple[tuple[str, str, float], ...]:
    """Triples (work, expert, 0..1) for every pair, without sentence vectors and wishes."""
    return tuple(
        (work.id, expert.id, value)
        for work, row in zip(works, affinity_matrix(works, experts).tolist(), strict=True)
        for expert, value in zip(experts, row, strict=True)
    )


def affinity_matrix(works: Sequence[WorkProfile], experts: Sequence[ExpertProfile]) -> Matrix:
    """(works x experts) for a list short enough."""
    found = affinity_arrays(works, experts, dense=len(works) * len(experts))
    values = np.zeros((len(works), len(experts)))
    values[found.row, found.column] = found.value
    return values
