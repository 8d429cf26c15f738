"""One work under review: the invitation, the expert sheet beside the material, the sent review."""

from collections.abc import Mapping

from fastapi import APIRouter
from starlette.responses import JSONResponse, Response

from flows.review import answering, operations
from flows.review.common_gate import FIRST_THE_COMMON, MARKS_ARE_SHOWN
from review_api.errors import wants_json
from review_api.pages.expert.answers import CONFLICTS
from review_api.pages.expert.clashing import differing, same_fields
from review_api.pages.expert.queue import (
    BACK,
    NOTHING_TYPED,
    QUEUE,
    address,
    next_of,
    with_query_of,
)
from review_api.pages.expert.sheet import (
    Sheet,
    advice_on,
    clock,
    kept,
    open_sheet,
    show,
    show_form,
    show_sent,
)
from review_api.pages.visit import Visit, VisitDep
from review_api.review_form import Fields, Filled, gaps, read_form
from schemas.assignment import Assignment, AssignmentStatus
from schemas.errors import Conflict, DeadlinePassed
from schemas.review import Review, ReviewDraft

router = APIRouter()
ONE = "/expert/assignments/{assignment_id}"
EXPIRED = (
    "Срок по этой работе вышел, её передали другому эксперту. Если вы успеваете, напишите нам."
)
IS_CLOSED = (
    "Экспертиза закончилась, отправить или изменить оценку уже нельзя. Текст остался на этой "
    "странице: если нужно ещё время, скопируйте его и напишите организаторам."
)
STALE = "stale_version"


@router.get(ONE)
def one_work(visit: VisitDep, assignment_id: str) -> Response:
    """The page the letter leads to: answer, review or look back, whichever comes next."""
    _ = visit.person
    mine = visit.viewer.assignments.get(assignment_id)
    if mine is not None and mine.status is AssignmentStatus.EXPIRED:
        return visit.leave(QUEUE, EXPIRED, kind="warning")
    sheet = open_sheet(visit, assignment_id, readable=False)
    if sheet.item.status is AssignmentStatus.INVITED:
        return show_invitation(sheet)
    if sheet.waits:
        return visit.leave(QUEUE, FIRST_THE_COMMON, kind="warning")
    if sheet.is_sent:
        return show_sent(sheet)
    return show_form(sheet, kept(sheet))


def show_invitation(sheet: Sheet) -> Response:
    visit, expert = sheet.visit, sheet.visit.viewer.expert
    others = answering.choosable(visit.work, expert, sheet.marathon.id) if expert else []
    among = any(one.id == sheet.item.id for one in others)
    return show(
        sheet,
        "expert/invitation.html",
        back=BACK,
        others=len(others) if among else 0,
        kinds=CONFLICTS,
        typed=NOTHING_TYPED,
        errors={},
    )


@router.get(f"{ONE}/edit")
def edit_sent(visit: VisitDep, assignment_id: str) -> Response:
    sheet = open_sheet(visit, assignment_id)
    if not sheet.is_sent or not sheet.is_open:
        return visit.leave(sheet.base)
    return show_form(sheet, kept(sheet))


@router.get(f"{ONE}/draft")
@router.get(f"{ONE}/skip")
@router.get(f"{ONE}/review")
def form_address(visit: VisitDep, assignment_id: str) -> Response:
    """A page shown after a mistake stands at the form's address; switching its language asks it."""
    return visit.leave(with_query_of(visit, f"/expert/assignments/{assignment_id}"))


@router.post(f"{ONE}/draft")
def save_draft(visit: VisitDep, assignment_id: str, fields: Fields) -> Response:
    """Asked for by the script while typing (JSON) and by the button (a page)."""
    return keep(visit, assignment_id, fields, then="")


@router.post(f"{ONE}/skip")
def skip(visit: VisitDep, assignment_id: str, fields: Fields) -> Response:
    """Keep what is typed, if anything is, and go on with another work."""
    return keep(visit, assignment_id, fields, then=address(next_of(visit, after=assignment_id)))


def keep(visit: Visit, assignment_id: str, fields: Mapping[str, str], *, then: str) -> Response:
    sheet = open_sheet(visit, assignment_id)
    filled = read_form(sheet.rubric, fields)
    if filled.errors:
        return refused(sheet, filled, filled.errors)
    if sheet.is_sent:
        return clashed(sheet, filled)
    if then and sheet.review is None and filled.draft == ReviewDraft():
        return visit.leave(then, f"Работа {sheet.work.code} отложена.", kind="info")
    try:
        review = store(sheet, filled)
    except Conflict as error:
        return on_conflict(sheet, filled, error)
    if wants_json(visit.request):
        said = [one.model_dump(mode="json") for one in advice_on(sheet, filled.draft)]
        saved = {"saved_at": clock(sheet, review), "version": review.version, "advice": said}
        return JSONResponse(saved)
    return visit.leave(then or sheet.base, kept_sentence(sheet, skipped=bool(then)), kind="info")


