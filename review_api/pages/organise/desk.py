"""What every organiser page starts with: the marathon, its menu, and the form as it was typed."""

from collections.abc import AsyncIterator, Mapping
from typing import Annotated, Any

from fastapi import Depends, Request
from pydantic import ValidationError
from starlette.datastructures import FormData
from starlette.responses import Response

from review_api import typed
from review_api.access import can
from review_api.formats import marked
from review_api.frame import Link
from review_api.pages.visit import Visit
from schemas.errors import NotFound
from schemas.marathon import Marathon
from schemas.submission import Submission
from storage.repositories.rows import MISSING

ORGANISE = Link(text="Организация", href="/organise")
COUNCIL = Link(text="Совет", href="/council")
SECTIONS = (
    ("", "Обзор", "marathon.edit"),
    ("works", "Работы", "submission.list"),
    ("assignment", "Назначение", "plan.see"),
    ("decisions", "Решения", "decision.list"),
    ("letters", "Письма", "notice.edit"),
    ("programme", "Программа", "programme.edit"),
    ("collection", "Сборник", "collection.unpublished"),
    ("certificates", "Сертификаты", "certificate.issue"),
    ("analytics", "Аналитика", "report.see"),
    ("setup", "Подготовка", "marathon.edit"),
    ("journal", "Журнал", "journal.see"),
)
BELOW: Mapping[str, tuple[str, ...]] = {
    "": ("runs",),
    "works": ("extensions", "codes", "questions"),
    "assignment": ("assignments", "common-round", "conflicts"),
    "decisions": ("policy", "screening"),
}
"""Pages without an entry of their own, by the section that leads to them."""
OWN_WORK = marked("ваш материал: решают другие")
TONES: Mapping[str, str] = {
    "returned": "danger",
    "withdrawn": "neutral",
    "checked": "info",
    "in_review": "info",
    "reviewed": "attention",
    "revising": "attention",
    "decided": "good",
    "published": "good",
    "declined": "danger",
    "expired": "danger",
    "accepted": "info",
    "in_progress": "info",
    "failed": "danger",
    "draft": "attention",
    "queued": "info",
    "sent": "good",
    "bounced": "danger",
}
SENTENCES: Mapping[str, str] = {
    "missing": "Заполните это поле.",
    "string_too_short": "Слишком коротко.",
    "string_too_long": "Слишком длинно.",
    "greater_than_equal": "Число слишком мало.",
    "less_than_equal": "Число слишком велико.",
    "greater_than": "Число слишком мало.",
    "literal_error": "Выберите из списка.",
    "int_parsing": "Нужно целое число.",
    "float_parsing": "Нужно число.",
    "too_short": "Добавьте хотя бы одно.",
}


LONGEST_FIELD = 16 * 1024 * 1024
"""Bytes: long enough to be refused by the field it stands in, in words."""
MOST_FIELDS = 20_000
"""A table of all works of a big marathon, every row of it chosen."""


async def get_form(request: Request) -> AsyncIterator[FormData]:
    async with request.form(
        max_part_size=LONGEST_FIELD, max_fields=MOST_FIELDS
    ) as form:  # closes the files that were sent
        yield form


FormDep = Annotated[FormData, Depends(get_form)]


def text(form: FormData, name: str) -> str:
    """What was typed, fit to keep."""
    value = form.get(name, "")
    return typed.text(value) if isinstance(value, str) else ""


def texts(form: FormData, name: str) -> list[str]:
    return [value.strip() for value in form.getlist(name) if isinstance(value, str)]


def faults(error: ValidationError) -> dict[str, str]:
    """Field to sentence, for the summary on top of a form; our own sentences stay as written."""
    found: dict[str, str] = {}
    for item in error.errors():
        field = str(item["loc"][-1]) if item["loc"] else ""
        cause = item.get("ctx", {}).get("error")
        found.setdefault(field, str(cause) if cause else SENTENCES.get(item["type"], "Проверьте."))
    return found


def marathon_of(visit: Visit, marathon_id: str, action: str = "marathon.edit") -> Marathon:
    """Raises ``NotFound`` for whoever may not, the same as for a marathon that is not there."""
    visit.require(action, visit.work.marathons.find(marathon_id))
    return visit.work.marathons.get(marathon_id)


def address(marathon: Marathon, section: str = "") -> str:
    return f"/organise/{marathon.id}" + (f"/{section}" if section else "")


def menu(visit: Visit, marathon: Marathon) -> tuple[Link, ...]:
    """The sections this person may open."""
    path = visit.request.url.path.removeprefix(address(marathon)).strip("/")
    here = path.partition("/")[0]
    return tuple(
        Link(
            text=words,
            href=address(marathon, section),
            current=here == section or here in BELOW.get(section, ()),
        )
        for section, words, action in SECTIONS
        if can(visit.viewer, action, marathon)
    )


def show(
    visit: Visit,
    marathon: Marathon,
    template: str,
    *further: Link,
    status: int = 200,
    **context: object,
) -> Response:
    """A page of this marathon with its menu; ``further`` are steps of the way below it."""
    everything: dict[str, Any] = {
        "call": marathon,
        "menu": menu(visit, marathon),
        "now": visit.now,
        "here": address(marathon),
        "tones": TONES,
        **context,
    }
    own = can(visit.viewer, "marathon.edit", marathon)
    start = (
        (ORGANISE, Link(text=marathon.title, typed=True, href=address(marathon)))
        if own
        else (COUNCIL,)
    )
    way = (*start, *further)
    return visit.show(
        template,
        status=status,
        marathon=marathon,
        breadcrumbs=way,
        **everything,
    )


def work_of(visit: Visit, marathon: Marathon, submission_id: str) -> Submission:
    """The work, if it belongs to this marathon; raises ``NotFound``."""
    found = visit.work.submissions.get(submission_id)
    if found.marathon_id != marathon.id:
        raise NotFound(MISSING)
    return found
