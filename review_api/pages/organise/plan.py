"""One plan: who reviews what and why nothing better exists; applying and discarding it."""

from collections.abc import Iterable
from typing import Any

from fastapi import APIRouter
from starlette.datastructures import QueryParams
from starlette.responses import Response

from flows.assignment import operations, trials
from review_api import charts, tables
from review_api.access import can, require_others
from review_api.frame import Link
from review_api.pages.organise import desk
from review_api.pages.organise.desk import OWN_WORK
from review_api.pages.visit import Visit, VisitDep
from review_api.plans import changes as plan_changes
from review_api.plans import proof as plan_proof
from review_api.plans import view as plan_view
from review_api.plans import words as plan_words
from review_api.plans.names import names_of
from review_api.plans.view import Load, Opened, Panel
from schemas.assignment import PLAN_KIND_NAMES, PLAN_STATUS_NAMES, Plan, PlanKind, PlanStatus
from schemas.errors import Conflict, NotAllowed, NotFound
from schemas.marathon import Marathon
from schemas.outbox import RUN_STATE_NAMES
from storage.repositories.rows import MISSING

router = APIRouter()
PANEL_COLUMNS = {
    "number": "№",
    "title": "Работа",
    "track": "Направление",
    "municipality": "Муниципалитет",
    "experts": "Эксперты",
    "missing": "Не хватает",
    "affinity": "Близость",
}
LOAD_COLUMNS = {
    "name": "Эксперт",
    "municipality": "Муниципалитет",
    "works": "Работ",
    "new": "Новых",
    "capacity": "Может взять",
    "senior": "Старший",
    "price": "Цена времени",
}
CHANGE_COLUMNS = {
    "number": "№",
    "title": "Работа",
    "joins": "Придут",
    "leaves": "Уйдут",
    "stays": "Останутся",
}
MADE = frozenset({PlanStatus.PROPOSED, PlanStatus.APPLIED, PlanStatus.DISCARDED})
TONES = {
    PlanStatus.REQUESTED: "info",
    PlanStatus.PROPOSED: "attention",
    PlanStatus.APPLIED: "good",
    PlanStatus.DISCARDED: "neutral",
    PlanStatus.FAILED: "danger",
}


def address(marathon: Marathon, plan_id: str = "", further: str = "") -> str:
    parts = ("assignment/plans", plan_id, further)
    return desk.address(marathon, "/".join(part for part in parts if part))


def way(marathon: Marathon, *further: Link) -> tuple[Link, ...]:
    return (Link(text="Назначение", href=desk.address(marathon, "assignment")), *further)


def plan_of(visit: Visit, marathon: Marathon, plan_id: str) -> Plan:
    """The plan, if it is this marathon's; raises ``NotFound``."""
    found = visit.work.plans.find(plan_id)
    if found is None or found.marathon_id != marathon.id:
        raise NotFound(MISSING)
    return found


def made_plan(visit: Visit, marathon: Marathon, plan_id: str) -> Opened:
    """The plan with its answer; raises ``NotFound`` while there is none."""
    plan = plan_of(visit, marathon, plan_id)
    if plan.status not in MADE:
        raise NotFound("План ещё не составлен.")
    return Opened(visit.work, plan, visit.viewer.authored)


def maker(visit: Visit, plan: Plan) -> str:
    person = visit.work.people.find(plan.made_by) if plan.made_by else None
    return person.name if person else ""


def lineage(visit: Visit, plan: Plan) -> list[Plan]:
    """A plan by hand after the plans it was edited from, the first of them first."""
    chain = [plan]
    while chain[0].kind is PlanKind.MANUAL and chain[0].parent_id:
        parent = visit.work.plans.find(chain[0].parent_id)
        if parent is None:
            break
        chain.insert(0, parent)
    return chain


def origin(visit: Visit, plan: Plan) -> list[str]:
    """What was changed for this plan: rules of a trial, then every edit by hand in its order."""
    chain = lineage(visit, plan)
    names = names_of(visit.work, chain)
    edits = [
        plan_words.edit_words(edit, names)
        for one in chain
        for edit in one.edits
        if not visit.viewer.is_author_of(edit)
    ]
    return [*plan_words.what_if_words(plan.what_if, names), *edits]


def common(visit: Visit, plan: Plan) -> dict[str, Any]:
    """What every page about a plan says of it."""
    return {
        "plan": plan,
        "kind": PLAN_KIND_NAMES[plan.kind],
        "state": PLAN_STATUS_NAMES[plan.status],
        "tone": TONES[plan.status],
        "origin": origin(visit, plan),
        "maker": maker(visit, plan),
        "can_run": can(visit.viewer, "stage.run", plan),
    }


