"""«Что изменено»: the author's words to the experts of the next round."""

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import Response

from review_api.errors import problem
from review_api.pages.teacher.desk import SENT, STALE, Desk, open_desk
from review_api.pages.visit import Visit, VisitDep
from review_api.typed import echoed, text
from schemas.base import Schema
from schemas.errors import Conflict, NotFound
from storage.repositories.rows import MISSING

router = APIRouter()
MOST = 5000
TOO_LONG = "Сократите текст до 5000 знаков."


class ResponseForm(Schema):
    response: str = ""
    version: int = 0
    after: str = ""

    @property
    def text(self) -> str:
        return text(self.response)

    @property
    def errors(self) -> dict[str, str]:
        return {"response": TOO_LONG} if len(self.text) > MOST else {}


Answer = Annotated[ResponseForm, Form()]


def open_revision(visit: Visit, submission_id: str) -> Desk:
    """Only a material that went through a round has something to say; else it does not exist."""
    desk = open_desk(visit, submission_id, to="edit")
    if desk.submission.round == 1:
        raise NotFound(MISSING)
    return desk


@router.get("/my/{submission_id}/response")
def response_page(visit: VisitDep, submission_id: str, after: str = "") -> Response:
    desk = open_revision(visit, submission_id)
    one = desk.submission
    return show(visit, desk, ResponseForm(response=one.response, version=one.version, after=after))


def show(
    visit: Visit,
    desk: Desk,
    form: ResponseForm,
    *,
    status: int = 200,
    errors: dict[str, str] | None = None,
    stored: str | None = None,
) -> Response:
    return visit.show(
        "submission/response.html",
        status=status,
        marathon=desk.marathon,
        back=desk.link,
        desk=desk,
        form=form,
        typed=echoed(form.response, most=MOST),
        stored=stored,
        errors=errors or {},
    )


@router.post("/my/{submission_id}/response")
def save_response(visit: VisitDep, submission_id: str, form: Answer) -> Response:
    desk = open_revision(visit, submission_id)
    if form.errors:
        return show(visit, desk, form, status=422, errors=form.errors)
    try:
        desk.keep(form.version, response=form.text)
    except Conflict:
        now = desk.submission
        mine = form.model_copy(update={"version": now.version})
        return show(visit, desk, mine, status=409, errors={"": STALE}, stored=now.response)
    target = f"{desk.address}/check" if form.after == "check" else desk.address
    return visit.leave(target, "Сохранено.")


@router.post("/my/{submission_id}/response/autosave")
def autosave_response(visit: VisitDep, submission_id: str, form: Answer) -> Response:
    desk = open_revision(visit, submission_id)
    if not desk.is_unsent:
        return problem(409, "not_editable", SENT)
    for field, words in form.errors.items():
        return problem(422, "too_long", words, field=field)
    try:
        saved = desk.keep(form.version, response=form.text)
    except Conflict as error:
        return problem(409, error.code, error.sentence)
    return desk.saved(saved.version)
