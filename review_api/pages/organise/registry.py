"""The cluster's registry: municipalities with their other names, organisations, experts."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial

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
from storage.repositories.many_lists import WantedExperts
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
    schools, experts = work.organisations.by_place(), work.experts.by_place()
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


def expert_rows(work: Work, ids: Sequence[str]) -> Rows:
    places = {one.id: one.name for one in work.municipalities.all()}
    found = work.experts.many(ids)
    experts = [found[key] for key in ids]
    organisations = work.organisations.many(one.organisation_id or "" for one in experts)
    schools = {key: one.short_name or one.name for key, one in organisations.items()}
    people = work.people.many(one.person_id for one in experts)
    loads = work.assignments.loads(ids)
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
            "taken": sum(loads[one.id][status] for status in HELD),
            "sent": loads[one.id][AssignmentStatus.SUBMITTED],
            "senior": "да" if one.senior else "",
            "active": "да" if one.active else "нет",
        }
        for one in experts
    ]


ROWS: Mapping[str, Callable[[Work], Rows]] = {
    "municipalities": municipality_rows,
    "organisations": organisation_rows,
}
"""Few enough to be read whole; experts are cut into pages by the database."""


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


def small_list(
    visit: Visit,
    kind: str,
    *,
    whole: bool,  # noqa: ARG001  (it is read whole anyway)
) -> tuple[tables.Table, Iterable[tables.Row]]:
    """The table and all its rows, of what there is little of."""
    query = visit.request.query_params
    chosen = query.get("municipality", "")
    rows = [
        row for row in ROWS[kind](visit.work) if not chosen or row.get("municipality") == chosen
    ]
    shown = tables.table(query, COLUMNS[kind], rows, sort="name")
    return shown, shown.everything


def experts_listed(
    visit: Visit, kind: str, *, whole: bool
) -> tuple[tables.Turning | None, Iterable[tables.Row]]:
    """One page of experts, or, ``whole``, every row of them."""
    query, lists = visit.request.query_params, visit.work.expert_lists
    wanted = WantedExperts(words=query.get("q", ""), municipality=query.get("municipality", ""))
    told = partial(expert_rows, visit.work)
    if whole:
        return None, tables.every(query, lists, wanted, told)
    return tables.turned(query, COLUMNS[kind], lists, wanted, told), ()


def places_with(work: Work, kind: str) -> list[str]:
    """Names of the municipalities that have any of the kind; none for municipalities themselves."""
    counted = {"organisations": work.organisations.by_place, "experts": work.experts.by_place}
    there = counted[kind]() if kind in counted else {}
    return sorted((one.name for one in work.municipalities.many(there).values()), key=name_key)


def way(kind: str) -> tuple[Link, ...]:
    return (ORGANISE, Link(text=TITLES[kind], href=f"/organise/registry/{kind}"))


@router.get("/organise/registry/{kind}")
def register(visit: VisitDep, kind: str) -> Response:
    visit.require("registry.edit")
    if kind not in ROWS_THERE:
        raise NotFound(MISSING)
    query = visit.request.query_params
    listing = experts_listed if kind == "experts" else small_list
    if query.get("export"):
        _, rows = listing(visit, kind, whole=True)
        return tables.download(TITLES[kind], COLUMNS[kind], rows, query["export"])
    shown, _ = listing(visit, kind, whole=False)
    chosen, places = query.get("municipality", ""), places_with(visit.work, kind)
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
