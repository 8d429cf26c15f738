"""Marathons: listed, opened, changed."""

from fastapi import APIRouter

from flows.marathons import operations
from review_api.api.call import CallDep
from review_api.api.shapes import MarathonChange, MarathonList
from schemas.errors import BadInput
from schemas.marathon import Marathon, NewMarathon, Phase

router = APIRouter(tags=["marathons"])


@router.get("/marathons")
def listed(call: CallDep) -> MarathonList:
    everything = call.work.marathons.all()
    return MarathonList(items=tuple(one for one in everything if call.can("marathon.see", one)))


@router.post("/marathons", status_code=201)
def create(call: CallDep, given: NewMarathon) -> Marathon:
    """A marathon; one whose dates have begun opens for materials at once."""
    call.require("marathon.edit")
    marathon = operations.create(call.work, given, by=call.actor, now=call.now)
    if not given.opens_at <= call.now < given.submissions_until:
        return marathon
    return operations.move_phase(call.work, marathon.id, Phase.INTAKE, by=call.actor, now=call.now)


@router.get("/marathons/{marathon_id}")
def one(call: CallDep, marathon_id: str) -> Marathon:
    marathon = call.work.marathons.get(marathon_id)
    call.require("marathon.see", marathon)
    return marathon


@router.patch("/marathons/{marathon_id}")
def change(call: CallDep, marathon_id: str, given: MarathonChange) -> Marathon:
    marathon = call.work.marathons.get(marathon_id)
    call.require("marathon.see", marathon)
    call.require("marathon.edit")
    facts = {name: getattr(marathon, name) for name in NewMarathon.model_fields}
    changes = {name: getattr(given, name) for name in given.model_fields_set - {"phase"}}
    try:
        changed = NewMarathon.model_validate(facts | changes)
    except ValueError as error:
        raise BadInput("Так марафон изменить нельзя: проверьте значения полей.") from error
    after = operations.change(
        call.work, marathon_id, changed, version=marathon.version, by=call.actor, now=call.now
    )
    if given.phase is None:
        return after
    return operations.move_phase(call.work, marathon_id, given.phase, by=call.actor, now=call.now)
