"""What a teacher is told about a file beside whether it can be read: parts, length, borrowed text.

Codes are part of the public contract (docs/reference/extraction-codes.md), like those of
``schemas.extraction``, which are known from the file alone; these need the work and its marathon.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Literal

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

# Short names for the lists of organisers.
REMARK_NAMES: Mapping[str, str] = {
    WarningCode.CHILDREN_NAMED: "названы дети",
    WarningCode.CHILDREN_DATA: "сведения о детях",
    WarningCode.PERSONAL_DATA: "телефоны, почта, документы",
    WarningCode.POSTAL_ADDRESS: "почтовый адрес",
    WarningCode.PERSONAL_PAGES: "личные страницы и чаты",
    WarningCode.PEOPLE_NAMED: "названы другие люди",
    WarningCode.AUTHOR_NAMED_IN_TEXT: "автор назван в тексте",
    AdviceCode.MISSING_PARTS: "нет обычных частей",
    AdviceCode.TOO_SHORT: "слишком коротко",
    AdviceCode.TOO_LONG: "слишком длинно",
    WarningCode.SCANNED_NO_TEXT: "снимки без текста",
    WarningCode.SCANNED_PAGES: "часть страниц — снимки",
    WarningCode.GARBLED_TEXT: "текст читается с ошибками",
    WarningCode.FEW_CHARACTERS: "очень мало текста",
    WarningCode.NO_HEADINGS: "нет заголовков",
    WarningCode.PICTURE_WITHOUT_SOURCE: "не сказано, чьи рисунки",
    WarningCode.PICTURE_TOO_SMALL: "рисунок мал для печати",
    WarningCode.PICTURES_DROPPED: "часть рисунков не прочитана",
    WarningCode.FONTS_NOT_EMBEDDED: "шрифты не вложены",
    WarningCode.EMBEDDED_MEDIA: "видео или звук",
    WarningCode.EXTERNAL_LINKS: "часть содержания вне файла",
    WarningCode.DEAD_LINKS: "ссылка никуда",
    WarningCode.FORMULAS_BROKEN: "формулы PDF распались",
    WarningCode.TRACKED_CHANGES: "остались исправления",
    WarningCode.COMMENTS: "остались примечания",
    WarningCode.SPEAKER_NOTES: "заметки к слайдам",
    WarningCode.ACTIVE_CONTENT: "сценарии или вложения",
}
# What must be mended or answered for; everything else is advice.
DANGEROUS = frozenset({WarningCode.CHILDREN_NAMED, WarningCode.CHILDREN_DATA})
TO_MEND = DANGEROUS | {
    WarningCode.PERSONAL_DATA,
    WarningCode.SCANNED_NO_TEXT,
    WarningCode.GARBLED_TEXT,
    WarningCode.DEAD_LINKS,
}

# What needs nothing to be done.
TO_NOTE: frozenset[WarningCode | AdviceCode] = frozenset(
    {
        WarningCode.METADATA_AUTHOR,
        WarningCode.REPAIRED,
        WarningCode.SPEAKER_NOTES,
        AdviceCode.AUTHOR_IN_FILE_NAME,
    }
)


def said(code: WarningCode | AdviceCode) -> str:
    """Say in Russian what is wrong and what to do."""
    return ADVICE[code] if isinstance(code, AdviceCode) else WARNINGS[code]


class Place(Schema):
    """What was found: ``text`` as it stands, the words ``around`` it, ``where`` in words."""

    text: str
    around: str = ""
    where: str = ""

    @property
    def pieces(self) -> tuple[str, str, str]:
        """The words before, the text itself and the words after it."""
        before, found, after = (self.around or self.text).partition(self.text)
        return before, found, after


class Notice(Schema):
    """One thing to look at, ready to be shown.

    ``places`` are those of the first findings and ``count`` how many there are; ``parts`` those that are missing. A length is told as what the text ``has`` and what is
    ``wanted``, both in the same ``unit``.
    """

    code: WarningCode | AdviceCode
    places: tuple[Place, ...] = ()
    count: int = 0
    parts: tuple[Part, ...] = ()
    has: int = 0
    wanted: int = 0
    unit: Literal["characters", "pages"] = "characters"

    @property
    def sentence(self) -> str:
        return said(self.code)

    @property
    def lacking(self) -> tuple[tuple[str, str], ...]:
        """(name, example of a sentence) of each missing part."""
        return tuple((PART_NAMES[one], PART_EXAMPLES[one]) for one in self.parts)

    @property
    def group(self) -> str:
        """``mend``, ``advise`` or ``note``: what somebody should do about it."""
        if self.code in TO_MEND:
            return "mend"
        return "note" if self.code in TO_NOTE else "advise"
