"""Builds DOCX and ODT files that look like the ones teachers send."""

import datetime as dt
import io
import subprocess
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import docx
import pypandoc  # type: ignore[import-untyped]
from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Pt, RGBColor
from docx.text.paragraph import Paragraph

from samples.marathon.sources import HERE, Work

WRITTEN = dt.datetime(2024, 2, 12, 9, 30, tzinfo=dt.UTC)
ZIP_TIME = (2024, 2, 12, 9, 30, 0)
LOOKS: dict[str, dict[str, Any]] = {
    "plain": {"font": "Times New Roman", "size": 14, "spacing": 1.15},
    "compact": {"font": "Times New Roman", "size": 12, "spacing": 1.0},
    "sans": {"font": "Arial", "size": 12, "spacing": 1.15},
}
BODY_STYLES = ("Normal", "Body Text", "First Paragraph", "Compact", "Block Text", "Footnote Text")
BORDERS = "".join(
    f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
    for side in ("top", "left", "bottom", "right", "insideH", "insideV")
)


def build_docx(work: Work, target: Path) -> None:
    """Pandoc writes the text, python-docx dresses it; timestamps are fixed."""
    with tempfile.TemporaryDirectory() as folder:
        reference = Path(folder, "reference.docx")
        reference.write_bytes(_reference(work.look))
        convert(work, target, to="docx", extra=[f"--reference-doc={reference}"])
    document = docx.Document(str(target))
    _dress(document, work)
    document.save(str(target))
    freeze_zip(target)


def build_odt(work: Work, target: Path) -> None:
    """Write an ODT with pandoc's own styles and the author's name where the work is careless."""
    convert(work, target, to="odt", extra=[f"--metadata=author:{work.metadata_author}"])
    freeze_zip(target)


def convert(work: Work, target: Path, *, to: str, extra: list[str]) -> None:
    """Run pandoc from the folder that holds the images."""
    pypandoc.convert_text(
        work.markdown,
        to,
        format="markdown-auto_identifiers+tex_math_dollars",
        outputfile=str(target),
        extra_args=["--standalone", f"--metadata=title:{work.title}", "--metadata=lang:ru", *extra],
        cworkdir=str(HERE),
    )


def freeze_zip(path: Path) -> None:
    """Rewrite an archive with one fixed time, so that a rebuild gives the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(buffer, "w") as new:
        for entry in old.infolist():
            info = zipfile.ZipInfo(entry.filename, ZIP_TIME)
            info.compress_type = entry.compress_type
            new.writestr(info, old.read(entry))
    path.write_bytes(buffer.getvalue())


def _reference(look: str) -> bytes:
    pandoc = io.BytesIO(_default_reference())
    document = docx.Document(pandoc)
    for name in BODY_STYLES:
        _body_style(document, name, LOOKS[look])
    _heading_styles(document, LOOKS[look])
    _table_style(document)
    _page(document)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _default_reference() -> bytes:
    command = [pypandoc.get_pandoc_path(), "--print-default-data-file=reference.docx"]
    return subprocess.run(command, check=True, capture_output=True).stdout  # noqa: S603


def _body_style(document: Document, name: str, look: dict[str, Any]) -> None:
    style = document.styles[name]
    _font(style, look["font"], 10 if name == "Footnote Text" else look["size"])
    form = style.paragraph_format
    form.space_before = form.space_after = Pt(0 if name != "Compact" else 2)
    form.line_spacing = look["spacing"]
    if name in {"Body Text", "First Paragraph"}:
        form.first_line_indent = Cm(1.25)
        form.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY


def _heading_styles(document: Document, look: dict[str, Any]) -> None:
    for name, larger in (("Title", 2), ("Heading 1", 1), ("Heading 2", 0), ("Heading 3", 0)):
        style = document.styles[name]
        _font(style, look["font"], look["size"] + larger)
        style.font.bold = True
        style.font.italic = name == "Heading 3"
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(10), Pt(4)
    document.styles["Title"].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER


def _font(style: Any, family: str, size: float) -> None:  # noqa: ANN401
    """Theme fonts win over named ones in Word, so they are taken out."""
    style.font.name, style.font.size = family, Pt(size)
    style.font.color.rgb = RGBColor(0, 0, 0)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for attribute in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{attribute}"), None)
    for attribute in ("ascii", "hAnsi", "cs", "eastAsia"):
        fonts.set(qn(f"w:{attribute}"), family)


def _table_style(document: Document) -> None:
    styles = (style for style in document.styles if style.type == WD_STYLE_TYPE.TABLE)
    table = next(style for style in styles if style.name == "Table")
    properties = table.element.find(qn("w:tblPr"))
    properties.append(parse_xml(f"<w:tblBorders {nsdecls('w')}>{BORDERS}</w:tblBorders>"))


def _page(document: Document) -> None:
    for section in document.sections:
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.left_margin, section.right_margin = Cm(3), Cm(1.5)
        section.top_margin = section.bottom_margin = Cm(2)


def _dress(document: Document, work: Work) -> None:
    _metadata(document, work)
    for section in document.sections:
        section.header.paragraphs[0].text = work.header
    for table in document.tables:
        table.autofit = True
    if "manual_headings" in work.defects:
        _flatten_headings(document)


def _metadata(document: Document, work: Work) -> None:
    properties = document.core_properties
    properties.author = properties.last_modified_by = work.metadata_author
    properties.created = properties.modified = WRITTEN
    properties.title = work.title


def _flatten_headings(document: Document) -> None:
    """Many teachers never met heading styles: a bold line of ordinary text is their heading."""
    for paragraph in document.paragraphs:
        if paragraph.style and (paragraph.style.name or "").startswith("Heading"):
            _flatten(document, paragraph)


def _flatten(document: Document, paragraph: Paragraph) -> None:
    paragraph.style = document.styles["Normal"]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for run in paragraph.runs:
        run.bold = True
