"""Letters from the outbox: written out with real values, sent, retried, never sent twice."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from zoneinfo import ZoneInfo

from babel.dates import format_date

from flows.documents.privacy import mask
from flows.notices.letters import LETTERS, MissingValues, write_out
from schemas.certificate import CERTIFICATE_NAMES
from schemas.common_round import changeable_until
from schemas.document import Document
from schemas.errors import Conflict, MarathonError
from schemas.extraction import REJECTIONS
from schemas.marathon import Marathon
from schemas.outbox import Notice, NoticeStatus
from schemas.people import ROLE_NAMES, Actor
from schemas.settings import Settings
from storage.reports import hidden_names
from storage.work import Work

Values = dict[str, str]

DAY = "d MMMM y 'г.'"

CLAIM_MINUTES = 10
MOST_TRIES = 8
FIRST_PAUSE = timedelta(minutes=1)
SECRET_VALUES = frozenset({"secret", "code"})


def day(marathon: Marathon, moment: datetime | None) -> str:
    """«5 декабря 2026 г., 23:59» in the marathon's zone."""
    if moment is None:
        return "—"
    local = moment.astimezone(ZoneInfo(marathon.zone))
    return f"{format_date(local, DAY, locale='ru')}, {local:%H:%M}"


def submission_values(work: Work, identifier: str) -> Values:
    submission = work.submissions.get(identifier)
    marathon = work.marathons.get(submission.marathon_id)
    return {
        "submission_id": submission.id,
        "number": str(submission.number),
        "title": submission.title or "без названия",
        "abstract": submission.abstract,
        "decision_by": day(marathon, marathon.reviews_until),
        "submissions_until": day(marathon, marathon.submissions_until),
        "file_problem": file_problem(work, identifier),
    }


def file_problem(work: Work, submission_id: str) -> str:
    sentences = [
        REJECTIONS[file.extraction.reason]
        for file in work.files.of(submission_id)
        if file.extraction and file.extraction.reason
    ]
    return " ".join(sentences) or "Файл не читается."


def assignment_values(work: Work, identifier: str) -> Values:
    """What an expert may know of a work: never who wrote it, nor its number."""
    assignment = work.assignments.get(identifier)
    submission = work.submissions.get(assignment.submission_id)
    marathon = work.marathons.get(assignment.marathon_id)
    names = hidden_names(work, submission)
    return {
        "assignment_id": assignment.id,
        "title": masked(submission.title, names),
        "abstract": masked(submission.abstract, names),
        "answer_until": day(marathon, assignment.answer_until),
        "due_at": day(marathon, assignment.due_at),
        "reviews_until": day(marathon, changeable_until(assignment, marathon)),
    }


def masked(text: str, names: tuple[str, ...]) -> str:
    return mask(Document(title=text, blocks=()), names).document.title


OUTCOMES: Mapping[tuple[bool, bool], str] = {
    (True, True): "Материал будет опубликован в сборнике и приглашён к очному выступлению.",
    (True, False): "Материал будет опубликован в сборнике.",
    (False, True): "Материал приглашён к очному выступлению на марафоне.",
    (False, False): "Материал не отобран для публикации и очного выступления.",
}
REVISE = "Материал предлагается доработать и прислать снова."


def decision_values(work: Work, identifier: str) -> Values:
    decision = work.decisions.get(identifier)
    outcome = REVISE if decision.revise else OUTCOMES[decision.publication, decision.live]
    return submission_values(work, decision.submission_id) | {
        "outcome": outcome,
        "explanation": decision.override_reason or decision.explanation,
    }


def certificate_values(work: Work, identifier: str) -> Values:
    certificate = work.certificates.get(identifier)
    return {
        "certificate": CERTIFICATE_NAMES[certificate.kind],
        "certificate_number": certificate.number,
    }


def role_values(work: Work, identifier: str) -> Values:
    grant = work.roles.get(identifier)
    place = work.municipalities.find(grant.scope_id) if grant.scope == "municipality" else None
    return {"role": ROLE_NAMES[grant.role] + (f", {place.name}" if place else "")}


def no_values(_work: Work, _identifier: str) -> Values:
    return {}


SUBJECTS: Mapping[str, Callable[[Work, str], Values]] = {
    "submission": submission_values,
    "assignment": assignment_values,
    "decision": decision_values,
    "certificate": certificate_values,
    "role": role_values,
    "token": no_values,
}


def values_of(work: Work, notice: Notice, settings: Settings) -> Values:
    """Everything the letter may name, as it is now; the notice's own values win."""
    marathon = work.marathons.find(notice.marathon_id) if notice.marathon_id else None
    person = work.people.find(notice.person_id) if notice.person_id else None
    general = {
        "base_url": settings.base_url.rstrip("/"),
        "marathon": marathon.title if marathon else "",
        "contact": (marathon.contact if marathon else "") or settings.contact,
        "name": given_name(person.name) if person else "",
    }
    return general | SUBJECTS[notice.subject_kind](work, notice.subject_id) | notice.values


