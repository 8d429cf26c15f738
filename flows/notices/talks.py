"""Telling authors when they speak: once, and again only when their own talk has changed."""

import hashlib
from collections.abc import Iterable
from datetime import datetime

from flows.notices.calendar_entry import Talk, calendar
from flows.notices.moments import moment_with_offset
from schemas.base import Schema
from schemas.errors import Conflict
from schemas.letter_template import Language
from schemas.outbox import Notice, NoticeStatus
from schemas.people import Actor
from schemas.programme import Slot
from schemas.submission import Submission, SubmissionStatus
from storage.work import Work

TELLING = frozenset({"live_invitation", "programme_changed", "live_cancelled"})
WITH_CALENDAR = TELLING | {"live_reminder"}
UNSENT = frozenset({NoticeStatus.DRAFT, NoticeStatus.QUEUED, NoticeStatus.FAILED})
LIVE = frozenset({SubmissionStatus.DECIDED, SubmissionStatus.PUBLISHED})


class Telling(Schema):
    """A letter somebody is to get about a talk; ``slot_id`` is None for one that is off."""

    template: str
    submission: Submission
    person_id: str
    slot_id: str | None
    facts: str


def untold(work: Work, marathon_id: str) -> list[Telling]:
    """Who does not know yet when they speak, that it has changed, or that it is off."""
    slots = {slot.submission_id: slot for slot in work.slots.of_marathon(marathon_id)}
    told = last_told(work, marathon_id)
    known = work.submissions.many({*slots, *(submission_id for submission_id, _ in told)})
    new = [
        telling
        for slot in slots.values()
        for telling in tellings_of(work, slot, known[slot.submission_id], told)
    ]
    return new + cancellations(known, slots.keys(), told)


Told = dict[tuple[str, str], Notice]


def last_told(work: Work, marathon_id: str) -> Told:
    """The newest letter about a talk for each (work, person)."""
    return {
        (one.values["submission"], one.person_id or ""): one
        for one in work.notices.of_marathon(marathon_id)
        if one.template in TELLING and one.status is not NoticeStatus.DISCARDED
    }


def tellings_of(work: Work, slot: Slot, submission: Submission, told: Told) -> list[Telling]:
    if submission.status not in LIVE:
        return []
    facts = facts_of(work, slot)
    found = []
    for person_id in people_of(submission):
        last = told.get((submission.id, person_id))
        if last is None or last.values["facts"] != facts:
            template = template_after(last)
            found.append(
                Telling(
                    template=template,
                    submission=submission,
                    person_id=person_id,
                    slot_id=slot.id,
                    facts=facts,
                )
            )
    return found


def template_after(last: Notice | None) -> str:
    """A first letter invites, and so does one after a talk was off or before the first has left."""
    first = last is None or last.template == "live_cancelled"
    unread = last is not None and last.template == "live_invitation" and last.status in UNSENT
    return "live_invitation" if first or unread else "programme_changed"


def cancellations(known: dict[str, Submission], live: Iterable[str], told: Told) -> list[Telling]:
    stays = set(live)
    return [
        Telling(
            template="live_cancelled",
            submission=known[submission_id],
            person_id=person_id,
            slot_id=None,
            facts=last.values["at"],
        )
        for (submission_id, person_id), last in told.items()
        if last.template != "live_cancelled"
        and (submission_id not in stays or known[submission_id].status not in LIVE)
    ]


def people_of(submission: Submission) -> list[str]:
    """Everybody who speaks and can be written to: registered authors, or whoever sent the work."""
    authors = [author.person_id for author in submission.authors if author.person_id]
    return list(dict.fromkeys([submission.owner_id, *authors]))


def facts_of(work: Work, slot: Slot) -> str:
    """A digest of what an author must know of the talk."""
    session = work.programme_sessions.get(slot.session_id)
    parts = (slot.starts_at.isoformat(), str(slot.minutes), session.title, session.link)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def announce(work: Work, marathon_id: str, *, by: Actor, now: datetime) -> int:
    """Write the letters of ``untold``; returns how many. Again at once, it writes none."""
    work.journal.lock()
    waiting = untold(work, marathon_id)
    told = last_told(work, marathon_id)
    for telling in waiting:
        supersede(work, told.get((telling.submission.id, telling.person_id)))
        write_letter(work, marathon_id, telling, now=now)
    if waiting:
        work.journal.write(
            by, action="talks_announced", kind="marathon", subject_id=marathon_id, now=now
        )
    return len(waiting)


