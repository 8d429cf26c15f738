"""Plans are lawful, as good as any exact solver's, proven, and the same for the same facts."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.assignment.bench.synthetic import Size, problem
from flows.assignment.checker.checking import check
from flows.assignment.planning import plan
from schemas.assignment_problem import Candidate, Policy, Problem, Reviewer
from schemas.errors import BadInput

sizes = st.builds(
    Size,
    works=st.integers(1, 9),
    experts=st.integers(1, 9),
    municipalities=st.integers(1, 6),
    slack=st.floats(0.7, 2),
)
policies = st.builds(
    Policy,
    reviews=st.integers(1, 3),
    cross_municipal=st.booleans(),
    max_per_municipality=st.sampled_from([1, 2, None]),
    senior_required=st.booleans(),
    no_reciprocity=st.booleans(),
    default_affinity=st.sampled_from([0.0, 0.25]),
    seed=st.integers(0, 2),
)
network_policies = policies.map(
    lambda policy: policy.model_copy(update={"senior_required": False, "no_reciprocity": False})
)
seeds = st.integers(0, 10_000)


def met_minimums(posed, result):
    loads = {expert.id: 0 for expert in posed.experts}
    for _, expert, _ in result.pairs:
        loads[expert] += 1
    return sum(min(loads[expert.id], expert.minimum) for expert in posed.experts)


def shuffled(posed, seed):
    draw = np.random.default_rng(seed)

    def mixed(rows):
        return tuple(rows[number] for number in draw.permutation(len(rows)))

    names = ("submissions", "experts", "affinity")
    return posed.model_copy(update={name: mixed(getattr(posed, name)) for name in names})


def work(name, place, **fields):
    return Candidate(
        id=name, municipality=place, organisation="", authors=(f"author of {name}",), track="t",
        **fields,
    )  # fmt: skip


def expert(name, place, **fields):
    fields = {"capacity": 5, **fields}
    return Reviewer(id=name, person=name, municipality=place, organisation="", **fields)


@settings(max_examples=120, deadline=None)
@given(size=sizes, policy=policies, seed=seeds)
def test_plan_is_lawful_and_as_good_as_a_dense_integer_programme(oracle, size, policy, seed):
    posed = problem(size, seed=seed, policy=policy)

    result = plan(posed)

    assert check(posed, result) == []
    reviews, minimums, total = oracle(posed)
    assert len(result.pairs) == reviews
    assert met_minimums(posed, result) == minimums
    assert result.total == pytest.approx(total, abs=1e-6)


@settings(max_examples=60, deadline=None)
@given(size=sizes, policy=network_policies, seed=seeds)
def test_certificate_closes_wherever_the_rules_are_a_network(size, policy, seed):
    result = plan(problem(size, seed=seed, policy=policy))

    assert result.gap == 0
    assert result.status in {"optimal", "infeasible"}


@settings(max_examples=25, deadline=None)
@given(
    size=sizes,
    policy=policies,
    seed=seeds,
    fairness=st.sampled_from(["maxmin", "leximin"]),
)
def test_fair_plans_are_lawful_and_never_have_a_weaker_smallest_panel(size, policy, seed, fairness):
    posed = problem(size, seed=seed, policy=policy)
    fair = posed.model_copy(update={"policy": policy.model_copy(update={"fairness": fairness})})

    plain, result = plan(posed), plan(fair)

    assert check(fair, result) == []
    assert len(result.pairs) == len(plain.pairs)
    assert result.metrics.min >= plain.metrics.min - 1e-4
    assert result.total <= plain.total + 1e-9


@settings(max_examples=30, deadline=None)
@given(size=sizes, policy=policies, seed=seeds, order=seeds)
def test_order_of_the_input_never_changes_the_total(size, policy, seed, order):
    posed = problem(size, seed=seed, policy=policy)

    assert plan(shuffled(posed, order)).total == plan(posed).total


def test_same_problem_gives_identical_pairs_and_another_seed_the_same_total():
    posed = problem(Size(28, 20, 9), seed=4)
    reseeded = posed.model_copy(update={"policy": Policy(seed=7)})

    assert plan(posed) == plan(posed)
    assert plan(reseeded).total == plan(posed).total


def test_large_problem_is_proven_over_all_pairs_from_pruned_candidates():
    posed = problem(Size(300, 200, 25), seed=1)

    result = plan(posed)

    assert (result.status, result.gap) == ("optimal", 0)
    assert check(posed, result) == []


def test_expert_is_never_given_work_from_own_municipality_under_another_name():
    posed = Problem(
        submissions=(work("w", "г. Киренск"),),
        experts=(expert("a", "Киренский район"), expert("b", "Катангский район")),
        affinity=(("w", "a", 1.0),),
        same_place=(("Киренск", "г. Киренск"), ("Киренск", "Киренский район")),
        policy=Policy(reviews=1),
    )

    assert [pair[:2] for pair in plan(posed).pairs] == [("w", "b")]


def test_fixed_pairs_stay_and_count_against_capacity_and_diversity():
    posed = Problem(
        submissions=(work("w", "A"), work("v", "A")),
        experts=(
            expert("b1", "B", capacity=1),
            expert("b2", "B"),
            expert("c", "C"),
        ),
        affinity=(("w", "b2", 1.0), ("v", "b1", 1.0)),
        fixed=(("w", "b1"),),
        policy=Policy(reviews=2),
    )

    pairs = {pair[:2] for pair in plan(posed).pairs}

    assert pairs == {("w", "b1"), ("w", "c"), ("v", "b2"), ("v", "c")}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"fixed": (("w", "a"),)}, "свой муниципалитет"),
        ({"fixed": (("w", "b1"),), "forbidden": (("w", "b1"),)}, "пара запрещена"),
        ({"fixed": (("w", "b1"), ("w", "b2"))}, "не больше 1"),
        ({"fixed": (("w", "b1"), ("v", "b1"))}, "нагрузка не больше 1"),
    ],
)
def test_fixed_pair_that_breaks_a_rule_is_refused_in_words(changes, words):
    posed = Problem(
        submissions=(work("w", "A"), work("v", "A")),
        experts=(expert("a", "A"), expert("b1", "B", capacity=1), expert("b2", "B")),
        **changes,
    )

    with pytest.raises(BadInput, match=words):
        plan(posed)


def test_minimum_load_is_honoured_before_affinity_but_after_coverage():
    posed = Problem(
        submissions=(work("w", "A"), work("v", "A")),
        experts=(expert("b", "B"), expert("c", "C", minimum=1), expert("d", "D", minimum=3)),
        affinity=(("w", "b", 1.0), ("v", "b", 1.0)),
        policy=Policy(reviews=1),
    )

    result = plan(posed)

    assert {pair[1] for pair in result.pairs} <= {"c", "d"}
    assert [(deficit.submissions, deficit.missing) for deficit in result.deficits] == [((), 2)]
    assert check(posed, result) == []


def test_no_experts_or_no_works_is_an_answer_not_an_accident():
    alone = Problem(submissions=(work("w", "A"),), experts=())
    nothing = Problem(submissions=(), experts=(expert("b", "B"),))
    senior = Policy(senior_required=True, no_reciprocity=True, fairness="leximin")

    assert plan(alone).status == "infeasible"
    assert plan(alone.model_copy(update={"policy": senior})).status == "infeasible"
    assert plan(nothing).status == "optimal"
    assert check(alone, plan(alone)) == []
