"""A document as XHTML that is valid HTML too: the body of EPUB chapters and of web pages.

Both are written at once: where they differ stands a sign that no author's text can hold, since
control characters are cleaned out of it, and ``in_book`` and ``on_page`` put there what belongs.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple
from xml.sax.saxutils import escape, quoteattr

from flows.compilation.renditions import grids, phrasing
from flows.compilation.renditions.characters import clean, one_line, web_address
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

Tag = Callable[[str], str]
_WRAPPERS = (("code", "code"), ("bold", "strong"), ("italic", "em"), ("strike", "s"))
_POINT = 96 / 72
_UNNAMED = "Рисунок"
_END = "\x01"
"""An empty element ends: as XML in a book, as HTML on a page."""
_MENTION = "\x02"
"""A footnote is mentioned: reading programs show it in a window."""
_FRAME, _FRAMED, _UNFRAMED = "\x03", "\x04", "\x05"
"""A table begins, with its name in between, and ends: on a page it stands in a frame that scrolls."""
_FOLDER = "\x06"
"""The address of pictures."""
_FRAMES = re.compile(f"{_FRAME}[^{_FRAMED}]*{_FRAMED}|{_UNFRAMED}")


class Title(NamedTuple):
    """A heading of the article; ``level`` counts from 2."""

    level: int
    anchor: str
    text: str


@dataclass
class Writer:
    """Writes one article and remembers what its page needs to know of it.

    ``images`` maps picture names to files, ``formulas`` TeX to MathML.
    """

    images: Mapping[str, Path] = field(default_factory=dict)
    formulas: Mapping[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    titles: list[Title] = field(default_factory=list)
    has_formulas: bool = False
    is_described: bool = True
    _depth: int = 0

    def document(self, document: Document) -> str:
        """Return all blocks; the highest heading becomes ``h2``."""
        blocks = tuple(block for block in document.blocks if _says_anything(block))
        levels = heading_levels(blocks)
        return "\n".join(
            self.heading(block, levels[place] + 1)
            if isinstance(block, Heading)
            else self._block(block)
            for place, block in enumerate(blocks)
        )

    def blocks(self, blocks: tuple[Block, ...]) -> str:
        """Return nested blocks; too deep a nest is written as plain paragraphs."""
        if self._depth > DEEPEST:
            return "".join(f"<p>{_text(line)}</p>" for line in lines_of(blocks))
        self._depth += 1
        written = "".join(self._block(block) for block in blocks if _says_anything(block))
        self._depth -= 1
        return written

    def inlines(self, inlines: tuple[Inline, ...]) -> str:
        words = phrasing.words_of(inlines)
        return "".join(
            self.span(inline, next(words))
            if isinstance(inline, Span)
            else _INLINES[type(inline)](self, inline)
            for inline in inlines
        )

    def _block(self, block: Block) -> str:
        written: str = _BLOCKS[type(block)](self, block)
        return written

    def heading(self, block: Heading, level: int) -> str:
        words = one_line(phrasing.polished(structure.inline_text(block.inlines)))
        title = Title(level, f"part-{len(self.titles) + 1}", words)
        self.titles.append(title)
        return f'<h{level} id="{title.anchor}">{self.inlines(block.inlines)}</h{level}>'

    def nested_heading(self, block: Heading) -> str:
        return f"<p><strong>{self.inlines(block.inlines)}</strong></p>"

    def paragraph(self, block: Paragraph) -> str:
        return f"<p>{self.inlines(block.inlines)}</p>"

    def list(self, block: BlockList) -> str:
        items = "".join(
            f"<li>{written}</li>" for item in block.items if (written := self.blocks(item))
        )
        if not items:
            return ""
        tag = "ol" if block.ordered else "ul"
        start = f' start="{block.start}"' if block.ordered and block.start != 1 else ""
        return f"<{tag}{start}>{items}</{tag}>"

    def quote(self, block: Quote) -> str:
        return f"<blockquote>{self.blocks(block.blocks)}</blockquote>"

    def preformatted(self, block: Preformatted) -> str:
        return f"<pre>{_text(block.text)}</pre>"

    def figure(self, block: Figure) -> str:
        picture = self.picture(block.picture, fallback=text_of(block.caption))
        caption = self.inlines(block.caption)
        if not caption:
            return f"<figure>{picture}</figure>"
        return f"<figure>{picture}<figcaption>{caption}</figcaption></figure>"

    def table(self, block: Table) -> str:
        if not block.header and not block.rows:
            return f"<p>{self.inlines(block.caption)}</p>" if block.caption else ""
        words = self.inlines(block.caption)
        caption = f"<caption>{words}</caption>" if words else ""
        sheet = grids.sheet(block)
        head = self._rows(sheet.rows[: sheet.header], "th")
        body = self._rows(sheet.rows[sheet.header :], "td")
        parts = (f"<thead>{head}</thead>" if head else "", f"<tbody>{body}</tbody>" if body else "")
        table = f"<table>{caption}{''.join(parts)}</table>"
        if self._depth:
            return table
        name = quoteattr(one_line(text_of(block.caption)) or "Таблица")
        return f"{_FRAME}{name}{_FRAMED}{table}{_UNFRAMED}"

    def _rows(self, rows: Iterable[tuple[Place, ...]], tag: str) -> str:
        return "".join(
            f"<tr>{''.join(self._cell(place, tag) for place in row)}</tr>" for row in rows
        )

    def _cell(self, place: Place, tag: str) -> str:
        named = (("colspan", place.columns), ("rowspan", place.rows))
        spans = "".join(f' {name}="{value}"' for name, value in named if value > 1)
        scope = ""
        if tag == "th":
            scope = ' scope="colgroup"' if place.columns > 1 else ' scope="col"'
        inner = self.blocks(place.cell.blocks) if place.cell else ""
        if tag == "th" and not inner:
            tag, scope = "td", ""
        return f"<{tag}{scope}{spans}>{inner}</{tag}>"

    def span(self, span: Span, words: str) -> str:
        written = _text(words)
        for mark, tag in _WRAPPERS:
            if getattr(span, mark):
                written = f"<{tag}>{written}</{tag}>"
        if span.position != "normal":
            tag = "sub" if span.position == "sub" else "sup"
            written = f"<{tag}>{written}</{tag}>"
        address = web_address(span.link) if span.link else ""
        return f"<a href={quoteattr(address)}>{written}</a>" if address and written else written

    def line_break(self, _break: LineBreak) -> str:
        return f"<br{_END}>"

    def formula(self, formula: Formula) -> str:
        mathml = self.formulas.get(formula.tex)
        if mathml is None:
            return f"<code>{_text(formula.tex)}</code>"
        self.has_formulas = True
        kind = "block" if formula.display else "inline"
        told = f'display="{kind}" alttext={quoteattr(one_line(formula.tex))}'
        return mathml.replace('display="block"', told, 1)

    def note(self, note: Note) -> str:
        self.notes.append("")
        number = len(self.notes)
        self.notes[number - 1] = self.blocks(note.blocks) or "<p></p>"
        return (
            f'<a class="noteref"{_MENTION} id="mention-{number}" href="#note-{number}" '
            f'role="doc-noteref" aria-label="Сноска {number}">{number}</a>'
        )

    def picture(self, picture: Picture, fallback: str = "") -> str:
        alt = one_line(picture.description or fallback)
        self.is_described &= bool(alt)
        shown = self.images.get(picture.name)
        if shown is None:
            return f"<em>[{_UNNAMED}: {_text(alt or 'нет в файле')}]</em>"
        width, height = (max(1, round(side * _POINT)) for side in pictures.size(shown, picture))
        return (
            f'<img src="{_FOLDER}{shown.name}" alt={quoteattr(alt or _UNNAMED)} '
            f'width="{width}" height="{height}"{_END}>'
        )


def in_book(written: str, images: str) -> str:
    """Return the written text as XML for a book whose pictures stand below ``images``."""
    framed = _FRAMES.sub("", written) if _FRAME in written else written
    noted = framed.replace(_MENTION, ' epub:type="noteref"')
    return noted.replace(_END, "/").replace(_FOLDER, images)


def on_page(written: str, images: str) -> str:
    """Return the written text as HTML for a page whose pictures stand below ``images``."""
    framed = written.replace(_FRAME, '<div class="table" role="group" tabindex="0" aria-label=')
    whole = framed.replace(_FRAMED, ">").replace(_UNFRAMED, "</div>")
    return whole.replace(_MENTION, "").replace(_END, "").replace(_FOLDER, images)


def notes_section(notes: Sequence[str], *, is_book: bool) -> str:
    """Return the footnotes as a list at the end, empty without notes."""
    if not notes:
        return ""
    numbered = enumerate(notes, start=1)
    if is_book:
        listed = "".join(_aside(number, body) for number, body in numbered)
    else:
        items = (f'<li id="note-{n}">{body}{_way_back(n)}</li>' for n, body in numbered)
        listed = f"<ol>{''.join(items)}</ol>"
    return f'<section class="notes" role="doc-endnotes" aria-label="Примечания">{listed}</section>'


def _aside(number: int, body: str) -> str:
    return (
        f'<aside epub:type="footnote" role="doc-footnote" id="note-{number}">'
        f'<div class="number">{_way_back(number, str(number))}</div>{body}</aside>'
    )


def _way_back(number: int, sign: str = "↩") -> str:
    return (
        f'<a class="back" href="#mention-{number}" role="doc-backlink" '
        f'aria-label="К тексту, сноска {number}">{sign}</a>'
    )


def _says_anything(block: Block) -> bool:
    if not isinstance(block, Heading | Paragraph):
        return True
    spans = all(isinstance(inline, Span | LineBreak) for inline in block.inlines)
    return not spans or bool(clean(structure.inline_text(block.inlines)).strip())


def _text(text: str) -> str:
    return escape(clean(text))


_BLOCKS: dict[type, Callable[[Writer, Any], str]] = {
    Heading: Writer.nested_heading,
    Paragraph: Writer.paragraph,
    BlockList: Writer.list,
    Quote: Writer.quote,
    Preformatted: Writer.preformatted,
    Figure: Writer.figure,
    Table: Writer.table,
}
_INLINES: dict[type, Callable[[Writer, Any], str]] = {
    LineBreak: Writer.line_break,
    Formula: Writer.formula,
    Note: Writer.note,
    Picture: Writer.picture,
}
