"""Letters from the outbox: written out with real values, sent, retried, never sent twice."""

from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP

from flows.notices.letter_shape import Wording
from flows.notices.letters import LETTERS, MissingValues, write_out
from flows.notices.values import language_of, values_of
from flows.notices.words import kind_of
from schemas.errors import Conflict, MarathonError
from schemas.letter_template import Language
from schemas.outbox import Notice, NoticeStatus
from schemas.people import Actor
from schemas.settings import Settings
from storage.work import Work

CLAIM_MINUTES = 10
MOST_TRIES = 8
FIRST_PAUSE = timedelta(minutes=1)
SECRET_VALUES = frozenset({"secret", "code"})


def code_of(work: Work, notice: Notice) -> str:
    """The letter the notice is written by: decisions have one for each outcome."""
    if notice.template != "decision":
        return notice.template
    return f"decision_{kind_of(work.decisions.get(notice.subject_id))}"


def wording_of(work: Work, marathon_id: str | None, code: str, language: Language) -> Wording:
    """The marathon's own words for the letter, or ours; a variant falls back on its letter."""
    letter = LETTERS[code]
    for wanted in (code, letter.variant_of):
        own = (
            work.letter_templates.named(marathon_id, wanted, language)
            if marathon_id and wanted
            else None
        )
        if own:
            return Wording(title=own.title, text=own.text)
    return letter.wording(language)


def written(work: Work, notice: Notice, settings: Settings) -> Notice:
    """The notice with title and body; an edited text stays as people left it."""
    if notice.body:
        return notice
    wording = wording_of(work, notice.marathon_id, code_of(work, notice), language_of(work, notice))
    title, body = write_out(wording, values_of(work, notice, settings))
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
