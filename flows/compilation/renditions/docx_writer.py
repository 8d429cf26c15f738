"""A document as WordprocessingML: real styles, lists, footnotes, tables, pictures, formulas."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from flows.compilation.renditions import docx_runs, grids, phrasing
from flows.compilation.renditions.characters import one_line, web_address
from flows.compilation.renditions.docx_runs import Drawn, line, paragraph, run
from flows.documents import structure
from flows.documents.printing import pictures
from flows.documents.printing.grid import Place
from flows.documents.printing.layout import DEEPEST, heading_levels, lines_of, text_of
from schemas.document import (
    Block,
    BlockList,
    Document,
    Figure,
    Formula,
    Heading,
    Inline,
    LineBreak,
    Note,
    Paragraph,
    Picture,
    Preformatted,
    Quote,
    Span,
    Table,
)

TEXT_WIDTH = 467.7
"""Points between the margins: 165 mm."""
_TWIPS = 20
_INDENT = 340
_FIRST_INDENT = 567
_DEEPEST_LIST = 8
_SHORT_ROW = 700
_LOWEST_HEADING = 6
_UNNAMED = "Рисунок"
MARK = "\x01"
_NOTE_MARK = '<w:r><w:rPr><w:rStyle w:val="FootnoteReference"/></w:rPr><w:{}/></w:r>'


class Frame(NamedTuple):
    """Where blocks stand: the style of a paragraph, list depth, room in points.

    ``mark`` are the list properties of the next paragraph, ``depth`` counts nested blocks.
    """

    style: str = "BodyText"
    mark: str = ""
    level: int = 0
    depth: int = 0
    room: float = TEXT_WIDTH
    in_note: bool = False


@dataclass
class Writer:
    """Writes one article, and counts what a package must know of it.

    Numbers count from 0 in the article and stand in its text as marks for ``docx_package``.
    ``images`` maps names to files, ``formulas`` TeX to OMML; ``links`` are numbers of addresses,
    ``shown`` those of pictures by name, ``lists`` the level and the start of numbered lists.
    """

    images: Mapping[str, Path] = field(default_factory=dict)
    formulas: Mapping[str, str] = field(default_factory=dict)
    links: dict[str, int] = field(default_factory=dict)
    shown: dict[str, int] = field(default_factory=dict)
    footnotes: list[str] = field(default_factory=list)
    lists: list[tuple[int, int]] = field(default_factory=list)
    drawings: int = 0

    def document(self, document: Document) -> str:
        """Return all blocks; the highest heading becomes «Heading 3»."""
        levels = heading_levels(document.blocks)
        return "".join(
            self.heading(block, levels[place])
            if isinstance(block, Heading)
            else self.block(block, Frame())
            for place, block in enumerate(document.blocks)
        )

    def blocks(self, blocks: Sequence[Block], frame: Frame) -> str:
        """Return nested blocks; too deep a nest is written as plain paragraphs."""
        inner = frame._replace(depth=frame.depth + 1)
        if inner.depth > DEEPEST + 1:
            return "".join(line(frame.style, text) for text in lines_of(tuple(blocks)))
        written = []
        for block in blocks:
            written.append(self.block(block, inner))
            inner = inner._replace(mark=_continued(inner) if inner.mark else "")
        return "".join(written)

    def block(self, block: Block, frame: Frame) -> str:
        written: str = _BLOCKS[type(block)](self, block, frame)
        return written

    def heading(self, block: Heading, level: int) -> str:
        style = f"Heading{min(level + 2, _LOWEST_HEADING)}"
        return paragraph(style, self.inlines(block.inlines, Frame()))

    def nested_heading(self, block: Heading, frame: Frame) -> str:
        return paragraph(frame.style, self.inlines(block.inlines, frame, look="<w:b/><w:bCs/>"))

    def paragraph(self, block: Paragraph, frame: Frame) -> str:
        content = self.inlines(block.inlines, frame)
        return paragraph(frame.style, content, frame.mark) if content or frame.mark else ""

    def items(self, block: BlockList, frame: Frame) -> str:
        level = min(frame.level, _DEEPEST_LIST)
        number = self.numbered(level, block.start) if block.ordered else "1"
        mark = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'
        style = "ListNumber" if block.ordered else "ListBullet"
        if frame.in_note:
            mark, style = "", frame.style
        inner = frame._replace(style=style, mark=mark, level=level + 1)
        return "".join(self.blocks(item, inner) for item in block.items)

    def numbered(self, level: int, start: int) -> str:
        """Return the mark of a new list that counts from ``start``."""
        self.lists.append((level, start))
        return mark_of("list", len(self.lists) - 1)

    def quote(self, block: Quote, frame: Frame) -> str:
        style = frame.style if frame.in_note else "Quote"
        return self.blocks(block.blocks, frame._replace(style=style, mark=""))

    def preformatted(self, block: Preformatted, frame: Frame) -> str:
        lines = [run(text) for text in block.text.splitlines()]
        style = frame.style if frame.in_note else "Code"
        return paragraph(style, "<w:r><w:br/></w:r>".join(lines))

    def figure(self, block: Figure, frame: Frame) -> str:
        drawn = self.picture(block.picture, frame, fallback=text_of(block.caption))
        caption = self.inlines(block.caption, frame)
        centred = '<w:jc w:val="center"/>'
        under = paragraph("Caption", caption, centred) if caption else ""
        return f"{paragraph('Figure', drawn)}{under}"

    def table(self, block: Table, frame: Frame) -> str:
        words = self.inlines(block.caption, frame)
        above = paragraph("Caption", words, "<w:keepNext/>") if words else ""
        if frame.in_note or not (block.header or block.rows):
            return above + "".join(line(frame.style, text) for text in lines_of((block,))[1:])
        sheet = grids.sheet(block)
        room = frame.room * _TWIPS
        widths = [max(200, int(room * weight / sum(sheet.weights))) for weight in sheet.weights]
        return f"{above}{docx_runs.table(self._rows(sheet, widths, frame), widths)}<w:p/>"

    def _rows(self, sheet: grids.Sheet, widths: Sequence[int], frame: Frame) -> list[str]:
        covered: dict[tuple[int, int], int] = {}
        rows = []
        for number, places in enumerate(sheet.rows):
            is_head = number < sheet.header
            begun = {place.column: place for place in places}
            cells, column = [], 0
            while column < len(widths):
                place = begun.get(column)
                if place is None:
                    span = covered.get((number, column), 1)
                    cells.append(_cell("<w:p/>", widths[column : column + span], "<w:vMerge/>"))
                else:
                    span = place.columns
                    below = range(number + 1, number + place.rows)
                    covered |= {(row, column): span for row in below}
                    cells.append(self._place(place, widths, frame, is_head=is_head))
                column += span
            rows.append(_row(cells, places, is_head=is_head))
        return rows

    def _place(self, place: Place, widths: Sequence[int], frame: Frame, *, is_head: bool) -> str:
        own = widths[place.column : place.column + place.columns]
        style = "TableHead" if is_head else "TableText"
        room = max(20.0, sum(own) / _TWIPS - 9)
        inner = frame._replace(style=style, mark="", level=0, room=room)
        written = self.blocks(place.cell.blocks, inner) if place.cell else ""
        merge = '<w:vMerge w:val="restart"/>' if place.rows > 1 else ""
        return _cell(written or line(style, ""), own, merge)

    def inlines(self, inlines: tuple[Inline, ...], frame: Frame, *, look: str = "") -> str:
        ready = phrasing.words_of(inlines)
        return "".join(
            self.span(inline, next(ready), look)
            if isinstance(inline, Span)
            else _INLINES[type(inline)](self, inline, frame)
            for inline in inlines
        )

    def span(self, span: Span, words: str, look: str) -> str:
        address = web_address(span.link) if span.link else ""
        own = docx_runs.look_of(span, is_link=bool(address))
        written = run(words, own if look in own else own + look)
        if not address or not written:
            return written
        relation = mark_of("link", self.links.setdefault(address, len(self.links)))
        return f'<w:hyperlink r:id="{relation}">{written}</w:hyperlink>'

    def line_break(self, _break: LineBreak, _frame: Frame) -> str:
        return "<w:r><w:br/></w:r>"

    def formula(self, formula: Formula, _frame: Frame) -> str:
        found = self.formulas.get(formula.tex)
        if found is None:
            return run(formula.tex, '<w:rStyle w:val="CodeText"/>')
        return f"<m:oMathPara>{found}</m:oMathPara>" if formula.display else found

    def note(self, note: Note, frame: Frame) -> str:
        if frame.in_note:
            return run(f" ({' '.join(lines_of(note.blocks))})")
        inner = Frame(style="FootnoteText", in_note=True)
        written = self.blocks(note.blocks, inner) or line("FootnoteText", "")
        self.footnotes.append(_marked(written))
        mark = f'footnoteReference w:id="{mark_of("note", len(self.footnotes) - 1)}"'
        return _NOTE_MARK.format(mark)

    def picture(self, picture: Picture, frame: Frame, fallback: str = "") -> str:
        alt = one_line(picture.description or fallback) or _UNNAMED
        if picture.name not in self.images:
            return run(f"[{_UNNAMED}: {alt}]", "<w:i/><w:iCs/>")
        path = self.images[picture.name]
        place = self.shown.setdefault(picture.name, len(self.shown))
        number, rel = mark_of("drawing", self.drawings), mark_of("image", place)
        self.drawings += 1
        drawn = Drawn(number, rel, path.name, alt, pictures.size(path, picture))
        return docx_runs.drawing(drawn, frame.room)


def mark_of(kind: str, number: int) -> str:
    """A number of the article that the package replaces: no author's text can hold such a mark."""
    return f"{MARK}{kind}{number}{MARK}"


