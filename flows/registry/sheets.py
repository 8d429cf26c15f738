"""Tables people send and receive: xlsx, xls, ods and csv in, xlsx and csv out.

Encodings and separators are told from the file itself; a cell that looks like a formula stays
text in both directions.
"""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path

import xlsxwriter

from flows.documents.tables import read_tables
from schemas.base import Schema
from schemas.errors import BadFile, BadTable

ENCODINGS = ("utf-8-sig", "cp1251")
UTF16 = ("utf-16",)
UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
SEPARATORS = (";", "\t", ",")
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
SPREADSHEETS = frozenset({".xlsx", ".xls", ".ods", ".xlsm"})
MOST_ROWS = 50_000
HEAD_LINES = 10
"""Among the first lines stand the headings; titles and notes may come before them."""
TOO_LONG = (
    "В одной из ячеек больше 100 000 знаков: похоже, кавычка открыта и не закрыта. Сохраните "
    "таблицу как XLSX и загрузите снова."
)


class Sheet(Schema):
    """``rows`` are as long as ``header``; ``lines`` says where each stands in the file.

    Without ``lines`` the rows follow the header, which is line 1.
    """

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...] = ()

    @property
    def numbered(self) -> Iterable[tuple[int, tuple[str, ...]]]:
        """Each row with its line, as the spreadsheet counts them."""
        return zip(self.lines or range(2, len(self.rows) + 2), self.rows, strict=True)


def read_sheet(path: Path) -> Sheet:
    """Raises ``BadTable`` when there is no table in the file."""
    lines = spreadsheet_lines(path) if path.suffix.lower() in SPREADSHEETS else csv_lines(path)
    filled = [
        (number, line) for number, line in enumerate(lines, start=1) if any(map(str.strip, line))
    ]
    if not filled:
        raise BadTable("В таблице нет строк. Проверьте, тот ли файл выбран.")
    if len(filled) > MOST_ROWS:
        raise BadTable(f"В таблице больше {MOST_ROWS} строк: разделите её на части.")
    width = max(len(line) for _, line in filled[:HEAD_LINES])
    header, *rows = [tuple((*line, *[""] * width)[:width]) for _, line in filled]
    return Sheet(
        header=tuple(cell.strip() for cell in header),
        rows=tuple(rows),
        lines=tuple(number for number, _ in filled[1:]),
    )


def spreadsheet_lines(path: Path) -> list[list[str]]:
    try:
        [(_, rows), *_] = read_tables(path)
    except (BadFile, ValueError) as error:
        raise BadTable(
            "Файл не читается как таблица. Сохраните его как XLSX или CSV и загрузите снова."
        ) from error
    return [[cell.strip() for cell in row] for row in rows]


def csv_lines(path: Path) -> list[list[str]]:
    text = decoded(path.read_bytes())
    try:
        separator = max(SEPARATORS, key=lambda one: evenness(text, one))
        return [[unguarded(cell) for cell in line] for line in cut(text, separator)]
    except csv.Error as error:
        raise BadTable(TOO_LONG) from error


def cut(text: str, separator: str) -> Iterator[list[str]]:
    """Cells line by line, whichever of the three line ends the program wrote."""
    return csv.reader(io.StringIO(text, newline=None), delimiter=separator)


def evenness(text: str, separator: str) -> tuple[int, int]:
    """How many of the first lines it cuts into equally many cells, and into how many.

    Signs are not counted: one long cell may hold more commas than the table has columns.
    """
    lines = islice(cut(text, separator), HEAD_LINES)
    widths = Counter(width for width in map(len, lines) if width > 1)
    return max(((lines_alike, width) for width, lines_alike in widths.items()), default=(0, 0))


def decoded(content: bytes) -> str:
    for encoding in UTF16 if content.startswith(UTF16_MARKS) else ENCODINGS:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise BadTable(
        "Не удалось понять кодировку файла. Сохраните таблицу как XLSX и загрузите снова."
    )


def unguarded(cell: str) -> str:
    """Take off the apostrophe that our own export puts before a would-be formula."""
    text = cell.strip()
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA_STARTS) else text


def guarded(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell


def write_sheet(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write ``path`` as xlsx, or as csv (UTF-8 with mark, semicolons) by its suffix."""
    texts = (["" if cell is None else str(cell) for cell in row] for row in rows)
    if path.suffix.lower() == ".csv":
        write_csv(path, header, texts)
    else:
        write_xlsx(path, header, texts)


def write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(header)
        writer.writerows([guarded(cell) for cell in row] for row in rows)


def write_xlsx(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    number = 0
    inert = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(str(path), inert) as book:
        sheet = book.add_worksheet()
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        sheet.write_row(0, 0, header, bold)
        for number, row in enumerate(rows, start=1):
            for column, cell in enumerate(row):
                sheet.write_string(number, column, cell)
        sheet.freeze_panes(1, 0)
        sheet.autofit(400)
        if number:
            sheet.autofilter(0, 0, number, len(header) - 1)
