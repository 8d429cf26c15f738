"""The lottery is the best under its cap, proven, and every plan it draws is lawful."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from flows.assignment.bench.synthetic import Size, problem
from flows.assignment.checker.checking import check
from flows.assignment.checker.register import Register
from flows.assignment.engine import lottery, lottery_result
from flows.assignment.engine.instance import prepare
from flows.assignment.planning import plan
from schemas.assignment_problem import Candidate, Policy, Problem, Reviewer
from schemas.errors import BadInput

sizes = st.builds(
    Size,
    works=st.integers(1, 8),
    experts=st.integers(1, 8),
    municipalities=st.integers(1, 5),
    slack=st.floats(0.7, 2),
)
policies = st.builds(
    Policy,
    reviews=st.integers(1, 3),
    cross_municipal=st.booleans(),
    max_per_municipality=st.sampled_from([1, 2, None]),
    default_affinity=st.sampled_from([0.0, 0.25]),
    max_probability=st.sampled_from([0.2, 0.5, 0.75, 0.9]),
    seed=st.integers(0, 2),
)
seeds = st.integers(0, 10_000)


def with_policy(posed, **changes):
    return posed.model_copy(update={"policy": posed.policy.model_copy(update=changes)})


def linear_optimum(posed):
    """(reviews, minimum loads, total) of the best lottery by a dense linear programme."""
    register, policy = Register(posed), posed.policy
    works, experts = len(posed.submissions), len(posed.experts)
    pairs = works * experts
    allowed = np.array([register.allowed(work) for work in posed.submissions])
    upper = np.append(allowed.ravel() * policy.max_probability, [e.minimum for e in posed.experts])
    cell = np.arange(pairs).reshape(works, experts)
    rows = [(cell[number], register.wanted(work)) for number, work in enumerate(posed.submissions)]
    rows += [(cell[:, number], expert.capacity) for number, expert in enumerate(posed.experts)]
    for place in set(register.expert_places) if policy.max_per_municipality else ():
        members = register.expert_places == place
        rows += [(cell[number, members], policy.max_per_municipality) for number in range(works)]
    matrix, limit = np.zeros((len(rows) + experts, pairs + experts)), np.zeros(len(rows) + experts)
    for number, (cells, most) in enumerate(rows):
        matrix[number, cells], limit[number] = 1, most
    for number in range(experts):
        matrix[len(rows) + number, cell[:, number]] = -1
        matrix[len(rows) + number, pairs + number] = 1
    goals = (
        np.append(np.ones(pairs), np.zeros(experts)),
        np.append(np.zeros(pairs), np.ones(experts)),
        np.append(register.units(10_000).ravel() / 10_000, np.zeros(experts)),
    )
    best = []
    for goal in goals:
        bounds = np.column_stack((0 * upper, upper))
        found = -linprog(-goal, A_ub=matrix, b_ub=limit, bounds=bounds).fun
        matrix, limit = np.vstack((matrix, -goal)), np.append(limit, 1e-7 - found)
        best.append(found)
    return best


@settings(max_examples=60, deadline=None)
@given(size=sizes, policy=policies, seed=seeds)
def test_lottery_is_the_linear_optimum_proven_and_its_plan_lawful(size, policy, seed):
    posed = problem(size, seed=seed, policy=policy)

    result = plan(posed)

    assert check(posed, result) == []
    reviews, minimums, total = linear_optimum(posed)
    loads = {expert.id: 0.0 for expert in posed.experts}
    for _, expert, chance in result.draw.probabilities:
        loads[expert] += chance
    assert sum(loads.values()) == pytest.approx(reviews, abs=1e-6)
    met = sum(min(loads[expert.id], expert.minimum) for expert in posed.experts)
    assert met == pytest.approx(minimums, abs=1e-6)
    assert result.draw.expected == pytest.approx(total, abs=1e-5)
    assert result.draw.bound == result.draw.expected
    assert result.gap == 0


@settings(max_examples=25, deadline=None)
@given(size=sizes, policy=policies, seed=seeds)
def test_no_draw_ever_contains_mutual_reviews(size, policy, seed):
    posed = with_policy(problem(size, seed=seed, policy=policy), no_reciprocity=True)
    instance = prepare(posed)
    best = lottery.spread(instance, lottery.odds_of(policy.max_probability))

    for draw in range(10):
        chosen = lottery_result.drawn(instance, best, draw)
        pairs = set(zip(chosen.rows.tolist(), chosen.columns.tolist(), strict=True))
        for row, column, other, reader in instance.rivals.tolist():
            assert not {(row, column), (other, reader)} <= pairs
    assert best.bound >= best.expected
    assert check(posed, plan(posed)) == []


@settings(max_examples=20, deadline=None)
@given(size=sizes, policy=policies, seed=seeds)
def test_cap_of_one_leaves_nothing_to_chance_and_is_the_deterministic_optimum(size, policy, seed):
    posed = problem(size, seed=seed, policy=policy.model_copy(update={"max_probability": 1.0}))
    instance = prepare(posed)

    certain = lottery.spread(instance, lottery.odds_of(1.0))
    result = plan(posed)

    assert result.draw is None
    assert certain.expected / instance.unit == pytest.approx(result.total)
    assert len(lottery_result.drawn(instance, certain, 0).rows) == len(result.pairs)


def test_probabilities_are_what_many_draws_show():
    posed = problem(Size(8, 7, 4), seed=5, policy=Policy(reviews=2, max_probability=0.6))
    instance = prepare(posed)
    best = lottery.spread(instance, lottery.odds_of(0.6))
    shown = np.zeros(instance.affinity.shape)

    for seed in range(400):
        chosen = lottery_result.drawn(instance, best, seed)
        shown[chosen.rows, chosen.columns] += 1

    claimed = np.zeros(instance.affinity.shape)
    claimed[best.rows, best.columns] = best.amount / best.odds.whole
    assert np.abs(shown / 400 - claimed).max() < 0.125
    assert claimed.max() <= 0.6


def test_fixed_pair_is_certain_and_its_answer_impossible():
    works = [
        Candidate(id=f"w{n}", municipality=f"m{n}", organisation="", authors=(f"p{n}",), track="t")
        for n in range(4)
    ]
    experts = [
        Reviewer(id=f"e{n}", person=f"p{n}", municipality=f"m{n}", organisation="", capacity=4)
        for n in range(4)
    ]
    policy = Policy(reviews=2, max_probability=0.7, no_reciprocity=True)
    posed = Problem(submissions=works, experts=experts, fixed=(("w0", "e1"),), policy=policy)

    result = plan(posed)

    chances = {pair[:2]: pair[2] for pair in result.draw.probabilities}
    assert chances["w0", "e1"] == 1
    assert ("w1", "e0") not in chances
    assert check(posed, result) == []


def test_too_low_a_cap_fills_what_it_can_and_names_the_cap_that_would_do():
    works = [
        Candidate(id=f"w{n}", municipality="A", organisation="", authors=(f"p{n}",), track="t")
        for n in range(2)
    ]
    experts = [
        Reviewer(id=name, person=name, municipality=name, organisation="", capacity=2)
        for name in "bcde"
    ]
    posed = Problem(
        submissions=works, experts=experts, policy=Policy(reviews=3, max_probability=0.5)
    )

    result = plan(posed)
    (deficit,) = result.deficits

    assert result.status == "infeasible"
    assert len(result.pairs) == 4
    assert deficit.missing == 2
    assert "0,5" in deficit.text
    assert "0,8: хватит всем" in deficit.remedies[0]
    assert check(posed, result) == []
    assert plan(with_policy(posed, max_probability=0.8)).status == "optimal"


@pytest.mark.parametrize(
    ("rule", "name"),
    [
        ({"senior_required": True}, "senior_required"),
        ({"fairness": "maxmin"}, "fairness"),
        ({"connected": True}, "connected"),
        ({"load_balance": 0.5}, "load_balance"),
        ({"no_municipal_reciprocity": True}, "no_municipal_reciprocity"),
    ],
)
def test_rule_that_chance_cannot_keep_is_refused_by_name(rule, name):
    with pytest.raises(BadInput, match=f"max_probability.*{name}"):
        Problem(submissions=(), experts=(), policy=Policy(max_probability=0.5, **rule))
    Problem(submissions=(), experts=(), policy=Policy(max_probability=1, **rule))


def test_nobody_and_nothing_are_answers_under_a_cap_too():
    work = Candidate(id="w", municipality="A", organisation="", authors=("p",), track="t")
    expert = Reviewer(id="b", person="b", municipality="B", organisation="", capacity=1)
    policy = Policy(max_probability=0.5, no_reciprocity=True)
    alone = Problem(submissions=(work,), experts=(), policy=policy)
    nothing = Problem(submissions=(), experts=(expert,), policy=policy)

    assert plan(alone).status == "infeasible"
    assert plan(nothing).status == "optimal"
    assert check(alone, plan(alone)) == []
    assert check(nothing, plan(nothing)) == []


def test_large_lottery_is_proven_over_all_pairs_from_pruned_candidates():
    posed = problem(Size(300, 200, 25), seed=1, policy=Policy(max_probability=0.3))

    result = plan(posed)

    assert (result.status, result.gap) == ("optimal", 0)
    assert check(posed, result) == []
