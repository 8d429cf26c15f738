"""Experts for works: the plan to look at and apply, and how far each assignment has got."""

from fastapi import APIRouter
from starlette.datastructures import QueryParams
from starlette.responses import Response

from flows.assignment import operations
from flows.marathons.rules import STAGE_TITLES
from flows.review.deadlines import due
from review_api import plan_view, tables
from review_api.frame import Link
from review_api.pages import organise_desk as desk
from review_api.pages.visit import Text, Visit, VisitDep
from schemas.assignment import ASSIGNMENT_STATUS_NAMES, OPEN
from schemas.errors import Conflict, NotFound
from schemas.marathon import Marathon
from schemas.outbox import RUN_STATE_NAMES, Run
from storage.repositories.rows import MISSING

router = APIRouter()
COLUMNS = {
    "work": "Работа",
    "expert": "Эксперт",
    "place": "Муниципалитет эксперта",
    "status": "Состояние",
    "due": "Срок",
    "affinity": "Близость",
}
DECLINES = {"not_now": "не сейчас", "conflict": "конфликт интересов", "other": "другая причина"}


def newest_run(visit: Visit, marathon: Marathon, deployment: str) -> Run | None:
    runs = visit.work.runs.latest(marathon.id, limit=60)
    return next((run for run in runs if run.deployment == deployment), None)


def rows_of(visit: Visit, marathon: Marathon) -> list[dict[str, object]]:
    work = visit.work
    assignments = work.assignments.of_marathon(marathon.id)
    works = work.submissions.many(item.submission_id for item in assignments)
    experts = work.experts.many(item.expert_id for item in assignments)
    people = work.people.many(one.person_id for one in experts.values())
    places = {one.id: one.name for one in work.municipalities.all()}
    rows = []
    for item in assignments:
        one, expert, until = works[item.submission_id], experts[item.expert_id], due(item)
        is_open = item.status in OPEN
        reason = DECLINES[item.decline_reason.value] if item.decline_reason else ""
        rows.append(
            {
                "number": one.number,
                "href": desk.address(marathon, f"works/{one.id}"),
                "work": f"№ {one.number}. {one.title}",
                "expert": people[expert.person_id].name,
                "place": places[expert.municipality_id],
                "status": ASSIGNMENT_STATUS_NAMES[item.status] + (f": {reason}" if reason else ""),
                "code": item.status.value,
                "due": until if is_open else None,
                "late": is_open and until is not None and visit.now > until,
                "affinity": item.affinity,
            }
        )
    return sorted(rows, key=lambda row: (row["number"], str(row["expert"])))


def filtered(rows: list[dict[str, object]], query: QueryParams) -> list[dict[str, object]]:
    if query.get("status"):
        rows = [row for row in rows if row["code"] == query["status"]]
    if query.get("late"):
        rows = [row for row in rows if row["late"]]
    return rows


@router.get("/organise/{marathon_id}/assignment")
def assignment(visit: VisitDep, marathon_id: str) -> Response:
    marathon = desk.marathon_of(visit, marathon_id, "assignment.list")
    query = visit.request.query_params
    rows = rows_of(visit, marathon)
    shown = tables.table(query, COLUMNS, filtered(rows, query))
    if query.get("export"):
        return tables.download(
            "Назначения", COLUMNS, shown.everything, query["export"], zone=marathon.zone
        )
    statuses = [(status.value, words) for status, words in ASSIGNMENT_STATUS_NAMES.items()]
    late = [("yes", "просрочено")]
    filters = [
        (name, label, options, query.get(name, ""), dict(options).get(query.get(name, ""), ""))
        for name, label, options in (("status", "Состояние", statuses), ("late", "Срок", late))
    ]
    return desk.show(
        visit,
        marathon,
        "organise/assignment.html",
        table=shown,
        filters=filters,
        any=bool(rows),
        plan=visit.work.plans.proposed(marathon.id),
        run=newest_run(visit, marathon, "assign_experts"),
        titles=STAGE_TITLES,
        words=RUN_STATE_NAMES,
    )


@router.get("/organise/{marathon_id}/assignment/plan")
def plan(visit: VisitDep, marathon_id: str) -> Response:
    """The proposal that waits for a yes."""
    marathon = desk.marathon_of(visit, marathon_id, "assignment.list")
    proposed = visit.work.plans.proposed(marathon.id)
    if proposed is None:
        raise NotFound("Плана, который ждёт применения, нет: составьте новый.")
    return desk.show(
        visit,
        marathon,
        "organise/plan.html",
        Link(text="Назначение", href=desk.address(marathon, "assignment")),
        plan=proposed,
        view=plan_view.view(visit.work, proposed),
    )


@router.post("/organise/{marathon_id}/assignment/plan")
def apply_plan(visit: VisitDep, marathon_id: str, plan_id: Text = "") -> Response:
    marathon = desk.marathon_of(visit, marathon_id, "stage.run")
    chosen = visit.work.plans.find(plan_id)
    if chosen is None or chosen.marathon_id != marathon.id:
        raise NotFound(MISSING)
    back = desk.address(marathon, "assignment")
    try:
        invited = operations.apply(visit.work, plan_id, by=visit.actor, now=visit.now)
    except Conflict as error:
        return visit.leave(back, error.sentence, kind="warning")
    visit.work.runs.ask("deliver_notices", marathon_id=None, by=visit.person.id, now=visit.now)
    return visit.leave(back, f"План применён. Приглашений: {len(invited)}.")
