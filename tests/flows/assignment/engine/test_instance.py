"""Arrays of a problem: the smallest integers that are exact, and nothing lost in blocks."""

import numpy as np
import pytest

from flows.assignment.affinity_arrays import AffinityArrays, matrix_of
from flows.assignment.bench.synthetic import Size, people, problem
from flows.assignment.engine import affinities
from flows.assignment.engine.instance import prepare
from schemas.assignment_problem import Policy

SIZE = Size(14, 12, 6)


@pytest.mark.parametrize(
    ("value", "unit", "kind"),
    [(0.1234, 10_000, np.int16), (0.12345, 1_000_000, np.int32), (1 / 3, 100_000_000, np.int32)],
)
def test_smallest_unit_that_is_exact_is_taken(value, unit, kind):
    posed = people(SIZE, seed=1)
    listed = AffinityArrays(np.array([2]), np.array([3]), np.array([value]))

    instance = prepare(posed, affinity=listed)

    assert (instance.unit, instance.affinity.dtype) == (unit, kind)


def test_short_floats_count_as_the_decimals_they_were_written_as():
    values = np.round(np.random.default_rng(1).random((14, 12)), 4)
    posed = people(SIZE, seed=1)

    short = prepare(posed, affinity=matrix_of(values.astype(np.float32)))

    assert short.unit == 10_000
    assert (short.affinity == prepare(posed, affinity=matrix_of(values)).affinity).all()


def test_blocks_of_any_size_give_the_same_arrays(monkeypatch):
    posed = problem(SIZE, seed=2, policy=Policy(seed=5))
    whole = prepare(posed).affinity
    monkeypatch.setattr(affinities, "CELLS_AT_ONCE", 5)

    assert (prepare(posed).affinity == whole).all()


def test_matrix_smaller_than_the_problem_leaves_the_rest_at_the_default():
    posed = people(SIZE, seed=1, policy=Policy(default_affinity=0.5, cross_municipal=False))
    matrix = matrix_of(np.zeros((14, 11)))

    instance = prepare(posed, affinity=matrix)

    last = [expert.id for expert in instance.experts].index("e00011")
    assert set(instance.affinity[:, last].tolist()) <= {-1, 5_000}
    assert set(np.delete(instance.affinity, last, axis=1).ravel().tolist()) == {-1, 0}
