"""What an expert types when refusing, read the same way on every page that asks for it."""

from datetime import date

from review_api.pages.expert.availability import day_of
from schemas.errors import BadInput

CONFLICTS: tuple[tuple[str, str], ...] = (
    ("relative", "Автор (как мне кажется) мой родственник или близкий человек"),
    ("colleague", "Мы работаем или недавно работали вместе"),
    ("teacher", "Я был наставником, руководителем или рецензентом этой работы"),
    ("author", "Я участвовал в этой практике или в подготовке материала"),
    ("other", "Другая причина"),
)
WRONG_DAY = "Укажите день, например 24.12.2026, или оставьте поле пустым."


def until_of(text: str) -> date | None:
    """The day after which to ask again, None when left empty; raises ``BadInput``."""
    after = day_of(text)
    if text.strip() and after is None:
        raise BadInput(WRONG_DAY, field="until")
    return after


def decline_fields(why: str) -> dict[str, str]:
    """What is wrong with the reason in free words."""
    if why.strip():
        return {}
    return {"why": "Напишите в двух словах, почему: это поможет подобрать другого эксперта."}


def conflict_words(kind: str, note: str) -> tuple[str, dict[str, str]]:
    """The conflict as it is kept, and what is wrong with the form."""
    named = dict(CONFLICTS)
    if kind not in named:
        return "", {"kind": "Выберите, в чём конфликт интересов."}
    if kind == "other" and not note.strip():
        return "", {"note": "Напишите в двух словах, в чём причина."}
    return " ".join(filter(None, (f"{named[kind]}.", note.strip()))), {}
