"""From a marathon to the engine's problem: who is fixed, kept, barred, and how many works fit."""

from datetime import timedelta

import builders
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.assignment import posing
from flows.assignment.planning import plan
from flows.assignment.rules import Places
from schemas.assignment import (
    AssignmentStatus,
    Newcomers,
    Preference,
    WhatIf,
    Wish,
)
from schemas.cluster import Expert
from schemas.conflict import ConflictSource, Suspicion, SuspicionStatus
from schemas.marathon import AssignmentPolicy
from schemas.submission import Author, Submission
from storage.identifiers import new_id

DURING = builders.NOW - timedelta(days=45)
both = pytest.mark.both_databases
STARTED = (
    AssignmentStatus.ACCEPTED,
    AssignmentStatus.IN_PROGRESS,
    AssignmentStatus.SUBMITTED,
)
GONE = (AssignmentStatus.DECLINED, AssignmentStatus.EXPIRED, AssignmentStatus.REPLACED)


@pytest.fixture
def homes(work):
    return builders.members(work, builders.a_cluster(work))


@pytest.fixture
def marathon(work, homes):
    return builders.a_marathon(work)


@pytest.fixture
def one(work, marathon, homes):
    return builders.a_submission(work, marathon, homes[0])


@pytest.fixture
def expert(work, homes):
    return builders.an_expert(work, homes[1], capacity=3, minimum=2)


def suspect(work, submission, expert, status):
    return work.suspicions.add(
        Suspicion(
            id=new_id(),
            marathon_id=submission.marathon_id,
            submission_id=submission.id,
            expert_id=expert.id,
            source=ConflictSource.MENTOR,
            evidence="Назван наставником.",
            status=status,
            found_at=builders.NOW,
        )
    )


@both
@pytest.mark.parametrize("status", AssignmentStatus)
def test_begun_is_fixed_unanswered_is_kept_and_gone_is_forbidden(
    work, marathon, one, expert, status
):
    builders.an_assignment(work, one, expert, status=status)
    problem = posing.problem_of(work, marathon, now=DURING)

    pair = ((one.id, expert.id),)
    expected = (
        pair if status in STARTED else (),
        pair if status in posing.UNANSWERED else (),
        pair if status in GONE else (),
    )
    assert (problem.fixed, problem.kept, problem.forbidden) == expected


@pytest.mark.parametrize("status", STARTED)
def test_expert_who_left_the_registry_still_counts_where_something_is_begun(
    work, marathon, one, expert, status
):
    builders.an_assignment(work, one, expert, status=status)
    work.experts.save(expert.model_copy(update={"active": False}))

    problem = posing.problem_of(work, marathon, now=DURING)

    assert problem.fixed == ((one.id, expert.id),)
    assert [(row.capacity, row.minimum) for row in problem.experts] == [(1, 0)]


def test_expert_who_left_the_registry_with_an_invitation_only_is_not_there(
    work, marathon, one, expert
):
    builders.an_assignment(work, one, expert, status=AssignmentStatus.INVITED)
    work.experts.save(expert.model_copy(update={"active": False}))

    problem = posing.problem_of(work, marathon, now=DURING)

    assert (problem.experts, problem.fixed, problem.kept) == ((), (), ())


@both
@pytest.mark.parametrize("status", SuspicionStatus)
def test_potential_conflict_bars_the_pair_until_it_is_dismissed(
    work, marathon, one, expert, status
):
    suspect(work, one, expert, status)

    barred = posing.problem_of(work, marathon, now=DURING).conflicts

    assert barred == (() if status is SuspicionStatus.DISMISSED else ((one.id, expert.id),))


def test_conflict_found_after_the_review_has_begun_does_not_stop_planning(
    work, marathon, one, expert, homes
):
    builders.an_assignment(work, one, expert, status=AssignmentStatus.IN_PROGRESS)
    builders.an_expert(work, homes[2])
    suspect(work, one, expert, SuspicionStatus.OPEN)

    problem = posing.problem_of(work, marathon, now=DURING)

    assert problem.conflicts == ()
    assert (one.id, expert.id) in {pair[:2] for pair in plan(problem).pairs}


def test_capacity_is_what_other_works_leave_and_never_less_than_what_stands(
    work, marathon, homes, one, expert
):
    elsewhere = builders.a_submission(work, marathon, homes[2], status="reviewed")
    builders.an_assignment(work, elsewhere, expert, status=AssignmentStatus.SUBMITTED)
    assert posing.problem_of(work, marathon, now=DURING).experts[0].capacity == 2

    others = [builders.a_submission(work, marathon, homes[3]) for _ in range(2)]
    for other in (one, *others):
        builders.an_assignment(work, other, expert, status=AssignmentStatus.INVITED)
    assert posing.problem_of(work, marathon, now=DURING).experts[0].capacity == 3


@pytest.mark.parametrize("name", posing.SHARED)
def test_every_rule_of_the_marathon_reaches_the_engine(name):
    other = {
        "reviews": 5,
        "cross_municipal": False,
        "max_per_municipality": 2,
        "senior_required": True,
        "no_reciprocity": False,
        "no_municipal_reciprocity": True,
        "fairness": "leximin",
        "load_balance": 0.5,
        "max_probability": 0.7,
        "connected": True,
        "seed": 11,
    }
    policy = posing.engine_policy(AssignmentPolicy(**{name: other[name]}))
    assert getattr(policy, name) == other[name]
    assert policy != posing.engine_policy(AssignmentPolicy())


