"""Letters from the outbox: written out with real values, sent, retried, never sent twice."""

from datetime import datetime, timedelta
from email.message import EmailMessage

from flows.notices import invited, refusing, talks
from flows.notices.letter_shape import Wording
from flows.notices.letters import LETTERS, MissingValues, write_out
from flows.notices.merging import merge
from flows.notices.message import Envelope, clean, message_of
from flows.notices.values import language_of, title_in, values_of
from flows.notices.words import kind_of
from schemas.errors import BadInput, Conflict, MarathonError
from schemas.letter_template import Language
from schemas.outbox import Notice, NoticeStatus
from schemas.people import Actor
from schemas.settings import Settings
from schemas.signing import Signer
from storage.work import Work

CLAIM_MINUTES = 10
MOST_TRIES = 8
FIRST_PAUSE = timedelta(minutes=1)
SECRET_VALUES = frozenset({"secret", "code"})
GONE = frozenset({NoticeStatus.SENT, NoticeStatus.DISCARDED, NoticeStatus.MERGED})
REFUSED = "Человек отказался от напоминаний и сводок."
MOST = {"title": (300, "тему"), "body": (20_000, "текст")}


def carries_secret(notice: Notice) -> bool:
    """Whether the letter lets its reader in: nobody else may read that part of it."""
    return bool(SECRET_VALUES & notice.values.keys())


def masked(notice: Notice) -> Notice:
    """The letter as others than its reader may see it."""
    hidden = dict.fromkeys(SECRET_VALUES & notice.values.keys(), "••••••")
    return notice.model_copy(update={"values": {**notice.values, **hidden}})


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


def envelope_of(
    work: Work, notice: Notice, address: str, settings: Settings, signer: Signer | None
) -> Envelope:
    """Where the letter goes and what it carries besides its words."""
    marathon = work.marathons.find(notice.marathon_id) if notice.marathon_id else None
    language = language_of(work, notice)
    return Envelope(
        address=address,
        language=language,
        heading=title_in(marathon, language) if marathon else settings.operator,
        contact=(marathon.contact if marathon else "") or settings.contact,
        refuse=refusing.address_of(work, notice, settings, signer),
        calendar=talks.calendar_of(work, notice, language),
    )


def prepare(
    work: Work,
    *,
    settings: Settings,
    now: datetime,
    limit: int = 50,
    signer: Signer | None = None,
) -> list[tuple[Notice, EmailMessage]]:
    """Letters due now, written out and claimed, so that no other sweep sends them too.

    Several about works of one expert become one first: nobody's leave while some are apart. Those without an address or a value are
    marked failed and keep nobody else's from leaving; reminders refused by people are discarded.
    """
    while put_together(work, now=now):
        continue
    ready = []
    for notice in work.notices.to_send(now=now, limit=limit):
        if not work.notices.claim(notice, now=now, minutes=CLAIM_MINUTES):
            continue
        if refusing.is_refused(work, notice):
            give_up(work, notice, NoticeStatus.DISCARDED, REFUSED)
            continue
        letter = written_or_failed(work, notice, settings)
        if letter is not None:
            ready.append((letter, dressed(work, letter, settings, signer)))
    return ready


def put_together(work: Work, *, now: datetime) -> int:
    """Letters about several works of one expert instead of one about each, for some experts.

    Returns how many were written; 0 when all are together.
    """
    return merge(work, now=now, minutes=CLAIM_MINUTES)


def written_or_failed(work: Work, notice: Notice, settings: Settings) -> Notice | None:
    """The letter ready to leave, or None when it has been marked failed."""
    if address_of(work, notice) is None:
        give_up(work, notice, NoticeStatus.FAILED, "У человека нет адреса почты.")
        return None
    try:
        return written(work, notice, settings)
    except (MissingValues, MarathonError) as error:
        give_up(work, notice, NoticeStatus.FAILED, f"Письмо не составилось: {error}")
        return None


