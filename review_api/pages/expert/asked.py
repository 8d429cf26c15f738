"""An expert's own questions to the author, as they may be shown to this expert."""

from review_api.formats import marked
from review_api.pages.visit import Visit
from schemas.assignment import Assignment
from schemas.base import Schema
from schemas.question import Question, QuestionStatus

# As the expert who asked reads it; that the author has answered is told with the answer.
STATES = {
    QuestionStatus.ASKED: marked("у организаторов"),
    QuestionStatus.PASSED: marked("передан автору"),
    QuestionStatus.ANSWERED: marked("передан автору"),
    QuestionStatus.DECLINED: marked("не передан"),
    QuestionStatus.RETURNED: marked("есть ответ"),
}
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
    return Asked(
        text=question.text,
        status=STATES[question.status],
        tone=TONES.get(question.status, "info"),
        answer=question.returned_text,
        reason=question.declined_because,
    )
