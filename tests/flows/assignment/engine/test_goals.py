"""The goals come in their order, and a bonus for kept pairs is weighed and not raised."""

from flows.assignment.bench.synthetic import Size, problem
from flows.assignment.engine import goals
from flows.assignment.engine.instance import prepare
from schemas.assignment_problem import Policy


def instance(kept=(), **policy):
    return prepare(problem(Size(12, 9, 5), seed=1, policy=Policy(**policy)), kept=kept)


PAIRS = [("w00000", "e00001"), ("w00003", "e00004"), ("w00007", "e00000")]


def test_lower_goals_together_never_outweigh_one_unit_of_a_higher_one():
    posed = instance(kept=PAIRS)

    weights, top = goals.reach_weights(posed), goals.ceilings(posed)

    assert weights.kept == 1
    assert weights.minimum > weights.kept * top.kept
    assert weights.coverage > weights.minimum * top.minimum + weights.kept * top.kept


def test_kept_pairs_are_a_goal_of_their_own_only_without_a_bonus():
    first, weighed = instance(kept=PAIRS), instance(kept=PAIRS, keep_bonus=0.25)

    assert goals.ceilings(first).kept == len(first.kept) > 0
    assert goals.ceilings(weighed).kept == 0
    assert goals.modest(weighed).kept == 2_500
    raised = goals.raised(goals.modest(weighed), bonus=weighed.keep_bonus)
    assert raised.kept == 2_500


def test_optimum_reaches_what_the_higher_goals_alone_reach():
    posed = instance(kept=PAIRS)

    optimum = goals.optimise(posed)

    assert goals.attained(posed, optimum.solution) == optimum.attained