def dressed(
    work: Work, letter: Notice, settings: Settings, signer: Signer | None = None
) -> EmailMessage:
    """A written letter as it goes on the wire."""
    address = address_of(work, letter) or ""
    letter = invited.marked(work, letter, settings, signer)
    return message_of(letter, envelope_of(work, letter, address, settings, signer), settings)


def give_up(work: Work, notice: Notice, status: NoticeStatus, error: str) -> None:
    work.notices.save(notice.model_copy(update={"status": status, "error": error}))


def record_sent(work: Work, notice: Notice, *, now: datetime, keep_secrets: bool = False) -> None:
    """Sent; secrets of sign-in letters are wiped unless letters are read on ``/dev/mail``."""
    changes: dict[str, object] = {"status": NoticeStatus.SENT, "sent_at": now, "error": ""}
    if SECRET_VALUES & notice.values.keys() and not keep_secrets:
        changes |= {"values": {}, "body": "", "title": LETTERS[notice.template].name}
    work.notices.save(notice.model_copy(update=changes))


def record_failure(work: Work, notice: Notice, error: str, *, now: datetime) -> None:
    """Try again later, each time after twice the pause; give up after the last try.

    The words are not kept: the letter is written out anew, with the values of then.
    """
    stored = work.notices.get(notice.id)
    tries = stored.tries + 1
    status = NoticeStatus.FAILED if tries >= MOST_TRIES else NoticeStatus.QUEUED
    changes = {"tries": tries, "status": status, "error": error[:500]}
    next_at = now + FIRST_PAUSE * 2**tries
    work.notices.save(stored.model_copy(update=changes | {"next_at": next_at}))


def edit(work: Work, notice_id: str, *, title: str, body: str, by: Actor, now: datetime) -> Notice:
    """Change the text of a letter that has not left yet; raises ``BadInput``, ``Conflict``."""
    notice = unsent(work, notice_id)
    if carries_secret(notice):
        raise Conflict("Письмо с личной ссылкой не правят: его читает только получатель.")
    changes = {"title": checked(title, "title"), "body": checked(body, "body")}
    work.journal.write(by, action="edited", kind="notice", subject_id=notice_id, now=now)
    return work.notices.save(notice.model_copy(update=changes))


def checked(text: str, field: str) -> str:
    """The text without its edges; raises ``BadInput`` when empty or too long."""
    kept, (most, name) = clean(text.replace("\r\n", "\n")).strip(), MOST[field]
    if not kept:
        raise BadInput(f"Напишите {name} письма.", code="letter_empty", field=field)
    if len(kept) > most:
        raise BadInput(
            f"Слишком длинно: {name} письма — до {most} знаков.", code="letter_long", field=field
        )
    return kept


def revert(work: Work, notice_id: str, *, by: Actor, now: datetime) -> Notice:
    """Forget what was edited by hand: the letter is written by its template again."""
    notice = unsent(work, notice_id)
    work.journal.write(by, action="reverted", kind="notice", subject_id=notice_id, now=now)
    return work.notices.save(notice.model_copy(update={"title": "", "body": ""}))


def release(work: Work, notice_id: str, *, by: Actor, now: datetime) -> Notice:
    """Queue a letter for sending; one that had failed gets all its tries again."""
    notice = unsent(work, notice_id)
    changes: dict[str, object] = {"status": NoticeStatus.QUEUED}
    if notice.status in {NoticeStatus.FAILED, NoticeStatus.BOUNCED}:
        changes |= {"tries": 0, "next_at": None, "error": ""}
    work.journal.write(by, action="released", kind="notice", subject_id=notice_id, now=now)
    return work.notices.save(notice.model_copy(update=changes))


def discard(work: Work, notice_id: str, *, by: Actor, now: datetime) -> Notice:
    notice = unsent(work, notice_id)
    work.journal.write(by, action="discarded", kind="notice", subject_id=notice_id, now=now)
    return work.notices.save(notice.model_copy(update={"status": NoticeStatus.DISCARDED}))


def unsent(work: Work, notice_id: str) -> Notice:
    notice = work.notices.get(notice_id)
    if notice.status in GONE:
        raise Conflict("Письмо уже отправлено или удалено.", code="letter_gone")
    return notice
