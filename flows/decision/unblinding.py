"""Names of the experts behind a decision: hidden from everybody, shown to whoever says why they ask."""

from datetime import datetime, timedelta

from schemas.decision import Decision
from schemas.errors import BadInput
from schemas.people import Actor
from storage.work import Work

UNBLINDED = "unblinded"
SHOWN_FOR = timedelta(hours=1)
SHORTEST_REASON, LONGEST_REASON = 10, 300  # characters


def unblind(work: Work, decision_id: str, *, reason: str, by: Actor, now: datetime) -> datetime:
    """Show the names to ``by`` for an hour; returns until when. Nobody else sees them.

    Asked again while they are shown, nothing is written. Raises ``BadInput`` without a reason.
    """
    words = require_reason(reason)
    work.journal.lock()
    decision = work.decisions.get(decision_id)
    if until := shown_until(work, decision, by=by, now=now):
        return until
    details = {"reason": words}
    work.journal.write(
        by, action=UNBLINDED, kind="decision", subject_id=decision.id, now=now, details=details
    )
    return now + SHOWN_FOR


def require_reason(reason: str) -> str:
    """The reason as it is kept."""
    words = " ".join(reason.split())
    if len(words) < SHORTEST_REASON:
        raise BadInput("Напишите, зачем нужны имена: причина останется в журнале.", field="why")
    if len(words) > LONGEST_REASON:
        raise BadInput(f"Причина — до {LONGEST_REASON} знаков.", field="why")
    return words


def shown_until(work: Work, decision: Decision, *, by: Actor, now: datetime) -> datetime | None:
    """Until when ``by`` sees the names on this decision; None when they are hidden."""
    asked = [
        entry.at
        for entry in work.journal.about(decision.id)
        if entry.action == UNBLINDED
        and (entry.person_id, entry.on_behalf_of) == (by.person_id, by.on_behalf_of)
    ]
    until = max(asked, default=now - SHOWN_FOR) + SHOWN_FOR
    return until if by.person_id and now < until else None
