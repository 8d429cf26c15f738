"""Co-authors: invited by letter, they confirm their line, mend it or ask to be taken off.

A line is found by its e-mail address, so that the order the author set is never touched. What is
never confirmed stops nothing: organisers see it, the author is advised to remind.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from flows.intake import checking_again, operations, rules
from schemas.base import Schema
from schemas.errors import BadInput, Conflict
from schemas.people import Actor, Person, Token, TokenKind
from schemas.signing import Signer
from schemas.submission import UNSENT, Author, Submission, SubmissionStatus
from storage.identifiers import new_id
from storage.work import Work

PURPOSE = "co_author"
VALID = timedelta(days=30)
PAUSE = timedelta(days=1)
SPENT = (
    "Эта ссылка больше не действует: она старше 30 дней или автор изменил адрес в вашей строке. "
    "Войдите с этим адресом почты: материал будет среди ваших, ответить можно там."
)
GONE = frozenset({SubmissionStatus.PUBLISHED, SubmissionStatus.WITHDRAWN})


class Corrections(Schema):
    """What a co-author may say otherwise about themselves."""

    name: str
    organisation: str
    position: str


class Invitations(Schema):
    """Secrets come from ``draw``; only their marks are kept."""

    signer: Signer
    draw: Callable[[], str]


def is_owner(author: Author, owner: Person) -> bool:
    by_name = owner.guest and author.name == owner.name  # no address to know a guest by yet
    by_address = bool(author.email) and author.email == owner.email
    return author.person_id == owner.id or by_address or by_name


def unconfirmed(work: Work, submission: Submission) -> tuple[Author, ...]:
    """Co-authors who have not confirmed their line, in order; the owner needs no confirmation."""
    owner = work.people.get(submission.owner_id)
    return tuple(
        author
        for author in submission.authors
        if author.confirmed_at is None and not is_owner(author, owner)
    )


def invited_at(work: Work, submission: Submission) -> dict[str, datetime]:
    """When the newest letter was asked for, by address."""
    found: dict[str, datetime] = {}
    for author in submission.authors:
        for token in tokens_for(work, submission, author.email):
            found[token.email] = max(token.created_at, found.get(token.email, token.created_at))
    return found


def tokens_for(work: Work, submission: Submission, email: str | None) -> list[Token]:
    tokens = work.tokens.of_email(email, kind=TokenKind.CO_AUTHOR) if email else []
    return [token for token in tokens if token.payload.get("submission") == submission.id]


def invite(
    work: Work, submission_id: str, ways: Invitations, *, by: Actor, now: datetime
) -> tuple[str, ...]:
    """Write to every co-author with an address who was never written to; returns their names."""
    submission = work.submissions.get(submission_id)
    written = invited_at(work, submission)
    new = [one for one in unconfirmed(work, submission) if one.email and one.email not in written]
    for author in new:
        send(work, submission, author, ways, by=by, now=now)
    if new:
        tie(work, submission, {author.email for author in new})
    return tuple(author.name for author in new)


def tie(work: Work, submission: Submission, emails: set[str | None]) -> None:
    """The material is among the works of whoever signs in with one of these addresses."""
    authors = tuple(
        operations.known_author(work, one) if one.email in emails else one
        for one in submission.authors
    )
    work.submissions.save(submission.model_copy(update={"authors": authors}))


def remind(
    work: Work, submission: Submission, author: Author, ways: Invitations, *, now: datetime
) -> None:
    """Write once more, with a new link; raises ``Conflict`` within a day of the last letter."""
    last = invited_at(work, submission).get(author.email or "")
    if author.email is None or author.confirmed_at:
        raise Conflict("Этому автору напоминать не о чем: обновите страницу.", code="not_waiting")
    if last and now - last < PAUSE:
        raise Conflict(
            f"{author.name}: письмо уже отправлено меньше суток назад. Напомнить можно завтра.",
            code="reminded_already",
        )
    send(work, submission, author, ways, by=Actor(person_id=submission.owner_id), now=now)


def send(
    work: Work,
    submission: Submission,
    author: Author,
    ways: Invitations,
    *,
    by: Actor,
    now: datetime,
) -> None:
    secret = ways.draw()
    mark = ways.signer.mark(PURPOSE, secret)
    token = work.tokens.add(way_in(submission, author, mark=mark, now=now))
    work.notices.tell(
        "co_author_invited",
        token.id,
        about=("submission", submission.id),
        address=author.email,
        marathon_id=submission.marathon_id,
        values={"secret": secret, "inviter": work.people.get(submission.owner_id).name},
        now=now,
    )
    work.journal.write(
        by, action="co_author_invited", kind="submission", subject_id=submission.id, now=now
    )


def way_in(submission: Submission, author: Author, *, mark: str, now: datetime) -> Token:
    return Token(
        id=new_id(),
        hash=mark,
        kind=TokenKind.CO_AUTHOR,
        email=author.email or "",
        payload={"submission": submission.id},
        created_at=now,
        expires_at=now + VALID,
    )


def opened(work: Work, secret: str, *, signer: Signer, now: datetime) -> tuple[Submission, int]:
    """The material of a link and the place of the line it is about; opening it spends nothing.

    Raises ``BadInput`` for a link that leads nowhere any more.
    """
    token = work.tokens.live(signer.mark(PURPOSE, secret), kind=TokenKind.CO_AUTHOR, now=now)
    if token is None:
        raise BadInput(SPENT, code="link_spent")
    submission = work.submissions.get(token.payload["submission"])
    place = place_of(submission, email=token.email)
    if place is None or submission.status is SubmissionStatus.WITHDRAWN:
        raise BadInput(
            "Вас нет среди авторов этого материала, или его отозвали: отвечать не нужно.",
            code="link_spent",
        )
    return submission, place


def place_of(submission: Submission, *, email: str = "", person_id: str = "") -> int | None:
    """From 0; None for somebody who stands nowhere."""
    for place, author in enumerate(submission.authors):
        if (email and author.email == email) or (person_id and author.person_id == person_id):
            return place
    return None


def confirm(work: Work, submission: Submission, place: int, *, now: datetime) -> Submission:
    """«Подтверждаю»; confirming twice is confirming once."""
    author = submission.authors[place]
    if author.confirmed_at is not None:
        return submission
    return settle(work, submission, place, author, now=now)


def settle(
    work: Work, submission: Submission, place: int, author: Author, *, now: datetime
) -> Submission:
    """The line as its author wants it, confirmed; the owner is told."""
    known = operations.known_author(work, author).model_copy(update={"confirmed_at": now})
    authors = (*submission.authors[:place], known, *submission.authors[place + 1 :])
    saved = work.submissions.save(submission.model_copy(update={"authors": authors}))
    tell_owner(work, saved, known, template="co_author_confirmed", now=now)
    return saved


def correct(
    work: Work, submission: Submission, place: int, said: Corrections, *, now: datetime
) -> Submission:
    """«Исправить мою строку»: the words are mended and confirmed at once.

    Raises ``Conflict`` once experts have the material: their copy hides the old words.
    """
    if not may_correct(submission):
        raise Conflict(
            "Материал уже у экспертов, строку в нём не изменить. Подтвердите соавторство, а о "
            "поправке напишите организаторам: её внесут до выпуска сборника.",
            code="not_editable",
        )
    before = submission.authors[place]
    school = work.organisations.by_name(before.municipality_id, said.organisation)
    changes = said.model_dump() | {"organisation_id": school.id if school else None}
    author = before.model_copy(update=changes)
    saved = settle(work, submission, place, author, now=now)
    if saved.status not in UNSENT:
        actor = Actor(person_id=saved.authors[place].person_id)
        checking_again.renew_stale_files(work, saved, by=actor, now=now)
    return saved


def may_correct(submission: Submission) -> bool:
    return submission.status in rules.EDITABLE


def decline(work: Work, submission: Submission, place: int, *, now: datetime) -> Submission:
    """«Это не я»: the line goes, the owner is told. Raises ``Conflict`` where it must not go."""
    author = submission.authors[place]
    if submission.status in GONE:
        raise Conflict(
            "Сборник уже вышел. Напишите организаторам: они исправят выпуск.", code="published"
        )
    if submission.status not in UNSENT and len(submission.authors) == 1:
        raise Conflict(
            "Вы указаны единственным автором, а материал без автора быть не может. Напишите "
            "организаторам: они отзовут его.",
            code="only_author",
        )
    authors = (*submission.authors[:place], *submission.authors[place + 1 :])
    saved = work.submissions.save(submission.model_copy(update={"authors": authors}))
    tell_owner(work, saved, author, template="co_author_declined", now=now)
    return saved


def tell_owner(
    work: Work, submission: Submission, author: Author, *, template: str, now: datetime
) -> None:
    work.notices.tell(
        template,
        f"{submission.id}/{submission.version}",
        about=("submission", submission.id),
        person_id=submission.owner_id,
        marathon_id=submission.marathon_id,
        values={"co_author": author.name},
        now=now,
    )
    by = Actor(person_id=author.person_id, part="co_author")
    work.journal.write(by, action=template, kind="submission", subject_id=submission.id, now=now)
