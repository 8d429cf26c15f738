"""Short lists, prices and 32-bit pricing never change what is found or proven."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.assignment.affinity_arrays import matrix_of
from flows.assignment.bench.synthetic import Size, people, problem
from flows.assignment.checker.checking import check
from flows.assignment.engine import certificate, goals, network, shortlist
from flows.assignment.engine.certificate import Goal
from flows.assignment.engine.instance import prepare
from flows.assignment.planning import plan
from schemas.assignment_problem import Policy, Weights


def tight(posed, *, over=1.005):
    """Capacities that leave half a per cent of all places free."""
    needed = int(np.ceil(len(posed.submissions) * posed.policy.reviews * over))
    least, more = divmod(needed, len(posed.experts))
    experts = tuple(
        expert.model_copy(update={"capacity": least + (number < more), "minimum": 0})
        for number, expert in enumerate(posed.experts)
    )
    return posed.model_copy(update={"experts": experts})


@pytest.mark.parametrize("limit", [1, 2, None])
def test_gap_closes_when_hardly_a_place_is_free(limit):
    posed = tight(problem(Size(400, 300, 40), seed=3, policy=Policy(max_per_municipality=limit)))

    optimum = goals.optimise(prepare(posed))

    assert optimum.solution.gap == 0
    assert optimum.attained.coverage == 1200


def test_gap_closes_where_every_pair_is_equally_near():
    posed = people(Size(300, 250, 30), seed=4)

    optimum = goals.optimise(prepare(posed))

    assert (optimum.solution.gap, optimum.attained.coverage) == (0, 900)


def test_short_list_finds_the_optimum_of_all_pairs(monkeypatch):
    instance = prepare(tight(problem(Size(300, 200, 25), seed=5)))
    pruned = network.solve(instance, Goal(goals.optimise(instance).solution.proof.goal.weights))
    monkeypatch.setattr(network, "DENSE", instance.affinity.size)
    dense = network.solve(instance, pruned.proof.goal)

    assert len(shortlist.shortlist(instance)) < instance.affinity.size / 2
    assert pruned.value == dense.value


@settings(max_examples=30, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    limit=st.sampled_from([1, 2, None]),
    senior=st.booleans(),
    price=st.integers(0, 60_000),
)
def test_short_and_long_integers_price_alike(seed, limit, senior, price):
    policy = Policy(max_per_municipality=limit, senior_required=senior)
    instance = prepare(problem(Size(12, 15, 4), seed=seed, policy=policy))
    prices = np.random.default_rng(seed).integers(-price, price + 1, len(instance.experts))
    short = Goal(Weights(coverage=40_000, affinity=1))
    long = replace(short, scale=10**6)

    proof, wanted = certificate.prove(instance, short, prices)
    same, _ = certificate.prove(instance, long, prices * long.scale)

    assert proof.bound == same.bound
    assert (instance.affinity[wanted[:, 0], wanted[:, 1]] >= 0).all()


def test_worth_of_single_pairs_is_that_of_the_table():
    instance = prepare(
        problem(Size(12, 15, 4), seed=6), kept=[("w00001", "e00003"), ("w00002", "e00005")]
    )
    weights = Weights(coverage=40_000, kept=500, affinity=1)
    goal = Goal(weights, 3, multipliers=np.arange(12), floors=np.zeros(12, dtype=np.int64))
    pairs = np.argwhere(instance.affinity >= 0)
    nothing = np.zeros(15, dtype=np.int64)

    table = certificate.worths(instance, goal, slice(0, 12), nothing, nothing[:0])

    assert (certificate.pair_worths(instance, goal, pairs) == table[tuple(pairs.T)]).all()


def test_matrix_with_gaps_is_the_same_as_a_list():
    posed = problem(Size(20, 15, 5), seed=7, policy=Policy(default_affinity=0.25))
    matrix = np.full((20, 15), np.nan, dtype=np.float32)
    for work, expert, value in posed.affinity:
        matrix[int(work[1:]), int(expert[1:])] = value

    dense = prepare(posed.model_copy(update={"affinity": ()}), affinity=matrix_of(matrix))

    assert dense.affinity.dtype == np.int16
    assert (dense.affinity == prepare(posed).affinity).all()


def test_numbers_that_mean_without_limit_cost_neither_memory_nor_time():
    posed = problem(Size(4, 6, 4), seed=2, policy=Policy(reviews=10**9, max_per_municipality=10**9))
    experts = tuple(one.model_copy(update={"capacity": 10**9}) for one in posed.experts)
    boundless = posed.model_copy(update={"experts": experts})

    result = plan(boundless)

    assert result.status == "infeasible"
    assert check(boundless, result) == []
