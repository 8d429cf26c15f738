"""The offline kit as one spreadsheet: a sheet a work, levels in drop-downs, only answers unlocked.

Column A is hidden and names the fields; people see questions in B, answer in C and explain in D.
Hidden E says what the words of a drop-down mean, so that a table comes back in any language.
Whatever is typed stays text: nothing becomes a formula in either direction.
"""

import json
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from types import MappingProxyType

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from flows.documents.tables import read_tables
from flows.review.kit_file import (
    DAMAGED,
    FORMAT,
    MOST_WORKS,
    NOT_A_KIT,
    OTHER_FORMAT,
    KitAnswer,
    KitWork,
)
from schemas.base import Schema
from schemas.errors import BadFile
from schemas.review import RECOMMENDATION_NAMES, ReviewDraft
from schemas.rubric import Criterion, Gate

MOST_UNPACKED = 60 * 1024 * 1024
MOST_LINES = 200  # of one work's sheet
MARK = "kit"
CHOICES = 4
COLUMNS = range(CHOICES + 1)
Say = Callable[[str], str]
LISTS = "Списки"
GUIDE = "Как заполнять"
YES, NO = "да", "нет"
LEVEL = re.compile(r"\s*(-?\d+(?:[.,]\d+)?)\s*(?:[—–-].*)?", re.DOTALL)
VERSION = re.compile(r"[0-9]{1,9}")
INERT = MappingProxyType(
    {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
)
GUIDE_LINES = (
    "Каждый лист — одна работа. Меняйте только светлые ячейки: остальное закрыто.",
    "В столбце «Ответ» выберите уровень из списка: число и слова рядом с ним.",
    "Столбец «Пояснение автору» нужен там, где балл низкий или есть что подсказать.",
    "Загрузите файл на странице «Комплект для работы без связи»: сначала вы увидите, что изменится.",
    "Загрузка сохраняет черновики и ничего не отправляет. Отправите отдельной кнопкой.",
)


class Line(Schema):
    """One question: its field, words, choices (none: free text) and what stands there now.

    ``choices`` are the words of every value a form sends, in the order they are offered.
    """

    field: str
    title: str
    hint: str = ""
    choices: dict[str, str] = {}
    answer: str = ""
    explanation: str | None = None

    @property
    def shown(self) -> str:
        return self.choices.get(self.answer, "") if self.choices else self.answer


def in_russian(text: str) -> str:
    return text


def lines_of(one: KitWork, say: Say = in_russian) -> list[Line]:
    """The expert sheet as questions of the table."""
    draft = one.draft
    return [
        *(level_line(part, draft, say) for part in one.rubric.criteria),
        *(gate_line(gate, draft, say) for gate in one.rubric.gates),
        Line(
            field="recommendation",
            title=say("Рекомендация"),
            choices={key.value: say(words) for key, words in RECOMMENDATION_NAMES.items()},
            answer=draft.recommendation or "",
        ),
        Line(field="comment", title=say("Комментарий автору"), answer=draft.comment),
        Line(
            field="note",
            title=say("Заметка организаторам"),
            hint=say("Автор её не увидит"),
            answer=draft.note,
        ),
    ]


def level_line(part: Criterion, draft: ReviewDraft, say: Say) -> Line:
    return Line(
        field=f"level-{part.code}",
        title=say(part.title),
        hint=say(part.hint),
        choices={str(one.value): f"{one.value} — {say(one.anchor)}" for one in part.levels},
        answer=str(draft.levels.get(part.code, "")),
        explanation=draft.comments.get(part.code, ""),
    )


def gate_line(gate: Gate, draft: ReviewDraft, say: Say) -> Line:
    answers = {True: "yes", False: "no"}
    return Line(
        field=f"gate-{gate.code}",
        title=say(gate.title),
        hint=say(gate.question),
        choices={"yes": say(YES), "no": say(NO)},
        answer=answers[draft.gates[gate.code]] if gate.code in draft.gates else "",
    )


def write_kit(
    path: Path, works: Sequence[KitWork], *, now: datetime, say: Say = in_russian
) -> None:
    """The spreadsheet with every work; ``now`` is all it says of its making.

    ``say`` says our words in the reader's language; reading asks no language.
    """
    with xlsxwriter.Workbook(str(path), dict(INERT)) as book:
        book.set_properties({"created": now.replace(tzinfo=None), "author": ""})
        looks = Looks(book)
        write_guide(book.add_worksheet(say(GUIDE)), looks, say)
        sheets = [(book.add_worksheet(one.code), one) for one in works]
        lists = Lists(book.add_worksheet(say(LISTS)))
        for sheet, one in sheets:
            write_work(sheet, one, looks, lists, say)
        lists.sheet.hide()


class Looks:
    """How cells look; only ``answer`` cells are unlocked."""

    def __init__(self, book: Workbook) -> None:
        wrap = {"text_wrap": True, "valign": "top", "font_size": 11}
        self.title: Format = book.add_format({**wrap, "bold": True, "font_size": 14})
        self.head: Format = book.add_format({**wrap, "bold": True, "bottom": 1})
        self.text: Format = book.add_format(wrap)
        self.answer: Format = book.add_format(
            {**wrap, "locked": False, "bg_color": "#F4F7FC", "border": 1, "border_color": "#B9C4D6"}
        )


class Lists:
    """The hidden sheet the drop-downs take their words from, one column a list."""

    def __init__(self, sheet: Worksheet) -> None:
        self.sheet = sheet
        self.columns: dict[tuple[str, ...], int] = {}
        sheet.protect()

    def source(self, choices: tuple[str, ...]) -> str:
        column = self.columns.setdefault(choices, len(self.columns))
        for row, words in enumerate(choices):
            self.sheet.write_string(row, column, words)
        letter = xlsxwriter.utility.xl_col_to_name(column)
        return f"='{self.sheet.get_name()}'!${letter}$1:${letter}${len(choices)}"


def write_guide(sheet: Worksheet, looks: Looks, say: Say) -> None:
    sheet.set_column(0, 0, 90)
    sheet.write_string(0, 0, say(GUIDE), looks.title)
    for row, line in enumerate(GUIDE_LINES, start=2):
        sheet.write_string(row, 0, say(line), looks.text)
    sheet.protect()


def write_work(sheet: Worksheet, one: KitWork, looks: Looks, lists: Lists, say: Say) -> None:
    for hidden in (0, CHOICES):
        sheet.set_column(hidden, hidden, None, None, {"hidden": True})
    sheet.set_column(1, 1, 42)
    sheet.set_column(2, 3, 58)
    for row, mark in enumerate((f"{MARK}:{FORMAT}", f"key:{one.key}", f"version:{one.version}")):
        sheet.write_string(row, 0, mark)
    for row, (words, look) in enumerate(
        (
            (f"{one.code}. {one.title}", looks.title),
            (one.about, looks.text),
            (one.until, looks.text),
            (one.abstract, looks.text),
        )
    ):
        sheet.merge_range(row, 1, row, 3, "", look)
        sheet.write_string(row, 1, words, look)
    sheet.set_row(3, 120)
    for column, words in ((1, "Вопрос"), (2, "Ответ"), (3, "Пояснение автору")):
        sheet.write_string(5, column, say(words), looks.head)
    for row, line in enumerate(lines_of(one, say), start=6):
        write_line(sheet, row, line, looks)
        if line.choices:
            sheet.data_validation(row, 2, row, 2, choice_of_list(line, lists, say))
    sheet.freeze_panes(6, 0)
    sheet.protect()


def write_line(sheet: Worksheet, row: int, line: Line, looks: Looks) -> None:
    """Beside the question, out of sight, stand the values its words mean."""
    sheet.set_row(row, 60 if line.choices else 150)
    sheet.write_string(row, 0, line.field)
    sheet.write_string(row, 1, f"{line.title}\n{line.hint}".strip(), looks.text)
    sheet.write_string(row, 2, line.shown, looks.answer)
    if line.explanation is not None:
        sheet.write_string(row, 3, line.explanation, looks.answer)
    if line.choices and not line.field.startswith("level-"):
        values = {words.lower(): value for value, words in line.choices.items()}
        sheet.write_string(row, CHOICES, json.dumps(values, ensure_ascii=False))


def choice_of_list(line: Line, lists: Lists, say: Say) -> dict[str, object]:
    return {
        "validate": "list",
        "source": lists.source(tuple(line.choices.values())),
        "error_title": say("Выберите из списка"),
        "error_message": say("Здесь можно выбрать только строку из списка."),
    }


def read_kit(path: Path) -> list[KitAnswer]:
    """Answers of every work's sheet; raises ``BadFile`` for anything that is not our table."""
    require_unpackable(path)
    try:
        sheets = read_tables(path, most=MOST_WORKS + 2, rows=MOST_LINES)
    except BadFile as error:
        raise BadFile(DAMAGED, field="file") from error
    answers = [answer_of(name, rows) for name, rows in sheets if is_ours(rows)]
    if not answers:
        raise BadFile(NOT_A_KIT, field="file")
    return answers


def require_unpackable(path: Path) -> None:
    """Raises ``BadFile`` for a damaged archive and one that swells beyond reason."""
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(part.file_size for part in archive.infolist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise BadFile(DAMAGED, field="file") from error
    if unpacked > MOST_UNPACKED:
        raise BadFile(DAMAGED, field="file")


def cell(rows: Sequence[Sequence[str]], row: int, column: int) -> str:
    return rows[row][column] if row < len(rows) and column < len(rows[row]) else ""


def is_ours(rows: Sequence[Sequence[str]]) -> bool:
    mark, colon, number = cell(rows, 0, 0).partition(":")
    if mark != MARK or not colon:
        return False
    if number != str(FORMAT):
        raise BadFile(OTHER_FORMAT, field="file")
    return True


def answer_of(name: str, rows: Sequence[Sequence[str]]) -> KitAnswer:
    """What one sheet says; a question whose row is gone is not among the fields."""
    fields, wrong = {}, ""
    for number in range(len(rows)):
        for key, value, fault in read_line([cell(rows, number, column) for column in COLUMNS]):
            fields[key] = value
            wrong = wrong or (f"Строка {number + 1}: {fault}" if fault else "")
    version = cell(rows, 2, 0).removeprefix("version:")
    return KitAnswer(
        place=f"Лист «{name[:40]}»",
        key=cell(rows, 1, 0).removeprefix("key:")[:64],
        version=int(version) if VERSION.fullmatch(version) else 0,
        fields=fields,
        wrong=wrong,
    )


def read_line(cells: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """(form field, form value, what is wrong with it) of one row."""
    field, _, answer, explanation, choices = cells
    kind, _, code = field.partition("-")
    if kind == "level":
        yield field, *level_of(answer)
        yield f"explain-{code}", explanation, ""
    elif kind == "gate":
        yield field, *choice_of(answer, {YES: "yes", NO: "no"} | read_choices(choices))
    elif field == "recommendation":
        known = {words: key.value for key, words in RECOMMENDATION_NAMES.items()}
        yield field, *choice_of(answer, known | read_choices(choices))
    elif field in {"comment", "note"}:
        yield field, answer, ""


def read_choices(text: str) -> dict[str, str]:
    """The values of the row's words in the language they were offered in; nothing for other text."""
    try:
        found = json.loads(text) if text else {}
    except (ValueError, RecursionError):
        return {}
    pairs = found.items() if isinstance(found, dict) else ()
    return {words: value for words, value in pairs if isinstance(value, str)}


def level_of(answer: str) -> tuple[str, str]:
    if not answer.strip():
        return "", ""
    found = LEVEL.fullmatch(answer)
    return (found[1], "") if found else ("", f"«{answer[:60]}» — не уровень из списка.")


def choice_of(answer: str, known: Mapping[str, str]) -> tuple[str, str]:
    if not answer.strip():
        return "", ""
    value = known.get(answer.strip().lower(), "")
    return value, "" if value else f"«{answer[:60]}» нет в списке."
