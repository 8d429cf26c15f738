"""The list of marathons, beginning one, moving it from phase to phase."""

import re
from collections.abc import Mapping
from datetime import datetime

from fastapi import APIRouter
from starlette.responses import Response

from flows.marathons import beginning, operations, rules
from flows.marathons.beginning import LONGEST_TITLE
from review_api.access import can
from review_api.pages.organise import desk
from review_api.pages.organise.desk import ORGANISE, FormDep
from review_api.pages.organise.importing import cluster_of
from review_api.pages.visit import Text, Visit, VisitDep
from review_api.typed import echoed
from schemas.errors import BadInput, Conflict
from schemas.marathon import Marathon, Phase
from schemas.submission import SubmissionStatus
from storage.identifiers import new_id

router = APIRouter()
DEADLINES = {
    Phase.PREPARATION: ("приём открывается", "opens_at"),
    Phase.INTAKE: ("приём до", "submissions_until"),
    Phase.EXPERTISE: ("экспертиза до", "reviews_until"),
}
ON_THE_WAY: Mapping[Phase, str] = {
    Phase.PREPARATION: "Марафон снова готовится: авторы его не видят.",
    Phase.INTAKE: "Приём открыт: марафон на главной странице, авторы могут отправлять материалы.",
    Phase.EXPERTISE: "Идёт экспертиза: новых материалов не принимаем. Теперь нужен план назначения.",
    Phase.DECISION: "Экспертиза закрыта. Теперь нужны решения: система предложит, решаете вы.",
    Phase.RESULTS: "Решения приняты. Впереди программа, сборник и сертификаты.",
    Phase.ARCHIVE: "Марафон в архиве: всё можно смотреть, менять уже нельзя.",
}
KEY = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@router.get("/organise")
def marathons(visit: VisitDep) -> Response:
    """Only those that this person organises."""
    visit.require("organise.enter")
    work = visit.work
    registers = (
        ("municipalities", "Муниципалитеты", work.municipalities.count()),
        ("organisations", "Организации", work.organisations.count()),
        ("experts", "Эксперты", work.experts.count()),
    )
    cluster = work.clusters.only()
    seen = [one for one in work.marathons.all() if can(visit.viewer, "marathon.edit", one)]
    return visit.show(
        "organise/marathons.html",
        rows=[row_of(visit, one) for one in reversed(seen)],
        registers=registers,
        cluster=cluster.name if cluster and cluster.named else "",
        may_create=can(visit.viewer, "marathon.edit"),
        may_give_roles=can(visit.viewer, "role.see"),
    )


def row_of(visit: Visit, marathon: Marathon) -> dict[str, object]:
    counts = visit.work.submissions.counts(marathon.id)
    words, field = DEADLINES.get(marathon.phase, ("", ""))
    until: datetime | None = getattr(marathon, field) if field else None
    return {
        "title": marathon.title,
        "href": desk.address(marathon),
        "id": marathon.id,
        "year": marathon.year,
        "phase": rules.PHASE_NAMES[marathon.phase],
        "until": until,
        "until_name": words,
        "zone": marathon.zone,
        "works": sum(counts.values()) - counts.get(SubmissionStatus.DRAFT, 0),
    }


@router.get("/organise/new")
def new_marathon(visit: VisitDep) -> Response:
    """A name only, or last year's marathon to begin with (``?like=``)."""
    visit.require("marathon.edit")
    like = visit.request.query_params.get("like", "")
    chosen = next((one for one in repeatable(visit) if one.id == like), None)
    values = {"title": chosen.title if chosen else "", "like": like, "key": new_id()}
    return show_new(visit, values)


@router.post("/organise/new")
def create_marathon(visit: VisitDep, form: FormDep) -> Response:
    """``key`` is the identifier it will have: a second click finds what the first one made."""
    visit.require("marathon.edit")
    title, like = desk.text(form, "title"), desk.text(form, "like")
    key = desk.text(form, "key")
    values = {"title": echoed(title, most=LONGEST_TITLE), "like": like, "key": key}
    if not KEY.fullmatch(key):
        values["key"] = key = new_id()
    try:
        marathon = begin(visit, title, like, key)
    except BadInput as error:
        visit.work.forget()
        return show_new(visit, values, {error.field or "": error.sentence})
    return visit.leave(
        desk.address(marathon, "setup"),
        "Марафон создан. Пройдите шаги в любом порядке: пока приём не открыт, его никто не видит.",
    )


def begin(visit: Visit, title: str, like: str, key: str) -> Marathon:
    """Whoever begins with the marathon itself gets the cluster with it, to be named later."""
    cluster_of(visit.work)
    if not like:
        zone = visit.settings.timezone
        return beginning.begin(
            visit.work, title, identifier=key, zone=zone, by=visit.actor, now=visit.now
        )
    if like not in {one.id for one in repeatable(visit)}:
        raise BadInput("Выберите прошлый марафон из списка.", field="like")
    return beginning.repeat(visit.work, like, title, identifier=key, by=visit.actor, now=visit.now)


def repeatable(visit: Visit) -> list[Marathon]:
    """Marathons this person may begin a new one with, the newest first."""
    everything = reversed(visit.work.marathons.all())
    return [one for one in everything if can(visit.viewer, "marathon.edit", one)]


def show_new(
    visit: Visit, values: dict[str, str], errors: dict[str, str] | None = None
) -> Response:
    return visit.show(
        "organise/marathon_new.html",
        status=422 if errors else 200,
        breadcrumbs=(ORGANISE,),
        values=values,
        errors=errors or {},
        past=[(one.id, f"{one.title}, {one.year}") for one in repeatable(visit)],
    )


@router.post("/organise/{marathon_id}/phase")
def move_phase(visit: VisitDep, marathon_id: str, to: Text) -> Response:
    marathon = desk.marathon_of(visit, marathon_id)
    if to not in set(Phase):
        raise BadInput("Такого этапа нет.", field="to")
    try:
        moved = operations.move_phase(
            visit.work, marathon_id, Phase(to), by=visit.actor, now=visit.now
        )
    except Conflict as error:
        return visit.refuse(desk.address(marathon), error)
    return visit.leave(desk.address(marathon), ON_THE_WAY[moved.phase])
