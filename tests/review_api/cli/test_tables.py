"""Rosters in and tables out by command: every format and encoding, rehearsals, no formulas."""

import csv
import io
import zipfile

import builders
import pytest
import python_calamine
import xlsxwriter
from builders import NOW

from review_api.cli.main import run
from review_api.cli.tables import EXPORT_KINDS
from schemas.people import Actor

LINES = [
    ("ФИО", "E-mail", "Муниципалитет", "Должность", "Нагрузка"),
    (
        "Экспертова Ольга Ивановна",
        "expertova@example.ru",
        "Киренский район",
        "методист, к. п. н.",
        "4",
    ),
    ("Знаева Ёлка Львовна", "znaeva@example.ru", "г. Усть-Илимск", "учитель; наставник", "3"),
]
SHEET = "application/vnd.oasis.opendocument.spreadsheet"
MANIFEST = f"""<?xml version="1.0" encoding="UTF-8"?><manifest:manifest
 xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.2">
 <manifest:file-entry manifest:full-path="/" manifest:media-type="{SHEET}"/>
 <manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>
 </manifest:manifest>"""
ODS = """<?xml version="1.0" encoding="UTF-8"?><office:document-content
 xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.2">
 <office:body><office:spreadsheet><table:table table:name="Лист1">{rows}</table:table>
 </office:spreadsheet></office:body></office:document-content>"""


@pytest.fixture
def data(installation):
    with installation.begin() as work:
        builders.members(work, builders.a_cluster(work))
    return installation.settings.data


def as_csv(path, encoding, separator):
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=separator).writerows(LINES)
    path.write_bytes(text.getvalue().encode(encoding))


def as_xlsx(path):
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        for number, line in enumerate(LINES):
            sheet.write_row(number, 0, line)


def as_ods(path):
    cell = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    rows = "".join(
        f"<table:table-row>{''.join(cell.format(one) for one in line)}</table:table-row>"
        for line in LINES
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", SHEET)
        archive.writestr("META-INF/manifest.xml", MANIFEST)
        archive.writestr("content.xml", ODS.format(rows=rows))


def names(installation):
    with installation.begin() as work:
        people = work.people.many(expert.person_id for expert in work.experts.all())
        return sorted(person.name for person in people.values())


@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "utf-16"])
def test_csv_is_read_in_any_usual_encoding(installation, data, tmp_path, encoding, separator):
    as_csv(tmp_path / "e.csv", encoding, separator)
    assert run(["import", "experts", str(tmp_path / "e.csv"), "--data", str(data)]) == 0
    assert names(installation) == [LINES[2][0], LINES[1][0]]
    with installation.begin() as work:
        positions = {expert.position for expert in work.experts.all()}
    assert positions == {LINES[1][3], LINES[2][3]}


@pytest.mark.parametrize(("suffix", "write"), [("xlsx", as_xlsx), ("ods", as_ods)])
def test_spreadsheets_are_read(installation, data, tmp_path, suffix, write):
    write(tmp_path / f"e.{suffix}")
    assert run(["import", "experts", str(tmp_path / f"e.{suffix}"), "--data", str(data)]) == 0
    assert len(names(installation)) == 2


def test_a_rehearsal_writes_nothing_and_a_repeat_changes_nothing(
    installation, data, tmp_path, capsys
):
    path = tmp_path / "e.xlsx"
    as_xlsx(path)
    order = ["import", "experts", str(path), "--data", str(data)]
    assert run([*order, "--dry-run"]) == 0
    assert "создать 2" in capsys.readouterr().out
    assert names(installation) == []
    assert run(order) == 0
    capsys.readouterr()
    assert run(order) == 0
    assert "создать 0, обновить 0, без изменений 2" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("Кто;Что\nа;б\n", "ФИО"),
        ("", "нет строк"),
        ("ФИО;E-mail;Муниципалитет\nИванова;кривой адрес;Киренский район\n", "Строка 2"),
        ("ФИО;E-mail;Муниципалитет\nИванова;a@b.ru;Кыренскый район\n", "Киренский район"),
    ],
)
def test_a_wrong_table_writes_nothing_and_says_where(
    installation, data, tmp_path, capsys, content, words
):
    path = tmp_path / "e.csv"
    path.write_text(content, encoding="utf-8")
    assert run(["import", "experts", str(path), "--data", str(data)]) == 2
    err = capsys.readouterr().err
    assert words in err
    assert len(err.strip().splitlines()) == 1
    assert names(installation) == []


@pytest.fixture
def formulas(installation, data):
    """A season in which every text begins like a formula."""
    with installation.begin() as work:
        home = work.municipalities.all()[0]
        marathon = builders.a_marathon(work)
        submission = builders.a_submission(work, marathon, home, title='=HYPERLINK("http://x")')
        expert = builders.an_expert(work, home, position="+79990000000")
        builders.a_sent_review(work, submission, expert)
        builders.a_decision(work, submission, explanation="@SUM(1)", override_reason="-1+2")
        work.journal.write(Actor(part="=1"), action="x", kind="y", subject_id="z", now=NOW)
    return data


@pytest.mark.parametrize("kind", EXPORT_KINDS)
def test_no_exported_cell_starts_a_formula(formulas, tmp_path, kind):
    table, book = tmp_path / "t.csv", tmp_path / "t.xlsx"
    for path in (table, book):
        assert run(["export", kind, str(path), "--data", str(formulas)]) == 0
    lines = list(csv.reader(io.StringIO(table.read_text("utf-8-sig")), delimiter=";"))
    assert len(lines) > 1 or kind == "organisations"
    starts = ("=", "+", "-", "@", "\t", "\r")
    assert not [cell for line in lines for cell in line if cell.startswith(starts)]
    with zipfile.ZipFile(book) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")
    sheet = python_calamine.CalamineWorkbook.from_path(str(book)).get_sheet_by_index(0)
    assert len(sheet.to_python()) == len(lines)


def test_an_export_is_imported_again_without_a_change(installation, data, tmp_path, capsys):
    as_xlsx(tmp_path / "e.xlsx")
    run(["import", "experts", str(tmp_path / "e.xlsx"), "--data", str(data)])
    for kind in ("municipalities", "experts"):
        for suffix in ("csv", "xlsx"):
            path = tmp_path / f"{kind}.{suffix}"
            assert run(["export", kind, str(path), "--data", str(data)]) == 0
            capsys.readouterr()
            assert run(["import", kind, str(path), "--data", str(data)]) == 0
            assert "создать 0, обновить 0" in capsys.readouterr().out


def test_an_export_into_nowhere_is_said_in_one_line(data, tmp_path, capsys):
    path = tmp_path / "no" / "folder" / "t.csv"
    assert run(["export", "experts", str(path), "--data", str(data)]) in {1, 2}
    assert len(capsys.readouterr().err.strip().splitlines()) == 1
