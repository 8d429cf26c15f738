"""«Вопросы»: what experts ask authors and authors answer, read and passed on by the organisers."""

from collections.abc import Callable, Mapping
from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import Response

from flows.review import questions
from review_api.access import can
from review_api.frame import Link
from review_api.pages.organise import desk
from review_api.pages.visit import Text, Visit, VisitDep
from review_api.typed import echoed
from review_api.typed import text as kept
from schemas.base import Schema
from schemas.errors import BadInput, Conflict, NotFound
from schemas.marathon import Marathon
from schemas.question import QUESTION_STATUS_NAMES, Question, QuestionStatus
from schemas.submission import Submission
from storage.repositories.rows import MISSING

router = APIRouter()
ALL = "/organise/{marathon_id}/questions"
ONE = f"{ALL}/{{question_id}}"
TONES: Mapping[QuestionStatus, str] = {
    QuestionStatus.ASKED: "attention",
    QuestionStatus.ANSWERED: "attention",
    QuestionStatus.PASSED: "info",
    QuestionStatus.RETURNED: "good",
    QuestionStatus.DECLINED: "neutral",
}
Act = Callable[..., Question]
# Address -> the field of its form, what is done, what is said then.
ACTS: Mapping[str, tuple[str, Act, str]] = {
    "pass": ("passed_text", questions.pass_on, "Вопрос передан автору. Ему ушло письмо."),
    "decline": (
        "declined_because",
        questions.decline,
        "Вопрос не передан. Эксперту ушло письмо с причиной.",
    ),
    "return": ("returned_text", questions.return_answer, "Ответ передан эксперту письмом."),
}


class Row(Schema):
    question: Question
    work: Submission
    status: str
    tone: str
    closed: bool

    @property
    def waits(self) -> bool:
        return self.question.status in questions.FOR_ORGANISERS and not self.closed


def rows_of(visit: Visit, marathon: Marathon) -> list[Row]:
    """Those that wait first, then the newest; not those about one's own works."""
    found = visit.work.questions.of_marathon(marathon.id)
    works = visit.work.submissions.many(one.submission_id for one in found)
    closed = questions.closed_among(visit.work, found, now=visit.now)
    rows = [
        row_of(one, works[one.submission_id], closed=one.id in closed)
        for one in reversed(found)
        if can(visit.viewer, "question.pass", works[one.submission_id])
    ]
    return sorted(rows, key=lambda row: not row.waits)


def row_of(question: Question, work: Submission, *, closed: bool) -> Row:
    return Row(
        question=question,
        work=work,
        status=QUESTION_STATUS_NAMES[question.status],
        tone=TONES[question.status],
        closed=closed,
    )


@router.get(ALL)
def question_list(visit: VisitDep, marathon_id: str) -> Response:
    marathon = desk.marathon_of(visit, marathon_id, "submission.list")
    return desk.show(visit, marathon, "organise/questions.html", rows=rows_of(visit, marathon))


def opened(visit: Visit, marathon_id: str, question_id: str) -> tuple[Marathon, Row]:
    """Raises ``NotFound`` for questions of other marathons and about one's own works."""
    marathon = desk.marathon_of(visit, marathon_id, "submission.list")
    question = visit.work.questions.get(question_id)
    if question.marathon_id != marathon.id:
        raise NotFound(MISSING)
    work = visit.work.submissions.get(question.submission_id)
    visit.require("question.pass", work)
    closed = questions.is_closed(visit.work, question, now=visit.now)
    return marathon, row_of(question, work, closed=closed)


@router.get(ONE)
def question_page(visit: VisitDep, marathon_id: str, question_id: str) -> Response:
    marathon, row = opened(visit, marathon_id, question_id)
    return show(visit, marathon, row)


def show(
    visit: Visit,
    marathon: Marathon,
    row: Row,
    *,
    status: int = 200,
    typed: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
) -> Response:
    question = row.question
    expert = visit.work.people.get(questions.asker(visit.work, question).person_id)
    return desk.show(
        visit,
        marathon,
        "organise/question.html",
        Link(text="Вопросы", href=desk.address(marathon, "questions")),
        status=status,
        row=row,
        expert=expert.initials,
        typed=suggested(visit, question) | (typed or {}),
        errors=errors or {},
    )


def suggested(visit: Visit, question: Question) -> dict[str, str]:
    """What is passed on unless the organiser puts it otherwise: the same words, names hidden."""
    return {
        "passed_text": questions.for_author(visit.work, question, question.text),
        "returned_text": questions.for_expert(visit.work, question, question.answer),
        "declined_because": "",
    }


@router.post(f"{ONE}/{{act}}")
def act_on(
    visit: VisitDep,
    marathon_id: str,
    question_id: str,
    act: str,
    text: Text = "",
    version: Annotated[int, Form()] = 0,
) -> Response:
    """Pass the question on, decline it, or pass the answer back."""
    marathon, row = opened(visit, marathon_id, question_id)
    if act not in ACTS:
        raise NotFound(MISSING)
    field, do, sentence = ACTS[act]
    try:
        do(
            visit.work,
            question_id,
            kept(text),
            version=version,
            by=visit.actor,
            now=visit.now,
        )
    except (BadInput, Conflict) as error:
        return refused(visit, marathon, row, field, text, error)
    return visit.leave(desk.address(marathon, "questions"), sentence)


def refused(
    visit: Visit,
    marathon: Marathon,
    row: Row,
    field: str,
    text: str,
    error: BadInput | Conflict,
) -> Response:
    """The page again with what was typed; nothing of the act is kept."""
    visit.work.forget()
    _, now = opened(visit, marathon.id, row.question.id)
    typed = {field: echoed(text, most=questions.LIMITS[field])}
    if isinstance(error, BadInput):
        return show(visit, marathon, now, status=422, typed=typed, errors={field: error.sentence})
    return show(visit, marathon, now, status=409, typed=typed, errors={"": error.sentence})
