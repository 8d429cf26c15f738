"""Even loads: as good as a dense integer programme, proven, and really evener."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.assignment.bench.synthetic import Size, problem
from flows.assignment.checker.checking import check
from flows.assignment.planning import plan
from schemas.assignment_problem import Candidate, Policy, Problem, Reviewer

sizes = st.builds(
    Size,
    works=st.integers(1, 9),
    experts=st.integers(1, 9),
    municipalities=st.integers(1, 6),
    slack=st.floats(0.7, 2.5),
)
policies = st.builds(
    Policy,
    reviews=st.integers(1, 3),
    max_per_municipality=st.sampled_from([1, 2, None]),
    default_affinity=st.sampled_from([0.0, 0.25]),
    load_balance=st.sampled_from([0.03, 0.1, 1 / 3, 0.7, 1.0]),
)


def uneven(posed, result):
    """What the loads cost, straight from the sentence in the documentation."""
    loads = Counter(expert for _, expert, _ in result.pairs)
    share = posed.policy.load_balance
    return sum(
        round(share * 10_000 * before / max(1, expert.capacity - 1)) / 10_000
        for expert in posed.experts
        for before in range(loads[expert.id])
    )


@settings(max_examples=80, deadline=None)
@given(size=sizes, policy=policies, seed=st.integers(0, 10_000))
def test_balanced_plan_is_as_good_as_a_dense_integer_programme(oracle, size, policy, seed):
    posed = problem(size, seed=seed, policy=policy)

    result = plan(posed)

    assert check(posed, result) == []
    assert result.gap == 0
    reviews, _, value = oracle(posed)
    assert len(result.pairs) == reviews
    assert result.total - uneven(posed, result) == pytest.approx(value, abs=1e-6)


def test_total_stays_the_sum_of_affinity_and_loads_become_even():
    plain = problem(Size(60, 40, 9, slack=2.5), seed=2)
    policy = Policy(load_balance=1.0)
    even = plain.model_copy(update={"policy": policy})

    unbalanced, result = plan(plain), plan(even)

    assert result.total == pytest.approx(sum(pair[2] for pair in result.pairs))
    assert result.total < unbalanced.total
    assert result.metrics.load_gini < unbalanced.metrics.load_gini / 2


def test_fixed_pairs_count_as_the_first_units_of_a_load():
    posed = Problem(
        submissions=tuple(
            Candidate(id=name, municipality="A", organisation="", authors=(name,), track="t")
            for name in ("w1", "w2")
        ),
        experts=tuple(
            Reviewer(id=name, person=name, municipality=name, organisation="", capacity=2)
            for name in ("b", "c")
        ),
        affinity=(("w1", "b", 0.5), ("w2", "b", 0.5), ("w2", "c", 0.3)),
        fixed=(("w1", "b"),),
        policy=Policy(reviews=1, load_balance=0.3),
    )

    result = plan(posed)

    assert ("w2", "c") in {pair[:2] for pair in result.pairs}
    assert check(posed, result) == []


def test_checker_refuses_a_plan_whose_loads_could_be_evener():
    plain = problem(Size(30, 20, 8, slack=2.0), seed=5)
    uneven_plan = plan(plain)
    asked = plain.model_copy(update={"policy": Policy(load_balance=0.5)})

    assert check(plain, uneven_plan) == []
    assert check(asked, uneven_plan) != []
