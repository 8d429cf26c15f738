"""Questions of experts to the author of a material, as the organisers have passed them on."""

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import Response

from flows.review import questions
from review_api.access import can
from review_api.pages.teacher.desk import Desk, open_desk
from review_api.pages.visit import Text, Visit, VisitDep
from review_api.typed import echoed, text
from schemas.base import Schema
from schemas.errors import BadInput, Conflict, NotFound
from schemas.question import Question, QuestionStatus
from storage.repositories.rows import MISSING

router = APIRouter()
TOLD = frozenset({QuestionStatus.PASSED, QuestionStatus.ANSWERED, QuestionStatus.RETURNED})


class Received(Schema):
    """A question as the author may know it: never who asked, nor the expert's own words."""

    id: str
    text: str
    answer: str
    version: int
    is_open: bool
    is_answered: bool

    @property
    def waits(self) -> bool:
        return self.is_open and not self.is_answered


def received(visit: Visit, submission_id: str) -> list[Received]:
    """In the order in which they were passed on."""
    told = [one for one in visit.work.questions.of_submission(submission_id) if one.status in TOLD]
    return [shown(visit, one) for one in sorted(told, key=lambda one: (one.passed_at, one.id))]


def shown(visit: Visit, question: Question) -> Received:
    closed = questions.is_closed(visit.work, question, now=visit.now)
    return Received(
        id=question.id,
        text=question.passed_text,
        answer=question.answer,
        version=question.version,
        is_open=not closed and question.status is not QuestionStatus.RETURNED,
        is_answered=question.status is not QuestionStatus.PASSED,
    )


def opened(visit: Visit, submission_id: str) -> Desk:
    desk = open_desk(visit, submission_id)
    visit.require("question.see", desk.submission)
    return desk


@router.get("/my/{submission_id}/questions")
def questions_page(visit: VisitDep, submission_id: str) -> Response:
    return show(visit, opened(visit, submission_id))


def show(
    visit: Visit,
    desk: Desk,
    *,
    status: int = 200,
    errors: dict[str, str] | None = None,
    typed: dict[str, str] | None = None,
) -> Response:
    return visit.show(
        "submission/questions.html",
        status=status,
        marathon=desk.marathon,
        back=desk.link,
        desk=desk,
        received=received(visit, desk.submission.id),
        may_answer=can(visit.viewer, "question.answer", desk.submission),
        typed=typed or {},
        most=questions.LIMITS["answer"],
        errors=errors or {},
    )


@router.post("/my/{submission_id}/questions/{question_id}")
def answer(
    visit: VisitDep,
    submission_id: str,
    question_id: str,
    answer: Text = "",
    version: Annotated[int, Form()] = 0,
) -> Response:
    desk = opened(visit, submission_id)
    visit.require("question.answer", desk.submission)
    if question_id not in {one.id for one in received(visit, submission_id)}:
        raise NotFound(MISSING)
    said = text(answer)
    try:
        questions.answer(
            visit.work, question_id, said, version=version, by=visit.actor, now=visit.now
        )
    except (BadInput, Conflict) as error:
        visit.work.forget()
        field = f"answer-{question_id}" if isinstance(error, BadInput) else ""
        kept = {question_id: echoed(answer, most=questions.LIMITS["answer"])}
        status = 422 if field else 409
        return show(visit, desk, status=status, errors={field: error.sentence}, typed=kept)
    return visit.leave(
        f"{desk.address}/questions",
        "Ответ у организаторов. Они передадут его эксперту без вашего имени.",
    )
