"""Letters that came back: whose address is dead, and sending them again."""

from datetime import datetime

from flows.notices.delivery_report import Failure
from schemas.errors import Conflict
from schemas.outbox import Notice, NoticeStatus
from schemas.people import Actor
from storage.identifiers import new_id
from storage.work import Work

SYSTEM = Actor(part="mail")


def record(work: Work, notice: Notice, reason: str, *, now: datetime) -> None:
    """The letter has come back for good; its reader's address is marked until it is changed.

    A letter to an address its reader has left since says nothing of the one they have now.
    """
    stored = work.notices.get(notice.id)
    changes = {"status": NoticeStatus.BOUNCED, "error": reason[:500], "tries": stored.tries + 1}
    work.notices.save(stored.model_copy(update=changes))
    work.journal.write(SYSTEM, action="bounced", kind="notice", subject_id=notice.id, now=now)
    person = work.people.find(notice.person_id) if notice.person_id else None
    person = person or (work.people.by_email(notice.address) if notice.address else None)
    if person and notice.address in {None, person.email}:
        work.people.save(person.model_copy(update={"bounced_at": now}))


def record_report(work: Work, failures: list[Failure], *, now: datetime) -> list[Notice]:
    """The letters a delivery report is about; those it names twice or we do not know are left out."""
    found = []
    for failure in failures:
        notice = letter_of(work, failure)
        if notice and notice.status is not NoticeStatus.BOUNCED:
            record(work, notice, failure.reason, now=now)
            found.append(notice)
    return found


def letter_of(work: Work, failure: Failure) -> Notice | None:
    """The letter by its own name, or the newest one sent to that address."""
    named = work.notices.find(failure.notice_id) if failure.notice_id else None
    if named:
        return named
    sent = [
        one
        for one in work.notices.newest(to=failure.address, limit=20)
        if one.status is NoticeStatus.SENT
    ]
    return sent[0] if failure.address and sent else None


def returned(work: Work, notice_id: str) -> Notice:
    """The letter, which came back or could not be sent; raises ``Conflict`` for others."""
    notice = work.notices.get(notice_id)
    if notice.status not in {NoticeStatus.BOUNCED, NoticeStatus.FAILED}:
        raise Conflict("Это письмо не возвращалось.", code="letter_gone")
    return notice


def send_again(work: Work, notice: Notice, address: str | None, *, now: datetime) -> Notice:
    again = Notice(
        id=new_id(),
        dedup_key=f"{notice.dedup_key}/again/{notice.id}",
        created_at=now,
        address=address,
        **notice.model_dump(
            include={
                *("template", "person_id", "marathon_id", "subject_kind", "subject_id"),
                *("values", "title", "body"),
            }
        ),
    )
    return work.notices.write(again)