def supersede(work: Work, last: Notice | None) -> None:
    """A letter that has not left is of no use once the talk has changed."""
    if last and last.status in UNSENT:
        work.notices.save(last.model_copy(update={"status": NoticeStatus.DISCARDED}))


def write_letter(work: Work, marathon_id: str, telling: Telling, *, now: datetime) -> None:
    sequence = revision(work, marathon_id)
    values = {"submission": telling.submission.id, "facts": telling.facts}
    if telling.slot_id:
        values["at"] = work.slots.get(telling.slot_id).starts_at.isoformat()
    else:
        values |= {"at": telling.facts, "talk_at": told_time(work, telling, marathon_id)}
    work.notices.tell(
        telling.template,
        f"{telling.submission.id}/{telling.person_id}/{sequence}/{now.isoformat()}",
        about=("slot", telling.slot_id)
        if telling.slot_id
        else ("submission", telling.submission.id),
        person_id=telling.person_id,
        marathon_id=marathon_id,
        values=values | {"sequence": str(sequence)},
        now=now,
    )


def told_time(work: Work, telling: Telling, marathon_id: str) -> str:
    person = work.people.get(telling.person_id)
    zone = work.marathons.get(marathon_id).zone
    return moment_with_offset(datetime.fromisoformat(telling.facts), zone, person.language)


def revision(work: Work, marathon_id: str) -> int:
    """Grows with every change of the programme, as in its public calendar."""
    changes = [one for one in work.journal.about(marathon_id) if one.subject_kind == "programme"]
    return max(0, len(changes) - 1)


def calendar_of(work: Work, notice: Notice, language: Language) -> bytes:
    """The calendar a letter about a talk carries; empty for other letters."""
    if notice.template not in WITH_CALENDAR:
        return b""
    talk = cancelled_talk(work, notice) if notice.subject_kind == "submission" else None
    return calendar(talk or talk_of(work, notice), language=language, now=notice.created_at)


def talk_of(work: Work, notice: Notice) -> Talk:
    slot = work.slots.get(notice.subject_id)
    return talk_in(work, slot, sequence=notice.values.get("sequence", ""))


def talk_in(work: Work, slot: Slot, *, sequence: str = "") -> Talk:
    """The talk of a slot; without a ``sequence``, that of the programme as it stands."""
    session = work.programme_sessions.get(slot.session_id)
    return Talk(
        uid=f"{slot.submission_id}@{slot.marathon_id}",
        sequence=int(sequence) if sequence else revision(work, slot.marathon_id),
        title=work.submissions.get(slot.submission_id).title,
        session=session.title,
        starts_at=slot.starts_at,
        minutes=slot.minutes,
        zone=work.marathons.get(slot.marathon_id).zone,
        link=session.link,
    )


def cancelled_talk(work: Work, notice: Notice) -> Talk:
    submission = work.submissions.get(notice.subject_id)
    marathon = work.marathons.get(submission.marathon_id)
    return Talk(
        uid=f"{submission.id}@{marathon.id}",
        sequence=int(notice.values.get("sequence", 0)),
        title=submission.title,
        session=marathon.title,
        starts_at=datetime.fromisoformat(notice.values["at"]),
        minutes=marathon.programme.minutes,
        zone=marathon.zone,
        cancelled=True,
    )


def answer(
    work: Work, slot_id: str, *, comes: bool, starts_at: datetime, by: Actor, now: datetime
) -> Slot:
    """«Буду» or «Не смогу» to the time that was shown; raises ``Conflict`` when it has moved."""
    slot = work.slots.get(slot_id)
    if slot.starts_at != starts_at:
        raise Conflict("Время выступления изменилось: посмотрите новое.", code="talk_moved")
    changes = {"confirmed_at": now if comes else None, "declined_at": None if comes else now}
    if (slot.confirmed_at is not None) == comes and (slot.declined_at is not None) != comes:
        return slot
    action = "talk_confirmed" if comes else "talk_declined"
    work.journal.write(by, action=action, kind="submission", subject_id=slot.submission_id, now=now)
    return work.slots.save(slot.model_copy(update=changes))
