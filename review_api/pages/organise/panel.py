"""One work of a plan: its panel, whom else it could have, changing it by hand."""

from fastapi import APIRouter
from starlette.datastructures import QueryParams
from starlette.responses import Response

from flows.assignment import by_hand, operations
from review_api import tables
from review_api.access import can
from review_api.frame import Link
from review_api.pages.organise import desk
from review_api.pages.organise.plan import address, common, made_plan, way
from review_api.pages.visit import Text, Visit, VisitDep
from review_api.plans import panel as plan_panel
from review_api.plans import view as plan_view
from review_api.plans import words as plan_words
from review_api.plans.view import Opened
from schemas.assignment import PlanStatus
from schemas.errors import BadInput, Conflict, DeadlinePassed, NotFound
from schemas.marathon import Marathon
from storage.repositories.rows import MISSING

router = APIRouter()


def require_work(opened: Opened, submission_id: str) -> None:
    """Raises ``NotFound`` for a work of another plan, and for one that whoever looks has written."""
    if submission_id not in opened.registry.candidates or submission_id in opened.own:
        raise NotFound(MISSING)


@router.get("/organise/{marathon_id}/assignment/plans/{plan_id}/works/{submission_id}")
def panel(visit: VisitDep, marathon_id: str, plan_id: str, submission_id: str) -> Response:
    """The panel and everybody who could join it; ``?out=`` says in whose place."""
    marathon = desk.marathon_of(visit, marathon_id, "plan.see")
    opened = made_plan(visit, marathon, plan_id)
    require_work(opened, submission_id)
    return show_panel(visit, marathon, opened, submission_id)


def show_panel(
    visit: Visit,
    marathon: Marathon,
    opened: Opened,
    submission_id: str,
    errors: dict[str, str] | None = None,
    *,
    change: str = "",
) -> Response:
    query = visit.request.query_params
    out = query.get("out") or None
    options = operations.options(visit.work, opened.plan.id, submission_id, out=out)
    members = plan_panel.members(options, opened, submission_id)
    rows = filtered(plan_panel.candidates(options, opened.registry), query)
    here = address(marathon, opened.plan.id)
    waits = opened.plan.status is PlanStatus.PROPOSED and can(visit.viewer, "stage.run", marathon)
    drawn = opened.result.draw is not None
    return desk.show(
        visit,
        marathon,
        "organise/plan_panel.html",
        *way(marathon, Link(text="План", href=here)),
        status=422 if errors else 200,
        title=opened.registry.work(submission_id),
        place=opened.registry.home_of(submission_id),
        members=members,
        wanted=plan_view.wanted(opened.problem)[submission_id],
        leaver=next((one for one in members if one.id == out), None),
        table=tables.table(query, plan_panel.COLUMNS, rows),
        filters=filters_of(query),
        edits=[
            plan_words.edit_words(edit, opened.registry)
            for edit in opened.plan.edits
            if edit.submission_id not in opened.own
        ],
        change=change,
        errors=errors or {},
        links={
            "plan": here,
            "parent": address(marathon, opened.plan.parent_id) if opened.plan.parent_id else "",
            "own": f"{here}/works/{submission_id}",
            "work": desk.address(marathon, f"works/{submission_id}")
            if can(visit.viewer, "submission.list", marathon)
            else "",
        },
        editable=waits and not drawn,
        drawn=waits and drawn,
        **common(visit, opened.plan),
    )


def filtered(rows: list[dict[str, object]], query: QueryParams) -> list[dict[str, object]]:
    if query.get("may"):
        return [row for row in rows if bool(row["lawful"]) == (query["may"] == "yes")]
    return rows


def filters_of(
    query: QueryParams,
) -> list[tuple[str, str, list[tuple[str, str]], str, str]]:
    options = [("yes", "можно поставить"), ("no", "нельзя")]
    chosen = query.get("may", "")
    return [("may", "Кого показать", options, chosen, dict(options).get(chosen, ""))]


@router.post("/organise/{marathon_id}/assignment/plans/{plan_id}/works/{submission_id}")
def change_panel(
    visit: VisitDep,
    marathon_id: str,
    plan_id: str,
    submission_id: str,
    change: Text = "",
    settle: Text = "",
) -> Response:
    """A new plan with this edit; ``settle`` lets the engine move others as little as it can."""
    marathon = desk.marathon_of(visit, marathon_id, "stage.run")
    opened = made_plan(visit, marathon, plan_id)
    require_work(opened, submission_id)
    try:
        edit = plan_panel.edit_of(submission_id, change)
        draft = by_hand.begin(visit.work, plan_id, [edit])
        visit.work.release()
        result = draft.solved(settle=settle == "yes")
        made = by_hand.keep(visit.work, draft, result, by=visit.actor, now=visit.now)
    except (BadInput, Conflict, DeadlinePassed) as error:
        errors = {"change": error.sentence}
        return show_panel(visit, marathon, opened, submission_id, errors, change=change)
    return visit.leave(
        f"{desk.address(marathon, 'assignment/compare')}?left={plan_id}&right={made.id}",
        "Составлен новый план с вашей правкой. Прежний остался: к нему можно вернуться.",
    )
