"""The cluster's registry: municipalities with their other names, organisations, experts."""

from collections import Counter
from collections.abc import Callable, Mapping

from fastapi import APIRouter
from starlette.responses import Response

from flows.registry import operations
from review_api import tables
from review_api.formats import marked
from review_api.frame import Link
from review_api.pages.organise import bulk, desk
from review_api.pages.organise.desk import ORGANISE, FormDep
from review_api.pages.visit import Visit, VisitDep
from review_api.typed import whole
from schemas.assignment import HELD, AssignmentStatus
from schemas.errors import MarathonError, NotFound
from schemas.ordering import name_key
from storage.repositories.rows import MISSING
from storage.work import Work

router = APIRouter()
Rows = list[dict[str, object]]
TITLES: Mapping[str, str] = {
    "municipalities": "Муниципалитеты",
    "organisations": "Организации",
    "experts": "Эксперты",
    "submissions": "Работы",
}
COUNTED: Mapping[str, str] = {
    "municipalities": "муниципалитет|муниципалитета|муниципалитетов",
    "organisations": "организация|организации|организаций",
    "experts": "эксперт|эксперта|экспертов",
}
COLUMNS: Mapping[str, Mapping[str, str]] = {
    "municipalities": {
        "name": "Муниципалитет",
        "aliases": "Другие названия",
        "same_place": "Совпадает с",
        "organisations": "Организаций",
        "experts": "Экспертов",
    },
    "organisations": {
        "name": "Организация",
        "short_name": "Краткое название",
        "municipality": "Муниципалитет",
    },
    "experts": {
        "name": "Эксперт",
        "municipality": "Муниципалитет",
        "organisation": "Организация",
        "position": "Должность",
        "tracks": "Направления",
        "specialisations": "Специализация",
        "capacity": "Нагрузка",
        "taken": "Занято",
        "sent": "Отправлено",
        "senior": "Старший",
        "active": "Участвует",
    },
}
NUMERIC = ("organisations", "experts", "capacity", "taken", "sent")


def municipality_rows(work: Work) -> Rows:
    everything = work.municipalities.all()
    names = {one.id: one.name for one in everything}
    schools = Counter(one.municipality_id for one in work.organisations.all())
    experts = Counter(one.municipality_id for one in work.experts.all())
    return [
        {
            "href": f"/organise/registry/municipalities/{one.id}",
            "name": one.name,
            "aliases": ", ".join(one.aliases),
            "same_place": ", ".join(names[other] for other in one.same_place),
            "organisations": schools[one.id],
            "experts": experts[one.id],
        }
        for one in everything
    ]


def organisation_rows(work: Work) -> Rows:
    names = {one.id: one.name for one in work.municipalities.all()}
    return [
        {
            "href": "",
            "name": one.name,
            "short_name": one.short_name,
            "municipality": names[one.municipality_id],
        }
        for one in work.organisations.all()
    ]


def expert_rows(work: Work) -> Rows:
    places = {one.id: one.name for one in work.municipalities.all()}
    schools = {one.id: one.short_name or one.name for one in work.organisations.all()}
    experts = work.experts.all()
    people = work.people.many(one.person_id for one in experts)
    assignments = work.assignments.all()
    taken = Counter(item.expert_id for item in assignments if item.status in HELD)
    sent = Counter(
        item.expert_id for item in assignments if item.status is AssignmentStatus.SUBMITTED
    )
    return [
        {
            "id": one.id,
            "href": f"/organise/registry/experts/{one.id}",
            "name": people[one.person_id].name,
            "municipality": places[one.municipality_id],
            "organisation": schools.get(one.organisation_id or "", ""),
            "position": one.position,
            "tracks": ", ".join(str(number) for number in one.tracks) or "все",
            "specialisations": "; ".join(one.specialisations),
            "capacity": one.capacity,
            "taken": taken[one.id],
            "sent": sent[one.id],
            "senior": "да" if one.senior else "",
            "active": "да" if one.active else "нет",
        }
        for one in experts
    ]


ROWS: Mapping[str, Callable[[Work], Rows]] = {
    "municipalities": municipality_rows,
    "organisations": organisation_rows,
    "experts": expert_rows,
}


