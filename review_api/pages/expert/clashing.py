"""Two texts of one expert sheet side by side: what is the same, and a choice for every other field."""

from collections.abc import Iterator, Mapping

from review_api.review_form import LONGEST, LONGEST_EXPLANATION, fields_of
from schemas.base import Schema
from schemas.review import RECOMMENDATION_NAMES, ReviewDraft
from schemas.rubric import Rubric

ANSWER_WORDS: Mapping[str, str] = {"yes": "Да", "no": "Нет"}
MOST_BY_KIND: Mapping[str, int] = {
    "explain": LONGEST_EXPLANATION,
    "comment": LONGEST,
    "note": LONGEST,
}


class Differing(Schema):
    """One form field with two values, and what they say; ``both`` texts one after another."""

    name: str
    title: str
    typed: str
    stored: str
    typed_words: str
    stored_words: str
    both: str = ""


def same_fields(typed: ReviewDraft, stored: ReviewDraft) -> dict[str, str]:
    """Form fields on which both texts agree."""
    left, right = fields_of(typed), fields_of(stored)
    return {name: value for name, value in left.items() if right.get(name, "") == value}


def differing(rubric: Rubric, typed: ReviewDraft, stored: ReviewDraft) -> list[Differing]:
    """The other fields, in the order of the sheet."""
    left, right = fields_of(typed), fields_of(stored)
    return [
        pair_of(rubric, name, title, left.get(name, ""), right.get(name, ""))
        for name, title in titles(rubric)
        if left.get(name, "") != right.get(name, "")
    ]


def titles(rubric: Rubric) -> Iterator[tuple[str, str]]:
    for part in rubric.criteria:
        yield f"level-{part.code}", part.title
        yield f"explain-{part.code}", f"Пояснение: {part.title}"
    for gate in rubric.gates:
        yield f"gate-{gate.code}", gate.title
    yield "recommendation", "Ваша рекомендация"
    yield "comment", "Комментарий автору"
    yield "note", "Заметка организаторам"


def pair_of(rubric: Rubric, name: str, title: str, typed: str, stored: str) -> Differing:
    most = MOST_BY_KIND.get(name.partition("-")[0], 0)
    together = f"{typed}\n\n{stored}"
    joined = together if typed and stored and len(together) <= most else ""
    return Differing(
        name=name,
        title=title,
        typed=typed,
        stored=stored,
        typed_words=words_of(rubric, name, typed),
        stored_words=words_of(rubric, name, stored),
        both=joined,
    )


def words_of(rubric: Rubric, name: str, value: str) -> str:
    """What a value says to a person."""
    kind, _, code = name.partition("-")
    if kind == "level":
        criterion = rubric.criterion(code)
        levels = criterion.levels if criterion else ()
        return next((f"{one.value}. {one.anchor}" for one in levels if str(one.value) == value), "")
    if kind == "gate":
        return ANSWER_WORDS.get(value, "")
    if kind == "recommendation":
        return {one.value: words for one, words in RECOMMENDATION_NAMES.items()}.get(value, "")
    return value
