from datetime import time, timedelta

import pytest
from builders import a_cluster, a_decided_work, a_marathon, members
from icalendar import Calendar

from flows.programme import operations, render
from schemas.marathon import ProgrammePolicy
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
        for session in operations.view(work, marathon.id).sessions
    ]


def test_only_confirmed_live_works_are_in_the_programme(work, marathon, organiser, now):
    operations.build(work, marathon.id, by=organiser, now=now)

    assert titles(work, marathon) == [[5, 3, 1], [4, 2]]


def test_building_again_changes_nothing(work, marathon, organiser, now):
    first = operations.build(work, marathon.id, by=organiser, now=now)
    before = operations.view(work, marathon.id)

    again = operations.build(work, marathon.id, by=organiser, now=now + timedelta(hours=1))

    assert again == first
    assert operations.view(work, marathon.id) == before


def test_order_made_by_hand_survives_new_and_withdrawn_works(work, marathon, organiser, now):
    operations.build(work, marathon.id, by=organiser, now=now)
    last = operations.view(work, marathon.id).sessions[0].talks[-1]
    operations.move_slot(work, last.slot_id, to=1, by=organiser, now=now)
    assert titles(work, marathon)[0] == [1, 5, 3]

    fifth = work.submissions.by_number(marathon.id, 5)
    work.submissions.move(fifth, to=SubmissionStatus.WITHDRAWN, by=organiser, now=now)
    place = work.municipalities.of_cluster(marathon.cluster_id)[0]
    a_decided_work(work, marathon, place, track=1, decision={"score": 99.0})
    operations.build(work, marathon.id, by=organiser, now=now)

    assert titles(work, marathon)[0] == [1, 7, 3]


def test_another_layout_moves_the_times_and_counts_as_a_revision(work, marathon, organiser, now):
    operations.build(work, marathon.id, by=organiser, now=now)
    policy = ProgrammePolicy(starts_at=time(11, 30), minutes=20, parallel=True)

    operations.lay_out(work, marathon.id, policy, by=organiser, now=now)

    view = operations.view(work, marathon.id)
    assert {f"{session.starts_at:%H:%M%z}" for session in view.sessions} == {"11:30+0800"}
    assert view.revision == 1


def test_calendar_has_lasting_ids_and_only_the_rules_of_the_year(work, marathon, organiser, now):
    operations.build(work, marathon.id, by=organiser, now=now)
    view = operations.view(work, marathon.id)

    calendar = Calendar.from_ical(render.calendar(view))

    events = calendar.walk("VEVENT")
    assert len(events) == 5
    assert {str(event["uid"]) for event in events} == {
        f"{talk.submission_id}@{marathon.id}" for session in view.sessions for talk in session.talks
    }
    assert events[0]["dtstart"].dt == view.sessions[0].talks[0].starts_at
    assert len(calendar.walk("STANDARD")) == 1


def test_programme_pdf_is_the_same_for_the_same_view(work, marathon, organiser, now):
    operations.build(work, marathon.id, by=organiser, now=now)
    view = operations.view(work, marathon.id)

    first, second = render.pdf(view), render.pdf(view)

    assert first == second
    assert first.startswith(b"%PDF-")
