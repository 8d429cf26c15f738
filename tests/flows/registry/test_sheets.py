"""Tables are read as people save them: their own separators, encodings and cells full of commas."""

import pytest

from flows.registry.sheets import Sheet, read_sheet

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
