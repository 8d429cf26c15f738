"""The rules of decision: read by everybody, tried by organisers, approved by the chair."""

from datetime import datetime

from fastapi import APIRouter
from pydantic import Field

from flows.decision import trials
from flows.marathons import policy as policies
from flows.marathons.policy import Standing
from review_api import policy_words
from review_api.api.call import Call, CallDep
from review_api.api.sent import Sent
from review_api.api.shapes import RunAnswer
from schemas.base import Schema
from schemas.decision_policy import Change, PolicyTrial, TrialOutcome, TrialStatus
from schemas.errors import NotFound
from schemas.marathon import DecisionPolicy, Marathon
from storage.repositories.rows import MISSING

router = APIRouter(tags=["policy"])


class PolicyFields(Schema):
    """Thresholds in points 0..100; ``low`` and ``high`` are probabilities."""

    adaptive: bool
    publication_threshold: float
    live_floor: float
    max_live_per_municipality: int | None
    min_live_per_municipality: int
    max_reviews: int
    low: float
    high: float
    max_correction: float
    min_likelihood_ratio: float
    recommendation_bonus: float

    @classmethod
    def of(cls, policy: DecisionPolicy) -> "PolicyFields":
        return cls.model_validate(policy.model_dump(include=set(cls.model_fields)))


class PolicyAnswer(Schema):
    """``used_from``: frozen by the first final decision, with nobody's approval.

    ``late``: made after materials began to be taken.
    """

    version: int
    policy: PolicyFields
    made_at: datetime
    approved: bool
    approved_at: datetime | None
    used_from: datetime | None
    current: bool
    late: bool

    @classmethod
    def of(cls, one: Standing) -> "PolicyAnswer":
        return cls(
            version=one.version.number,
            policy=PolicyFields.of(one.version.policy),
            made_at=one.version.made_at,
            approved=one.version.approved_at is not None,
            approved_at=one.version.approved_at,
            used_from=one.used_from,
            current=one.current,
            late=one.late,
        )


class PolicyVersionList(Schema):
    items: tuple[PolicyAnswer, ...]


class Approval(Schema):
    """``version`` is the one that was read."""

    version: int = Field(ge=1, strict=True)


class TrialData(Schema):
    """``policy`` holds the fields to change; ``source`` is whose marks, by default its own."""

    policy: DecisionPolicy = DecisionPolicy()
    source: str | None = Field(default=None, max_length=100)


class TrialAnswer(Schema):
    id: str
    source: str
    status: TrialStatus
    policy: PolicyFields
    asked_at: datetime
    made_at: datetime | None
    message: str
    outcome: TrialOutcome

    @classmethod
    def of(cls, trial: PolicyTrial, seen: tuple[Change, ...]) -> "TrialAnswer":
        """``seen`` are the changes the caller may know of; counts are of all works."""
        return cls(
            id=trial.id,
            source=trial.source_id,
            status=trial.status,
            policy=PolicyFields.of(trial.policy),
            asked_at=trial.asked_at,
            made_at=trial.made_at,
            message=trial.message,
            outcome=trial.outcome.model_copy(update={"changes": seen}),
        )


class TrialRun(RunAnswer):
    """The run that makes the trial, and the trial itself."""

    trial: str


def seen(call: Call, marathon_id: str) -> Marathon:
    marathon = call.work.marathons.get(marathon_id)
    call.require("marathon.see", marathon)
    return marathon


@router.get("/marathons/{marathon_id}/policy")
def one(call: CallDep, marathon_id: str) -> PolicyAnswer:
    """The rules in use."""
    return PolicyAnswer.of(policies.standing(call.work, seen(call, marathon_id)))


@router.get("/marathons/{marathon_id}/policy/versions")
def versions(call: CallDep, marathon_id: str) -> PolicyVersionList:
    """Every version the marathon has had, the newest first."""
    marathon = seen(call, marathon_id)
    call.require("decision.list", marathon)
    history = policies.history(call.work, marathon)
    return PolicyVersionList(items=tuple(PolicyAnswer.of(one) for one in history))


@router.post("/marathons/{marathon_id}/policy/approve")
def approve(call: CallDep, marathon_id: str, given: Sent[Approval]) -> PolicyAnswer:
    """Freezes the version that was read."""
    call.require("policy.approve", seen(call, marathon_id))
    approved = policies.approve(
        call.work, marathon_id, number=given.version, by=call.actor, now=call.now
    )
    return PolicyAnswer.of(policies.standing(call.work, approved))


@router.post("/marathons/{marathon_id}/policy/trials", status_code=202)
def try_out(call: CallDep, marathon_id: str, given: Sent[TrialData]) -> TrialRun:
    """Tries rules on real marks; decisions stay as they are. Fields not given are as in use."""
    marathon = seen(call, marathon_id)
    call.require("marathon.edit", marathon)
    fields = given.policy.model_fields_set & set(PolicyFields.model_fields)
    changes = {name: getattr(given.policy, name) for name in fields}
    wanted = marathon.decision.model_copy(update=changes)
    policies.require_sound(wanted)
    trial, run = trials.request(
        call.work,
        marathon_id,
        wanted,
        source_id=given.source or marathon_id,
        by=call.actor,
        now=call.now,
    )
    return TrialRun(run=run.id, trial=trial.id)


@router.get("/marathons/{marathon_id}/policy/trials/{trial_id}")
def trial(call: CallDep, marathon_id: str, trial_id: str) -> TrialAnswer:
    """What a trial found."""
    call.require("decision.list", seen(call, marathon_id))
    found = call.work.policy_trials.get(trial_id)
    if found.marathon_id != marathon_id:
        raise NotFound(MISSING)
    return TrialAnswer.of(found, policy_words.seen_changes(call.work, call.viewer, found))
