"""A person's ruling taken back: the system's proposal stands again and is counted anew."""

from datetime import datetime

from schemas.decision import Decision, DecisionStatus
from schemas.decision_trace import DecisionTrace, Override
from schemas.errors import Conflict
from schemas.people import Actor
from storage.work import Work


def may_take_back(decision: Decision) -> bool:
    """Whether there is a ruling of one person; what the council voted is not one person's."""
    override = decision.trace.override
    proposed = decision.status is DecisionStatus.PROPOSED
    return proposed and override is not None and not override.council


def take_back(work: Work, decision_id: str, *, by: Actor, now: datetime) -> Decision:
    """What the reviews alone had come to, until decisions are proposed anew: that is asked for.

    Reviews and free live places may have changed since, so the marks are taken out of the trace:
    nothing can be confirmed before they are counted again. Taken back twice, nothing changes.
    Raises ``Conflict`` for a final decision and for a vote of the council.
    """
    work.journal.lock()
    decision = work.decisions.get(decision_id)
    override = require_own_ruling(decision)
    if override is None:
        return decision
    work.journal.write(
        by, action="ruling_taken_back", kind="decision", subject_id=decision_id, now=now
    )
    work.runs.ask("propose_decisions", marathon_id=decision.marathon_id, by=by.person_id, now=now)
    return work.decisions.save(decision.model_copy(update=restored(decision.trace, override)))


def require_own_ruling(decision: Decision) -> Override | None:
    """The ruling there is, if any."""
    if decision.status is DecisionStatus.CONFIRMED:
        raise Conflict("Решение уже применено, менять его нельзя.", code="already_confirmed")
    override = decision.trace.override
    if override is not None and override.council:
        raise Conflict(
            "Так проголосовал совет: его решение нельзя отменить одним нажатием. "
            "Если нужно иное, внесите своё решение с обоснованием.",
            code="council_voted",
        )
    return override


def restored(trace: DecisionTrace, override: Override) -> dict[str, object]:
    return {
        **override.proposed.model_dump(),
        "overridden_by": None,
        "override_reason": "",
        "trace": trace.model_copy(update={"override": None, "marks": ()}),
    }
