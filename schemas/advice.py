"""What a teacher is told about a file beside whether it can be read: parts, length, borrowed text.

Codes are part of the public contract (docs/reference/extraction-codes.md), like those of
``schemas.extraction``, which are known from the file alone; these need the work and its marathon.
"""

from collections.abc import Mapping
from enum import StrEnum

from schemas.base import Schema
from schemas.extraction import WARNINGS, WarningCode


class Part(StrEnum):
    """What a description of a practice or a lesson is made of."""

    GOAL = "goal"
    TASKS = "tasks"
    CONDITIONS = "conditions"
    COURSE = "course"
    RESULTS = "results"
    CONCLUSIONS = "conclusions"
    SOURCES = "sources"


PART_NAMES: Mapping[Part, str] = {
    Part.GOAL: "цель",
    Part.TASKS: "задачи",
    Part.CONDITIONS: "условия и участники",
    Part.COURSE: "ход работы: этапы, содержание",
    Part.RESULTS: "результаты",
    Part.CONCLUSIONS: "выводы",
    Part.SOURCES: "источники",
}
PART_EXAMPLES: Mapping[Part, str] = {
    Part.GOAL: "Цель практики — научить пятиклассников находить ошибку в вычислениях без подсказки.",
    Part.TASKS: "Задачи: выявить затруднения каждого ученика; подобрать задания; проверить результат.",
    Part.CONDITIONS: "Практика идёт в 5–6 классах (51 ученик), раз в неделю, нужны карточки и таблица класса.",
    Part.COURSE: "Этапы работы. Сентябрь: входная диагностика. Октябрь — март: занятия по карточкам.",
    Part.RESULTS: "Результаты: с заданием справились 44 ученика из 51, в сентябре было 18.",
    Part.CONCLUSIONS: "Выводы. Карточки помогают, если вести их каждую неделю и не ставить за них отметок.",
    Part.SOURCES: "Источники: 1. Фамилия, И. О. Название книги. — Москва : Издательство, 2020. — 120 с.",
}


class AdviceCode(StrEnum):
    """What is said of a work's file knowing the work, its marathon and all other works."""

    MISSING_PARTS = "missing_parts"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    AUTHOR_IN_FILE_NAME = "author_in_file_name"
    BORROWED_PUBLISHED = "borrowed_published"
    OWN_EARLIER_TEXT = "own_earlier_text"
    BORROWED_TEXT = "borrowed_text"


ADVICE: Mapping[AdviceCode, str] = {
    AdviceCode.MISSING_PARTS: "В тексте не нашлись обычные части работы. Если они есть, выделите их заголовками; если нет, допишите.",
    AdviceCode.TOO_SHORT: "Текст короче, чем просят организаторы. Допишите его: подробнее расскажите, что делали и что получилось.",
    AdviceCode.TOO_LONG: "Текст длиннее, чем просят организаторы. Сократите его или вынесите часть в приложение.",
    AdviceCode.AUTHOR_IN_FILE_NAME: "В имени файла стоит фамилия автора. Эксперты имени файла не увидят; делать ничего не нужно.",
    AdviceCode.BORROWED_PUBLISHED: "Часть текста слово в слово совпадает с опубликованной работой. Возьмите её в кавычки и укажите источник или перескажите своими словами.",
    AdviceCode.OWN_EARLIER_TEXT: "Часть текста слово в слово совпадает с вашей же работой. Напишите, что нового в этой, и сошлитесь на прежнюю.",
    AdviceCode.BORROWED_TEXT: "Часть текста слово в слово совпадает с другой работой. Сравните отрывки и решите, нужен ли разговор с автором.",
}

# What must be mended or answered for; everything else is advice.
DANGEROUS = frozenset({WarningCode.CHILDREN_NAMED, WarningCode.CHILDREN_DATA})
TO_MEND = DANGEROUS | {
    WarningCode.PERSONAL_DATA,
    WarningCode.SCANNED_NO_TEXT,
    WarningCode.GARBLED_TEXT,
    WarningCode.DEAD_LINKS,
}


def said(code: WarningCode | AdviceCode) -> str:
    """Say in Russian what is wrong and what to do."""
    return ADVICE[code] if isinstance(code, AdviceCode) else WARNINGS[code]


class Notice(Schema):
    """One thing to look at, ready to be shown.

    ``detail`` puts the marathon's numbers or the missing parts into words; ``places`` are
    (words as they stand, where) of the first findings and ``count`` how many there are.
    """

    code: WarningCode | AdviceCode
    detail: str = ""
    places: tuple[tuple[str, str], ...] = ()
    count: int = 0

    @property
    def sentence(self) -> str:
        return said(self.code)

    @property
    def is_to_mend(self) -> bool:
        return self.code in TO_MEND
