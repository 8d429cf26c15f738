"""The goals come in their order, and a bonus for kept pairs is weighed and not raised."""

import pytest

from flows.assignment.bench.synthetic import Size, problem
from flows.assignment.checker.checking import check
from flows.assignment.engine import goals
from flows.assignment.engine.instance import prepare
from flows.assignment.planning import plan
from schemas.assignment_problem import Candidate, Policy, Problem, Reviewer


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


def test_only_the_goal_that_fell_short_and_those_before_it_are_raised():
    modest = goals.modest(instance(kept=PAIRS))
    wanted = goals.Attained(9, 5, 3)
    short = [goals.Attained(8, 5, 3), goals.Attained(9, 4, 3), goals.Attained(9, 5, 2)]
    names = ("coverage", "minimum", "kept")

    for number, got in enumerate(short):
        higher = goals.raised(modest, got, wanted)
        grown = [getattr(higher, name) > getattr(modest, name) for name in names]
        assert grown == [place <= number for place in range(3)]
        assert higher.affinity == 1


@pytest.mark.parametrize("nearness", [1.0, 0.123456789])
def test_pair_is_kept_even_where_that_moves_a_hundred_works(nearness):
    numbers = range(100)
    next_to = {(number, (number + 1) % 100) for number in numbers}
    works = tuple(
        Candidate(id=f"w{n}", municipality=f"a{n}", organisation="", authors=(), track="")
        for n in numbers
    )
    experts = tuple(
        Reviewer(id=f"e{n}", person=f"p{n}", municipality=f"b{n}", organisation="", capacity=1)
        for n in numbers
    )
    near = tuple((f"w{n}", f"e{n}", 1.0 if n else nearness) for n in numbers)
    others = {(w, e) for w in numbers for e in numbers if w != e} - next_to
    posed = Problem(
        submissions=works,
        experts=experts,
        affinity=near,
        forbidden=tuple((f"w{w}", f"e{e}") for w, e in sorted(others)),
        kept=(("w0", "e1"),),
        policy=Policy(reviews=1),
    )

    result = plan(posed)

    assert (result.status, result.total) == ("optimal", 0.0)
    assert check(posed, result) == []


def test_optimum_reaches_what_the_higher_goals_alone_reach():
    posed = instance(kept=PAIRS)

    optimum = goals.optimise(posed)

    assert goals.attained(posed, optimum.solution) == optimum.attained
