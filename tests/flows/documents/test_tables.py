"""Spreadsheets: cells as text, and whatever the file is, an answer."""

import zipfile

import pytest
import xlsxwriter

from flows.documents.parsing.refusal import Refused
from flows.documents.tables import read_tables
from schemas.extraction import RejectCode


@pytest.fixture
def book(tmp_path):
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(str(path)) as written:
        first = written.add_worksheet("Первый")
        first.write_row(1, 0, [2.0, 9.5, 3, True, "слово"])
        written.add_worksheet("Второй").write(0, 0, "второй")
    return path


def test_whole_numbers_lose_their_point_and_empty_rows_stay(book):
    [(name, rows)] = read_tables(book)
    assert name == "Первый"
    assert rows == [["", "", "", "", ""], ["2", "9.5", "3", "True", "слово"]]


def test_as_many_sheets_and_rows_as_asked_for(book):
    assert [name for name, _ in read_tables(book, most=5)] == ["Первый", "Второй"]
    assert read_tables(book, rows=1)[0][1] in ([], [[""] * 5])


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"a;b\n1;2\n"])
def test_what_is_no_spreadsheet_is_refused(tmp_path, content):
    path = tmp_path / "book.xlsx"
    path.write_bytes(content)
    with pytest.raises(Refused) as refusal:
        read_tables(path)
    assert refusal.value.reason == RejectCode.DAMAGED


def test_a_cell_in_the_farthest_corner_costs_only_the_file(tmp_path, book):
    """Seventeen billion cells lie between the first and the last of a sheet."""
    far = tmp_path / "far.xlsx"
    with zipfile.ZipFile(book) as old, zipfile.ZipFile(far, "w") as new:
        for part in old.infolist():
            content = old.read(part)
            if part.filename.endswith("sheet1.xml"):
                row = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
                content = content.replace(b"</sheetData>", row)
            new.writestr(part, content)
    with pytest.raises(Refused) as refusal:
        read_tables(far)
    assert refusal.value.reason in (RejectCode.MEMORY, RejectCode.TIMEOUT, RejectCode.DAMAGED)