def given_name(name: str) -> str:
    """«Анна Петровна» from «Иванова Анна Петровна», for the greeting."""
    _, *given = name.split()
    return " ".join(given) or name


def written(work: Work, notice: Notice, settings: Settings) -> Notice:
    """The notice with title and body; an edited text stays as people left it."""
    if notice.body:
        return notice
    title, body = write_out(notice.template, values_of(work, notice, settings))
    return notice.model_copy(update={"title": title, "body": body})


def address_of(work: Work, notice: Notice) -> str | None:
    if notice.address:
        return notice.address
    person = work.people.find(notice.person_id) if notice.person_id else None
    return person.email if person else None


def message_of(notice: Notice, address: str, settings: Settings) -> EmailMessage:
    """The letter on the wire; its Message-ID is fixed, so a second delivery is recognised."""
    message = EmailMessage(policy=SMTP)
    message["From"] = settings.mail_from
    message["To"] = address
    message["Subject"] = " ".join(notice.title.split())
    message["Message-ID"] = f"<{notice.id}@{settings.mail_from.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(notice.body)
    return message


def prepare(
    work: Work, *, settings: Settings, now: datetime, limit: int = 50
) -> list[tuple[Notice, EmailMessage]]:
    """Letters due now, written out and claimed, so that no other sweep sends them too.

    Those without an address or a value are marked failed and keep nobody else's from leaving.
    """
    ready = []
    for notice in work.notices.to_send(now=now, limit=limit):
        if not work.notices.claim(notice, now=now, minutes=CLAIM_MINUTES):
            continue
        address = address_of(work, notice)
        try:
            letter = written(work, notice, settings)
        except (MissingValues, MarathonError) as error:
            fail(work, notice, f"Письмо не составилось: {error}")
            continue
        if address is None:
            fail(work, letter, "У человека нет адреса почты.")
            continue
        ready.append((letter, message_of(letter, address, settings)))
    return ready


def fail(work: Work, notice: Notice, error: str) -> None:
    work.notices.save(notice.model_copy(update={"status": NoticeStatus.FAILED, "error": error}))


def record_sent(work: Work, notice: Notice, *, now: datetime, keep_secrets: bool = False) -> None:
    """Sent; secrets of sign-in letters are wiped unless letters are read on ``/dev/mail``."""
    changes: dict[str, object] = {"status": NoticeStatus.SENT, "sent_at": now, "error": ""}
    if SECRET_VALUES & notice.values.keys() and not keep_secrets:
        changes |= {"values": {}, "body": "", "title": LETTERS[notice.template].name}
    work.notices.save(notice.model_copy(update=changes))


def record_failure(work: Work, notice: Notice, error: str, *, now: datetime) -> None:
    """Try again later, each time after twice the pause; give up after the last try."""
    tries = notice.tries + 1
    status = NoticeStatus.FAILED if tries >= MOST_TRIES else NoticeStatus.QUEUED
    work.notices.save(
        notice.model_copy(
            update={
                "tries": tries,
                "status": status,
                "error": error[:500],
                "next_at": now + FIRST_PAUSE * 2**tries,
            }
        )
    )


def edit(work: Work, notice_id: str, *, title: str, body: str, by: Actor, now: datetime) -> Notice:
    """Change the text of a letter that has not left yet."""
    notice = unsent(work, notice_id)
    work.journal.write(by, action="edited", kind="notice", subject_id=notice_id, now=now)
    return work.notices.save(notice.model_copy(update={"title": title, "body": body}))


def release(work: Work, notice_id: str, *, by: Actor, now: datetime) -> Notice:
    """Queue a letter for sending; one that had failed gets all its tries again."""
    notice = unsent(work, notice_id)
    changes: dict[str, object] = {"status": NoticeStatus.QUEUED}
    if notice.status is NoticeStatus.FAILED:
        changes |= {"tries": 0, "next_at": None, "error": ""}
    work.journal.write(by, action="released", kind="notice", subject_id=notice_id, now=now)
    return work.notices.save(notice.model_copy(update=changes))


def discard(work: Work, notice_id: str, *, by: Actor, now: datetime) -> Notice:
    notice = unsent(work, notice_id)
    work.journal.write(by, action="discarded", kind="notice", subject_id=notice_id, now=now)
    return work.notices.save(notice.model_copy(update={"status": NoticeStatus.DISCARDED}))


def unsent(work: Work, notice_id: str) -> Notice:
    notice = work.notices.get(notice_id)
    if notice.status in {NoticeStatus.SENT, NoticeStatus.DISCARDED}:
        raise Conflict("Письмо уже отправлено или удалено.", code="letter_gone")
    return notice
