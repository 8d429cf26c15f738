"""Letters that came back: whose address is dead, and sending again once it was mended."""

from datetime import datetime

from flows.notices.delivery_report import Failure
from schemas.errors import BadInput, Conflict
from schemas.outbox import Notice, NoticeStatus
from schemas.people import Actor, Person
from storage.identifiers import new_id
from storage.work import Work

SYSTEM = Actor(part="mail")
LONGEST = 254  # RFC 5321


def record(work: Work, notice: Notice, reason: str, *, now: datetime) -> None:
    """The letter has come back for good; its reader's address is marked until it is changed."""
    stored = work.notices.get(notice.id)
    changes = {"status": NoticeStatus.BOUNCED, "error": reason[:500], "tries": stored.tries + 1}
    work.notices.save(stored.model_copy(update=changes))
    work.journal.write(SYSTEM, action="bounced", kind="notice", subject_id=notice.id, now=now)
    person = work.people.find(notice.person_id) if notice.person_id else None
    person = person or (work.people.by_email(notice.address) if notice.address else None)
    if person:
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


def mend_address(work: Work, notice_id: str, email: str, *, by: Actor, now: datetime) -> Notice:
    """Give the reader another address and queue the letter again; the returned one stays.

    Raises ``BadInput`` and ``Conflict``: an address of somebody else is never taken.
    """
    notice = work.notices.get(notice_id)
    person = work.people.find(notice.person_id) if notice.person_id else None
    if notice.status not in {NoticeStatus.BOUNCED, NoticeStatus.FAILED}:
        raise Conflict("Это письмо не возвращалось.", code="letter_gone")
    address = checked(email)
    if person:
        change_address(work, person, address, by=by, now=now)
    return send_again(work, notice, None if person else address, now=now)


def change_address(work: Work, person: Person, address: str, *, by: Actor, now: datetime) -> None:
    other = work.people.by_email(address)
    if other and other.id != person.id:
        raise Conflict(
            "Этот адрес уже есть у другого человека. Проверьте, не одно ли это лицо.",
            code="address_taken",
        )
    work.people.save(person.model_copy(update={"email": address, "bounced_at": None}))
    work.journal.write(by, action="address_mended", kind="person", subject_id=person.id, now=now)


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


def checked(email: str) -> str:
    """The address folded; raises ``BadInput`` when it cannot be one."""
    folded = email.strip().casefold()
    name, at, domain = folded.partition("@")
    plausible = name and at and "." in domain and len(folded) <= LONGEST
    if not plausible or any(sign.isspace() or not sign.isprintable() for sign in folded):
        raise BadInput("Адрес почты записан с ошибкой. Пример: ivanova@shkola.ru", field="email")
    return folded
