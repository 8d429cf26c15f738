"""Starting stages and following their runs."""

from typing import Any

from fastapi import APIRouter

from flows.assignment import operations as assignment
from flows.marathons import operations as marathons
from flows.marathons.rules import STAGES
from review_api.access import require_others
from review_api.api.call import Call, CallDep
from review_api.api.shapes import PlanAnswer, RunAnswer, RunStatus
from review_api.plans.view import without
from review_api.plans.words import OTHERS_APPLY
from schemas.assignment import Plan
from schemas.assignment_problem import Result
from schemas.errors import NotFound
from schemas.marathon import Phase
from schemas.outbox import RunState
from storage.repositories.rows import MISSING

router = APIRouter(tags=["stages"])

PHASES = tuple(Phase)


@router.post("/marathons/{marathon_id}/stages/{stage}", status_code=202)
def start(call: CallDep, marathon_id: str, stage: str) -> RunAnswer:
    """Asks for the stage, moving the marathon on to its phase; a stage under way is the same run."""
    marathon = call.work.marathons.get(marathon_id)
    call.require("marathon.see", marathon)
    call.require("stage.run", marathon)
    if stage not in STAGES:
        raise NotFound(MISSING)
    advance(call, marathon_id, stage)
    run, _ = marathons.start_stage(call.work, marathon_id, stage, by=call.actor, now=call.now)
    if stage == "assign" and run.state is not RunState.RUNNING:
        assignment.request(call.work, marathon_id, by=call.actor, now=call.now)
    return RunAnswer(run=run.id)


def advance(call: Call, marathon_id: str, stage: str) -> None:
    """Forward, phase by phase, until the stage may run; each step with its own checks."""
    allowed = STAGES[stage].phases
    last = max(PHASES.index(phase) for phase in allowed)
    phase = call.work.marathons.get(marathon_id).phase
    while phase not in allowed and PHASES.index(phase) < last:
        phase = PHASES[PHASES.index(phase) + 1]
        marathons.move_phase(call.work, marathon_id, phase, by=call.actor, now=call.now)


@router.get("/marathons/{marathon_id}/plan")
def plan(call: CallDep, marathon_id: str) -> PlanAnswer:
    """The assignment that waits to be applied."""
    call.require("assignment.list", call.work.marathons.find(marathon_id))
    proposed = call.work.plans.proposed(marathon_id)
    if proposed is None:
        raise NotFound(MISSING)
    return PlanAnswer(id=proposed.id, status=proposed.status.value, result=told(call, proposed))


@router.post("/marathons/{marathon_id}/plan/apply")
def apply(call: CallDep, marathon_id: str) -> PlanAnswer:
    """Makes the waiting plan real: invitations go out; 403 ``own_work`` for an author in it."""
    call.require("stage.run", call.work.marathons.find(marathon_id))
    proposed = plan(call, marathon_id)
    require_others(call.viewer, "plan.apply", call.work.plans.get(proposed.id), OTHERS_APPLY)
    assignment.apply(call.work, proposed.id, by=call.actor, now=call.now)
    applied = call.work.plans.get(proposed.id)
    return PlanAnswer(id=applied.id, status=applied.status.value, result=told(call, applied))


def told(call: Call, plan: Plan) -> dict[str, Any]:
    """The answer of a plan without who reviews the caller's own works."""
    if not call.viewer.authored or not plan.result:
        return plan.result
    bare = without(Result.model_validate(plan.result), call.viewer.authored)
    return bare.model_dump(mode="json", exclude={"certificate"})


@router.get("/runs/{run_id}")
def follow(call: CallDep, run_id: str) -> RunStatus:
    run = call.work.runs.find(run_id)
    call.require("run.see", run)
    return RunStatus.of(call.work.runs.get(run_id))
