"""The analytic report as DOCX, to be finished and signed by people."""

import io
from collections.abc import Sequence
from datetime import UTC
from pathlib import Path

import pypdfium2  # type: ignore[import-untyped]  # no annotations
from docx import Document
from docx.document import Document as Paper
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from flows.analytics.view import ReportView
from flows.analytics.wordings import TITLE, points_table, sections
from flows.documents.papers import paper_pdf
from flows.documents.word import to_bytes

TEMPLATES = Path(__file__).parent / "templates"
FONT = "Times New Roman"
DOTS = 200 / 72  # 200 dots an inch
PLACES = ("Муниципальное образование", "Материалов", "Выступило", "Опубликовано", "Баллов")
CRITERIA = ("Критерий", "Показатель", "Балл", "Количество", "Всего")
PEOPLE = ("№", "ФИО, должность", "Организация, муниципальное образование", "Участие")
Rows = Sequence[Sequence[object]]


def write(report: ReportView) -> bytes:
    """The DOCX; equal reports give equal bytes."""
    paper = Document()
    set_up(paper, report)
    centred(paper, TITLE, size=15)
    centred(
        paper, f"{report.cluster}. Марафон «{report.marathon.title}», {report.marathon.year} год"
    )
    for section in sections(report):
        paper.add_heading(section.title, level=2)
        for text in section.paragraphs:
            paper.add_paragraph(text)
    paper.add_paragraph().add_run(f"\nРуководитель кластера ____________________ {report.chair}")
    write_places(paper, report)
    write_criteria(paper, report)
    write_people(paper, report)
    return to_bytes(paper)


def set_up(paper: Paper, report: ReportView) -> None:
    page = paper.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.left_margin, page.right_margin = Mm(30), Mm(15)
    page.top_margin = page.bottom_margin = Mm(20)
    for name in ("Normal", "Heading 1", "Heading 2"):
        style = paper.styles[name]
        style.font.name, style.font.size = FONT, Pt(12)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        # A theme's font would win over the named one.
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
        for script in ("ascii", "hAnsi", "eastAsia", "cs"):
            fonts.set(qn(f"w:{script}"), FONT)
        style.font.color.rgb = None
    paper.styles["Normal"].paragraph_format.space_after = Pt(4)
    facts = paper.core_properties
    facts.title, facts.language = TITLE, "ru-RU"
    facts.created = facts.modified = report.made_at.astimezone(UTC)
    facts.author = facts.last_modified_by = facts.comments = ""


def centred(paper: Paper, text: str, *, size: int = 12) -> None:
    paragraph = paper.add_paragraph()
    run = paragraph.add_run(text)
    run.font.size, run.bold = Pt(size), size > 12  # noqa: PLR2004  (the body's size)
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER


def write_places(paper: Paper, report: ReportView) -> None:
    paper.add_heading("Участие муниципальных образований", level=2)
    if report.figures.places:
        paper.add_picture(io.BytesIO(chart(report)), width=Mm(160))
    rows = [
        (row.name, row.works, row.presenters, row.published, row.points)
        for row in report.figures.places
    ]
    table(paper, PLACES, rows, (65, 25, 25, 28, 22))


def chart(report: ReportView) -> bytes:
    """Works, talks and publications by municipality as a PNG at 200 dots an inch."""
    rows = [
        {"name": row.name, "values": [row.works, row.presenters, row.published]}
        for row in report.figures.places
    ]
    data = {"title": "Участие", "rows": rows, "series": list(PLACES[1:4])}
    pdf = paper_pdf("participation.typ", data, templates=TEMPLATES, made_at=report.made_at)
    document = pypdfium2.PdfDocument(pdf)
    try:
        picture = io.BytesIO()
        document[0].render(scale=DOTS).to_pil().save(picture, "PNG")
    finally:
        document.close()
    return picture.getvalue()


def write_criteria(paper: Paper, report: ReportView) -> None:
    paper.add_heading("Критерии эффективности методического кластера", level=2)
    found = points_table(report)
    rows: list[tuple[object, ...]] = [
        (row.criterion, row.indicator, row.price, row.count, row.points) for row in found
    ]
    rows.append(("Всего", "", "", "", sum(row.points for row in found)))
    table(paper, CRITERIA, rows, (42, 63, 16, 24, 20))


def write_people(paper: Paper, report: ReportView) -> None:
    paper.add_heading("Приложение. Список участников", level=2)
    rows = [
        (
            number,
            ", ".join(part for part in (one.name, one.position) if part),
            ", ".join(part for part in (one.organisation, one.municipality) if part),
            f"№ {one.number} «{one.title}»: {one.comment}",
        )
        for number, one in enumerate(report.participants, start=1)
    ]
    table(paper, PEOPLE, rows, (10, 45, 50, 60))


def table(paper: Paper, head: Sequence[str], rows: Rows, widths: Sequence[int]) -> None:
    """``widths`` are in millimetres."""
    found = paper.add_table(rows=0, cols=len(head), style="Table Grid")
    found.autofit = False
    for rank, row in enumerate([head, *rows]):
        for cell, text, width in zip(found.add_row().cells, row, widths, strict=True):
            cell.width = Mm(width)
            run = cell.paragraphs[0].add_run(str(text))
            run.bold, run.font.size = rank == 0, Pt(10)
            cell.paragraphs[0].paragraph_format.space_after = Pt(0)
    for column, width in zip(found.columns, widths, strict=True):
        column.width = Mm(width)
