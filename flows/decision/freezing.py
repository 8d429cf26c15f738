"""What the first final decision makes immovable: the rules in use and the corrections."""

from collections.abc import Iterable
from datetime import datetime

from schemas.decision import Decision
from schemas.decision_policy import FrozenCalibration
from schemas.decision_problem import Calibration
from schemas.errors import Conflict
from schemas.marathon import Marathon
from schemas.people import Actor
from storage.identifiers import new_id
from storage.work import Work


def remember(work: Work, marathon_id: str, calibration: Calibration) -> None:
    """Keep the corrections behind the newest proposals; frozen ones stay as they are."""
    kept = work.frozen_calibrations.of_marathon(marathon_id)
    if kept is not None and kept.frozen_at:
        return
    work.frozen_calibrations.keep(
        FrozenCalibration(
            id=new_id(),
            marathon_id=marathon_id,
            applied=calibration.applied,
            likelihood_ratio=calibration.likelihood_ratio,
            corrections={one.id: one.correction for one in calibration.experts},
        )
    )


def freeze(
    work: Work, marathon_id: str, proposals: Iterable[Decision], *, by: Actor, now: datetime
) -> None:
    """Rules and corrections as they are, for good; freezing again changes nothing.

    Raises ``Conflict`` when the rules have changed since these decisions were proposed.
    """
    work.journal.lock()
    work.marathons.locked(marathon_id)
    marathon = work.marathons.get(marathon_id)
    require_current(marathon, proposals)
    freeze_policy(work, marathon, by=by, now=now)
    freeze_corrections(work, marathon_id, by=by, now=now)


def require_current(marathon: Marathon, proposals: Iterable[Decision]) -> None:
    """A ruling by a person rests on no rules and is never out of date."""
    current = marathon.decision.version
    if any(
        item.marathon_id == marathon.id
        and not item.overridden_by
        and item.policy_version != current
        for item in proposals
    ):
        raise Conflict(
            "Правила отбора изменились после того, как решения были предложены. "
            "Предложите решения заново и посмотрите новый список.",
            code="rules_changed",
        )


def freeze_policy(work: Work, marathon: Marathon, *, by: Actor, now: datetime) -> None:
    """The version in use, even when nobody has approved it."""
    if marathon.decision.frozen_at:
        return
    work.journal.write(
        by,
        action="policy_frozen_by_use",
        kind="marathon",
        subject_id=marathon.id,
        now=now,
        details={"version": str(marathon.decision.version)},
    )
    frozen = marathon.decision.model_copy(update={"frozen_at": now})
    work.marathons.save(marathon.model_copy(update={"decision": frozen}))


def freeze_corrections(work: Work, marathon_id: str, *, by: Actor, now: datetime) -> None:
    """Nothing to freeze before anything was proposed (a ruling by hand)."""
    kept = work.frozen_calibrations.of_marathon(marathon_id)
    if kept is None or kept.frozen_at:
        return
    work.frozen_calibrations.save(kept.model_copy(update={"frozen_at": now}))
    work.journal.write(
        by, action="corrections_frozen", kind="marathon", subject_id=marathon_id, now=now
    )
