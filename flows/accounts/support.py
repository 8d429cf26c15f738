"""Support: an administrator looks with another person's eyes, for a stated reason, changing nothing."""

from datetime import datetime

from schemas.errors import BadInput, Conflict
from schemas.people import Actor, Person, Role, Session
from storage.work import Work

SHORTEST_REASON, LONGEST_REASON = 10, 500
BEGUN, ENDED = "support_began", "support_ended"


def begin(
    work: Work, session: Session, person: Person, *, reason: str, by: Actor, now: datetime
) -> Session:
    """The session looks with the eyes of ``person`` until ``end``.

    Raises ``BadInput`` without a reason; ``Conflict`` for administrators, for oneself and for
    whoever has left.
    """
    require_other(work, session, person)
    words = require_reason(reason)
    write(work, BEGUN, session, person.id, by=by, now=now, reason=words)
    return work.sessions.save(session.model_copy(update={"acting_as": person.id}))


def require_reason(reason: str) -> str:
    """The reason as it is kept; raises ``BadInput``."""
    words = " ".join(reason.split())
    if len(words) < SHORTEST_REASON:
        raise BadInput("Напишите причину: по чьей просьбе и что нужно посмотреть.", field="reason")
    if len(words) > LONGEST_REASON:
        raise BadInput(f"Причина — до {LONGEST_REASON} знаков.", field="reason")
    return words


def require_other(work: Work, session: Session, person: Person) -> None:
    roles = {grant.role for grant in work.roles.of(person.id)}
    if person.erased_at or person.guest:
        raise Conflict("У этого человека нет входа в систему.", code="no_account")
    if person.id == session.person_id or Role.ADMINISTRATOR in roles:
        raise Conflict("Глазами администратора смотреть нельзя.", code="administrator")


def end(work: Work, session: Session, *, by: Actor, now: datetime) -> Session:
    """Back to one's own eyes; ended twice, it stays ended."""
    if session.acting_as is None:
        return session
    write(work, ENDED, session, session.acting_as, by=by, now=now)
    return work.sessions.save(session.model_copy(update={"acting_as": None}))


def write(
    work: Work,
    action: str,
    session: Session,
    person_id: str,
    *,
    by: Actor,
    now: datetime,
    reason: str = "",
) -> None:
    both = by.model_copy(update={"person_id": session.person_id, "on_behalf_of": person_id})
    details = {"reason": reason} if reason else {}
    work.journal.write(
        both, action=action, kind="person", subject_id=person_id, now=now, details=details
    )
