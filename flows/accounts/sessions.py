"""Sessions and tokens as an administrator sees them: how many are open, ending them, taking back."""

from collections import Counter
from datetime import datetime

from schemas.errors import NotFound
from schemas.people import Actor, Person, Token, TokenKind
from storage.repositories.rows import MISSING
from storage.work import Work


def live(work: Work, *, now: datetime) -> dict[str, int]:
    """Open sessions by person id."""
    return dict(Counter(one.person_id for one in work.sessions.all() if one.expires_at > now))


def end_all(work: Work, person: Person, *, by: Actor, now: datetime) -> int:
    """How many were open; the person signs in again everywhere."""
    count = len([one for one in work.sessions.of(person.id) if one.expires_at > now])
    work.sessions.end_all(person.id)
    work.journal.write(by, action="sessions_ended", kind="person", subject_id=person.id, now=now)
    return count


def api_tokens(work: Work, *, now: datetime) -> list[Token]:
    """Tokens of programs that still open something, the newest first."""
    found = work.tokens.every_of_kind(TokenKind.API)
    live = [one for one in found if one.used_at is None and one.expires_at > now]
    return sorted(live, key=lambda one: one.created_at, reverse=True)


def revoke(work: Work, token_id: str, *, by: Actor, now: datetime) -> Token:
    """A program's token opens nothing any more; raises ``NotFound`` for tokens of other kinds."""
    token = work.tokens.get(token_id)
    if token.kind is not TokenKind.API:
        raise NotFound(MISSING)
    if work.tokens.spend(token, now=now):
        work.journal.write(by, action="token_revoked", kind="token", subject_id=token.id, now=now)
    return token
