"""Two plans side by side: what was asked, what came of it, whose experts changed and why."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from fastapi import APIRouter
from starlette.responses import Response

from flows.assignment import operations
from review_api import tables
from review_api.frame import Link
from review_api.pages.organise import desk
from review_api.pages.organise.plan import acts, address, lineage, made_plan, way
from review_api.pages.organise.plans import without_own
from review_api.pages.visit import Visit, VisitDep
from review_api.plans import compare as plan_compare
from review_api.plans import words as plan_words
from review_api.plans.names import Names, names_of
from review_api.plans.view import Opened
from schemas.assignment import (
    PLAN_KIND_NAMES,
    PLAN_STATUS_NAMES,
    PlanKind,
    PlanOutline,
    PlanStatus,
)
from schemas.marathon import Marathon

router = APIRouter()
WORDS_SHOWN = 80
PANELS = {"number": "№", "title": "Работа", "moves": "Кто сменился и почему", "kept": "Остались"}


@router.get("/organise/{marathon_id}/assignment/compare")
def compare(visit: VisitDep, marathon_id: str) -> Response:
    """Two plans; without ``left`` and ``right`` the waiting plan and the newest other one."""
    marathon = desk.marathon_of(visit, marathon_id, "plan.see")
    outlines = [one for one in operations.history(visit.work, marathon.id) if one.figures.status]
    pair = chosen(visit, outlines)
    if pair is None:
        nothing = "Сравнивать нечего: нужны два составленных плана. Составьте пробу."
        return visit.leave(desk.address(marathon, "assignment"), nothing, kind="info")
    left, right = (made_plan(visit, marathon, plan_id) for plan_id in pair)
    return show_comparison(visit, marathon, left, right, outlines)


def chosen(visit: Visit, outlines: Sequence[PlanOutline]) -> tuple[str, str] | None:
    """Ids of the plans asked for, else of the waiting plan and what was tried against it."""
    query = visit.request.query_params
    picked = [*query.getlist("plan"), query.get("left", ""), query.get("right", "")]
    picked = [one for one in dict.fromkeys(picked) if one]
    if len(picked) > 1:
        return picked[0], picked[1]
    base = next((one.id for one in outlines if is_base(one)), "")
    first = picked[0] if picked else base
    other = base if first != base else next((o.id for o in outlines if o.id != first), "")
    if not first or not other:
        return None
    return (other, first) if picked else (first, other)


def is_base(one: PlanOutline) -> bool:
    return one.kind is not PlanKind.WHAT_IF and one.status in {
        PlanStatus.PROPOSED,
        PlanStatus.APPLIED,
    }


def show_comparison(
    visit: Visit,
    marathon: Marathon,
    left: Opened,
    right: Opened,
    outlines: Sequence[PlanOutline],
) -> Response:
    comparison = operations.comparison(visit.work, left.plan.id, right.plan.id)
    listed = {one.id for one in outlines}
    outlines = [*outlines, *(one.plan for one in (left, right) if one.plan.id not in listed)]
    outlines = [without_own(visit, one) for one in outlines]
    names = names_of(visit.work, outlines)
    edits = [
        edit
        for one in lineage(visit, right.plan)
        for edit in one.edits
        if not visit.viewer.is_author_of(edit)
    ]
    return desk.show(
        visit,
        marathon,
        "organise/plan_compare.html",
        *way(marathon, Link(text="Все планы", href=address(marathon))),
        left=left.plan,
        right=right.plan,
        titles={one.id: title_of(one, names) for one in outlines},
        options=[(one.id, option_of(one, names, ZoneInfo(marathon.zone))) for one in outlines],
        figures=plan_compare.figures(comparison.before, comparison.after),
        parameters=plan_compare.differing(left, right),
        stability=comparison.stability,
        table=tables.table(
            visit.request.query_params,
            PANELS,
            [one.model_dump() for one in plan_compare.panels(comparison, left, right, edits)],
        ),
        loads=plan_compare.loads(comparison, left, right),
        deficits=[deficits(one) for one in (left, right)],
        links=[address(marathon, one.plan.id) for one in (left, right)],
        may=acts(visit, marathon, right.plan),
    )


def deficits(opened: Opened) -> list[str]:
    return [opened.registry.readable(one.text) for one in opened.result.deficits]


def title_of(one: PlanOutline, names: Names) -> str:
    words = plan_words.origin_words(one, names)
    return PLAN_KIND_NAMES[one.kind] + (f": {'; '.join(words)}" if words else "")


def option_of(one: PlanOutline, names: Names, zone: ZoneInfo) -> str:
    """One plan in a list to choose from: when, what, where it stands."""
    when = f"{one.made_at.astimezone(zone):%d.%m %H:%M}"
    return f"{when} — {title_of(one, names)[:WORDS_SHOWN]}, {PLAN_STATUS_NAMES[one.status]}"
