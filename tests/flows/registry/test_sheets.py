"""Tables are read as people save them: their own separators, encodings and cells full of commas."""

from datetime import date

import pytest
import xlsxwriter
import xlwt

from flows.registry.sheets import MOST_ROWS, Sheet, read_sheet
from schemas.errors import BadTable

LONG = "Собрали, разобрали, обсудили, повторили, сравнили, записали, проверили, показали"


@pytest.mark.parametrize("separator", [";", "\t", ","])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "utf-16"])
def test_separator_and_encoding_are_told_from_the_file(tmp_path, separator, encoding):
    path = tmp_path / "roster.csv"
    path.write_text(f"ФИО{separator}Почта\nСнегов Борис{separator}b@example.ru\n", encoding)

    assert read_sheet(path) == Sheet(
        header=("ФИО", "Почта"), rows=(("Снегов Борис", "b@example.ru"),), lines=(2,)
    )


@pytest.mark.parametrize("rows", [1, 2, 30])
def test_commas_inside_cells_are_no_separators(tmp_path, rows):
    path = tmp_path / "works.csv"
    lines = [f"{number};Дроби;{LONG[: 20 + number]}" for number in range(rows)]
    path.write_text("\n".join(["Номер;Название;Аннотация", *lines]), "utf-8")

    assert read_sheet(path).header == ("Номер", "Название", "Аннотация")


def test_title_and_empty_lines_before_the_headings_move_no_row(tmp_path):
    path = tmp_path / "roster.csv"
    path.write_text("Эксперты, список, 2026\n\nФИО;Почта\nСнегов Борис;b@example.ru\n", "utf-8")

    sheet = read_sheet(path)

    assert list(sheet.numbered)[-1] == (4, ("Снегов Борис", "b@example.ru"))


HEADER, ROW = ("ФИО", "Работ", "Дата"), ("Снегов Борис", 7, date(2026, 11, 23))


def test_workbook_of_the_old_format_keeps_whole_numbers_and_dates(tmp_path):
    book = xlwt.Workbook()
    page = book.add_sheet("Лист1")
    as_date = xlwt.easyxf(num_format_str="DD.MM.YYYY")
    for place, (word, cell) in enumerate(zip(HEADER, ROW, strict=True)):
        page.write(0, place, word)
        page.write(1, place, cell, *([as_date] if isinstance(cell, date) else []))
    book.save(tmp_path / "roster.xls")

    sheet = read_sheet(tmp_path / "roster.xls")

    assert (sheet.header, sheet.rows) == (HEADER, (("Снегов Борис", "7", "2026-11-23"),))


def test_merged_cells_are_one_cell_and_empty_ones(tmp_path):
    book = xlsxwriter.Workbook(tmp_path / "roster.xlsx")
    page = book.add_worksheet()
    page.write_row(0, 0, ("ФИО", "Почта"))
    page.merge_range(1, 0, 1, 1, "Снегов Борис")
    page.write_row(2, 0, ("Снегова Анна", "a@example.ru"))
    book.close()

    assert read_sheet(tmp_path / "roster.xlsx").rows == (
        ("Снегов Борис", ""),
        ("Снегова Анна", "a@example.ru"),
    )


def test_table_of_too_many_rows_is_refused_whole(tmp_path):
    path = tmp_path / "roster.csv"
    path.write_text("ФИО;Почта\n" + "Снегов Борис;b@example.ru\n" * (MOST_ROWS + 1), "utf-8")
    with pytest.raises(BadTable, match="разделите её на части"):
        read_sheet(path)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_end_as_any_program_ends_them(tmp_path, end):
    path = tmp_path / "t.csv"
    path.write_bytes(end.join(["Название;Код", "Братск;1", ""]).encode())
    assert read_sheet(path).rows == (("Братск", "1"),)


@pytest.mark.parametrize(
    "content",
    [
        b"\xff\xfea",
        b"\xff\xfe\x00\xd8;\x00",
        "а;\0".encode("utf-16"),
        b"\xef\xbb\xbfa;\xff\x98",
        b'a;"' + b"x" * 200_000,
    ],
    ids=["half of a sign", "half of a pair", "zero in UTF-16", "no encoding", "open quote"],
)
def test_table_that_is_no_text_is_refused_in_words(tmp_path, content):
    path = tmp_path / "t.csv"
    path.write_bytes(content)
    with pytest.raises(BadTable, match="Сохраните таблицу как XLSX"):
        read_sheet(path)
