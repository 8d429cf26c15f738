"""Marathons: listed, opened, changed."""

from fastapi import APIRouter
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

from flows.assignment.posing import require_agreeing
from flows.marathons import operations
from review_api.api.call import Call, CallDep
from review_api.api.sent import Sent
from review_api.api.shapes import MarathonChange, MarathonData, MarathonList
from schemas.marathon import Marathon, NewMarathon, Phase

router = APIRouter(tags=["marathons"])


@router.get("/marathons")
def listed(call: CallDep) -> MarathonList:
    everything = call.work.marathons.all()
    seen = (one for one in everything if call.can("marathon.see", one))
    return MarathonList(items=tuple(shown(call, one) for one in seen))


def shown(call: Call, marathon: Marathon) -> Marathon:
    """Which works everybody scores is known to organisers only: authors know their works' ids."""
    if call.can("plan.see", marathon):
        return marathon
    held = marathon.common_round.model_copy(update={"submission_ids": ()})
    return marathon.model_copy(update={"common_round": held})


@router.post("/marathons", status_code=201)
def create(call: CallDep, given: Sent[MarathonData]) -> Marathon:
    """A marathon; one whose dates have begun opens for materials at once."""
    call.require("marathon.edit")
    if "zone" not in given.model_fields_set:
        given = given.model_copy(update={"zone": call.settings.timezone})
    require_agreeing(given.assignment)
    marathon = operations.create(call.work, given, by=call.actor, now=call.now)
    if not given.opens_at <= call.now < given.submissions_until:
        return marathon
    return operations.move_phase(call.work, marathon.id, Phase.INTAKE, by=call.actor, now=call.now)


@router.get("/marathons/{marathon_id}")
def one(call: CallDep, marathon_id: str) -> Marathon:
    marathon = call.work.marathons.get(marathon_id)
    call.require("marathon.see", marathon)
    return shown(call, marathon)


@router.patch("/marathons/{marathon_id}")
def change(call: CallDep, marathon_id: str, given: Sent[MarathonChange]) -> Marathon:
    marathon = call.work.marathons.get(marathon_id)
    call.require("marathon.see", marathon)
    call.require("marathon.edit", marathon)
    changed = with_changes(marathon, given)
    require_agreeing(changed.assignment)
    after = operations.change(
        call.work, marathon_id, changed, version=marathon.version, by=call.actor, now=call.now
    )
    if given.phase is None:
        return after
    return operations.move_phase(call.work, marathon_id, given.phase, by=call.actor, now=call.now)


def with_changes(marathon: Marathon, given: MarathonChange) -> MarathonData:
    """The facts as they would be; a field given as null keeps what it was."""
    facts = {name: getattr(marathon, name) for name in NewMarathon.model_fields}
    changes = {name: getattr(given, name) for name in given.model_fields_set - {"phase"}}
    kept = {name: value for name, value in changes.items() if value is not None}
    try:
        return MarathonData.model_validate(facts | kept)
    except ValidationError as error:
        wrong = [{**item, "loc": ("body", *item["loc"])} for item in error.errors()]
        raise RequestValidationError(wrong) from error