ROWS_THERE: Mapping[str, Callable[[Work], int]] = {
    "municipalities": lambda work: work.municipalities.count(),
    "organisations": lambda work: work.organisations.count(),
    "experts": lambda work: work.experts.count(),
}
EMPTY: Mapping[str, str] = {
    "municipalities": marked(
        "Муниципалитетов пока нет. С них начинается всё остальное: к ним относятся организации, "
        "эксперты и авторы, и никто не оценивает работы своей территории."
    ),
    "organisations": marked(
        "Организаций пока нет. Заносить их заранее не обязательно: место работы эксперта и школа "
        "автора появятся здесь сами. Готовый список избавит авторов от набора названий вручную."
    ),
    "experts": marked(
        "Экспертов пока нет. Понадобятся ФИО, адрес почты и муниципалитет каждого; должность, "
        "направления и нагрузку можно добавить потом. Писем при занесении в реестр не уходит."
    ),
}


def way(kind: str) -> tuple[Link, ...]:
    return (ORGANISE, Link(text=TITLES[kind], href=f"/organise/registry/{kind}"))


@router.get("/organise/registry/{kind}")
def register(visit: VisitDep, kind: str) -> Response:
    visit.require("registry.edit")
    if kind not in ROWS:
        raise NotFound(MISSING)
    query = visit.request.query_params
    rows = ROWS[kind](visit.work)
    named = {str(row["municipality"]) for row in rows if row.get("municipality")}
    places = sorted(named, key=name_key)
    chosen = query.get("municipality", "")
    if chosen:
        rows = [row for row in rows if row.get("municipality") == chosen]
    shown = tables.table(query, COLUMNS[kind], rows, sort="name")
    if query.get("export"):
        return tables.download(TITLES[kind], COLUMNS[kind], shown.everything, query["export"])
    filters = [("municipality", "Муниципалитет", [(p, p) for p in places], chosen, chosen)]
    return visit.show(
        "organise/registry.html",
        breadcrumbs=(ORGANISE,),
        kind=kind,
        title=TITLES[kind],
        table=shown,
        forms=COUNTED[kind],
        filters=filters if places else [],
        numeric=NUMERIC,
        acts=bulk.acts_of(kind) if kind == "experts" else [],
        blank=not ROWS_THERE[kind](visit.work),
        empty=EMPTY[kind],
    )


@router.get("/organise/registry/municipalities/{municipality_id}")
def municipality(visit: VisitDep, municipality_id: str) -> Response:
    visit.require("registry.edit")
    return show_municipality(visit, municipality_id)


def show_municipality(
    visit: Visit, municipality_id: str, typed: str | None = None, error: str = ""
) -> Response:
    one = visit.work.municipalities.get(municipality_id)
    others = visit.work.municipalities.of_cluster(one.cluster_id)
    return visit.show(
        "organise/municipality.html",
        status=422 if error else 200,
        breadcrumbs=way("municipalities"),
        one=one,
        aliases="\n".join(one.aliases) if typed is None else typed,
        others=[(other.id, other.name) for other in others if other.id != one.id],
        errors={"aliases": error} if error else {},
    )


@router.post("/organise/registry/municipalities/{municipality_id}")
def name_municipality(visit: VisitDep, municipality_id: str, form: FormDep) -> Response:
    visit.require("registry.edit")
    typed = desk.text(form, "aliases")
    try:
        saved = operations.name_municipality(
            visit.work,
            municipality_id,
            aliases=[" ".join(line.split()) for line in typed.splitlines()],
            same_place=desk.texts(form, "same_place"),
            by=visit.actor,
            now=visit.now,
        )
    except MarathonError as error:
        return show_municipality(visit, municipality_id, typed, error.sentence)
    return visit.leave("/organise/registry/municipalities", f"Сохранено: {saved.name}.")


@router.get("/organise/registry/experts/{expert_id}")
def expert(visit: VisitDep, expert_id: str) -> Response:
    visit.require("registry.edit")
    return show_expert(visit, expert_id)


def show_expert(visit: Visit, expert_id: str, errors: dict[str, str] | None = None) -> Response:
    one = visit.work.experts.get(expert_id)
    return visit.show(
        "organise/expert.html",
        status=422 if errors else 200,
        breadcrumbs=way("experts"),
        one=one,
        person=visit.work.people.get(one.person_id),
        place=visit.work.municipalities.get(one.municipality_id).name,
        errors=errors or {},
    )


@router.post("/organise/registry/experts/{expert_id}")
def change_expert(visit: VisitDep, expert_id: str, form: FormDep) -> Response:
    visit.require("registry.edit")
    capacity = whole(desk.text(form, "capacity"))
    if capacity is None:
        return show_expert(visit, expert_id, {"capacity": "Нужно целое число."})
    operations.change_expert(
        visit.work,
        expert_id,
        capacity=capacity,
        senior=desk.text(form, "senior") == "yes",
        active=desk.text(form, "active") == "yes",
        by=visit.actor,
        now=visit.now,
    )
    return visit.leave("/organise/registry/experts", "Сохранено.")
