"""Answers of an uploaded kit against what the system has: what each would change, before anything does."""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from flows.review.kit_file import KitAnswer, key_of
from review_api.pages.expert.clashing import Differing, differing, titles
from review_api.pages.expert.queue import my_items
from review_api.pages.expert.sheet import Sheet, open_sheet
from review_api.pages.visit import Visit
from review_api.review_form import fields_of, read_form
from schemas.base import Schema
from schemas.errors import MarathonError
from schemas.review import ReviewDraft
from schemas.rubric import Rubric

NOT_YOURS = (
    "Такой работы у вас сейчас нет: файл другого эксперта, или работу передали. "
    "Скачайте свежий комплект."
)
TWICE = "Эта работа встречается в файле ещё раз: учтена первая запись."
ALREADY_SENT = "Оценка уже отправлена. Изменить её можно на странице работы."
CLOSED = "Экспертиза закончилась: сохранить или отправить оценку уже нельзя."
ACCEPT_FIRST = "Сначала примите приглашение оценить эту работу."


class Fate(StrEnum):
    """What the answers about one work would do."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    BLANK = "blank"
    CONFLICT = "conflict"
    REFUSED = "refused"


TO_SAVE = frozenset({Fate.NEW, Fate.CHANGED, Fate.CONFLICT})


class Merged(Schema):
    """One work of the file; ``seen`` is the version it was compared with, ``fields`` go back."""

    key: str
    place: str
    fate: Fate
    title: str = ""
    reason: str = ""
    seen: int = 0
    fields: dict[str, str] = {}
    draft: ReviewDraft = ReviewDraft()
    differing: tuple[Differing, ...] = ()
    assignment_id: str = ""


def merged(visit: Visit, answers: Iterable[KitAnswer]) -> list[Merged]:
    """What every answer would do, in the order of the file; nothing is written."""
    own = {key_of(item.id): item.id for item in my_items(visit)}
    met: set[str] = set()
    found = []
    for answer in answers:
        found.append(refused(answer, TWICE) if answer.key in met else compared(visit, answer, own))
        met.add(answer.key)
    return found


def refused(answer: KitAnswer, reason: str, title: str = "") -> Merged:
    return Merged(key=answer.key, place=answer.place, fate=Fate.REFUSED, reason=reason, title=title)


def compared(visit: Visit, answer: KitAnswer, own: Mapping[str, str]) -> Merged:
    if answer.key not in own:
        return refused(answer, NOT_YOURS)
    try:
        sheet = open_sheet(visit, own[answer.key])
    except MarathonError as error:
        reason = error.sentence if error.code != "not_found" else ACCEPT_FIRST
        return refused(answer, reason)
    return against(sheet, answer)


def against(sheet: Sheet, answer: KitAnswer) -> Merged:
    """The answer as the sheet reads it, against the stored draft.

    A question that is not in the file at all (a row taken out) keeps what is stored.
    """
    title = f"{sheet.work.code}. {sheet.work.title}"
    review = sheet.review
    stored = review.draft if review else ReviewDraft()
    filled = read_form(sheet.rubric, fields_of(stored) | answer.fields)
    wrong = answer.wrong or next(iter(filled.errors.values()), "")
    fate = fate_of(sheet, answer, filled.draft, stored)
    reason = wrong or barred(sheet, fate)
    if reason:
        return refused(answer, reason, title)
    return Merged(
        key=answer.key,
        place=answer.place,
        fate=fate,
        title=title,
        seen=review.version if review else 0,
        fields=blank_fields(sheet.rubric) | fields_of(filled.draft),
        draft=filled.draft,
        differing=tuple(differing(sheet.rubric, filled.draft, stored)) if fate in TO_SAVE else (),
        assignment_id=sheet.item.id,
    )


def blank_fields(rubric: Rubric) -> dict[str, str]:
    """Every field of the sheet, empty: one that was emptied in the file stays so to the second step."""
    return {name: "" for name, _ in titles(rubric)}


def resolved(visit: Visit, one: Merged, sides: Mapping[str, str]) -> ReviewDraft:
    """The draft with the side chosen for every differing field; the stored one where none is."""
    fields = dict(one.fields)
    for field in one.differing:
        texts = {"file": field.typed, "both": field.both or field.stored}
        fields[field.name] = texts.get(sides.get(field.name, ""), field.stored)
    return read_form(open_sheet(visit, one.assignment_id).rubric, fields).draft


def fate_of(sheet: Sheet, answer: KitAnswer, typed: ReviewDraft, stored: ReviewDraft) -> Fate:
    if not answer.wrong and not any(value.strip() for value in answer.fields.values()):
        return Fate.BLANK
    if typed == stored:
        return Fate.SAME
    if sheet.review is None:
        return Fate.NEW
    return Fate.CHANGED if sheet.review.version == answer.version else Fate.CONFLICT


def barred(sheet: Sheet, fate: Fate) -> str:
    """Why nothing of it may be saved, if so."""
    if fate not in TO_SAVE:
        return ""
    if sheet.is_sent:
        return ALREADY_SENT
    return "" if sheet.is_open else CLOSED
