"""Who is invited to common works: everybody whom no hard rule bars, and nobody else."""

from hypothesis import given, settings
from hypothesis import strategies as st

from flows.assignment.common_layout import lay_out
from flows.assignment.rules import Places
from schemas.assignment_problem import Candidate, Problem, Reviewer

PLACES = ("Бодайбо", "Братск", "Киренск", "г. Киренск")
places = st.sampled_from(PLACES)
schools = st.sampled_from(("", "школа 1", "школа 2"))


@st.composite
def problems(draw):
    works = [
        Candidate(
            id=f"work {number}",
            municipality=draw(places),
            organisation=draw(schools),
            authors=(f"author {number}",),
            track=draw(st.sampled_from("12")),
        )
        for number in range(draw(st.integers(1, 2)))
    ]
    experts = [
        Reviewer(
            id=f"expert {number}",
            person=draw(st.sampled_from(("author 0", f"person {number}"))),
            municipality=draw(places),
            organisation=draw(schools),
            tracks=draw(st.sampled_from(((), ("1",)))),
            capacity=draw(st.integers(0, 1)),
        )
        for number in range(draw(st.integers(1, 6)))
    ]
    pairs = [(work.id, expert.id) for work in works for expert in experts]
    return Problem(
        submissions=tuple(works),
        experts=tuple(experts),
        conflicts=tuple(draw(st.sets(st.sampled_from(pairs)))),
        same_place=draw(st.sampled_from(((), (("Киренск", "г. Киренск"),)))),
    )


@given(problems())
@settings(max_examples=60, deadline=None)
def test_nobody_is_ever_invited_to_a_work_of_their_own_municipality(problem):
    same = Places(problem.same_place)
    homes = {one.id: one for one in (*problem.submissions, *problem.experts)}

    for work, expert in lay_out(problem).invited:
        assert same.of(homes[work].municipality) != same.of(homes[expert].municipality)


@given(problems())
@settings(max_examples=60, deadline=None)
def test_every_pair_is_either_invited_or_barred_for_a_reason(problem):
    layout = lay_out(problem)

    barred = {(one.submission_id, one.expert_id) for one in layout.bars}
    everything = {(work.id, one.id) for work in problem.submissions for one in problem.experts}
    assert barred | set(layout.invited) == everything
    assert not barred & set(layout.invited)
    assert not set(problem.conflicts) & set(layout.invited)
    assert all(one.reasons for one in layout.bars)


@given(problems())
@settings(max_examples=60, deadline=None)
def test_left_out_are_exactly_those_who_got_nothing(problem):
    layout = lay_out(problem)

    got = {expert for _, expert in layout.invited}
    assert set(layout.left_out) == {one.id for one in problem.experts} - got


def a_problem(*homes, works=("Братск", "Киренск")):
    return Problem(
        submissions=tuple(
            Candidate(id=place, municipality=place, organisation="", authors=(place,), track="1")
            for place in works
        ),
        experts=tuple(
            Reviewer(
                id=f"{place} {n}", person=f"p{n}", municipality=place, organisation="", capacity=1
            )
            for n, place in enumerate(homes)
        ),
    )


def test_second_work_reaches_those_who_may_not_score_the_first():
    layout = lay_out(a_problem("Братск", "Киренск", "Бодайбо"))

    assert layout.left_out == ()
    assert layout.is_linked


def test_two_groups_without_an_expert_of_both_works_are_told_apart():
    assert not lay_out(a_problem("Братск", "Киренск")).is_linked
