"""The history of plans, two of them side by side, and what becomes of a plan that waits."""

from fastapi import APIRouter
from starlette.responses import Response

from flows.assignment import operations
from review_api.access import can
from review_api.pages.organise import desk
from review_api.pages.organise.plan import TONES, address, plan_of, way
from review_api.pages.visit import Visit, VisitDep
from review_api.plans import words as plan_words
from review_api.plans.names import Names, names_of
from schemas.assignment import (
    PLAN_KIND_NAMES,
    PLAN_STATUS_NAMES,
    PlanOutline,
)
from schemas.errors import BadInput, Conflict, DeadlinePassed
from schemas.marathon import Marathon

router = APIRouter()


@router.get("/organise/{marathon_id}/assignment/plans")
def plans(visit: VisitDep, marathon_id: str) -> Response:
    """Every plan ever made, newest first."""
    marathon = desk.marathon_of(visit, marathon_id, "plan.see")
    outlines = operations.history(visit.work, marathon.id)
    outlines = [without_own(visit, one) for one in outlines]
    names = names_of(visit.work, outlines)
    makers = visit.work.people.many(one.made_by for one in outlines if one.made_by)
    rows = [
        row_of(one, names, makers[one.made_by].name if one.made_by in makers else "", marathon)
        for one in outlines
    ]
    return desk.show(
        visit,
        marathon,
        "organise/plans.html",
        *way(marathon),
        rows=rows,
        comparable=sum(bool(row["made"]) for row in rows) > 1,
        can_run=can(visit.viewer, "stage.run", marathon),
    )


def without_own(visit: Visit, one: PlanOutline) -> PlanOutline:
    """Without edits of panels that judge a work of whoever looks."""
    told = tuple(edit for edit in one.edits if not visit.viewer.is_author_of(edit))
    return one.model_copy(update={"edits": told})


def row_of(one: PlanOutline, names: Names, maker: str, marathon: Marathon) -> dict[str, object]:
    return {
        "id": one.id,
        "href": address(marathon, one.id),
        "made_at": one.made_at,
        "maker": maker,
        "kind": PLAN_KIND_NAMES[one.kind],
        "changes": "; ".join(plan_words.origin_words(one, names)),
        "seed": "" if one.figures.seed is None else one.figures.seed,
        "figures": one.figures,
        "made": bool(one.figures.status),
        "status": PLAN_STATUS_NAMES[one.status],
        "tone": TONES[one.status],
        "message": one.message,
    }


@router.post("/organise/{marathon_id}/assignment/plans/{plan_id}/discard")
def discard(visit: VisitDep, marathon_id: str, plan_id: str) -> Response:
    marathon = desk.marathon_of(visit, marathon_id, "stage.run")
    plan_of(visit, marathon, plan_id)
    try:
        operations.discard(visit.work, plan_id, by=visit.actor, now=visit.now)
    except Conflict as error:
        return visit.refuse(address(marathon, plan_id), error)
    return visit.leave(address(marathon), "План отложен. Он остался в списке.")


@router.post("/organise/{marathon_id}/assignment/plans/{plan_id}/adopt")
def adopt(visit: VisitDep, marathon_id: str, plan_id: str) -> Response:
    """The trial's rules become the marathon's."""
    marathon = desk.marathon_of(visit, marathon_id, "stage.run")
    plan_of(visit, marathon, plan_id)
    here = address(marathon, plan_id)
    try:
        operations.adopt(visit.work, plan_id, by=visit.actor, now=visit.now)
    except (Conflict, BadInput, DeadlinePassed) as error:
        return visit.refuse(here, error)
    return visit.leave(here, "Правила пробы приняты для марафона. Теперь план можно применить.")
