"""Fewer works in one click, «ask me later», days away."""

from datetime import timedelta

import builders
import pytest

from flows.review import answering, availability
from schemas.assignment import AssignmentStatus, DeclineReason
from schemas.cluster import Absence
from schemas.errors import BadInput, Conflict
from schemas.people import Actor

NOW = builders.NOW - timedelta(days=35)
BY = Actor(part="expert")
DAY = timedelta(days=1)


@pytest.fixture
def expert(work):
    return builders.an_expert(work, builders.a_municipality(work, builders.a_cluster(work)))


@pytest.fixture
def invited(work, expert):
    home = work.municipalities.get(expert.municipality_id)
    marathon = builders.a_marathon(work)
    return [
        builders.an_assignment(
            work,
            builders.a_submission(work, marathon, home),
            expert,
            status=AssignmentStatus.INVITED,
            affinity=affinity,
        )
        for affinity in (0.1, 0.9, 0.5)
    ]


def test_fewer_works_keep_this_one_and_those_closest_to_the_field(work, expert, invited):
    taken, refused = answering.accept_some(work, invited[0].id, count=2, by=BY, now=NOW)
    assert [item.id for item in taken] == [invited[0].id, invited[1].id]
    assert [item.decline_reason for item in refused] == [DeclineReason.NOT_NOW]
    assert work.experts.get(expert.id).capacity == 2


def test_taking_all_leaves_the_load_as_it_is(work, expert, invited):
    before = expert.capacity
    taken, refused = answering.accept_some(work, invited[0].id, count=3, by=BY, now=NOW)
    assert (len(taken), refused) == (3, [])
    assert work.experts.get(expert.id).capacity == before


def test_fewer_works_are_not_answered_twice(work, invited):
    answering.accept_some(work, invited[0].id, count=1, by=BY, now=NOW)
    with pytest.raises(Conflict):
        answering.accept_some(work, invited[0].id, count=1, by=BY, now=NOW)


@pytest.mark.parametrize("count", [-1, 0, 4])
def test_impossible_count_changes_nothing(work, invited, count):
    with pytest.raises(BadInput):
        answering.accept_some(work, invited[0].id, count=count, by=BY, now=NOW)
    statuses = {work.assignments.get(item.id).status for item in invited}
    assert statuses == {AssignmentStatus.INVITED}


def test_ask_me_later_keeps_invitations_away_until_that_day(work, expert, invited):
    after = (NOW + 9 * DAY).date()
    declined = answering.not_now(work, invited[0].id, after=after, by=BY, now=NOW)
    assert declined.decline_note == f"Спросите после {after:%d.%m.%Y}."
    kept = work.experts.get(expert.id).absences
    assert [(one.first, one.last) for one in kept] == [(NOW.date(), after - DAY)]


def test_ask_me_later_for_two_works_is_one_absence(work, expert, invited):
    after = (NOW + 9 * DAY).date()
    for item in invited[:2]:
        answering.not_now(work, item.id, after=after, by=BY, now=NOW)
    assert len(work.experts.get(expert.id).absences) == 1


@pytest.mark.parametrize("days", [-3, 0, 400])
def test_day_that_cannot_be_waited_for_is_refused(work, invited, days):
    with pytest.raises(BadInput) as refusal:
        answering.not_now(work, invited[0].id, after=(NOW + days * DAY).date(), by=BY, now=NOW)
    assert refusal.value.field == "until"


def test_days_away_are_kept_in_order_and_given_back(work, expert):
    def away(start, end):
        return Absence(first=(NOW + start * DAY).date(), last=(NOW + end * DAY).date())

    for one in (away(20, 25), away(1, 2), away(1, 2)):
        availability.add_absence(work, expert.id, one, by=BY, now=NOW)
    assert work.experts.get(expert.id).absences == (away(1, 2), away(20, 25))
    availability.drop_absence(work, expert.id, away(1, 2), by=BY, now=NOW)
    assert work.experts.get(expert.id).absences == (away(20, 25),)


@pytest.mark.parametrize(("start", "end"), [(3, 1), (-9, -2), (0, 500)])
def test_impossible_days_are_refused(work, expert, start, end):
    away = Absence(first=(NOW + start * DAY).date(), last=(NOW + end * DAY).date())
    with pytest.raises(BadInput):
        availability.add_absence(work, expert.id, away, by=BY, now=NOW)


def test_days_away_have_an_end_in_number(work, expert):
    for number in range(availability.MOST_ABSENCES):
        day = (NOW + number * 2 * DAY).date()
        availability.add_absence(work, expert.id, Absence(first=day, last=day), by=BY, now=NOW)
    day = (NOW + 99 * DAY).date()
    with pytest.raises(BadInput):
        availability.add_absence(work, expert.id, Absence(first=day, last=day), by=BY, now=NOW)


@pytest.mark.parametrize(("capacity", "turns"), [(0, 0), (51, 0), (3, 4), (3, -1)])
def test_impossible_load_is_refused(work, expert, capacity, turns):
    with pytest.raises(BadInput):
        availability.set_availability(
            work, expert.id, capacity=capacity, active=True, skip_next=turns, by=BY, now=NOW
        )
