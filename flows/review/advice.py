"""Advice on the words of a review, counted and never guessed: length, quoted places, low marks.

It only advises: nothing here keeps a review from being sent.
"""

import re
from collections.abc import Iterator, Sequence
from enum import StrEnum

from schemas.base import Schema
from schemas.review import ReviewDraft
from schemas.rubric import Criterion, Rubric

SHORT = 150
"""Characters: two sentences, one of praise and one of advice, are seldom shorter."""
LOW_SHARE = 1 / 3
"""Of the scale: level 1 of 0..3 is low, 2 is not."""
QUOTES = re.compile(r"«([^«»]{12,400})»|“([^“”]{12,400})”|\"([^\"]{12,400})\"")
PLACES = re.compile(
    r"\b(?:с\.|стр\.?|страниц\w*|раздел\w*|табл(?:иц\w*|\.)|рис(?:ун\w+|\.)|приложени\w+|слайд\w*|"
    r"абзац\w*|шаг\w*|этап\w*)\s*№?\s*\d",
    re.IGNORECASE,
)
NOT_WORDS = re.compile(r"[^0-9a-zа-я]+")


class Tone(StrEnum):
    GOOD = "good"
    ADVICE = "advice"


class Advice(Schema):
    tone: Tone
    sentence: str


def advice(rubric: Rubric, draft: ReviewDraft, text: str = "") -> tuple[Advice, ...]:
    """What could make the words more useful; ``text`` is the anonymised work, if it is known."""
    return (*on_length(draft), *on_places(draft, text), *on_low_levels(rubric, draft))


def on_length(draft: ReviewDraft) -> Iterator[Advice]:
    length = len(draft.comment.strip())
    if not length:
        yield hint("Комментария автору пока нет. Назовите одно удачное место и одно, что усилить.")
    elif length < SHORT:
        yield hint(
            f"Комментарий автору короткий, {length} знаков. "
            "Обычно полезнее два-три предложения: что получилось и что усилить."
        )
    else:
        yield praise(f"Комментарий автору развёрнутый, {length} знаков.")


def on_places(draft: ReviewDraft, text: str) -> Iterator[Advice]:
    """Whether the words point at a place: a page, a section, or a quotation that is in the work."""
    words = "\n".join([draft.comment, *draft.comments.values()])
    if not words.strip():
        return
    quoted = [next(filter(None, groups)) for groups in QUOTES.findall(words)]
    strange = absent(quoted, text)
    if strange:
        yield hint(f"Цитаты «{shortened(strange[0])}» в тексте работы не нашлось: проверьте её.")
    if len(strange) < len(quoted) or PLACES.search(words):
        yield praise("Есть ссылка на место работы.")
    elif not strange:
        yield hint("Сошлитесь на место работы: назовите страницу или возьмите фразу в «кавычки».")


def absent(quoted: Sequence[str], text: str) -> list[str]:
    """Quotations the text does not have, whatever its case, ё and punctuation."""
    whole = plain(text)
    return [one for one in quoted if whole and plain(one) not in whole]


def plain(text: str) -> str:
    return NOT_WORDS.sub(" ", text.lower().replace("ё", "е")).strip()


def shortened(text: str, most: int = 60) -> str:
    return text if len(text) <= most else f"{text[:most].rstrip()}…"


def on_low_levels(rubric: Rubric, draft: ReviewDraft) -> Iterator[Advice]:
    bare = [
        part.title
        for part in rubric.criteria
        if is_low(part, draft.levels.get(part.code))
        and not draft.comments.get(part.code, "").strip()
    ]
    if bare:
        named = ", ".join(f"«{title}»" for title in bare)
        yield hint(f"Низкий балл без обоснования: {named}. Автору важно знать, почему.")


def is_low(part: Criterion, level: int | None) -> bool:
    if level is None:
        return False
    lowest = part.levels[0].value
    return level <= lowest + LOW_SHARE * (part.highest - lowest)


def hint(sentence: str) -> Advice:
    return Advice(tone=Tone.ADVICE, sentence=sentence)


def praise(sentence: str) -> Advice:
    return Advice(tone=Tone.GOOD, sentence=sentence)
