"""An expert's own questions to the author, as they may be shown to this expert."""

from review_api.pages.visit import Visit
from schemas.assignment import Assignment
from schemas.base import Schema
from schemas.question import QUESTION_STATUS_NAMES, Question, QuestionStatus

TONES = {
    QuestionStatus.RETURNED: "good",
    QuestionStatus.DECLINED: "neutral",
}


class Asked(Schema):
    """A question as its expert may know it: the author's own words never, only those passed on."""

    text: str
    status: str
    tone: str
    answer: str = ""
    reason: str = ""

    @property
    def is_settled(self) -> bool:
        return bool(self.answer or self.reason)


def asked_of(visit: Visit, item: Assignment) -> list[Asked]:
    """The expert's own questions in this assignment; those of others are not theirs to read."""
    return [asked(question) for question in visit.work.questions.of_assignment(item.id)]


def asked(question: Question) -> Asked:
    status = question.status
    # That the author has answered is told with the answer, not before it.
    shown = QuestionStatus.PASSED if status is QuestionStatus.ANSWERED else status
    return Asked(
        text=question.text,
        status=QUESTION_STATUS_NAMES[shown],
        tone=TONES.get(shown, "info"),
        answer=question.returned_text,
        reason=question.declined_because,
    )