def kept_sentence(sheet: Sheet, *, skipped: bool) -> str:
    if skipped:
        return f"Работа {sheet.work.code} отложена, её черновик сохранён."
    return "Черновик сохранён. Он ещё не отправлен."


def store(sheet: Sheet, filled: Filled) -> Review:
    require_open(sheet)
    visit = sheet.visit
    return operations.save_draft(
        visit.work,
        sheet.item.id,
        filled.draft,
        version=opened_with(sheet, filled),
        by=visit.actor,
        now=visit.now,
    )


def require_open(sheet: Sheet) -> None:
    if sheet.is_settled:
        raise DeadlinePassed(MARKS_ARE_SHOWN, code="common_round_over")
    if not sheet.is_open:
        raise DeadlinePassed(IS_CLOSED, code="reviews_closed")


def opened_with(sheet: Sheet, filled: Filled) -> int:
    """The form's version; the same text from another tab is no disagreement."""
    if sheet.review is not None and sheet.review.draft == filled.draft:
        return sheet.review.version
    return filled.version


def on_conflict(sheet: Sheet, filled: Filled, error: Conflict) -> Response:
    if error.code == STALE:
        return clashed(sheet, filled)
    if not isinstance(error, DeadlinePassed):
        raise error
    return refused(sheet, filled, {"": error.sentence}, status=403)


def refused(
    sheet: Sheet, filled: Filled, errors: Mapping[str, str], *, status: int = 422
) -> Response:
    """The sheet again with everything typed; the script gets the first sentence."""
    if wants_json(sheet.visit.request):
        field, sentence = next(iter(errors.items()))
        return JSONResponse({"status": status, "field": field, "detail": sentence}, status)
    return show_form(sheet, filled, errors=errors, status=status)


def clashed(sheet: Sheet, filled: Filled) -> Response:
    """Changed in another window: nothing is written, both texts are shown to choose from."""
    theirs = sheet.review.draft if sheet.review else ReviewDraft()
    if wants_json(sheet.visit.request):
        detail = "Этот лист изменён в другом окне."
        return JSONResponse({"status": 409, "detail": detail}, 409)
    return show(
        sheet,
        "expert/clash.html",
        status=409,
        back=BACK,
        same=same_fields(filled.draft, theirs),
        differing=differing(sheet.rubric, filled.draft, theirs),
        version=sheet.review.version if sheet.review else 0,
    )


@router.post(f"{ONE}/review")
def send(visit: VisitDep, assignment_id: str, fields: Fields) -> Response:
    """Send the review, or change the sent one; an incomplete one is kept and said to be so."""
    sheet = open_sheet(visit, assignment_id)
    filled = read_form(sheet.rubric, fields)
    missing = filled.errors or gaps(sheet.rubric, filled.draft)
    try:
        if missing:
            return refused(sheet, keep_incomplete(sheet, filled), missing)
        submit(sheet, filled)
    except Conflict as error:
        return on_conflict(sheet, filled, error)
    if sheet.is_sent:
        return visit.leave(sheet.base, "Изменения сохранены. Прежняя версия осталась в истории.")
    following = next_of(visit, after=sheet.item.id)
    return visit.leave(address(following), sent_sentence(sheet, following))


def submit(sheet: Sheet, filled: Filled) -> None:
    require_open(sheet)
    visit = sheet.visit
    operations.submit(
        visit.work,
        sheet.item.id,
        filled.draft,
        version=opened_with(sheet, filled),
        by=visit.actor,
        now=visit.now,
    )


def keep_incomplete(sheet: Sheet, filled: Filled) -> Filled:
    """Without a script nothing else keeps what is typed when sending is refused."""
    if sheet.is_sent or filled.errors:
        return filled
    return filled.model_copy(update={"version": store(sheet, filled).version})


def sent_sentence(sheet: Sheet, following: Assignment | None) -> str:
    if following is None:
        return f"Экспертиза работы {sheet.work.code} отправлена. Это была последняя, спасибо!"
    return f"Экспертиза работы {sheet.work.code} отправлена. Открыта следующая."
