"""One act upon many rows: the page that lists exactly what it touches, then the doing and a report."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter
from starlette.datastructures import FormData
from starlette.responses import Response

from review_api import bulk_acts
from review_api.bulk_acts import ACTS, ASKED, Act, Chosen, Item
from review_api.letter_subjects import works_of
from review_api.pages.organise import desk
from review_api.pages.organise.desk import ORGANISE, FormDep
from review_api.pages.visit import Visit, VisitDep
from review_api.typed import echoed
from schemas.errors import BadInput, MarathonError, NotFound
from schemas.marathon import Marathon
from storage.repositories.rows import MISSING

router = APIRouter()
MOST = 2000
TOLD = 4
TOO_MANY = f"Отмечено больше {MOST} строк: отметьте меньше и повторите с остальными."
ACTIONS: Mapping[str, str] = {
    "works": "submission.list",
    "letters": "notice.edit",
    "certificates": "certificate.issue",
    "assignments": "assignment.list",
}
PAGES: Mapping[str, str] = {"assignments": "assignment?late=yes"}
FORMS: Mapping[str, str] = {
    "works": "работа|работы|работ",
    "letters": "письмо|письма|писем",
    "certificates": "сертификат|сертификата|сертификатов",
    "experts": "эксперт|эксперта|экспертов",
    "assignments": "назначение|назначения|назначений",
}


@router.post("/organise/registry/experts/bulk")
def of_registry(visit: VisitDep, form: FormDep) -> Response:
    visit.require("registry.edit")
    return answer(Chosen(visit, None), "experts", "/organise/registry/experts", form)


@router.post("/organise/{marathon_id}/bulk/{kind}")
def of_marathon(visit: VisitDep, marathon_id: str, kind: str, form: FormDep) -> Response:
    if kind not in ACTIONS:
        raise NotFound(MISSING)
    marathon = desk.marathon_of(visit, marathon_id, ACTIONS[kind])
    return answer(Chosen(visit, marathon), kind, page_of(marathon, kind), form)


def page_of(marathon: Marathon, kind: str) -> str:
    """Where the rows are listed."""
    return desk.address(marathon, PAGES.get(kind, kind))


def answer(chosen: Chosen, kind: str, back: str, form: FormData) -> Response:
    """Without ``sure`` the list to look at; with it the act, once for every row that allows it."""
    visit = chosen.visit
    act = ACTS[kind].get(desk.text(form, "act"))
    if act is None:
        return visit.leave(back, "Выберите, что сделать.", kind="warning")
    identifiers = list(dict.fromkeys(desk.texts(form, "id")))
    if len(identifiers) > MOST:
        return visit.leave(back, TOO_MANY, kind="warning")
    rows = rows_of(chosen, kind, identifiers)
    if not rows:
        return visit.leave(back, "Отметьте строки, с которыми это сделать.", kind="warning")
    text = desk.text(form, "value")
    if desk.text(form, "sure") != "yes":
        return show(chosen, kind, act, form, rows)
    try:
        value = ASKED[act.asks](text, chosen)
    except BadInput as error:
        return show(chosen, kind, act, form, rows, {"value": error.sentence})
    return report(visit, back, act, *done(chosen, kind, act, rows, value))


def rows_of(chosen: Chosen, kind: str, identifiers: list[str]) -> dict[str, Any]:
    """The rows that are there and may be seen, in the order they were chosen."""
    found = READ[kind](chosen, identifiers)
    return {key: found[key] for key in identifiers if key in found}


def of_call(chosen: Chosen, rows: Mapping[str, Any]) -> dict[str, Any]:
    return {key: one for key, one in rows.items() if one.marathon_id == chosen.call.id}


def letters_of(chosen: Chosen, ids: list[str]) -> dict[str, Any]:
    """Letters about works that this person wrote are sent by others."""
    visit = chosen.visit
    found = of_call(chosen, visit.work.notices.many(ids))
    about = works_of(visit.work, found.values())
    return {key: one for key, one in found.items() if not visit.viewer.authored & about[key]}


def assignments_of(chosen: Chosen, ids: list[str]) -> dict[str, Any]:
    """Who judges a work that this person wrote is dealt with by others."""
    visit = chosen.visit
    found = of_call(chosen, visit.work.assignments.many(ids))
    return {key: one for key, one in found.items() if not visit.viewer.is_author_of(one)}


READ: Mapping[str, Any] = {
    "works": lambda chosen, ids: of_call(chosen, chosen.visit.work.submissions.many(ids)),
    "letters": letters_of,
    "certificates": lambda chosen, ids: of_call(chosen, chosen.visit.work.certificates.many(ids)),
    "assignments": assignments_of,
    "experts": lambda chosen, ids: chosen.visit.work.experts.many(ids),
}
NAMES: Mapping[str, Any] = {
    "works": bulk_acts.work_name,
    "letters": bulk_acts.letter_name,
    "certificates": bulk_acts.paper_name,
    "assignments": bulk_acts.assignment_name,
    "experts": bulk_acts.expert_name,
}


def items_of(chosen: Chosen, kind: str, act: Act, rows: Mapping[str, Any]) -> list[Item]:
    return [
        Item(id=key, name=NAMES[kind](chosen, one), reason=act.judge(chosen, one))
        for key, one in rows.items()
    ]


def show(
    chosen: Chosen,
    kind: str,
    act: Act,
    form: FormData,
    rows: Mapping[str, Any],
    errors: dict[str, str] | None = None,
) -> Response:
    items = items_of(chosen, kind, act, rows)
    marathon = chosen.marathon
    context: dict[str, Any] = {
        "act": act,
        "code": desk.text(form, "act"),
        "ready": [item for item in items if not item.reason],
        "skipped": [item for item in items if item.reason],
        "forms": FORMS[kind],
        "value": echoed(desk.text(form, "value")),
        "tracks": [(one.number, one.title) for one in marathon.tracks] if marathon else [],
        "there": page_of(marathon, kind) if marathon else "/organise/registry/experts",
        "errors": errors or {},
    }
    status = 422 if errors else 200
    if marathon:
        return desk.show(chosen.visit, marathon, "organise/bulk.html", status=status, **context)
    bare = {"call": None, "menu": (), **context}
    return chosen.visit.show("organise/bulk.html", status=status, breadcrumbs=(ORGANISE,), **bare)


def done(
    chosen: Chosen, kind: str, act: Act, rows: Mapping[str, Any], value: object
) -> tuple[int, list[Item]]:
    """How many were done, and those that were not with the reason."""
    ready, left = 0, []
    for item in items_of(chosen, kind, act, rows):
        reason = item.reason or attempt(chosen, act, rows[item.id], value)
        if reason:
            left.append(item.model_copy(update={"reason": reason}))
        else:
            ready += 1
    return ready, left


def attempt(chosen: Chosen, act: Act, one: Any, value: object) -> str:  # noqa: ANN401
    """Why it was not done; operations refuse before they write."""
    try:
        act.do(chosen, one, value)
    except MarathonError as error:
        return error.sentence.removesuffix(".")
    return ""


def report(visit: Visit, back: str, act: Act, count: int, left: list[Item]) -> Response:
    told = "; ".join(f"{item.name[:60]} — {item.reason}" for item in left[:TOLD])
    more = f"; и ещё {len(left) - TOLD}" if len(left) > TOLD else ""
    skipped = f" Пропущено {len(left)}: {told}{more}." if left else ""
    kind = "success" if count else "info"
    return visit.leave(back, f"{act.done}: {count}.{skipped}", kind=kind)


def acts_of(kind: str) -> list[tuple[str, str, bool]]:
    """(code, words, danger) of the buttons under a table."""
    return [(code, act.text, act.danger) for code, act in ACTS[kind].items()]
