"""Links of many experts: the same eigenvalue as from the whole matrix."""

import numpy as np
import pytest

from flows.decision.engine import agreement, connectivity, severity
from schemas.decision_problem import ScoredReview


def marks_of(pairs):
    return severity.tabulate(
        ScoredReview(submission=f"w{work:04}", expert=f"e{expert:04}", score=50)
        for work, expert in sorted(set(pairs))
    )


def panels(works, experts, size=3, *, seed=0, first_work=0, first_expert=0):
    rng = np.random.default_rng(seed)
    return [
        (first_work + work, first_expert + int(expert))
        for work in range(works)
        for expert in rng.choice(experts, size, replace=False)
    ]


RING = [(work, (work + step) % 60) for work in range(60) for step in (0, 1)]
NETWORKS = {
    "dense": panels(300, 60),
    "with a work for all": panels(120, 60) + [(120, expert) for expert in range(60)],
    "ring": RING,
    "large panels": panels(20, 90, 55),
    "one work": [(0, expert) for expert in range(40)],
    "pair": [(0, 0), (0, 1)],
}


@pytest.mark.parametrize("name", NETWORKS)
def test_second_eigenvalue_equals_that_of_the_whole_matrix(name):
    marks = marks_of(NETWORKS[name])

    whole = agreement.connectivity(marks)

    assert connectivity.second_eigenvalue(marks) == pytest.approx(whole, rel=1e-6)


def test_groups_without_common_works_have_no_link_at_all():
    apart = panels(40, 20) + panels(40, 20, first_work=40, first_expert=20)

    assert connectivity.second_eigenvalue(marks_of(apart)) == 0


def test_many_experts_are_linked_the_sparse_way(monkeypatch):
    marks = marks_of(panels(300, 60))
    whole = agreement.connectivity(marks)
    monkeypatch.setattr(agreement, "DENSE_EXPERTS", 50)

    assert agreement.connectivity(marks) == pytest.approx(whole, rel=1e-6)
    assert agreement.connectivity(marks) == connectivity.second_eigenvalue(marks)
