"""A plan to take away: its tables, and the files that check it without this system."""

from collections.abc import Callable, Mapping

from fastapi import APIRouter
from starlette.responses import Response

from review_api import tables
from review_api.pages.organise import desk
from review_api.pages.organise import plan as organise_plan
from review_api.pages.organise.plan import LOAD_COLUMNS, PANEL_COLUMNS, made_plan
from review_api.pages.visit import Visit, VisitDep
from review_api.plans import proof as plan_proof
from review_api.plans import view as plan_view
from review_api.plans.view import Opened
from schemas.errors import NotAllowed, NotFound
from schemas.marathon import Marathon
from storage.repositories.rows import MISSING

router = APIRouter()
JSON = "application/json"
PAIR_COLUMNS = {
    "number": "№",
    "title": "Работа",
    "track": "Направление",
    "municipality": "Муниципалитет работы",
    "expert": "Эксперт",
    "place": "Муниципалитет эксперта",
    "affinity": "Близость",
    "new": "Новое приглашение",
}
Rows = list[dict[str, object]]


def pairs(opened: Opened, _marathon: Marathon) -> Rows:
    return [
        {
            "number": panel.number,
            "title": panel.title,
            "track": panel.track,
            "municipality": panel.municipality,
            "expert": seat.name,
            "place": seat.municipality,
            "affinity": seat.affinity,
            "new": "да" if seat.new else "",
        }
        for panel in sorted(plan_view.panels(opened), key=lambda panel: panel.number)
        for seat in panel.seats
    ]


def panels(opened: Opened, marathon: Marathon) -> Rows:
    return [organise_plan.panel_row(one, marathon) for one in plan_view.panels(opened)]


def loads(opened: Opened, _marathon: Marathon) -> Rows:
    return [organise_plan.load_row(one) for one in plan_view.view(opened).loads]


SHEETS: Mapping[str, tuple[str, Mapping[str, str], Callable[[Opened, Marathon], Rows]]] = {
    "pairs": ("Пары", PAIR_COLUMNS, pairs),
    "panels": ("Коллегии", PANEL_COLUMNS, panels),
    "loads": ("Нагрузка", LOAD_COLUMNS, loads),
}


@router.get("/organise/{marathon_id}/assignment/plans/{plan_id}/files/{name}")
def download(visit: VisitDep, marathon_id: str, plan_id: str, name: str) -> Response:
    """``pairs``, ``panels`` or ``loads`` as .xlsx or .csv; problem.json and result.json."""
    marathon = desk.marathon_of(visit, marathon_id, "plan.see")
    opened = made_plan(visit, marathon, plan_id)
    if name in {"problem.json", "result.json"}:
        require_no_own(opened)
        return as_json(visit, opened, name)
    sheet, _, suffix = name.rpartition(".")
    if sheet not in SHEETS:
        raise NotFound(MISSING)
    title, columns, rows = SHEETS[sheet]
    return tables.download(title, columns, rows(opened, marathon), suffix, zone=marathon.zone)


def require_no_own(opened: Opened) -> None:
    """A proof is whole or worthless, so one who wrote a work of the plan gets none of it."""
    if opened.own:
        raise NotAllowed(
            "В плане есть ваш материал, а файл называет его экспертов. Попросите файл у другого "
            "организатора.",
            code="own_work",
        )


def as_json(visit: Visit, opened: Opened, name: str) -> Response:
    thing = plan_proof.full_problem(visit.work, opened) if name == "problem.json" else opened.result
    content = thing.model_dump_json(indent=1).encode()
    return tables.attachment(content, name, JSON)
