"""A document as XHTML that is valid HTML too: the body of EPUB chapters and of web pages."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from flows.documents.layout import DEEPEST, clean, heading_levels, lines_of, text_of
from schemas.document import (
    Block,
    BlockList,
    Cell,
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

_WRAPPERS = (("code", "code"), ("bold", "strong"), ("italic", "em"), ("strike", "s"))
_SCHEMES = ("http://", "https://", "mailto:")


@dataclass
class Writer:
    """Writes one article. ``notes`` collects the footnotes that were met on the way.

    ``pictures`` maps picture names to addresses relative to the page, ``formulas`` maps TeX to
    MathML.
    """

    pictures: Mapping[str, str] = field(default_factory=dict)
    formulas: Mapping[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    has_formulas: bool = False
    _depth: int = 0

    def document(self, document: Document) -> str:
        """Return all blocks; the highest heading becomes ``h2``."""
        levels = heading_levels(document.blocks)
        return "\n".join(
            self.heading(block, levels[place]) if isinstance(block, Heading) else self._block(block)
            for place, block in enumerate(document.blocks)
        )

    def blocks(self, blocks: tuple[Block, ...]) -> str:
        """Return nested blocks; too deep a nest is written as plain paragraphs."""
        if self._depth > DEEPEST:
            return "".join(f"<p>{_text(line)}</p>" for line in lines_of(blocks))
        self._depth += 1
        written = "".join(self._block(block) for block in blocks)
        self._depth -= 1
        return written

    def inlines(self, inlines: tuple[Inline, ...]) -> str:
        return "".join(_INLINES[type(inline)](self, inline) for inline in inlines)

    def notes_section(self) -> str:
        """Return the footnotes as a list at the end, empty without notes."""
        if not self.notes:
            return ""
        items = "".join(
            f'<li id="note-{number}">{body}<a href="#mention-{number}" role="doc-backlink" '
            f'aria-label="К тексту, сноска {number}">↩</a></li>'
            for number, body in enumerate(self.notes, start=1)
        )
        return f'<section role="doc-endnotes" aria-label="Примечания"><ol>{items}</ol></section>'

    def _block(self, block: Block) -> str:
        written: str = _BLOCKS[type(block)](self, block)
        return written

    def heading(self, block: Heading, level: int) -> str:
        return f"<h{level + 1}>{self.inlines(block.inlines)}</h{level + 1}>"

    def nested_heading(self, block: Heading) -> str:
        return f"<p><strong>{self.inlines(block.inlines)}</strong></p>"

    def paragraph(self, block: Paragraph) -> str:
        return f"<p>{self.inlines(block.inlines)}</p>"

    def list(self, block: BlockList) -> str:
        items = "".join(f"<li>{self.blocks(item)}</li>" for item in block.items if item)
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
        if not block.caption:
            return f"<figure>{picture}</figure>"
        return f"<figure>{picture}<figcaption>{self.inlines(block.caption)}</figcaption></figure>"

    def table(self, block: Table) -> str:
        if not block.header and not block.rows:
            return f"<p>{self.inlines(block.caption)}</p>"
        caption = f"<caption>{self.inlines(block.caption)}</caption>" if block.caption else ""
        head = self._rows(block.header, "th")
        body = self._rows(block.rows, "td")
        parts = (f"<thead>{head}</thead>" if head else "", f"<tbody>{body}</tbody>" if body else "")
        table = f"<table>{caption}{''.join(parts)}</table>"
        return f'<div class="table" role="region" tabindex="0" aria-label="Таблица">{table}</div>'

    def _rows(self, rows: tuple[tuple[Cell, ...], ...], tag: str) -> str:
        return "".join(
            f"<tr>{''.join(self._cell(cell, tag) for cell in row)}</tr>" for row in rows if row
        )

    def _cell(self, cell: Cell, tag: str) -> str:
        spans = "".join(
            f' {name}="{value}"'
            for name, value in (("colspan", cell.columns), ("rowspan", cell.rows))
            if value > 1
        )
        scope = ' scope="col"' if tag == "th" else ""
        return f"<{tag}{scope}{spans}>{self.blocks(cell.blocks)}</{tag}>"

    def span(self, span: Span) -> str:
        written = _text(span.text)
        for mark, tag in _WRAPPERS:
            if getattr(span, mark):
                written = f"<{tag}>{written}</{tag}>"
        if span.position != "normal":
            tag = "sub" if span.position == "sub" else "sup"
            written = f"<{tag}>{written}</{tag}>"
        if span.link and span.link.startswith(_SCHEMES) and " " not in span.link:
            written = f"<a href={quoteattr(clean(span.link))}>{written}</a>"
        return written

    def line_break(self, _break: LineBreak) -> str:
        return "<br/>"

    def formula(self, formula: Formula) -> str:
        mathml = self.formulas.get(formula.tex)
        if mathml is None:
            return f"<code>{_text(formula.tex)}</code>"
        self.has_formulas = True
        kind = "block" if formula.display else "inline"
        return mathml.replace('display="block"', f'display="{kind}"', 1)

    def note(self, note: Note) -> str:
        self.notes.append("")
        number = len(self.notes)
        self.notes[number - 1] = self.blocks(note.blocks)
        return (
            f'<sup><a id="mention-{number}" href="#note-{number}" role="doc-noteref">'
            f"{number}</a></sup>"
        )

    def picture(self, picture: Picture, fallback: str = "") -> str:
        alt = clean(picture.description or fallback or "Рисунок")
        address = self.pictures.get(picture.name)
        if address is None:
            return f"<em>[Рисунок: {_text(alt)}]</em>"
        return f"<img src={quoteattr(address)} alt={quoteattr(alt)}/>"


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
    Span: Writer.span,
    LineBreak: Writer.line_break,
    Formula: Writer.formula,
    Note: Writer.note,
    Picture: Writer.picture,
}