def acts(visit: Visit, marathon: Marathon, plan: Plan) -> dict[str, bool]:
    """What may be done with the plan now; a trial's rules come before the trial itself.

    A plan with an own work of theirs waits for ``others``. Rules are offered only where the trial can be applied after them: ``retold`` ones are to be
    set in the marathon's settings, as a trial of other experts or loads is never applied.
    """
    waits = plan.status is PlanStatus.PROPOSED and can(visit.viewer, "stage.run", marathon)
    tried = trials.changed_policy(marathon.assignment, plan.what_if)
    differs, imagined = tried != marathon.assignment, trials.imagines(plan.what_if)
    return {
        "apply": waits and not differs and not imagined and can(visit.viewer, "plan.apply", plan),
        "others": waits and not can(visit.viewer, "plan.apply", plan),
        "adopt": waits and differs and not imagined,
        "discard": waits,
        "imagined": waits and imagined,
        "retold": waits and imagined and differs,
    }


@router.get("/organise/{marathon_id}/assignment/plan")
def waiting(visit: VisitDep, marathon_id: str) -> Response:
    """The proposal that waits for a yes, by its own address."""
    marathon = desk.marathon_of(visit, marathon_id, "plan.see")
    proposed = visit.work.plans.proposed(marathon.id)
    if proposed is None:
        raise NotFound("Плана, который ждёт применения, нет: составьте новый.")
    return visit.leave(address(marathon, proposed.id))


@router.get("/organise/{marathon_id}/assignment/plans/{plan_id}")
def plan_page(visit: VisitDep, marathon_id: str, plan_id: str) -> Response:
    marathon = desk.marathon_of(visit, marathon_id, "plan.see")
    plan = plan_of(visit, marathon, plan_id)
    if plan.status not in MADE:
        return unmade(visit, marathon, plan)
    return show_plan(visit, marathon, Opened(visit.work, plan, visit.viewer.authored))


def unmade(visit: Visit, marathon: Marathon, plan: Plan) -> Response:
    """A plan that is being made, or could not be."""
    return desk.show(
        visit,
        marathon,
        "organise/plan_work.html",
        *way(marathon),
        progress=progress_of(visit, plan),
        words=RUN_STATE_NAMES,
        **common(visit, plan),
    )


def show_plan(visit: Visit, marathon: Marathon, opened: Opened) -> Response:
    query = visit.request.query_params
    view = plan_view.view(opened)
    rows = [panel_row(one, marathon) for one in view.panels]
    shown = tables.table(query, PANEL_COLUMNS, filtered(rows, query))
    if query.get("export"):
        return tables.download("Коллегии", PANEL_COLUMNS, shown.everything, query["export"])
    return desk.show(
        visit,
        marathon,
        "organise/plan.html",
        *way(marathon),
        view=view,
        table=shown,
        filters=filters_of(marathon, query),
        tag=plan_words.STATUS_TAGS[view.status],
        proof=plan_proof.proof(opened),
        link=plan_proof.link(opened),
        lot=plan_proof.lot(opened),
        changes=plan_changes.against_now(visit.work, opened),
        busiest=busiest(view.loads),
        idle=sum(one.works == 0 for one in view.loads),
        parameters=plan_words.parameters(opened.problem.policy),
        links=Links(marathon, opened.plan),
        may=acts(visit, marathon, opened.plan),
        checked=plan_proof.recheck(visit.work, opened) if query.get("check") else None,
        **common(visit, opened.plan),
    )


class Links:
    """Addresses about one plan."""

    def __init__(self, marathon: Marathon, plan: Plan) -> None:
        self.plan = address(marathon, plan.id)
        self.parent = address(marathon, plan.parent_id) if plan.parent_id else ""
        self.history = address(marathon)
        self.trial = desk.address(marathon, "assignment/try")
        self.compare = desk.address(marathon, "assignment/compare")


def panel_row(one: Panel, marathon: Marathon) -> dict[str, object]:
    titles = {str(track.number): track.title for track in marathon.tracks}
    return {
        "id": one.id,
        "number": one.number,
        "title": one.title,
        "track": titles.get(one.track, one.track),
        "track_number": one.track,
        "municipality": one.municipality,
        "experts": OWN_WORK
        if one.own
        else "; ".join(f"{seat.name} ({seat.municipality})" for seat in one.seats),
        "seats": one.seats,
        "missing": one.missing,
        "affinity": 0.0 if one.own else one.affinity,
        "own": one.own,
    }


def filtered(rows: list[dict[str, object]], query: QueryParams) -> list[dict[str, object]]:
    if query.get("track"):
        rows = [row for row in rows if row["track_number"] == query["track"]]
    if query.get("state") == "missing":
        rows = [row for row in rows if row["missing"]]
    if query.get("state") == "weak":
        rows = weakest(rows)
    return rows


