"""The rules of decision over time: every version is kept, the chair approves, use freezes."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from math import isfinite

from flows.marathons import rules
from schemas.base import Schema
from schemas.decision_policy import PolicyVersion
from schemas.decision_problem import Policy, policy_faults
from schemas.errors import BadInput, Conflict
from schemas.marathon import DecisionPolicy, Marathon, Phase
from schemas.outbox import JournalEntry
from schemas.people import Actor
from storage.identifiers import new_id
from storage.repositories.rows import STALE
from storage.work import Work

SHARED = tuple(Policy.model_fields.keys() & DecisionPolicy.model_fields.keys())
NEW = {"version": 1, "frozen_at": None}


class Standing(Schema):
    """A version with what became of it.

    ``late`` are rules made after materials began to be taken. ``used_from`` is when a first final
    decision froze rules that nobody had approved.
    """

    version: PolicyVersion
    current: bool
    late: bool = False
    used_from: datetime | None = None


def faults(policy: DecisionPolicy) -> Iterator[tuple[str, str]]:
    """(field, sentence) for everything that is wrong with the rules."""
    shared = {name: getattr(policy, name) for name in SHARED}
    for name, value in shared.items():
        if isinstance(value, float) and not isfinite(value):
            yield name, "Нужно обычное число."
    yield from policy_faults(Policy.model_construct(**shared))


def require_sound(policy: DecisionPolicy) -> None:
    """Raises ``BadInput`` with the first fault."""
    for field, sentence in faults(policy):
        raise BadInput(sentence, field=field)


def fresh(policy: DecisionPolicy) -> DecisionPolicy:
    """The first version; whatever its sender says, nobody has approved it."""
    require_sound(policy)
    return policy.model_copy(update=NEW)


def keep(work: Work, marathon: Marathon, *, by: Actor, now: datetime) -> PolicyVersion:
    """The row of the version in use, written unless it is there."""
    return work.policy_versions.keep(
        PolicyVersion(
            id=new_id(),
            marathon_id=marathon.id,
            number=marathon.decision.version,
            policy=marathon.decision.model_copy(update={"frozen_at": None}),
            made_by=by.person_id,
            made_at=now,
        )
    )


def of_old(work: Work, marathon: Marathon) -> PolicyVersion:
    """The version in use of a marathon that is older than the table, as the journal tells it."""
    entries = work.journal.about(marathon.id)
    made = entries[0] if entries else None
    approval = approval_in(entries, marathon.decision.frozen_at)
    return PolicyVersion(
        id=new_id(),
        marathon_id=marathon.id,
        number=marathon.decision.version,
        policy=marathon.decision.model_copy(update={"frozen_at": None}),
        made_by=made.person_id if made and made.action == "created" else None,
        made_at=made.at if made else marathon.opens_at,
        approved_by=approval.person_id if approval else None,
        approved_at=approval.at if approval else None,
    )


def approval_in(entries: Sequence[JournalEntry], at: datetime | None) -> JournalEntry | None:
    """The approval of that very moment: rules may be frozen by use as well."""
    approvals = (one for one in entries if one.action == "policy_approved")
    return next((one for one in approvals if one.at == at), None)


def in_use(work: Work, marathon: Marathon) -> PolicyVersion:
    """The version in use; nothing is written."""
    kept = work.policy_versions.numbered(marathon.id, marathon.decision.version)
    return kept or of_old(work, marathon)


def is_approved(work: Work, marathon: Marathon) -> bool:
    return in_use(work, marathon).approved_at is not None


def versions(work: Work, marathon: Marathon) -> list[PolicyVersion]:
    """Every version, the oldest first; nothing is written."""
    kept = work.policy_versions.of_marathon(marathon.id)
    if any(one.number == marathon.decision.version for one in kept):
        return kept
    return [*kept, of_old(work, marathon)]


def last_approved(work: Work, marathon: Marathon, *, before: int) -> PolicyVersion | None:
    """The newest approved version with a lower number."""
    kept = [one for one in versions(work, marathon) if one.approved_at and one.number < before]
    return kept[-1] if kept else None


def history(work: Work, marathon: Marathon) -> list[Standing]:
    """What became of every version, the newest first."""
    entries = work.journal.about(marathon.id)
    opened = opened_at(entries)
    return [
        Standing(
            version=one,
            current=one.number == marathon.decision.version,
            late=opened is not None and one.made_at > opened,
            used_from=used_from(entries, one.number),
        )
        for one in reversed(versions(work, marathon))
    ]


def standing(work: Work, marathon: Marathon) -> Standing:
    """The version in use."""
    return next(one for one in history(work, marathon) if one.current)


def opened_at(entries: Sequence[JournalEntry]) -> datetime | None:
    """When materials began to be taken."""
    moves = (one for one in entries if one.action == "moved")
    return next((one.at for one in moves if one.details.get("to") == Phase.INTAKE), None)


def used_from(entries: Sequence[JournalEntry], number: int) -> datetime | None:
    uses = (one for one in entries if one.action == "policy_frozen_by_use")
    return next((one.at for one in uses if one.details.get("version") == str(number)), None)


def adopt(
    work: Work,
    marathon_id: str,
    wanted: DecisionPolicy,
    *,
    version: int | None = None,
    by: Actor,
    now: datetime,
) -> Marathon:
    """The marathon under these rules: a new version that waits for approval, unless all is same.

    ``version`` is the marathon's as the person saw it. Raises ``BadInput`` for rules that cannot
    be, ``Conflict`` for a stale version and for rules that are frozen.
    """
    marathon = work.marathons.get(marathon_id)
    if version is not None and version != marathon.version:
        raise Conflict(STALE, code="stale_version")
    require_sound(wanted)
    policy = rules.next_policy(marathon, wanted)
    if policy == marathon.decision:
        return marathon
    return put(work, marathon, policy, by=by, now=now)


def put(
    work: Work, marathon: Marathon, policy: DecisionPolicy, *, by: Actor, now: datetime
) -> Marathon:
    work.journal.lock()
    keep_old(work, marathon)
    changed = work.marathons.save(marathon.model_copy(update={"decision": policy}))
    written(work, changed, by=by, now=now)
    return changed


def written(work: Work, marathon: Marathon, *, by: Actor, now: datetime) -> None:
    """Row and journal entry of the version the marathon has just got."""
    keep(work, marathon, by=by, now=now)
    note(work, marathon, "policy_changed", by=by, now=now)


def keep_old(work: Work, marathon: Marathon) -> PolicyVersion:
    """Before anything changes, a marathon older than the table gets its row."""
    return work.policy_versions.keep(in_use(work, marathon))


def approve(
    work: Work, marathon_id: str, *, number: int | None = None, by: Actor, now: datetime
) -> Marathon:
    """Freeze the rules; approving again changes nothing. Rules frozen by use may be approved too.

    ``number`` is the version that was read. Raises ``Conflict`` when another one is in use.
    """
    work.journal.lock()
    marathon = work.marathons.get(marathon_id)
    if number is not None and number != marathon.decision.version:
        raise Conflict(
            "Правила изменились, пока вы их читали. Прочитайте новую версию и утвердите её.",
            code="stale_version",
        )
    kept = keep_old(work, marathon)
    if kept.approved_at:
        return marathon
    work.policy_versions.save(
        kept.model_copy(update={"approved_by": by.person_id, "approved_at": now})
    )
    note(work, marathon, "policy_approved", by=by, now=now)
    if marathon.decision.frozen_at:
        return marathon
    frozen = marathon.decision.model_copy(update={"frozen_at": now})
    return work.marathons.save(marathon.model_copy(update={"decision": frozen}))


def note(work: Work, marathon: Marathon, action: str, *, by: Actor, now: datetime) -> None:
    """An entry of the journal about the version in use."""
    work.journal.write(
        by,
        action=action,
        kind="marathon",
        subject_id=marathon.id,
        now=now,
        details={"version": str(marathon.decision.version)},
    )
