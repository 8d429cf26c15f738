"""The small pieces of WordprocessingML: runs, links, fields, pictures, paragraphs, as strings.

Element order follows ECMA-376 part 1; every word goes through ``words``.
"""

from collections.abc import Sequence
from typing import NamedTuple
from xml.sax.saxutils import escape, quoteattr

from flows.compilation.renditions.characters import clean
from schemas.document import Span

_FIELD = ("begin", "separate", "end")
EMU = 12_700
"""English metric units in a point."""
_DRAWING = (
    '<w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0">'
    '<wp:extent cx="{cx}" cy="{cy}"/><wp:docPr id="{id}" name="Рисунок {id}" descr={alt}/>'
    '<wp:cNvGraphicFramePr><a:graphicFrameLocks noChangeAspect="1"/></wp:cNvGraphicFramePr>'
    '<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture">'
    '<pic:pic><pic:nvPicPr><pic:cNvPr id="{id}" name="{file}" descr={alt}/><pic:cNvPicPr/>'
    '</pic:nvPicPr><pic:blipFill><a:blip r:embed="{rel}"/><a:stretch><a:fillRect/></a:stretch>'
    '</pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{cx}" cy="{cy}"/></a:xfrm>'
    '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData>'
    "</a:graphic></wp:inline></w:drawing></w:r>"
)


class Drawn(NamedTuple):
    """A picture to place: ``rel`` names its relation, ``size`` is in points."""

    number: str
    rel: str
    file: str
    alt: str
    size: tuple[float, float]


def words(text: str) -> str:
    """Return the text of a run; tabs become tab stops, line ends spaces."""
    parts = clean(text).replace("\r", " ").replace("\n", " ").split("\t")
    return "<w:tab/>".join(
        f'<w:t xml:space="preserve">{escape(p)}</w:t>' if p else "" for p in parts
    )


def run(text: str, look: str = "") -> str:
    """Return one run; ``look`` is the inside of its properties."""
    written = words(text)
    properties = f"<w:rPr>{look}</w:rPr>" if look else ""
    return f"<w:r>{properties}{written}</w:r>" if written else ""


def look_of(span: Span, *, is_link: bool = False) -> str:
    """Return a span's style as run properties."""
    style = "CodeText" if span.code else "Hyperlink" if is_link else ""
    marks = (
        (f'<w:rStyle w:val="{style}"/>', bool(style)),
        ("<w:b/><w:bCs/>", span.bold),
        ("<w:i/><w:iCs/>", span.italic),
        ("<w:strike/>", span.strike),
        ('<w:vertAlign w:val="subscript"/>', span.position == "sub"),
        ('<w:vertAlign w:val="superscript"/>', span.position == "super"),
    )
    return "".join(mark for mark, is_on in marks if is_on)


def paragraph(style: str, content: str, more: str = "") -> str:
    """Return a paragraph; ``more`` are further properties in their order after the style."""
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{more}</w:pPr>{content}</w:p>'


def line(style: str, text: str, *, look: str = "", more: str = "") -> str:
    """Return a paragraph of one run."""
    return paragraph(style, run(text, look), more)


def bookmarked(name: str, number: int, content: str) -> str:
    """Return ``content`` inside a bookmark."""
    return f'<w:bookmarkStart w:id="{number}" w:name="{name}"/>{content}<w:bookmarkEnd w:id="{number}"/>'


def to_bookmark(bookmark: str, content: str) -> str:
    """Return a link inside the document."""
    return f'<w:hyperlink w:anchor="{bookmark}" w:history="1">{content}</w:hyperlink>'


def field(instruction: str, shown: str) -> str:
    """Return a field that a word processor renews (F9); ``shown`` is what it says until then."""
    begin, separate, end = (f'<w:r><w:fldChar w:fldCharType="{one}"/></w:r>' for one in _FIELD)
    told = f'<w:r><w:instrText xml:space="preserve"> {escape(instruction)} </w:instrText></w:r>'
    return f"{begin}{told}{separate}{run(shown)}{end}"


def drawing(drawn: Drawn, room: float) -> str:
    """Return a picture no wider than ``room`` points and no taller than most of a page."""
    width, height = drawn.size
    scale = min(1.0, room / width, 480 / height)
    return _DRAWING.format(
        cx=max(1, round(width * scale * EMU)),
        cy=max(1, round(height * scale * EMU)),
        id=drawn.number,
        alt=quoteattr(drawn.alt),
        file=drawn.file,
        rel=drawn.rel,
    )


def table(rows: Sequence[str], widths: Sequence[int]) -> str:
    """Return a table of rows with columns of ``widths`` in twentieths of a point."""
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    return (
        '<w:tbl><w:tblPr><w:tblStyle w:val="TableGrid"/>'
        f'<w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblLayout w:type="fixed"/>'
        '<w:tblLook w:val="0420" w:firstRow="1" w:lastRow="0" w:firstColumn="0" w:lastColumn="0" '
        f'w:noHBand="0" w:noVBand="1"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{"".join(rows)}</w:tbl>'
    )