def weakest(rows: list[dict[str, object]]) -> list[dict[str, object]]:
    """The tenth of the works with the least affinity, one at least."""
    ranked = sorted(
        (row for row in rows if not row["own"]), key=lambda row: float(str(row["affinity"]))
    )
    return ranked[: max(1, len(ranked) // 10)]


def filters_of(
    marathon: Marathon, query: QueryParams
) -> list[tuple[str, str, list[tuple[str, str]], str, str]]:
    tracks = [(str(track.number), track.title) for track in marathon.tracks]
    states = [("missing", "не хватает экспертов"), ("weak", "самые слабые коллегии")]
    listed = (("track", "Направление", tracks), ("state", "Коллегия", states))
    return [
        (name, label, options, query.get(name, ""), dict(options).get(query.get(name, ""), ""))
        for name, label, options in listed
    ]


def busiest(loads: Iterable[Load]) -> charts.Chart:
    """How many experts have how many works, as a chart."""
    counts: dict[int, int] = {}
    for one in loads:
        counts[one.works] = counts.get(one.works, 0) + 1
    return charts.bars(
        "У скольких экспертов сколько работ",
        {f"работ: {works}": (counts[works],) for works in sorted(counts)},
        ("экспертов",),
        row_name="Работ у эксперта",
        total_name="Экспертов",
    )


@router.get("/organise/{marathon_id}/assignment/plans/{plan_id}/experts")
def experts(visit: VisitDep, marathon_id: str, plan_id: str) -> Response:
    """The load of every expert, with how much their time is worth."""
    marathon = desk.marathon_of(visit, marathon_id, "plan.see")
    opened = made_plan(visit, marathon, plan_id)
    query = visit.request.query_params
    rows = [load_row(one) for one in plan_view.view(opened).loads]
    shown = tables.table(query, LOAD_COLUMNS, rows)
    if query.get("export"):
        return tables.download("Нагрузка", LOAD_COLUMNS, shown.everything, query["export"])
    return desk.show(
        visit,
        marathon,
        "organise/plan_experts.html",
        *way(marathon, Link(text="План", href=address(marathon, plan_id))),
        table=shown,
        most=max((one.capacity for one in opened.problem.experts), default=1) or 1,
        **common(visit, opened.plan),
    )


def load_row(one: Load) -> dict[str, object]:
    return one.model_dump() | {"senior": "да" if one.senior else "", "price": min(one.price, 1.0)}


@router.get("/organise/{marathon_id}/assignment/plans/{plan_id}/changes")
def changes(visit: VisitDep, marathon_id: str, plan_id: str) -> Response:
    """Everything that applying the plan would change, work by work."""
    marathon = desk.marathon_of(visit, marathon_id, "plan.see")
    opened = made_plan(visit, marathon, plan_id)
    found = plan_changes.against_now(visit.work, opened)
    return desk.show(
        visit,
        marathon,
        "organise/plan_changes.html",
        *way(marathon, Link(text="План", href=address(marathon, plan_id))),
        changes=found,
        table=tables.table(
            visit.request.query_params, CHANGE_COLUMNS, [one.model_dump() for one in found.works]
        ),
        **common(visit, opened.plan),
    )


def progress_of(visit: Visit, plan: Plan) -> object:
    """The run that makes the plan."""
    runs = visit.work.runs.latest(plan.marathon_id, limit=60)
    return next((run for run in runs if run.deployment == "assign_experts"), None)


@router.get("/organise/{marathon_id}/assignment/plans/{plan_id}/progress")
def progress(visit: VisitDep, marathon_id: str, plan_id: str) -> Response:
    """For the page that waits for a plan: its bar, or the order to read the page again."""
    marathon = desk.marathon_of(visit, marathon_id, "plan.see")
    plan = plan_of(visit, marathon, plan_id)
    answer = visit.show(
        "organise/plan_progress.html",
        plan=plan,
        progress=progress_of(visit, plan),
        words=RUN_STATE_NAMES,
        here=desk.address(marathon),
    )
    if plan.status is not PlanStatus.REQUESTED:
        answer.headers["HX-Refresh"] = "true"
    return answer


@router.post("/organise/{marathon_id}/assignment/plans/{plan_id}/apply")
def apply_plan(visit: VisitDep, marathon_id: str, plan_id: str) -> Response:
    marathon = desk.marathon_of(visit, marathon_id, "stage.run")
    plan = plan_of(visit, marathon, plan_id)
    try:
        require_others(visit.viewer, "plan.apply", plan, plan_words.OTHERS_APPLY)
        invited = operations.apply(visit.work, plan_id, by=visit.actor, now=visit.now)
    except (Conflict, NotAllowed) as error:
        return visit.refuse(address(marathon, plan_id), error)
    visit.send_letters()
    days = marathon.assignment.answer_days
    sentence = (
        f"План применён. Приглашений: {len(invited)}. Письма уходят сейчас, дней на ответ: {days}. "
        "Кто откажется или промолчит, тому система сама найдёт замену."
    )
    return visit.leave(desk.address(marathon, "assignment"), sentence)
