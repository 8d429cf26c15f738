"""Official papers as DOCX: real styles and numbering, and equal documents in equal bytes.

Margins and page numbers are those of ГОСТ Р 7.0.97-2016: 20 mm above and below, at least 20 mm
on the left, numbers in the middle of the upper margin from the second page on.
"""

import io
import zipfile
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import docx
from docx.document import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.table import Table, _Row
from docx.text.paragraph import Paragraph

EPOCH = (1980, 1, 1, 0, 0, 0)
FONT = "Times New Roman"
WIDTH = Mm(165)
SIGN_LINE = 54  # mm
HANGING = 8  # mm
LONGEST_PROPERTY = 255  # signs; Word takes no more
THEMES = ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme")
SCRIPTS = ("ascii", "hAnsi", "eastAsia", "cs")
STYLES = {"Normal": 12, "Title": 14, "Subtitle": 12, "Heading 1": 12, "Heading 2": 12}
LEVEL = (
    '<w:abstractNum {ns} w:abstractNumId="{number}"><w:multiLevelType w:val="singleLevel"/>'
    '<w:lvl w:ilvl="0"><w:start w:val="{start}"/><w:numFmt w:val="{kind}"/><w:lvlText w:val="{pattern}"/>'
    '<w:lvlJc w:val="left"/><w:pPr><w:ind w:left="{indent}" w:hanging="{hanging}"/></w:pPr></w:lvl>'
    "</w:abstractNum>"
)
Rows = Sequence[Sequence[object]]


def official_paper(title: str, *, moment: datetime, language: str = "ru-RU") -> Document:
    """An empty A4 paper with its styles; ``moment`` stands in its properties."""
    paper = docx.Document()
    page = paper.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.left_margin, page.right_margin = Mm(30), Mm(15)
    page.top_margin, page.bottom_margin = Mm(20), Mm(20)
    for name, size in STYLES.items():
        set_style(paper.styles[name], size)
    shape_styles(paper)
    set_language(paper, language)
    number_pages(paper)
    facts = paper.core_properties
    facts.title, facts.language = title[:LONGEST_PROPERTY], language
    facts.created = facts.modified = moment.astimezone(UTC)
    facts.author = facts.last_modified_by = facts.comments = ""
    return paper


def set_style(style: ParagraphStyle, size: int) -> None:
    """Black letters of one family: a theme's fonts and colours would win over the named ones."""
    style.font.name, style.font.size = FONT, Pt(size)
    style.font.color.rgb = RGBColor(0, 0, 0)
    style.font.italic = False
    look = style.element.get_or_add_rPr()
    fonts = look.get_or_add_rFonts()
    for theme in THEMES:
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    for script in SCRIPTS:
        fonts.set(qn(f"w:{script}"), FONT)
    for name in ("w:spacing", "w:kern"):
        for found in look.findall(qn(name)):
            look.remove(found)
    for border in style.element.get_or_add_pPr().findall(qn("w:pBdr")):
        style.element.pPr.remove(border)


def shape_styles(paper: Document) -> None:
    normal = paper.styles["Normal"].paragraph_format
    normal.space_after, normal.line_spacing, normal.widow_control = Pt(4), 1.1, True
    for name in ("Title", "Subtitle"):
        style = paper.styles[name]
        style.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
        style.paragraph_format.space_after = Pt(4)
        style.font.bold = name == "Title"
    for name in ("Heading 1", "Heading 2"):
        style = paper.styles[name]
        style.font.bold = True
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(12), Pt(5)
        style.paragraph_format.keep_with_next = True


def set_language(paper: Document, language: str) -> None:
    """For spelling and hyphenation of everything in the paper."""
    look = paper.styles["Normal"].element.get_or_add_rPr()
    for found in look.findall(qn("w:lang")):
        look.remove(found)
    mark = OxmlElement("w:lang")
    mark.set(qn("w:val"), language)
    look.append(mark)


def number_pages(paper: Document) -> None:
    """In the middle of the upper margin; the first page bears no number."""
    page = paper.sections[0]
    page.different_first_page_header_footer = True
    page.header_distance = Mm(10)
    line = page.header.paragraphs[0]
    line.alignment = WD_ALIGN_PARAGRAPH.CENTER
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    run = OxmlElement("w:r")
    words = OxmlElement("w:t")
    words.text = "2"
    run.append(words)
    field.append(run)
    line._p.append(field)  # noqa: SLF001  (the library has no fields)


