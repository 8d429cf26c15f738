"""An expert's question to the author: both stay unnamed, the organisers pass the words on."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from pydantic import Field

from schemas.base import Entity


class QuestionStatus(StrEnum):
    ASKED = "asked"
    PASSED = "passed"
    DECLINED = "declined"
    ANSWERED = "answered"
    RETURNED = "returned"


QUESTION_STATUS_NAMES: Mapping[QuestionStatus, str] = {
    QuestionStatus.ASKED: "у организаторов",
    QuestionStatus.PASSED: "передан автору",
    QuestionStatus.DECLINED: "не передан",
    QuestionStatus.ANSWERED: "автор ответил",
    QuestionStatus.RETURNED: "ответ передан эксперту",
}


class Question(Entity):
    """``text`` and ``answer`` are as written; ``passed_text`` and ``returned_text`` as passed on.

    The author reads only ``passed_text``, the expert only ``returned_text``.
    """

    assignment_id: str
    submission_id: str
    marathon_id: str
    status: QuestionStatus = QuestionStatus.ASKED
    text: str = Field(min_length=1, max_length=2000)
    asked_at: datetime
    passed_text: str = Field(default="", max_length=2000)
    passed_at: datetime | None = None
    declined_because: str = Field(default="", max_length=1000)
    answer: str = Field(default="", max_length=5000)
    answered_at: datetime | None = None
    returned_text: str = Field(default="", max_length=5000)
    returned_at: datetime | None = None
    version: int = 1
