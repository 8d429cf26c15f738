"""Fair plans: no lawful plan has a weaker work better served, whatever the other rules are."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.assignment.bench.synthetic import Size, problem
from flows.assignment.checker.checking import check
from flows.assignment.engine.certificate import own_best_panels
from flows.assignment.engine.instance import prepare
from flows.assignment.planning import plan
from schemas.assignment_problem import Candidate, Policy, Problem, Reviewer

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
    max_per_municipality=st.sampled_from([1, None]),
    senior_required=st.booleans(),
    no_reciprocity=st.booleans(),
    no_municipal_reciprocity=st.booleans(),
    load_balance=st.sampled_from([0.0, 0.3]),
)
seeds = st.integers(0, 10_000)


def fair(posed, fairness):
    policy = posed.policy.model_copy(update={"fairness": fairness})
    return posed.model_copy(update={"policy": policy})


def work(name, **fields):
    fields = {"municipality": "A", "authors": (), "track": "t", **fields}
    return Candidate(id=name, organisation="", **fields)


def expert(name, capacity=1):
    return Reviewer(id=name, person=name, municipality=name, organisation="", capacity=capacity)


@settings(max_examples=30, deadline=None)
@given(size=tiny, policy=policies, seed=seeds)
def test_leximin_levels_are_the_best_of_all_plans_and_the_total_the_best_of_those(
    every_plan, size, policy, seed
):
    posed = fair(problem(size, seed=seed, policy=policy), "leximin")
    oracle = every_plan(posed)

    result = plan(posed)

    found, levels = oracle.as_plan(result), max(map(oracle.levels, oracle.full))
    assert check(posed, result) == []
    assert oracle.reached(found) == oracle.reached(oracle.full[0])
    assert oracle.levels(found) == levels
    peers = (one for one in oracle.full if oracle.levels(one) == levels)
    assert oracle.worth(found) == max(map(oracle.worth, peers))


@settings(max_examples=25, deadline=None)
@given(size=tiny, policy=policies, seed=seeds)
def test_maxmin_raises_the_weakest_panel_as_far_as_any_plan_can(every_plan, size, policy, seed):
    posed = fair(problem(size, seed=seed, policy=policy), "maxmin")
    oracle = every_plan(posed)

    result = plan(posed)

    found = oracle.as_plan(result)
    weakest = max(min(oracle.levels(one), default=0) for one in oracle.full)
    assert check(posed, result) == []
    assert min(oracle.levels(found), default=0) == weakest
    peers = (one for one in oracle.full if min(oracle.levels(one), default=0) >= weakest)
    assert oracle.worth(found) == max(map(oracle.worth, peers))


def test_work_that_no_expert_fits_holds_nobody_down():
    posed = Problem(
        submissions=(work("lost"), work("v"), work("w")),
        experts=(expert("x", 3), expert("y"), expert("z")),
        affinity=(("v", "x", 0.9), ("v", "y", 0.6), ("w", "y", 0.95), ("w", "z", 0.1)),
        policy=Policy(reviews=1, fairness="maxmin"),
    )

    result = plan(posed)

    served = {name: affinity for name, _, affinity in result.pairs}
    assert min(served["v"], served["w"]) == pytest.approx(0.9)
    assert check(posed, result) == []


@pytest.mark.parametrize("fairness", ["maxmin", "leximin"])
def test_fixed_pairs_that_leave_nobody_free_are_a_plan_by_themselves(fairness):
    posed = Problem(
        submissions=(work("v"), work("w")),
        experts=(expert("x"),),
        affinity=(("v", "x", 0.9), ("w", "x", 0.6)),
        fixed=(("v", "x"),),
        policy=Policy(reviews=2, fairness=fairness),
    )

    result = plan(posed)

    assert (result.status, result.pairs) == ("infeasible", (("v", "x", 0.9),))
    assert check(posed, result) == []


def test_weakest_panel_is_all_that_maxmin_asks_before_the_total():
    posed = Problem(
        submissions=(work("u"), work("v"), work("w")),
        experts=(expert("x"), expert("y"), expert("z")),
        affinity=(
            *(("u", "z", 0.1), ("v", "x", 0.1), ("v", "y", 0.11), ("w", "x", 0.5)),
            ("w", "y", 0.9),
        ),
        forbidden=(("u", "x"), ("u", "y"), ("v", "z"), ("w", "z")),
        policy=Policy(reviews=1, fairness="maxmin"),
    )

    result = plan(posed)

    assert (result.status, result.total) == ("optimal", pytest.approx(1.1))


def test_as_many_works_as_possible_rise_when_not_all_can():
    """One good expert, three works that could each have them: two more share a middling one."""
    posed = Problem(
        submissions=(work("u"), work("v"), work("w")),
        experts=(expert("good"), expert("middling"), expert("poor")),
        affinity=tuple(
            (name, reader, value)
            for name in "uvw"
            for reader, value in (("good", 0.9), ("middling", 0.5), ("poor", 0.1))
        ),
        policy=Policy(reviews=1, fairness="leximin"),
    )

    result = plan(posed)

    assert sorted(affinity for *_, affinity in result.pairs) == [0.1, 0.5, 0.9]
    assert check(posed, result) == []


def test_weakest_panel_of_a_large_problem_is_proven():
    posed = fair(problem(Size(120, 70, 20), seed=1), "maxmin")

    plain, result = plan(fair(posed, "none")), plan(posed)

    assert result.metrics.min >= plain.metrics.min
    assert result.gap <= 0.001 * result.total
    assert check(posed, result) == []


def test_in_a_large_problem_the_weakest_works_get_their_own_best_panels():
    posed = problem(Size(60, 40, 15), seed=4, policy=Policy(fairness="leximin"))
    weakest = problem(Size(60, 40, 15), seed=4, policy=Policy(fairness="maxmin"))
    own_best = np.sort(own_best_panels(prepare(posed)))
    panels = [np.sort(panel_sums_of(one)) for one in (posed, weakest)]
    reached = [int(np.argmin(np.append(sums == own_best, False))) for sums in panels]
    assert reached[0] > reached[1]
    assert panels[0].tolist() >= panels[1].tolist()


def panel_sums_of(posed):
    """Sum of affinity per work in units of 1/10,000."""
    sums = Counter()
    for work, _, value in plan(posed).pairs:
        sums[work] += round(value * 10_000)
    return np.array(list(sums.values()))
