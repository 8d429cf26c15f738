"""The list of marathons, opening one, its settings and its phases."""

from datetime import datetime
from typing import Any

from fastapi import APIRouter
from pydantic import ValidationError
from starlette.responses import Response

from flows.marathons import operations, rules
from review_api.formats import CITIES
from review_api.pages.organise import desk
from review_api.pages.organise import form as organise_form
from review_api.pages.organise.desk import ORGANISE, FormDep
from review_api.pages.visit import Text, Visit, VisitDep
from review_api.plans.words import FAIRNESS_WORDS, KEEP_WORDS, WEIGHT_NAMES
from schemas.errors import BadInput, Conflict
from schemas.marathon import (
    AssignmentPolicy,
    DecisionPolicy,
    Imprint,
    Marathon,
    Phase,
    ProgrammePolicy,
)
from schemas.rubric import RUBRICS
from schemas.submission import SubmissionStatus

router = APIRouter()
DEADLINES = {
    Phase.PREPARATION: ("приём открывается", "opens_at"),
    Phase.INTAKE: ("приём до", "submissions_until"),
    Phase.EXPERTISE: ("экспертиза до", "reviews_until"),
}
DEFAULT_TRACKS = [("", "4"), ("", "4"), ("", "4")]


@router.get("/organise")
def marathons(visit: VisitDep) -> Response:
    visit.require("marathon.edit")
    work = visit.work
    registers = (
        ("municipalities", "Муниципалитеты", work.municipalities.count()),
        ("organisations", "Организации", work.organisations.count()),
        ("experts", "Эксперты", work.experts.count()),
    )
    rows = [row_of(visit, one) for one in reversed(work.marathons.all())]
    return visit.show("organise/marathons.html", rows=rows, registers=registers)


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
    """An empty form, or last year's marathon moved on by a year (``?like=``)."""
    visit.require("marathon.edit")
    like = visit.request.query_params.get("like", "")
    if like:
        return show_form(visit, None, organise_form.next_year(visit.work.marathons.get(like)))
    return show_form(visit, None, blank(visit))


def blank(visit: Visit) -> organise_form.Values:
    policies = (AssignmentPolicy(), DecisionPolicy(), ProgrammePolicy(), Imprint())
    values: organise_form.Values = dict.fromkeys((*organise_form.PLAIN, *organise_form.MOMENTS), "")
    for (part, names), policy in zip(organise_form.POLICIES.items(), policies, strict=True):
        for name in (*names, *organise_form.SWITCHES.get(part, ())):
            value = getattr(policy, name)
            values[name] = value if isinstance(value, bool) else organise_form.written(value)
    values |= organise_form.weight_values(AssignmentPolicy().weights)
    return values | {
        "year": str(visit.now.year),
        "zone": visit.settings.timezone,
        "rubric": "default",
        "tracks": DEFAULT_TRACKS,
        "like": "",
        "version": 1,
    }


@router.post("/organise/new")
def create_marathon(visit: VisitDep, form: FormDep) -> Response:
    """Rules that have no field here are those of the marathon it was begun from."""
    visit.require("marathon.edit")
    like = visit.work.marathons.find(desk.text(form, "like"))
    try:
        marathon = operations.create(
            visit.work, organise_form.given(form, like), by=visit.actor, now=visit.now
        )
    except (ValidationError, BadInput) as error:
        return show_form(visit, None, organise_form.typed(form), errors_of(error))
    return visit.leave(desk.address(marathon), "Марафон создан.")


def errors_of(error: ValidationError | BadInput) -> dict[str, str]:
    if isinstance(error, ValidationError):
        return desk.faults(error)
    return {error.field or "": error.sentence}


def show_form(
    visit: Visit,
    marathon: Marathon | None,
    values: organise_form.Values,
    errors: dict[str, str] | None = None,
) -> Response:
    context: dict[str, Any] = {
        "values": values,
        "errors": errors or {},
        "zones": list(CITIES.items()),
        "rubrics": [(rubric.code, rubric.title) for rubric in RUBRICS.values()],
        "fairness": list(FAIRNESS_WORDS.items()),
        "keeping": list(KEEP_WORDS.items()),
        "weights": list(WEIGHT_NAMES.items()),
        "tuning_errors": bool(errors and organise_form.TUNING & errors.keys()),
        "action": visit.request.url.path,
    }
    status = 422 if errors else 200
    if marathon is None:
        return visit.show(
            "organise/marathon_form.html",
            status=status,
            breadcrumbs=(ORGANISE,),
            call=None,
            menu=(),
            **context,
        )
    return desk.show(
        visit,
        marathon,
        "organise/marathon_form.html",
        status=status,
        phase=rules.PHASE_NAMES[marathon.phase],
        moves=[
            (to.value, words)
            for (before, to), words in rules.PHASE_ACTS.items()
            if before is marathon.phase
        ],
        **context,
    )


@router.get("/organise/{marathon_id}/settings")
def settings(visit: VisitDep, marathon_id: str) -> Response:
    marathon = desk.marathon_of(visit, marathon_id)
    return show_form(visit, marathon, organise_form.values_of(marathon))


@router.post("/organise/{marathon_id}/settings")
def change_settings(visit: VisitDep, marathon_id: str, form: FormDep) -> Response:
    before = desk.marathon_of(visit, marathon_id)
    version = desk.text(form, "version")
    try:
        operations.change(
            visit.work,
            marathon_id,
            organise_form.given(form, before),
            version=int(version) if version.isdecimal() else 0,
            by=visit.actor,
            now=visit.now,
        )
    except (ValidationError, BadInput) as error:
        return show_form(visit, before, organise_form.typed(form), errors_of(error))
    except Conflict as error:
        return show_form(visit, before, organise_form.typed(form), {"": error.sentence})
    return visit.leave(f"{desk.address(before)}/settings", "Настройки сохранены.")


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
    sentence = f"Марафон на этапе «{rules.PHASE_NAMES[moved.phase]}»."
    return visit.leave(desk.address(marathon), sentence)
