"""Cells of spreadsheets (xlsx, xls, ods) as text, read in the reading process alone."""

from pathlib import Path

import python_calamine

from flows.documents.parsing.refusal import Refused
from schemas.extraction import RejectCode

Table = tuple[str, list[list[str]]]
"""The name of a sheet and its cells, row by row, from the first cell of the sheet."""


def read_tables(path: Path, *, most: int, rows: int | None) -> list[Table]:
    """Return the first ``most`` sheets, of each the first ``rows`` rows (None: all)."""
    try:
        book = python_calamine.CalamineWorkbook.from_path(str(path))
        return [(name, cells(book, name, rows)) for name in book.sheet_names[:most]]
    except (python_calamine.CalamineError, ValueError, IndexError) as error:
        raise Refused(RejectCode.DAMAGED) from error


def cells(book: python_calamine.CalamineWorkbook, name: str, rows: int | None) -> list[list[str]]:
    found = book.get_sheet_by_name(name).to_python(skip_empty_area=False, nrows=rows)
    return [[text(value) for value in row] for row in found]


def text(value: object) -> str:
    """Spreadsheets keep whole numbers as 9.0."""
    return str(int(value) if isinstance(value, float) and value.is_integer() else value)
