"""Telling authors when they speak: whom, when again, and what their calendars get."""

from datetime import timedelta

import builders
import pytest
from icalendar import Calendar

from flows.notices import operations, talks
from flows.programme import operations as programme
from schemas.decision import DecisionStatus
from schemas.errors import Conflict
from schemas.outbox import NoticeStatus
from schemas.settings import Settings
from schemas.submission import SubmissionStatus

SETTINGS = Settings(base_url="https://marathon.test")


@pytest.fixture
def marathon(work):
    """Two works with places on the live day."""
    home = builders.a_municipality(work, builders.a_cluster(work))
    found = builders.a_marathon(work)
    for _ in range(2):
        one = builders.a_submission(work, found, home, status=SubmissionStatus.DECIDED)
        builders.a_decision(work, one, live=True, status=DecisionStatus.CONFIRMED)
    programme.build(work, found.id, by=builders.SYSTEM, now=builders.NOW)
    return found


def announce(work, marathon, now):
    return talks.announce(work, marathon.id, by=builders.SYSTEM, now=now)


def leave(work, now):
    """Everything queued leaves; the letters by template."""
    ready = operations.prepare(work, settings=SETTINGS, now=now)
    for notice, _ in ready:
        operations.record_sent(work, notice, now=now)
    return {notice.template: message for notice, message in ready}


def event_of(message):
    [attached] = list(message.iter_attachments())
    [event] = Calendar.from_ical(attached.get_content()).walk("VEVENT")
    return event


def move_last_first(work, marathon, now):
    last = work.slots.of_marathon(marathon.id)[-1]
    programme.move_slot(work, last.id, to=1, by=builders.SYSTEM, now=now)


def test_every_author_is_told_once(work, marathon, now):
    assert announce(work, marathon, now) == 2
    assert announce(work, marathon, now) == 0


def test_letter_names_time_zone_and_offset_and_its_calendar_has_an_alarm(work, marathon, now):
    announce(work, marathon, now)

    message = leave(work, now)["live_invitation"]

    assert "27 марта 2026 г." in message["Subject"]
    assert "(Иркутск, UTC+8)" in message["Subject"]
    event = event_of(message)
    [alarm] = event.walk("VALARM")
    assert alarm["TRIGGER"].dt == timedelta(minutes=-30)
    assert event["DTSTART"].dt.utcoffset() == timedelta(hours=8)


def test_only_authors_whose_talk_has_moved_are_told_again(work, marathon, now):
    announce(work, marathon, now)
    before = event_of(leave(work, now)["live_invitation"])
    one, two = work.slots.of_marathon(marathon.id)
    session = work.programme_sessions.get(two.session_id)
    work.slots.save(two.model_copy(update={"starts_at": two.starts_at + timedelta(minutes=5)}))
    programme.note(work, marathon.id, by=builders.SYSTEM, now=now)

    assert announce(work, marathon, now + timedelta(minutes=1)) == 1
    after = event_of(leave(work, now + timedelta(minutes=1))["programme_changed"])

    assert session.id == one.session_id
    assert after["UID"].startswith(two.submission_id)
    assert after["SEQUENCE"] == before["SEQUENCE"] + 1


def test_new_link_is_news_for_everybody_in_the_session(work, marathon, now):
    announce(work, marathon, now)
    leave(work, now)
    [session] = work.programme_sessions.of_marathon(marathon.id)
    link = "https://telemost.example.ru/1"
    programme.describe_session(work, session.id, link=link, by=builders.SYSTEM, now=now)

    assert announce(work, marathon, now + timedelta(minutes=1)) == 2
    message = leave(work, now + timedelta(minutes=1))["programme_changed"]
    assert event_of(message)["URL"] == link


def test_talk_that_is_off_is_cancelled_in_the_calendar(work, marathon, now):
    announce(work, marathon, now)
    leave(work, now)
    gone = work.slots.of_marathon(marathon.id)[1]
    work.slots.remove(gone.id)

    assert announce(work, marathon, now + timedelta(minutes=1)) == 1
    event = event_of(leave(work, now + timedelta(minutes=1))["live_cancelled"])

    assert event["STATUS"] == "CANCELLED"
    assert event["UID"].startswith(gone.submission_id)
    assert announce(work, marathon, now + timedelta(minutes=2)) == 0


def test_letter_that_has_not_left_is_replaced_and_still_invites(work, marathon, now):
    announce(work, marathon, now)
    move_last_first(work, marathon, now)

    announce(work, marathon, now + timedelta(minutes=1))

    letters = work.notices.of_marathon(marathon.id)
    kept = [one for one in letters if one.status is NoticeStatus.QUEUED]
    assert {one.template for one in kept} == {"live_invitation"}
    assert len(kept) == 2


def test_answer_stays_until_the_time_changes(work, marathon, now):
    one, _ = work.slots.of_marathon(marathon.id)
    answered = talks.answer(
        work, one.id, comes=True, starts_at=one.starts_at, by=builders.SYSTEM, now=now
    )
    assert answered.confirmed_at == now

    programme.build(work, marathon.id, by=builders.SYSTEM, now=now)
    assert work.slots.get(one.id).confirmed_at == now

    move_last_first(work, marathon, now)
    assert work.slots.get(one.id).confirmed_at is None
    with pytest.raises(Conflict, match="изменилось"):
        talks.answer(work, one.id, comes=True, starts_at=one.starts_at, by=builders.SYSTEM, now=now)


def test_mind_may_be_changed_and_the_same_answer_twice_changes_nothing(work, marathon, now):
    one, _ = work.slots.of_marathon(marathon.id)
    later = now + timedelta(hours=1)
    facts = {"starts_at": one.starts_at, "by": builders.SYSTEM}
    talks.answer(work, one.id, comes=True, now=now, **facts)

    assert talks.answer(work, one.id, comes=True, now=later, **facts).confirmed_at == now
    changed = talks.answer(work, one.id, comes=False, now=later, **facts)
    assert (changed.confirmed_at, changed.declined_at) == (None, later)
