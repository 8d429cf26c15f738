"""Municipalities and people never review each other; the rule costs as little as it can."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.assignment.bench.synthetic import Size, problem
from flows.assignment.checker.checking import check
from flows.assignment.planning import plan
from schemas.assignment_problem import Candidate, Policy, Problem, Reviewer
from schemas.errors import BadInput

ONE_WAY = Policy(reviews=1, no_municipal_reciprocity=True)


def work(name, place, author="somebody"):
    return Candidate(id=name, municipality=place, organisation="", authors=(author,), track="t")


def expert(name, place, **fields):
    fields = {"person": name, "capacity": 5, **fields}
    return Reviewer(id=name, municipality=place, organisation="", **fields)


def two_towns(**changes):
    """A reads B's work well, B reads A's a little less; C reads both badly."""
    posed = Problem(
        submissions=(work("wa", "A"), work("wb", "B")),
        experts=(expert("a", "A"), expert("b", "B"), expert("c", "C")),
        affinity=(("wb", "a", 0.9), ("wa", "b", 0.8), ("wa", "c", 0.1), ("wb", "c", 0.2)),
        policy=ONE_WAY,
    )
    return posed.model_copy(update=changes)


def roads(posed, result):
    home = {one.id: one.municipality for one in posed.submissions}
    place = {one.id: one.municipality for one in posed.experts}
    return {(home[submission], place[reader]) for submission, reader, _ in result.pairs}


def test_the_direction_that_costs_less_is_given_up():
    result = plan(two_towns())

    assert [pair[:2] for pair in result.pairs] == [("wa", "b"), ("wb", "c")] or [
        pair[:2] for pair in result.pairs
    ] == [("wa", "c"), ("wb", "a")]
    assert result.total == pytest.approx(1.0)
    assert check(two_towns(), result) == []


def test_names_of_one_municipality_count_as_one():
    posed = two_towns(
        submissions=(work("wa", "A"), work("wb", "village of B")),
        same_place=(("B", "village of B"),),
    )

    assert plan(posed).total == pytest.approx(1.0)
    assert check(posed, plan(posed)) == []


def test_full_panels_come_before_affinity():
    posed = two_towns(experts=(expert("a", "A"), expert("b", "B"), expert("c", "C", capacity=1)))
    without_c = posed.model_copy(update={"forbidden": (("wb", "c"),)})

    result = plan(without_c)

    assert {pair[:2] for pair in result.pairs} == {("wa", "c"), ("wb", "a")}


def test_plan_that_the_rule_keeps_incomplete_says_so():
    posed = two_towns(experts=(expert("a", "A"), expert("b", "B")), affinity=())

    result = plan(posed)

    assert result.status == "infeasible"
    assert len(result.pairs) == 1
    assert check(posed, result) == []
    assert "муниципалитет" in " ".join(deficit.text for deficit in result.deficits)


def test_fixed_pair_decides_the_direction():
    posed = two_towns(fixed=(("wa", "b"),))

    result = plan(posed)

    assert {pair[:2] for pair in result.pairs} == {("wa", "b"), ("wb", "c")}
    assert check(posed, result) == []


def test_fixed_pairs_in_both_directions_are_refused_with_both_named():
    with pytest.raises(BadInput, match=r"«B» и «A» рецензируют друг друга.*«wa».*«wb»"):
        plan(two_towns(fixed=(("wa", "b"), ("wb", "a"))))


def test_fixed_reviews_in_return_between_people_are_refused():
    posed = two_towns(
        submissions=(work("wa", "A", "a"), work("wb", "B", "b")),
        policy=Policy(reviews=1, no_reciprocity=True),
        fixed=(("wa", "b"), ("wb", "a")),
    )

    with pytest.raises(BadInput, match="взаимные рецензии двух людей"):
        plan(posed)


def test_reviews_inside_one_municipality_are_no_exchange():
    posed = Problem(
        submissions=(work("v", "A"), work("w", "A")),
        experts=(expert("a", "A"),),
        policy=Policy(reviews=1, cross_municipal=False, no_municipal_reciprocity=True),
    )

    assert plan(posed).status == "optimal"


@settings(max_examples=20, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    limit=st.sampled_from([1, 2, None]),
    seniors=st.booleans(),
    people=st.booleans(),
)
def test_no_two_municipalities_ever_review_each_other(seed, limit, seniors, people):
    policy = Policy(
        reviews=2,
        max_per_municipality=limit,
        no_municipal_reciprocity=True,
        senior_required=seniors,
        no_reciprocity=people,
    )
    posed = problem(Size(9, 8, 5), seed=seed, policy=policy)

    result = plan(posed)

    used = roads(posed, result)
    assert not any((there, home) in used for home, there in used if home != there)
    assert check(posed, result) == []


def test_large_problem_is_lawful_with_a_small_gap():
    posed = problem(Size(120, 70, 20), seed=1, policy=Policy(no_municipal_reciprocity=True))

    result = plan(posed)

    assert len(result.pairs) == 360
    assert check(posed, result) == []
    assert result.gap <= 0.002 * result.total


def test_a_toll_counts_no_more_experts_than_a_municipality_has():
    policy = Policy(reviews=2, max_per_municipality=2, no_municipal_reciprocity=True)
    posed = problem(Size(8, 2, 3, 1.0), seed=7856, policy=policy)
    assert check(posed, plan(posed)) == []
