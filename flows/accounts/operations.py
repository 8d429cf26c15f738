"""Signing in without passwords: a link and a code by letter, sessions, tokens for programs.

Secrets come in as arguments (the edges draw them) and are kept as marks of the installation's
signer. The one exception is the letter that carries a link: its values are wiped as soon as a
mail server has taken it.
"""

from datetime import datetime, timedelta
from urllib.parse import quote

from flows.accounts import codes, guests
from schemas.address import fold_email
from schemas.errors import BadInput, NotAllowed
from schemas.people import Actor, Person, Session, Token, TokenKind
from schemas.signing import LoginSecrets, Signer
from storage.identifiers import new_id
from storage.work import Work

SPENT = "Ссылка уже использована или устарела. Запросите новую: это займёт минуту."
LOGIN, SESSION, API = "login", "session", "api"
SINCE_CONFIRMED = timedelta(minutes=15)


def ask_login(
    work: Work,
    email: str,
    *,
    signer: Signer,
    secrets: LoginSecrets,
    minutes: int,
    now: datetime,
    way_back: str = "/",
) -> Token:
    """A link and a code for ``email`` by letter; the same for known and unknown addresses.

    ``way_back`` is the page of ours that the link leads to after signing in.
    """
    token_id = new_id()
    token = work.tokens.add(
        Token(
            id=token_id,
            hash=signer.mark(LOGIN, secrets.link),
            kind=TokenKind.LOGIN,
            email=fold_email(email),
            payload={"code": codes.mark(token_id, secrets.code, signer=signer)},
            created_at=now,
            expires_at=now + timedelta(minutes=minutes),
        )
    )
    work.notices.tell(
        "login",
        token.id,
        about=("token", token.id),
        address=token.email,
        values={
            "secret": secrets.link,
            "code": secrets.code,
            "minutes": str(minutes),
            "way_back": "" if way_back == "/" else f"?next={quote(way_back, safe='/')}",
        },
        now=now,
    )
    return token


def bring_drafts(work: Work, token: Token, guest: Person) -> Token:
    """The drafts of the guest go to whoever spends the token, on whatever device that is."""
    return work.tokens.save(
        token.model_copy(update={"payload": {**token.payload, "guest": guest.id}})
    )


def spend_link(work: Work, secret: str, *, signer: Signer, now: datetime) -> Person:
    """The person the link was sent to; a link works once."""
    token = work.tokens.live(signer.mark(LOGIN, secret), kind=TokenKind.LOGIN, now=now)
    if token is None or not work.tokens.spend(token, now=now):
        raise BadInput(SPENT, code="link_spent")
    return arrived(work, token, now=now)


def spend_code(work: Work, email: str, code: str, *, signer: Signer, now: datetime) -> Person:
    """The person who typed the code of a letter sent to ``email``."""
    sent = work.tokens.of_email(email, kind=TokenKind.LOGIN)
    return arrived(work, codes.spend(work, sent, code, signer=signer, now=now), now=now)


def arrived(work: Work, token: Token, *, now: datetime) -> Person:
    """Whose address it is, with the drafts of the guest who asked for the letter."""
    person = person_of(work, token.email)
    guest = work.people.find(token.payload.get("guest", ""))
    return person if guest is None else guests.claim(work, guest, person, now=now)


def person_of(work: Work, email: str) -> Person:
    """The person with this address, registered at the first sign-in."""
    found = work.people.by_email(email)
    return found or work.people.add(Person(id=new_id(), name=email, email=email))


def open_session(
    work: Work,
    person: Person,
    *,
    signer: Signer,
    secret: str,
    days: int,
    user_agent: str,
    now: datetime,
) -> Session:
    session = Session(
        id=new_id(),
        hash=signer.mark(SESSION, secret),
        person_id=person.id,
        created_at=now,
        expires_at=now + timedelta(days=days),
        user_agent=user_agent[:200],
        confirmed_at=now,
    )
    work.journal.write(
        Actor(person_id=person.id),
        action="signed_in",
        kind="person",
        subject_id=person.id,
        now=now,
    )
    return work.sessions.add(session)


def session_of(work: Work, secret: str, *, signer: Signer, now: datetime) -> Session | None:
    return work.sessions.live(signer.mark(SESSION, secret), now=now)


def expired_writer(work: Work, secret: str, *, signer: Signer) -> str:
    """The id of whoever this browser's session belonged to; empty when it was ended for good."""
    session = work.sessions.of_hash(signer.mark(SESSION, secret)) if secret else None
    return session.person_id if session else ""


def close_session(work: Work, secret: str, *, signer: Signer, now: datetime) -> None:
    session = session_of(work, secret, signer=signer, now=now)
    if session is not None:
        work.sessions.remove(session.id)


def require_recent(session: Session, *, now: datetime) -> None:
    """For acts that cannot be taken back; raises ``NotAllowed`` after a quarter of an hour."""
    if session.confirmed_at is None or now - session.confirmed_at > SINCE_CONFIRMED:
        raise NotAllowed(
            "Это действие нельзя отменить, поэтому войдите ещё раз.", code="confirm_again"
        )


def create_api_token(
    work: Work,
    email: str,
    *,
    signer: Signer,
    secret: str,
    days: int,
    now: datetime,
) -> Token:
    """A bearer token for ``email``, whose person is registered if need be."""
    person_of(work, fold_email(email))
    return work.tokens.add(
        Token(
            id=new_id(),
            hash=signer.mark(API, secret),
            kind=TokenKind.API,
            email=fold_email(email),
            created_at=now,
            expires_at=now + timedelta(days=days),
        )
    )


def person_of_api_token(work: Work, secret: str, *, signer: Signer, now: datetime) -> Person | None:
    token = work.tokens.live(signer.mark(API, secret), kind=TokenKind.API, now=now)
    return None if token is None else work.people.by_email(token.email)
