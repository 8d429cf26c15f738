"""The protocol's DOCX: the form of an official Russian paper, ready to be edited and signed."""

from datetime import UTC, datetime, time
from typing import Any

from docx.document import Document as Paper
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Pt

from flows.council.view import ProtocolView
from flows.documents.printing import participation, word

ANNEX_HEAD = ("№", "Муниципальное образование", "Представитель", "Участие")
ANNEX_WIDTHS = (10, 58, 60, 37)


def write(protocol: ProtocolView, sheet: dict[str, Any]) -> bytes:
    """The bytes of the document; equal protocols give equal bytes."""
    moment = datetime.combine(protocol.held_on, time(), tzinfo=UTC)
    paper = word.official_paper(sheet["title"], moment=moment)
    write_head(paper, sheet)
    write_attendance(paper, sheet)
    write_agenda(paper, sheet["agenda"])
    write_said(paper, "СЛУШАЛИ:", sheet["heard"])
    if sheet["spoke"]:
        write_said(paper, "ВЫСТУПИЛИ:", sheet["spoke"])
    write_resolved(paper, sheet["resolved"], sheet["rule"])
    write_signatures(paper, sheet)
    write_annexes(paper, protocol, sheet, moment)
    return word.to_bytes(paper)


def write_head(paper: Paper, sheet: dict[str, Any]) -> None:
    if sheet["draft"]:
        paper.add_paragraph(sheet["draft"]).alignment = WD_ALIGN_PARAGRAPH.RIGHT
    paper.add_paragraph(sheet["title"], style="Title")
    for line in (sheet["body"], sheet["theme"]):
        if line:
            paper.add_paragraph(line, style="Subtitle")
    word.sides(paper, sheet["place"], sheet["date"]).paragraph_format.space_before = Pt(10)


def write_attendance(paper: Paper, sheet: dict[str, Any]) -> None:
    groups = {"ПРИСУТСТВОВАЛИ": sheet["present"], "ОТСУТСТВОВАЛИ": sheet["absent"]}
    for name, people in groups.items():
        if people:
            paper.add_heading(f"{name} {len(people)}:", level=1)
        for number, person in enumerate(people, start=1):
            line = paper.add_paragraph(f"{person}{'.' if number == len(people) else ';'}")
            line.paragraph_format.space_after = Pt(2)
    paper.add_paragraph(sheet["attendance"]).paragraph_format.space_before = Pt(6)


def write_agenda(paper: Paper, titles: list[str]) -> None:
    paper.add_heading("ПОВЕСТКА:", level=1)
    points = word.numbering(paper)
    for title in titles:
        word.item(paper, title, points)


def write_said(paper: Paper, title: str, items: list[dict[str, Any]]) -> None:
    """Numbered as the agenda is, also where questions are passed over."""
    paper.add_heading(title, level=1)
    points, questions, last = word.numbering(paper, "–", indent=14), 0, None
    for item in items:
        if last is None or item["number"] != last + 1:
            questions = word.numbering(paper, "%1)", start=item["number"])
        last = item["number"]
        first, *rest = item["paragraphs"]
        word.item(paper, first["text"], questions)
        for line in rest:
            if line["point"]:
                word.item(paper, line["text"], points)
            else:
                said = word.body(paper, line["text"], indent=8)
                said.paragraph_format.keep_with_next = line["text"].endswith(":")


def write_resolved(paper: Paper, items: list[dict[str, Any]], rule: str) -> None:
    paper.add_heading("РЕШИЛИ:", level=1)
    if rule:
        word.body(paper, rule)
    questions, points = word.numbering(paper, "%1)"), word.numbering(paper, "–", indent=14)
    for item in items:
        first = word.item(paper, item["text"], questions)
        first.paragraph_format.space_before = Pt(6)
        lines = (item["work"], item["excluded"], *item["delegates"], item["votes"], item["outcome"])
        for text in filter(None, lines):
            paper.paragraphs[-1].paragraph_format.keep_with_next = True
            word.body(paper, text, indent=8).alignment = WD_ALIGN_PARAGRAPH.LEFT
        if item["actions"]:
            word.body(paper, "Поручения:", indent=8).paragraph_format.keep_with_next = True
        for text in item["actions"]:
            word.item(paper, text, points)
    # The signatures never stand alone on a page.
    paper.paragraphs[-1].paragraph_format.keep_with_next = True


def write_signatures(paper: Paper, sheet: dict[str, Any]) -> None:
    for who in sheet["signatures"]:
        line = word.signature(paper, f"{who['role']}:", who["name"], sheet["signed"])
        line.paragraph_format.keep_with_next = who is not sheet["signatures"][-1]


def write_annexes(
    paper: Paper, protocol: ProtocolView, sheet: dict[str, Any], moment: datetime
) -> None:
    titles = sheet["annex_titles"]
    annex(paper, titles[0], "Лист регистрации участников заседания")
    word.table(paper, ANNEX_HEAD, sheet["annex"], ANNEX_WIDTHS)
    if protocol.participation:
        annex(paper, titles[1], participation.TITLE)
        drawn = participation.png(protocol.participation, made_at=moment)
        word.picture(paper, drawn, participation.described(protocol.participation))


def annex(paper: Paper, title: str, name: str) -> None:
    line = paper.add_paragraph(title)
    line.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    line.paragraph_format.page_break_before = True
    paper.add_heading(name, level=2).alignment = WD_ALIGN_PARAGRAPH.CENTER
