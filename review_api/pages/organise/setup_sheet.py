"""The editor of a marathon's expert sheet, with the expert's form beside it."""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from flows.marathons import sheet, sheet_operations
from review_api.access import can
from review_api.pages.organise import desk, setup, sheet_form
from review_api.pages.organise.desk import FormDep
from review_api.pages.visit import Visit, VisitDep
from review_api.typed import whole
from schemas.errors import BadInput, Conflict
from schemas.marathon import Marathon
from schemas.review import RECOMMENDATION_NAMES
from schemas.rubric import RUBRICS
from schemas.rubric_draft import RubricDraft, draft_of

router = APIRouter()
SAVE = "save"


@router.get("/organise/{marathon_id}/setup/sheet")
def editor(visit: VisitDep, marathon_id: str) -> Response:
    """The sheet as it is kept, or another to begin with (``?like=``): nothing is written yet."""
    marathon = desk.marathon_of(visit, marathon_id)
    like = visit.request.query_params.get("like", "")
    draft = draft_of(visit.work.rubrics.of(marathon.id))
    return show(visit, marathon, begun_with(visit, marathon, like) or draft, begun=bool(like))


def begun_with(visit: Visit, marathon: Marathon, like: str) -> RubricDraft | None:
    if like in RUBRICS:
        return draft_of(RUBRICS[like])
    if like in {one.id for one in others(visit, marathon)}:
        return draft_of(visit.work.rubrics.of(like))
    return None


def others(visit: Visit, marathon: Marathon) -> list[Marathon]:
    """Marathons of this person whose sheet one may begin with."""
    everything = sheet_operations.last_year(visit.work, marathon)
    return [one for one in everything if can(visit.viewer, "marathon.edit", one)]


@router.post("/organise/{marathon_id}/setup/sheet")
def edit(visit: VisitDep, marathon_id: str, form: FormDep) -> Response:
    """One button of the editor: only ``save`` writes, the others show the changed draft again."""
    marathon = desk.marathon_of(visit, marathon_id)
    draft, act = sheet_form.read(form), desk.text(form, "act")
    if act != SAVE:
        changed = sheet.changed(draft, act)
        return show(visit, marathon, changed, focus=focus_after(changed, act))
    errors = sheet.faults(draft)
    if errors:
        return show(visit, marathon, draft, errors)
    try:
        sheet_operations.keep(
            visit.work,
            marathon_id,
            draft,
            version=setup.version_in(desk.text(form, "version")),
            by=visit.actor,
            now=visit.now,
        )
    except BadInput as error:
        return show(visit, marathon, draft, {error.field or "": error.sentence})
    except Conflict as error:
        visit.work.forget()
        now = visit.work.marathons.get(marathon_id)
        return show(visit, now, draft, {"": error.sentence}, status=409)
    return visit.leave(setup.after(marathon, "sheet"), "Шаг «Экспертный лист» сохранён.")


@router.post("/organise/{marathon_id}/setup/sheet/preview")
def preview(visit: VisitDep, marathon_id: str, form: FormDep) -> Response:
    """The expert's form for what stands in the editor now; nothing is written."""
    marathon = desk.marathon_of(visit, marathon_id)
    draft = sheet_form.read(form)
    return visit.show("organise/sheet_preview.html", marathon=marathon, **seen(draft))


def seen(draft: RubricDraft) -> dict[str, Any]:
    return {
        "rubric": sheet.readable(draft),
        "shares": sheet.shares(draft),
        "recommendations": RECOMMENDATION_NAMES,
    }


def focus_after(draft: RubricDraft, act: str) -> str:
    """The id of the field to go on with after a button."""
    where, _, rest = act.partition(".")
    if act == "criteria.add":
        return f"c{len(draft.criteria)}-title"
    if act == "gates.add":
        return f"g{len(draft.gates)}-title"
    number, _, way = rest.partition(".")
    if whole(number) is None or where not in {"criteria", "gates", "levels"}:
        return ""
    if where == "levels":
        return focus_in_levels(draft, number, way)
    prefix, count = ("c", len(draft.criteria)) if where == "criteria" else ("g", len(draft.gates))
    step = {"up": -1, "down": 1}.get(way, 0)
    return f"{prefix}{min(max(int(number[:4]) + step, 1), max(count, 1))}-title"


def focus_in_levels(draft: RubricDraft, number: str, way: str) -> str:
    at = int(number[:4])
    if not 1 <= at <= len(draft.criteria):
        return ""
    last = max(len(draft.criteria[at - 1].levels), 1)
    return f"c{at}-l{last}-anchor" if way == "add" else f"c{at}-l1-anchor"


def show(
    visit: Visit,
    marathon: Marathon,
    draft: RubricDraft,
    errors: dict[str, str] | None = None,
    *,
    status: int = 0,
    **more: object,
) -> Response:
    return desk.show(
        visit,
        marathon,
        "organise/setup_sheet.html",
        setup.way(marathon),
        status=status or (422 if errors else 200),
        **{
            "draft": draft,
            "errors": errors or {},
            "version": marathon.version,
            "lock": sheet_operations.lock_of(visit.work, marathon.id),
            "sheets": [(code, one.title) for code, one in RUBRICS.items()],
            "past": others(visit, marathon),
            "focus": "",
            "begun": False,
            **seen(draft),
            **more,
        },
    )
