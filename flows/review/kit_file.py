"""The files of the offline kit: what goes out for every work, and the answers that come back.

A work is named by a key that means something to its expert's queue only. Answers are read from
the XLSX table or from the JSON file that the HTML page saves; nothing in them is believed before
it has passed the expert sheet again.
"""

import json
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError

from schemas.base import Schema
from schemas.errors import BadFile
from schemas.review import ReviewDraft
from schemas.rubric import Rubric

FORMAT = 1
MOST_BYTES = 5 * 1024 * 1024
MOST_WORKS = 200
MOST_FIELDS = 200
LONGEST_VALUE = 40_000
NOT_A_KIT = (
    "Это не ответы из комплекта. Загрузите таблицу XLSX, которую вы скачали здесь и заполнили, "
    "или файл ответов, который сохранила страница комплекта."
)
DAMAGED = "Файл повреждён и не читается. Сохраните ответы ещё раз и загрузите снова."
OTHER_FORMAT = (
    "Этот файл сделан другой версией системы. Скачайте новый комплект и перенесите ответы."
)
TOO_LARGE = "Файл больше 5 МБ: ответы столько не занимают. Проверьте, тот ли файл выбран."


class KitWork(Schema):
    """A work as the kit shows it; ``until`` says when in words, ``version`` is that of the draft."""

    key: str
    code: str
    title: str
    abstract: str
    about: str
    until: str
    rubric: Rubric
    version: int
    draft: ReviewDraft


class KitAnswer(Schema):
    """Answers about one work; ``place`` says where in the file, ``wrong`` what cannot be read."""

    place: str
    key: str = Field(max_length=64)
    version: int = Field(ge=0, le=10**9)
    fields: dict[str, str] = {}
    wrong: str = ""


def key_of(assignment_id: str) -> str:
    """A work's name in the kit: it tells nothing of the work and fits this assignment only."""
    return sha256(f"offline kit {assignment_id}".encode()).hexdigest()[:16]


def require_size(size: int) -> None:
    """Raises ``BadFile`` for nothing and for what no answers can weigh."""
    if not size:
        raise BadFile("Файл пустой. Проверьте, тот ли файл выбран.", field="file")
    if size > MOST_BYTES:
        raise BadFile(TOO_LARGE, field="file")


def read_answers(path: Path) -> list[KitAnswer]:
    """Answers of the JSON file; raises ``BadFile`` when it is something else."""
    try:
        found = json.loads(path.read_text("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise BadFile(NOT_A_KIT, field="file") from error
    if not isinstance(found, dict) or "kit" not in found:
        raise BadFile(NOT_A_KIT, field="file")
    if found["kit"] != FORMAT:
        raise BadFile(OTHER_FORMAT, field="file")
    return answers_of(found.get("answers"))


def answers_of(listed: Any) -> list[KitAnswer]:  # noqa: ANN401  (whatever the file says)
    if not isinstance(listed, list) or len(listed) > MOST_WORKS:
        raise BadFile(DAMAGED, field="file")
    try:
        answers = [
            KitAnswer.model_validate({**one, "place": f"Запись {number}", "wrong": ""})
            for number, one in enumerate(listed, start=1)
        ]
    except (ValidationError, TypeError) as error:
        raise BadFile(DAMAGED, field="file") from error
    require_bounded(answers)
    return answers


def require_bounded(answers: Iterable[KitAnswer]) -> None:
    for one in answers:
        if len(one.fields) > MOST_FIELDS or any(
            len(value) > LONGEST_VALUE for value in one.fields.values()
        ):
            raise BadFile(DAMAGED, field="file")
