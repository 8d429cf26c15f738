"""Saying once more who one is, before an act that cannot be taken back: by a code or the password.

A code goes to the person's own address; either way the session counts as fresh for a quarter of
an hour, see ``operations.require_recent``.
"""

from datetime import datetime, timedelta

from flows.accounts import codes, passwords
from flows.accounts.operations import SINCE_CONFIRMED
from schemas.errors import BadInput
from schemas.people import Actor, Person, Session, Token, TokenKind
from schemas.signing import Signer
from storage.identifiers import new_id
from storage.work import Work

CONFIRM = "confirm"
RESEND_AFTER = timedelta(minutes=1)
WRONG_PASSWORD = "Пароль не подошёл. Проверьте раскладку клавиатуры и Caps Lock."  # noqa: S105  (a sentence)


def send_code(
    work: Work, person: Person, *, signer: Signer, code: str, now: datetime
) -> Token | None:
    """A letter with ``code``; none when the last one left within a minute or nobody has the address."""
    if person.email is None or has_fresh_code(work, person.email, now=now):
        return None
    token_id = new_id()
    token = work.tokens.add(
        Token(
            id=token_id,
            hash=signer.mark(CONFIRM, token_id, code),
            kind=TokenKind.CONFIRM,
            email=person.email,
            payload={"code": codes.mark(token_id, code, signer=signer)},
            created_at=now,
            expires_at=now + SINCE_CONFIRMED,
        )
    )
    work.notices.tell(
        "confirm",
        token.id,
        about=("token", token.id),
        person_id=person.id,
        values={"code": code, "minutes": str(int(SINCE_CONFIRMED.total_seconds() // 60))},
        now=now,
    )
    return token


def has_fresh_code(work: Work, email: str, *, now: datetime) -> bool:
    """Whether a code has just left, so that a double click sends one letter."""
    sent = work.tokens.of_email(email, kind=TokenKind.CONFIRM)
    return any(one.used_at is None and now - one.created_at < RESEND_AFTER for one in sent)


def by_code(
    work: Work, session: Session, person: Person, code: str, *, signer: Signer, now: datetime
) -> Session:
    """The session, fresh again; raises ``BadInput`` for a code that was not sent to this person."""
    sent = work.tokens.of_email(person.email or "", kind=TokenKind.CONFIRM)
    codes.spend(work, sent, code, signer=signer, now=now)
    return confirmed(work, session, person, now=now)


def by_password(
    work: Work, session: Session, person: Person, password: str, *, now: datetime
) -> Session:
    """The session, fresh again; raises ``BadInput`` for another password than the person's own."""
    try:
        passwords.signed_in(work, person.email or "", password)
    except BadInput as error:
        raise BadInput(WRONG_PASSWORD, code="wrong_password", field="password") from error
    return confirmed(work, session, person, now=now)


def confirmed(work: Work, session: Session, person: Person, *, now: datetime) -> Session:
    by = Actor(person_id=person.id)
    work.journal.write(by, action="confirmed_again", kind="person", subject_id=person.id, now=now)
    return work.sessions.save(session.model_copy(update={"confirmed_at": now}))
