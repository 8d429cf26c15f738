"""One municipality, organisation or expert added by hand: an import of a single row."""

from collections.abc import Mapping

from fastapi import APIRouter
from starlette.datastructures import FormData
from starlette.responses import Response

from flows.registry.columns import KINDS
from flows.registry.importing import import_sheet
from flows.registry.operations import MOST_WORKS
from flows.registry.reports import HasProblems
from flows.registry.sheets import Sheet
from review_api.formats import marked
from review_api.pages.organise import desk
from review_api.pages.organise.desk import FormDep
from review_api.pages.organise.importing import desk_of
from review_api.pages.organise.registry import ROWS_THERE, way
from review_api.pages.visit import Visit, VisitDep
from review_api.typed import whole
from schemas.base import Schema
from schemas.errors import MarathonError, NotFound
from schemas.ordering import name_key
from storage.repositories.rows import MISSING

router = APIRouter()
LONGEST_ECHO = 1000
MOST_TRACKS = 99


class Box(Schema):
    """A field of the form; ``widget`` is how it is drawn, ``missing`` what an empty one says."""

    field: str
    label: str
    hint: str = ""
    widget: str = "text"
    missing: str = ""


TITLES: Mapping[str, str] = {
    "municipalities": "Новый муниципалитет",
    "organisations": "Новая организация",
    "experts": "Новый эксперт",
}
KNOWN: Mapping[str, str] = {
    "municipalities": "Такой муниципалитет уже есть в реестре: под этим или другим названием.",
    "organisations": "Такая организация в этом муниципалитете уже есть.",
    "experts": "Эксперт с таким адресом уже есть в реестре.",
}
PLACE = Box(
    field="municipality",
    label=marked("Муниципалитет"),
    widget="place",
    missing="Выберите муниципалитет.",
)
BOXES: Mapping[str, tuple[Box, ...]] = {
    "municipalities": (
        Box(
            field="name",
            label=marked("Название"),
            hint=marked("Как писать в сертификатах и сборнике, например: Киренский район."),
            missing="Напишите название муниципалитета.",
        ),
        Box(
            field="aliases",
            label=marked("Другие названия"),
            hint=marked("Как ещё пишут в заявках: по одному в строке."),
            widget="lines",
        ),
    ),
    "organisations": (
        Box(
            field="name",
            label=marked("Полное название"),
            missing="Напишите полное название организации.",
        ),
        Box(
            field="short_name",
            label=marked("Краткое название"),
            hint=marked("Например: МБОУ «СОШ № 7»."),
        ),
        PLACE,
    ),
    "experts": (
        Box(
            field="name",
            label=marked("Фамилия, имя, отчество"),
            missing="Напишите фамилию, имя и отчество (если есть).",
        ),
        Box(
            field="email",
            label=marked("Электронная почта"),
            hint=marked("Сюда придут приглашения; по этому адресу эксперт входит."),
            widget="email",
            missing="Напишите адрес электронной почты.",
        ),
        PLACE,
        Box(
            field="organisation",
            label=marked("Место работы"),
            hint=marked("Новая организация появится в реестре сама."),
        ),
        Box(field="position", label=marked("Должность")),
        Box(
            field="tracks",
            label=marked("Направления"),
            hint=marked("Номера через запятую; пусто — любые."),
        ),
        Box(
            field="specialisations",
            label=marked("Специализация"),
            hint=marked("Что может оценивать, через точку с запятой: химия; внеурочная работа."),
        ),
        Box(
            field="capacity",
            label=marked("Сколько работ может взять"),
            hint=marked("Если оставить пустым, шесть."),
            widget="number",
        ),
        Box(field="senior", label=marked("Старший эксперт"), widget="yes"),
    ),
}


@router.get("/organise/registry/{kind}/add")
def blank(visit: VisitDep, kind: str) -> Response:
    visit.require("registry.edit")
    return show(visit, kind, {}, {})


def show(visit: Visit, kind: str, typed: Mapping[str, str], errors: dict[str, str]) -> Response:
    if kind not in ROWS_THERE:
        raise NotFound(MISSING)
    places = sorted((one.name for one in visit.work.municipalities.all()), key=name_key)
    return visit.show(
        "organise/registry_add.html",
        status=422 if errors else 200,
        breadcrumbs=way(kind),
        kind=kind,
        title=TITLES[kind],
        boxes=BOXES[kind],
        places=[(name, name) for name in places],
        typed={field: text[:LONGEST_ECHO] for field, text in typed.items()},
        errors=errors,
    )


@router.post("/organise/registry/{kind}/add")
def add(visit: VisitDep, kind: str, form: FormDep) -> Response:
    visit.require("registry.edit")
    if kind not in ROWS_THERE:
        raise NotFound(MISSING)
    typed = {box.field: desk.text(form, box.field) for box in BOXES[kind]}
    errors = empty(kind, typed) or not_numbers(typed) or refused(visit, kind, typed)
    if errors:
        visit.work.forget()
        return show(visit, kind, typed, errors)
    visit.work.journal.write(visit.actor, action="added", kind=kind, subject_id=kind, now=visit.now)
    name = typed["name"]
    return visit.leave(next_page(kind, form), f"Добавлено в реестр: {name}.")


def next_page(kind: str, form: FormData) -> str:
    more = desk.text(form, "act") == "more"
    return f"/organise/registry/{kind}" + ("/add" if more else "")


def empty(kind: str, typed: Mapping[str, str]) -> dict[str, str]:
    return {box.field: box.missing for box in BOXES[kind] if box.missing and not typed[box.field]}


def not_numbers(typed: Mapping[str, str]) -> dict[str, str]:
    """Fields that hold numbers and do not."""
    found = {}
    tracks = [part.strip() for part in typed.get("tracks", "").split(",") if part.strip()]
    if any(whole(part, most=MOST_TRACKS) is None for part in tracks):
        found["tracks"] = "Нужны номера направлений через запятую, например: 1, 3."
    capacity = typed.get("capacity", "")
    if capacity and whole(capacity, most=MOST_WORKS) is None:
        found["capacity"] = f"Нужно целое число от 0 до {MOST_WORKS}."
    return found


def refused(visit: Visit, kind: str, typed: Mapping[str, str]) -> dict[str, str]:
    """Write the row; what is wrong with it goes to the field it concerns, or to the first one."""
    if kind == "experts" and is_expert(visit, typed["email"]):
        return {"email": KNOWN[kind]}
    try:
        report = import_sheet(desk_of(visit, None), kind, row_of(kind, typed))
    except HasProblems as error:
        problem = error.report.problems[0]
        field = problem.field if problem.field in typed else BOXES[kind][0].field
        return {field: problem.sentence[:1].upper() + problem.sentence[1:]}
    except MarathonError as error:
        return {BOXES[kind][0].field: error.sentence}
    return {} if report.created else {BOXES[kind][0].field: KNOWN[kind]}


def is_expert(visit: Visit, email: str) -> bool:
    person = visit.work.people.by_email(email.strip().casefold())
    return person is not None and visit.work.experts.of_person(person.id) is not None


def row_of(kind: str, typed: Mapping[str, str]) -> Sheet:
    headings = {one.field: one.names[0] for one in KINDS[kind]}
    return Sheet(
        header=tuple(headings[field] for field in typed),
        rows=(tuple("да" if text == "yes" else text for text in typed.values()),),
    )
