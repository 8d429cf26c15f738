from datetime import timedelta

import pytest
from builders import a_cluster, a_decided_work, a_marathon, members
from icalendar import Calendar

from flows.marathons import operations as marathons
from flows.programme import operations, render, viewing
from schemas.errors import NotFound
from schemas.programme import Session
from schemas.submission import SubmissionStatus


@pytest.fixture
def marathon(work):
    cluster = a_cluster(work)
    marathon = a_marathon(work, cluster)
    places = members(work, cluster)
    for number in range(6):
        a_decided_work(
            work,
            marathon,
            places[number % 4],
            track=1 + number % 2,
            decision={"score": 70.0 + number, "live": number != 5},
        )
    return marathon


def titles(work, marathon):
    return [
        [talk.number for talk in session.talks]
        for session in viewing.view(work, marathon.id).sessions
    ]


def test_only_confirmed_live_works_are_in_the_programme(work, marathon, organiser, now):
    operations.build(work, marathon.id, by=organiser, now=now)

    assert titles(work, marathon) == [[5, 3, 1], [4, 2]]


def test_building_again_changes_nothing(work, marathon, organiser, now):
    first = operations.build(work, marathon.id, by=organiser, now=now)
    before = viewing.view(work, marathon.id)

    again = operations.build(work, marathon.id, by=organiser, now=now + timedelta(hours=1))

    assert again == first
    assert viewing.view(work, marathon.id) == before


def test_session_whose_talks_are_all_withdrawn_is_not_shown(work, marathon, organiser, now):
    operations.build(work, marathon.id, by=organiser, now=now)
    for number in (2, 4):
        talk = work.submissions.by_number(marathon.id, number)
        work.submissions.move(talk, to=SubmissionStatus.WITHDRAWN, by=organiser, now=now)

    assert titles(work, marathon) == [[5, 3, 1]]


def test_order_made_by_hand_survives_new_and_withdrawn_works(work, marathon, organiser, now):
    operations.build(work, marathon.id, by=organiser, now=now)
    last = viewing.view(work, marathon.id).sessions[0].talks[-1]
    operations.move_slot(work, last.slot_id, to=1, by=organiser, now=now)
    assert titles(work, marathon)[0] == [1, 5, 3]

    fifth = work.submissions.by_number(marathon.id, 5)
    work.submissions.move(fifth, to=SubmissionStatus.WITHDRAWN, by=organiser, now=now)
    place = work.municipalities.of_cluster(marathon.cluster_id)[0]
    a_decided_work(work, marathon, place, track=1, decision={"score": 99.0})
    operations.build(work, marathon.id, by=organiser, now=now)

    assert titles(work, marathon)[0] == [1, 7, 3]


def test_calendar_has_lasting_ids_and_only_the_rules_of_the_year(work, marathon, organiser, now):
    operations.build(work, marathon.id, by=organiser, now=now)
    view = viewing.view(work, marathon.id)

    calendar = Calendar.from_ical(render.calendar(view))

    events = calendar.walk("VEVENT")
    assert len(events) == 5
    assert {str(event["uid"]) for event in events} == {
        f"{talk.submission_id}@{marathon.id}" for session in view.sessions for talk in session.talks
    }
    assert events[0]["dtstart"].dt == view.sessions[0].talks[0].starts_at
    assert len(calendar.walk("STANDARD")) == 1


def test_a_talk_moved_to_another_session_stays_there_until_all_is_arranged_anew(
    work, marathon, organiser, now
):
    operations.build(work, marathon.id, by=organiser, now=now)
    first, second = work.programme_sessions.of_marathon(marathon.id)[:2]
    slot = next(one for one in work.slots.of_marathon(marathon.id) if one.session_id == first.id)
    before = len(
        [one for one in work.slots.of_marathon(marathon.id) if one.session_id == second.id]
    )

    operations.move_to_session(work, slot.id, second.id, by=organiser, now=now)
    operations.build(work, marathon.id, by=organiser, now=now)

    moved = work.slots.get(slot.id)
    assert (moved.session_id, moved.number, moved.moved) == (second.id, before + 1, True)
    assert not viewing.view(work, marathon.id).clashes
    operations.arrange(work, marathon.id, by=organiser, now=now)
    back = next(
        one
        for one in work.slots.of_marathon(marathon.id)
        if one.submission_id == slot.submission_id
    )
    track = {one.id: one.track for one in work.programme_sessions.of_marathon(marathon.id)}
    assert (track[back.session_id], back.moved) == (first.track, False)


def test_a_talk_moves_only_to_sessions_of_its_marathon(work, marathon, organiser, now):
    operations.build(work, marathon.id, by=organiser, now=now)
    slot = work.slots.of_marathon(marathon.id)[0]
    other = a_marathon(work)
    session = work.programme_sessions.add(
        Session(id="x", marathon_id=other.id, track=1, title="Чужая", starts_at=now)
    )
    with pytest.raises(NotFound):
        operations.move_to_session(work, slot.id, session.id, by=organiser, now=now)


def test_sessions_follow_the_live_day_when_it_is_moved(work, marathon, organiser, now):
    operations.build(work, marathon.id, by=organiser, now=now)
    before = viewing.view(work, marathon.id)
    session = before.sessions[0]
    operations.describe_session(
        work,
        session.session_id,
        starts_at=session.starts_at + timedelta(hours=3),
        by=organiser,
        now=now,
    )
    chosen = viewing.view(work, marathon.id).sessions[0].starts_at

    marathons.change_step(
        work,
        marathon.id,
        "dates",
        {"live_on": marathon.live_on + timedelta(days=7)},
        version=work.marathons.get(marathon.id).version,
        by=organiser,
        now=now,
    )
    asked = [one.deployment for one in work.runs.all()]
    operations.build(work, marathon.id, by=organiser, now=now)

    after = viewing.view(work, marathon.id)
    assert asked.count("build_programme") == 1
    assert after.sessions[0].starts_at == chosen + timedelta(days=7)
    assert after.sessions[0].talks[0].starts_at == chosen + timedelta(days=7)
    assert {one.starts_at.date() for one in after.sessions} == {after.day.date()}
