"""Seniors, reviews in return and even loads together: as good as the best of all lawful plans."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.assignment.bench.synthetic import Size, problem
from flows.assignment.checker.checking import check
from flows.assignment.planning import plan
from schemas.assignment_problem import Policy

tiny = st.builds(
    Size,
    works=st.integers(1, 4),
    experts=st.integers(1, 5),
    municipalities=st.integers(1, 4),
    slack=st.floats(0.6, 2),
)
policies = st.builds(
    Policy,
    reviews=st.integers(1, 2),
    cross_municipal=st.booleans(),
    max_per_municipality=st.sampled_from([1, 2, None]),
    senior_required=st.booleans(),
    no_reciprocity=st.booleans(),
    no_municipal_reciprocity=st.booleans(),
    load_balance=st.sampled_from([0.0, 0.2, 1.0]),
    default_affinity=st.sampled_from([0.0, 0.25]),
)
seeds = st.integers(0, 10_000)


@settings(max_examples=60, deadline=None)
@given(size=tiny, policy=policies, seed=seeds)
def test_no_lawful_plan_is_fuller_or_better(every_plan, size, policy, seed):
    posed = problem(size, seed=seed, policy=policy)
    oracle = every_plan(posed)

    result = plan(posed)

    found = oracle.as_plan(result)
    assert check(posed, result) == []
    assert oracle.reached(found) == oracle.reached(oracle.full[0])
    assert oracle.worth(found) == max(map(oracle.worth, oracle.full))


@settings(max_examples=60, deadline=None)
@given(size=tiny, policy=policies, seed=seeds, pick=seeds)
def test_fixed_pairs_of_a_lawful_plan_stay_and_decide_directions(
    every_plan, size, policy, seed, pick
):
    posed = problem(size, seed=seed, policy=policy)
    before = plan(posed).pairs
    fixed = tuple(pair[:2] for pair in before[: pick % (len(before) + 1)])
    held = posed.model_copy(update={"fixed": fixed})
    oracle = every_plan(held)

    result = plan(held)

    found = oracle.as_plan(result)
    assert check(held, result) == []
    assert set(fixed) <= {pair[:2] for pair in result.pairs}
    assert oracle.worth(found) == max(map(oracle.worth, oracle.full))


@pytest.mark.parametrize(
    "rules",
    [
        {"senior_required": True},
        {"no_reciprocity": True},
        {"senior_required": True, "no_reciprocity": True},
    ],
)
def test_middling_problem_is_full_lawful_and_within_a_small_gap(rules):
    posed = problem(Size(120, 70, 20), seed=1, policy=Policy(**rules))

    result = plan(posed)

    assert len(result.pairs) == 360
    assert check(posed, result) == []
    assert result.gap <= result.total * 1e-4


def test_plan_that_cannot_be_full_under_the_rules_is_proven_the_largest():
    rules = Policy(senior_required=True, no_reciprocity=True)
    posed = problem(Size(40, 24, 9, 0.8), seed=1, policy=rules)

    result = plan(posed)

    assert result.status == "infeasible"
    assert check(posed, result) == []