def test_keeping_invitations_is_strict_unless_the_marathon_gives_it_a_price():
    assert posing.engine_policy(AssignmentPolicy()).keep_bonus is None
    assert posing.engine_policy(AssignmentPolicy(keep="bonus", keep_bonus=0.3)).keep_bonus == 0.3


def test_wish_moves_affinity_and_the_problem_lists_none(work, marathon, one, expert, homes):
    other = builders.an_expert(work, homes[2])
    before = posing.pose(work, marathon, now=DURING)
    wish = Wish.EAGER
    work.preferences.add(
        Preference(
            id=new_id(),
            submission_id=one.id,
            expert_id=other.id,
            wish=wish,
            given_at=builders.NOW,
        )
    )
    after = posing.pose(work, marathon, now=DURING)
    at = [row.id for row in after.problem.experts].index(other.id)

    assert after.problem == before.problem
    assert after.problem.affinity == ()
    assert after.affinity.value[at] > before.affinity.value[at]


def test_newcomers_stand_after_the_known_and_have_affinities_and_names(
    work, marathon, one, expert, homes
):
    what_if = WhatIf(newcomers=(Newcomers(municipality_id=homes[2].id, count=2, capacity=4),))
    posed = posing.pose(work, marathon, what_if=what_if, now=DURING)

    assert [row.capacity for row in posed.problem.experts] == [3, 4, 4]
    assert len(posed.affinity.value) == 3
    assert len(set(posed.affinity.value.tolist())) == 1
    assert posed.names.expert(posed.problem.experts[1].id) == "новый эксперт 1"
    assert posed.names.work(one.id) == f"№ {one.number}"
    assert posed.names.place(homes[2].id) == homes[2].name


PLACES = ("А", "Б", "В", "Г")
authors = st.builds(
    Author,
    name=st.just("Автор"),
    municipality_id=st.sampled_from(PLACES),
    organisation_id=st.sampled_from([None, "о1", "о2"]),
)
submissions = st.lists(st.lists(authors, min_size=1, max_size=3).map(tuple), max_size=4).map(
    lambda panels: [
        Submission(
            id=f"w{number}",
            marathon_id="m",
            number=number,
            owner_id="p",
            authors=panel,
            created_at=builders.NOW,
        )
        for number, panel in enumerate(panels)
    ]
)
registry = st.lists(
    st.tuples(st.sampled_from(PLACES), st.sampled_from([None, "о1", "о2"])), max_size=5
).map(
    lambda rows: [
        Expert(
            id=f"e{number}",
            cluster_id="c",
            person_id=f"p{number}",
            municipality_id=place,
            organisation_id=organisation,
        )
        for number, (place, organisation) in enumerate(rows)
    ]
)


@settings(max_examples=80)
@given(submissions, registry, st.sampled_from([(), (("А", "Б"),)]))
def test_co_authors_bar_exactly_those_who_share_their_place_or_organisation(
    works, experts, same_place
):
    found = posing.co_author_places(works, experts, same_place)
    found |= posing.co_author_organisations(works, experts)

    places = Places(same_place)
    assert found == {
        (work.id, expert.id)
        for work in works
        for author in work.authors[1:]
        for expert in experts
        if places.of(author.municipality_id) == places.of(expert.municipality_id)
        or (author.organisation_id and author.organisation_id == expert.organisation_id)
    }


def test_co_author_from_elsewhere_bars_nobody_where_municipalities_may_meet(
    work, marathon, homes, expert
):
    people = [builders.a_person(work) for _ in range(2)]
    named = tuple(
        builders.an_author(person, home) for person, home in zip(people, homes[:2], strict=True)
    )
    builders.a_submission(work, marathon, homes[0], owner_id=people[0].id, authors=named)
    open_to_all = marathon.model_copy(
        update={"assignment": AssignmentPolicy(cross_municipal=False)}
    )

    assert len(posing.problem_of(work, marathon, now=DURING).conflicts) == 1
    assert posing.problem_of(work, open_to_all, now=DURING).conflicts == ()


def test_extra_reviews_are_asked_for_on_top_of_the_rule(work, marathon, homes):
    builders.a_submission(work, marathon, homes[0], extra_reviews=2)
    problem = posing.problem_of(work, marathon, now=DURING)

    assert problem.submissions[0].reviews == marathon.assignment.reviews + 2


@both
def test_problem_names_nobody(work, marathon, homes):
    """People hand it on to have a plan checked elsewhere."""
    away = builders.an_author(builders.a_person(work, "Соавторов Пётр Ильич"), homes[1])
    stranger = away.model_copy(update={"person_id": None})
    for _ in range(2):
        builders.a_submission(work, marathon, homes[0], authors=(stranger,))
    posed = posing.problem_of(work, marathon, now=DURING)

    assert "Соавторов" not in posed.model_dump_json()
    [one, other] = (candidate for candidate in posed.submissions if len(candidate.authors) == 1)
    assert one.authors == other.authors
