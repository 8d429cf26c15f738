"""The chair reads the rules of decision, what has changed in them and the last trial, and approves."""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from flows.marathons import policy as policies
from review_api import policy_words
from review_api.access import can
from review_api.pages.organise.desk import COUNCIL
from review_api.pages.visit import Text, Visit, VisitDep
from review_api.typed import whole
from schemas.decision_policy import PolicyTrial, PolicyVersion, TrialStatus
from schemas.errors import Conflict
from schemas.marathon import Marathon

router = APIRouter()


@router.get("/council/policy/{marathon_id}")
def policy_page(visit: VisitDep, marathon_id: str) -> Response:
    visit.require("council.see", visit.work.marathons.find(marathon_id))
    marathon = visit.work.marathons.get(marathon_id)
    standing = policies.standing(visit.work, marathon)
    version = standing.version
    approved = policies.last_approved(visit.work, marathon, before=version.number)
    trial = last_trial(visit, version)
    people = [version.made_by, version.approved_by, trial.asked_by if trial else None]
    return visit.show(
        "council/policy.html",
        marathon=marathon,
        breadcrumbs=(COUNCIL,),
        call=marathon,
        standing=standing,
        approved=approved,
        differences=policy_words.differences(approved.policy, version.policy) if approved else [],
        names=policy_words.names(visit.work, people),
        may_approve=can(visit.viewer, "policy.approve", marathon) and version.approved_at is None,
        may_edit=can(visit.viewer, "marathon.edit", marathon),
        outcomes=policy_words.OUTCOME_WORDS,
        counts=policy_words.COUNT_NAMES,
        **trial_facts(visit, marathon, trial),
    )


def last_trial(visit: Visit, version: PolicyVersion) -> PolicyTrial | None:
    """The newest finished trial of these very rules, or of any rules of the marathon."""
    made = [
        one
        for one in reversed(visit.work.policy_trials.of_marathon(version.marathon_id))
        if one.status is TrialStatus.MADE
    ]
    same = [one for one in made if not policy_words.differences(one.policy, version.policy)]
    return next(iter([*same, *made]), None)


def trial_facts(visit: Visit, marathon: Marathon, trial: PolicyTrial | None) -> dict[str, Any]:
    if trial is None:
        return {"trial": None}
    return {
        "trial": trial,
        "source": visit.work.marathons.get(trial.source_id),
        "works": policy_words.changed_works(visit.work, visit.viewer, trial),
        "others": policy_words.differences(marathon.decision, trial.policy),
    }


@router.post("/council/policy/{marathon_id}")
def approve_policy(visit: VisitDep, marathon_id: str, version: Text = "") -> Response:
    """Approve the version that was read; it never changes in place afterwards."""
    visit.require("policy.approve", visit.work.marathons.find(marathon_id))
    number = whole(version) or None
    back = f"/council/policy/{marathon_id}"
    try:
        policies.approve(visit.work, marathon_id, number=number, by=visit.actor, now=visit.now)
    except Conflict as error:
        return visit.refuse(back, error)
    return visit.leave(back, "Правила отбора утверждены и заморожены.")
