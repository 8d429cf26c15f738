"""Nobody is asked on days away, on a break or in a turn to be passed over."""

from datetime import timedelta

import builders
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.assignment import operations, posing
from flows.assignment.readiness import Readiness, is_away, readiness
from schemas.assignment import AssignmentStatus
from schemas.cluster import Absence, Expert
from schemas.marathon import AssignmentPolicy, Marathon
from schemas.people import Actor

DURING = builders.NOW - timedelta(days=35)
BY = Actor(part="organiser")
ANSWER_DAYS = 5


@pytest.fixture
def homes(work):
    return builders.members(work, builders.a_cluster(work))


@pytest.fixture
def marathon(work, homes):
    made = builders.a_marathon(work, reviews_until=builders.NOW, zone="Asia/Irkutsk")
    policy = made.assignment.model_copy(update={"reviews": 2, "answer_days": ANSWER_DAYS})
    return work.marathons.save(made.model_copy(update={"assignment": policy}))


@pytest.fixture
def experts(work, homes):
    return [builders.an_expert(work, home, capacity=3) for home in homes[1:4]]


@pytest.fixture
def one(work, marathon, homes):
    return builders.a_submission(work, marathon, homes[0])


def away(start, days, moment=DURING):
    first = moment.date() + timedelta(days=start)
    return Absence(first=first, last=first + timedelta(days=days - 1))


def changed(work, expert, **changes):
    return work.experts.save(expert.model_copy(update=changes))


def asked(work, marathon, now=DURING):
    return {one.id for one in posing.problem_of(work, marathon, now=now).experts}


def test_expert_away_on_every_day_of_the_answer_is_not_asked(work, marathon, experts, one):
    changed(work, experts[0], absences=(away(-2, 5), away(3, 10)))
    assert asked(work, marathon) == {expert.id for expert in experts[1:]}


def test_one_free_day_to_answer_is_enough(work, marathon, experts, one):
    changed(work, experts[0], absences=(away(0, 3), away(4, 10)))
    assert experts[0].id in asked(work, marathon)


def test_days_count_in_the_marathons_own_zone(work, marathon, experts, one):
    evening = DURING.replace(hour=20)  # next morning in Irkutsk
    today_only = changed(work, experts[0], absences=(away(1, ANSWER_DAYS + 1, evening),))
    assert is_away(today_only, marathon, now=evening)
    assert not is_away(today_only, marathon, now=evening.replace(hour=3))


@given(start=st.integers(-30, 30), days=st.integers(1, 40))
@settings(max_examples=60)
def test_away_means_that_no_day_of_the_window_is_left(start, days):
    expert = an_expert_away(away(start, days))
    marathon = plain_marathon()
    window = [DURING.date() + timedelta(days=number) for number in range(ANSWER_DAYS + 1)]
    covered = all(away(start, days).first <= day <= away(start, days).last for day in window)
    assert is_away(expert, marathon, now=DURING) is covered


def an_expert_away(absence):
    return Expert(id="e", cluster_id="c", person_id="p", municipality_id="m", absences=(absence,))


def plain_marathon():
    return Marathon.model_construct(
        zone="UTC",
        reviews_until=DURING + timedelta(days=300),
        assignment=AssignmentPolicy(answer_days=ANSWER_DAYS),
    )


def test_turn_passed_over_goes_by_with_a_round_of_invitations(work, marathon, experts, one):
    changed(work, experts[0], skip_next=2)
    plan = operations.propose(work, marathon.id, now=DURING)
    invited = operations.apply(work, plan.id, by=BY, now=DURING)
    assert {item.expert_id for item in invited} == {expert.id for expert in experts[1:]}
    assert work.experts.get(experts[0].id).skip_next == 1
    assert readiness(work.experts.get(experts[0].id), marathon, now=DURING) is Readiness.KEEPS


def test_replacement_waits_for_the_end_of_the_days_away_and_of_the_turn(
    work, marathon, experts, one
):
    plan = operations.propose(work, marathon.id, now=DURING)
    invited = operations.apply(work, plan.id, by=BY, now=DURING)
    spare = next(e for e in experts if e.id not in {item.expert_id for item in invited})
    changed(work, spare, absences=(away(0, 8),))
    work.assignments.move(invited[0], to=AssignmentStatus.DECLINED, by=BY, now=DURING)
    assert operations.replace_missing(work, marathon.id, by=BY, now=DURING) == 0
    later = DURING + timedelta(days=4)
    assert operations.replace_missing(work, marathon.id, by=BY, now=later) == 1


def test_unanswered_invitation_stays_with_who_is_to_be_passed_over(work, marathon, experts, one):
    item = builders.an_assignment(work, one, experts[0], status=AssignmentStatus.INVITED)
    changed(work, experts[0], skip_next=1)
    problem = posing.problem_of(work, marathon, now=DURING)
    capacity = {row.id: row.capacity for row in problem.experts}
    assert problem.kept == ((item.submission_id, item.expert_id),)
    assert capacity[experts[0].id] == 1
