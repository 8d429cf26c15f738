"""«Задать вопрос автору»: the expert's questions about one work, and what came back."""

from fastapi import APIRouter
from starlette.responses import Response

from flows.review import questions
from review_api.frame import Link
from review_api.pages.expert.asked import asked_of
from review_api.pages.expert.queue import address
from review_api.pages.expert.sheet import Sheet, open_sheet, show
from review_api.pages.visit import Text, VisitDep
from review_api.typed import echoed
from review_api.typed import text as kept
from schemas.errors import BadInput, Conflict

router = APIRouter()
ONE = "/expert/assignments/{assignment_id}/question"


@router.get(ONE)
def question_page(visit: VisitDep, assignment_id: str) -> Response:
    return show_questions(open_sheet(visit, assignment_id))


def show_questions(
    sheet: Sheet, typed: str = "", *, status: int = 200, errors: dict[str, str] | None = None
) -> Response:
    visit = sheet.visit
    return show(
        sheet,
        "expert/question.html",
        status=status,
        back=Link(text="К оценке", href=address(sheet.item)),
        asked=asked_of(visit, sheet.item),
        may_ask=not questions.has_ended(visit.work, sheet.item, now=visit.now),
        typed=echoed(typed, most=questions.LIMITS["text"]),
        most=questions.LIMITS["text"],
        errors=errors or {},
    )


@router.post(ONE)
def ask(visit: VisitDep, assignment_id: str, text: Text = "") -> Response:
    sheet = open_sheet(visit, assignment_id)
    try:
        questions.ask(visit.work, sheet.item.id, kept(text), by=visit.actor, now=visit.now)
    except BadInput as error:
        errors = {error.field or "": error.sentence}
        return show_questions(sheet, text, status=422, errors=errors)
    except Conflict as error:
        return show_questions(sheet, text, status=409, errors={"": error.sentence})
    return visit.leave(
        address(sheet.item),
        "Вопрос у организаторов. Они передадут его автору без вашего имени; оценивать можно дальше.",
    )
