"""A document as WordprocessingML: real styles, lists, footnotes, tables, pictures, formulas."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

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
_NOTE_MARK = '<w:r><w:rPr><w:rStyle w:val="FootnoteReference"/></w:rPr><w:{}/></w:r>'


@dataclass
class Relations:
    """What one part of the package points to: pictures by file, pages of the web by address."""

    images: dict[str, str] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)

    def image(self, file: str) -> str:
        return self.images.setdefault(file, f"rIdImage{len(self.images) + 1}")

    def link(self, address: str) -> str:
        return self.links.setdefault(address, f"rIdLink{len(self.links) + 1}")


@dataclass
class Package:
    """What all articles of one file share; ``lists`` are numbered lists: id, level, start."""

    formulas: Mapping[str, str]
    body: Relations = field(default_factory=Relations)
    notes: Relations = field(default_factory=Relations)
    footnotes: list[str] = field(default_factory=list)
    lists: list[tuple[int, int, int]] = field(default_factory=list)
    files: dict[str, Path] = field(default_factory=dict)
    pictures: int = 0

    def numbered(self, level: int, start: int) -> int:
        """Return the id of a new list that counts from ``start``."""
        self.lists.append((len(self.lists) + 2, level, start))
        return self.lists[-1][0]


@dataclass(frozen=True)
class Frame:
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
    """Writes one article into a package. ``images`` maps names to (media file, path)."""

    package: Package
    images: Mapping[str, tuple[str, Path]]

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
        inner = replace(frame, depth=frame.depth + 1)
        if inner.depth > DEEPEST + 1:
            return "".join(line(frame.style, text) for text in lines_of(tuple(blocks)))
        written = []
        for block in blocks:
            written.append(self.block(block, inner))
            inner = replace(inner, mark=_continued(inner) if inner.mark else "")
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
        number = self.package.numbered(level, block.start) if block.ordered else 1
        mark = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'
        style = "ListNumber" if block.ordered else "ListBullet"
        if frame.in_note:
            mark, style = "", frame.style
        inner = replace(frame, style=style, mark=mark, level=level + 1)
        return "".join(self.blocks(item, inner) for item in block.items)

    def quote(self, block: Quote, frame: Frame) -> str:
        style = frame.style if frame.in_note else "Quote"
        return self.blocks(block.blocks, replace(frame, style=style, mark=""))

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
        inner = replace(frame, style=style, mark="", level=0, room=room)
        written = self.blocks(place.cell.blocks, inner) if place.cell else ""
        merge = '<w:vMerge w:val="restart"/>' if place.rows > 1 else ""
        return _cell(written or line(style, ""), own, merge)

    def inlines(self, inlines: tuple[Inline, ...], frame: Frame, *, look: str = "") -> str:
        ready = phrasing.words_of(inlines)
        return "".join(
            self.span(inline, next(ready), frame, look)
            if isinstance(inline, Span)
            else _INLINES[type(inline)](self, inline, frame)
            for inline in inlines
        )

    def span(self, span: Span, words: str, frame: Frame, look: str) -> str:
        address = web_address(span.link) if span.link else ""
        own = docx_runs.look_of(span, is_link=bool(address))
        written = run(words, own if look in own else own + look)
        if not address or not written:
            return written
        relations = self.package.notes if frame.in_note else self.package.body
        return f'<w:hyperlink r:id="{relations.link(address)}">{written}</w:hyperlink>'

    def line_break(self, _break: LineBreak, _frame: Frame) -> str:
        return "<w:r><w:br/></w:r>"

    def formula(self, formula: Formula, _frame: Frame) -> str:
        found = self.package.formulas.get(formula.tex)
        if found is None:
            return run(formula.tex, '<w:rStyle w:val="CodeText"/>')
        return f"<m:oMathPara>{found}</m:oMathPara>" if formula.display else found

    def note(self, note: Note, frame: Frame) -> str:
        if frame.in_note:
            return run(f" ({' '.join(lines_of(note.blocks))})")
        inner = Frame(style="FootnoteText", in_note=True)
        written = self.blocks(note.blocks, inner) or line("FootnoteText", "")
        number = len(self.package.footnotes) + 1
        self.package.footnotes.append(_marked(written))
        mark = f'footnoteReference w:id="{number}"'
        return _NOTE_MARK.format(mark)

    def picture(self, picture: Picture, frame: Frame, fallback: str = "") -> str:
        alt = one_line(picture.description or fallback) or _UNNAMED
        if picture.name not in self.images:
            return run(f"[{_UNNAMED}: {alt}]", "<w:i/><w:iCs/>")
        file, path = self.images[picture.name]
        self.package.files[file] = path
        self.package.pictures += 1
        relations = self.package.notes if frame.in_note else self.package.body
        size = pictures.size(path, picture)
        drawn = Drawn(self.package.pictures, relations.image(file), file, alt, size)
        return docx_runs.drawing(drawn, frame.room)


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
