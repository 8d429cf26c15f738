"""The protocol's DOCX: margins, lines and tables of an official Russian paper."""

from datetime import UTC, datetime, time
from typing import Any

from docx import Document
from docx.document import Document as Paper
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph

from flows.council.view import ProtocolView
from flows.documents.word import to_bytes

FONT, SIZE = "Times New Roman", Pt(12)
WIDTH = Mm(165)
ANNEX_HEAD = ("№", "Муниципальное образование", "Представитель", "Участие")
ANNEX_WIDTHS = (Mm(10), Mm(60), Mm(60), Mm(35))


def write(protocol: ProtocolView, sheet: dict[str, Any]) -> bytes:
    """The bytes of the document; equal protocols give equal bytes."""
    paper = Document()
    set_up(paper, protocol, sheet["title"])
    write_head(paper, sheet)
    write_attendance(paper, sheet)
    write_list(paper, "ПОВЕСТКА:", sheet["agenda"])
    write_heard(paper, sheet["heard"])
    write_resolved(paper, sheet["resolved"], sheet["rule"])
    write_signatures(paper, sheet)
    write_annex(paper, sheet)
    return to_bytes(paper)


def set_up(paper: Paper, protocol: ProtocolView, title: str) -> None:
    section = paper.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin, section.right_margin = Mm(30), Mm(15)
    section.top_margin, section.bottom_margin = Mm(20), Mm(20)
    style = paper.styles["Normal"]
    style.font.name, style.font.size = FONT, SIZE
    style.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
    style.paragraph_format.space_after = Pt(4)
    style.paragraph_format.line_spacing = 1.1
    facts = paper.core_properties
    moment = datetime.combine(protocol.held_on, time(), tzinfo=UTC)
    facts.title, facts.language = title, "ru-RU"
    facts.created = facts.modified = moment
    facts.author = facts.last_modified_by = facts.comments = ""


def line(
    paper: Paper, text: str, *, bold: bool = False, centred: bool = False, before: int = 0
) -> Paragraph:
    paragraph = paper.add_paragraph()
    paragraph.add_run(text).bold = bold
    paragraph.paragraph_format.space_before = Pt(before)
    if centred:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    return paragraph


def heading(paper: Paper, text: str) -> None:
    line(paper, text, bold=True, before=10).paragraph_format.keep_with_next = True


def sides(paper: Paper, left: str, right: str, *, before: int = 0) -> None:
    """One line with text at both margins."""
    paragraph = line(paper, f"{left}\t{right}", before=before)
    paragraph.paragraph_format.tab_stops.add_tab_stop(WIDTH, WD_TAB_ALIGNMENT.RIGHT)


def write_head(paper: Paper, sheet: dict[str, Any]) -> None:
    if sheet["draft"]:
        line(paper, sheet["draft"]).alignment = WD_ALIGN_PARAGRAPH.RIGHT
    line(paper, sheet["title"], bold=True, centred=True)
    line(paper, sheet["body"], centred=True)
    line(paper, sheet["theme"], centred=True)
    sides(paper, sheet["place"], sheet["date"], before=10)


def write_attendance(paper: Paper, sheet: dict[str, Any]) -> None:
    groups = {"ПРИСУТСТВОВАЛИ": sheet["present"], "ОТСУТСТВОВАЛИ": sheet["absent"]}
    for word, people in groups.items():
        if people:
            heading(paper, f"{word} {len(people)}:")
        for number, person in enumerate(people, start=1):
            line(paper, f"{person}{'.' if number == len(people) else ';'}")


def write_list(paper: Paper, title: str, rows: list[str]) -> None:
    heading(paper, title)
    for number, text in enumerate(rows, start=1):
        hanging(line(paper, f"{number}. {text}"))


def hanging(paragraph: Paragraph) -> None:
    paragraph.paragraph_format.left_indent = Mm(6)
    paragraph.paragraph_format.first_line_indent = Mm(-6)


def write_heard(paper: Paper, items: list[dict[str, Any]]) -> None:
    heading(paper, "СЛУШАЛИ:")
    for item in items:
        first, *rest = item["paragraphs"]
        for text in (f"{item['number']}) {first}", *rest):
            line(paper, text).alignment = WD_ALIGN_PARAGRAPH.JUSTIFY


def write_resolved(paper: Paper, items: list[dict[str, Any]], rule: str) -> None:
    heading(paper, "РЕШИЛИ:")
    if rule:
        line(paper, rule).alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    for item in items:
        first = line(paper, f"{item['number']}) {item['text']}", before=4)
        first.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
        first.paragraph_format.keep_with_next = bool(item["votes"])
        lines = (item["work"], item["excluded"], *item["delegates"], item["votes"], item["outcome"])
        for text in lines:
            if text:
                line(paper, text)
        if item["actions"]:
            line(paper, "Поручения:").paragraph_format.keep_with_next = True
        for text in item["actions"]:
            hanging(line(paper, f"– {text}"))
    # The signatures never stand alone on a page.
    paper.paragraphs[-1].paragraph_format.keep_with_next = True


def write_signatures(paper: Paper, sheet: dict[str, Any]) -> None:
    for number, who in enumerate(sheet["signatures"]):
        row = f"{who['role']}: ____________________ {who['name']}"
        sides(paper, row, sheet["signed"], before=24 if number == 0 else 14)


def write_annex(paper: Paper, sheet: dict[str, Any]) -> None:
    title = line(paper, sheet["annex_title"])
    title.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    title.paragraph_format.page_break_before = True
    line(paper, "Лист регистрации участников заседания", bold=True, centred=True, before=8)
    table = paper.add_table(rows=0, cols=len(ANNEX_HEAD), style="Table Grid")
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    for rank, row in enumerate([ANNEX_HEAD, *sheet["annex"]]):
        cells = table.add_row().cells
        for cell, text, width in zip(cells, row, ANNEX_WIDTHS, strict=True):
            cell.width = width
            cell.paragraphs[0].add_run(text).bold = rank == 0
            cell.paragraphs[0].paragraph_format.space_after = Pt(0)
    for column, width in zip(table.columns, ANNEX_WIDTHS, strict=True):
        column.width = width