def _marked(written: str) -> str:
    """Put the footnote's number at the head of its first paragraph."""
    end = written.index("</w:pPr>") + len("</w:pPr>")
    return f"{written[:end]}{_NOTE_MARK.format('footnoteRef')}{run(' ')}{written[end:]}"


def _continued(frame: Frame) -> str:
    """Return the indent of a list item's second and further paragraphs."""
    left = _FIRST_INDENT + _INDENT * max(0, frame.level - 1)
    return f'<w:ind w:left="{left}"/>'


def _cell(content: str, widths: Sequence[int], merge: str) -> str:
    span = f'<w:gridSpan w:val="{len(widths)}"/>' if len(widths) > 1 else ""
    closed = content if content.endswith(("</w:p>", "<w:p/>")) else f"{content}<w:p/>"
    return f'<w:tc><w:tcPr><w:tcW w:w="{sum(widths)}" w:type="dxa"/>{span}{merge}</w:tcPr>{closed}</w:tc>'


def _row(cells: Sequence[str], places: Sequence[Place], *, is_head: bool) -> str:
    """A short row is not torn between pages; the head stands on every page."""
    text = sum(
        len(structure.blocks_text(place.cell.blocks)) / place.columns
        for place in places
        if place.cell
    )
    whole = "<w:cantSplit/>" if text <= _SHORT_ROW else ""
    head = "<w:tblHeader/>" if is_head else ""
    properties = f"<w:trPr>{whole}{head}</w:trPr>" if whole or head else ""
    return f"<w:tr>{properties}{''.join(cells)}</w:tr>"


_BLOCKS: dict[type, Callable[[Writer, Any, Frame], str]] = {
    Heading: Writer.nested_heading,
    Paragraph: Writer.paragraph,
    BlockList: Writer.items,
    Quote: Writer.quote,
    Preformatted: Writer.preformatted,
    Figure: Writer.figure,
    Table: Writer.table,
}
_INLINES: dict[type, Callable[[Writer, Any, Frame], str]] = {
    LineBreak: Writer.line_break,
    Formula: Writer.formula,
    Note: Writer.note,
    Picture: Writer.picture,
}