def numbering(paper: Document, pattern: str = "%1.", *, indent: int = 8, start: int = 1) -> int:
    """A new list that counts from ``start``; ``pattern`` without %1 is a bullet. The answer is its id.

    ``indent`` is in millimetres.
    """
    element = paper.part.numbering_part.element
    known = [int(one.get(qn("w:abstractNumId"))) for one in element.findall(qn("w:abstractNum"))]
    number = max(known, default=-1) + 1
    level = LEVEL.format(
        ns=nsdecls("w"),
        number=number,
        start=start,
        kind="decimal" if "%1" in pattern else "bullet",
        pattern=pattern,
        indent=Mm(indent).twips,
        hanging=Mm(min(indent, HANGING)).twips,
    )
    element.insert(len(known), parse_xml(level))
    return int(element.add_num(number).numId)


def item(paper: Document, text: str, number: int) -> Paragraph:
    """The next point of the list ``number``."""
    paragraph = paper.add_paragraph(text, style="List Number")
    paragraph.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    facts: Any = paragraph._p.get_or_add_pPr()  # noqa: SLF001  (the library has no own lists)
    found = facts.get_or_add_numPr()
    found.get_or_add_ilvl().val = 0
    found.get_or_add_numId().val = number
    return paragraph


def body(paper: Document, text: str, *, indent: int = 0) -> Paragraph:
    """A paragraph of the text, justified; ``indent`` is in millimetres."""
    paragraph = paper.add_paragraph(text)
    paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    paragraph.paragraph_format.left_indent = Mm(indent)
    return paragraph


def sides(paper: Document, left: str, right: str) -> Paragraph:
    """One line with text at both margins."""
    paragraph = paper.add_paragraph(f"{left}\t{right}")
    paragraph.paragraph_format.tab_stops.add_tab_stop(WIDTH, WD_TAB_ALIGNMENT.RIGHT)
    return paragraph


def signature(
    paper: Document, role: str, name: str, day: str = "", *, line_from: int = 34
) -> Paragraph:
    """Role, a line to sign on, the name and, at the margin, the day; ``line_from`` is in mm."""
    paragraph = paper.add_paragraph("\t".join((role, "", f" {name}", day)).rstrip())
    look = paragraph.paragraph_format
    look.tab_stops.add_tab_stop(Mm(line_from), WD_TAB_ALIGNMENT.LEFT)
    line_to = Mm(line_from + SIGN_LINE)
    look.tab_stops.add_tab_stop(line_to, WD_TAB_ALIGNMENT.LEFT, WD_TAB_LEADER.LINES)
    look.tab_stops.add_tab_stop(WIDTH, WD_TAB_ALIGNMENT.RIGHT)
    look.space_before, look.keep_together = Pt(18), True
    return paragraph


def picture(paper: Document, png: bytes, description: str) -> None:
    """As wide as the text, with words for those who cannot see it."""
    shape = paper.add_picture(io.BytesIO(png), width=WIDTH)
    shape._inline.docPr.set("descr", description)  # noqa: SLF001  (the library has no alt texts)


def table(
    paper: Document, head: Sequence[str], rows: Rows, widths: Sequence[int], *, size: int = 10
) -> Table:
    """``widths`` are in millimetres; the head stands on every page and no row is torn."""
    found: Table = paper.add_table(rows=0, cols=len(head), style="Table Grid")
    found.alignment = WD_TABLE_ALIGNMENT.CENTER
    found.autofit = False
    for rank, values in enumerate([head, *rows]):
        row = found.add_row()  # type: ignore[no-untyped-call]
        keep_row(row, is_head=rank == 0)
        for cell, text, width in zip(row.cells, values, widths, strict=True):
            cell.width = Mm(width)
            run = cell.paragraphs[0].add_run(str(text))
            run.bold, run.font.size = rank == 0, Pt(size)
            cell.paragraphs[0].paragraph_format.space_after = Pt(0)
    for column, width in zip(found.columns, widths, strict=True):
        column.width = Mm(width)
    return found


def keep_row(row: _Row, *, is_head: bool) -> None:
    facts = row._tr.get_or_add_trPr()  # noqa: SLF001  (the library has no such properties)
    for name in ("w:cantSplit", *(("w:tblHeader",) if is_head else ())):
        facts.append(OxmlElement(name))


def to_bytes(paper: Document) -> bytes:
    """The document's file without the moments of writing that ZIP keeps for every part."""
    written, steady = io.BytesIO(), io.BytesIO()
    paper.save(written)
    with zipfile.ZipFile(written) as parts, zipfile.ZipFile(steady, "w") as copy:
        for name in parts.namelist():
            part = zipfile.ZipInfo(name, EPOCH)
            part.compress_type = zipfile.ZIP_DEFLATED
            copy.writestr(part, parts.read(name))
    return steady.getvalue()
