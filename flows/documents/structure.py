"""Walking and rewriting a document's tree, and the plain text it holds."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from typing import assert_never

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

Inlines = tuple[Inline, ...]
Blocks = tuple[Block, ...]
Rewrite = Callable[[Inlines], Inlines]


OPENING = 5  # blocks
# What neither a database nor XML takes: controls, lone halves of surrogate pairs.
UNWANTED = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def tidy(text: str) -> str:
    """Return text in the composed form (NFC) without characters that no store takes."""
    return unicodedata.normalize("NFC", UNWANTED.sub("", text))


def plain(text: str) -> Inlines:
    """Return unstyled text as inlines; nothing for an empty string."""
    return (Span(text=text),) if text else ()


def inline_text(inlines: Iterable[Inline]) -> str:
    """Return the words of a run of inlines; footnotes and pictures are not among them."""
    return "".join([word(inline) for inline in inlines])


def word(inline: Inline) -> str:
    if isinstance(inline, Span):
        return inline.text
    if isinstance(inline, Formula):
        return inline.tex
    return "\n" if isinstance(inline, LineBreak) else ""


def children(block: Block) -> Iterator[Block]:
    """Yield the blocks directly inside a block, in reading order, footnotes last."""
    if isinstance(block, BlockList):
        for item in block.items:
            yield from item
        return
    if isinstance(block, Table):
        for cell in cells(block):
            yield from cell.blocks
    elif isinstance(block, Quote):
        yield from block.blocks
    for inline in own_inlines(block):
        if isinstance(inline, Note):
            yield from inline.blocks


def cells(table: Table) -> Iterator[Cell]:
    for row in (*table.header, *table.rows):
        yield from row


def own_inlines(block: Block) -> Inlines:
    """Return the inlines that belong to the block itself, not to blocks inside it."""
    if isinstance(block, Heading | Paragraph):
        return block.inlines
    return block.caption if isinstance(block, Table | Figure) else ()


def walk(blocks: Iterable[Block]) -> Iterator[Block]:
    """Yield every block of the tree, parents before children."""
    for block in blocks:
        yield block
        yield from walk(children(block))


def block_lines(block: Block) -> Iterator[str]:
    """Yield the text of one block as lines, with a table row on a line of its own."""
    if isinstance(block, Table):
        yield inline_text(block.caption)
        for row in (*block.header, *block.rows):
            yield "\t".join(" ".join(blocks_text(cell.blocks).split()) for cell in row)
        return
    yield block.text if isinstance(block, Preformatted) else inline_text(own_inlines(block))
    for child in children(block):
        yield from block_lines(child)


def block_runs(block: Block) -> Iterator[str]:
    """Yield the words of the block itself, and what is said of its pictures."""
    if isinstance(block, Preformatted):
        yield block.text
        return
    if isinstance(block, Figure):
        yield block.picture.description
    inlines = own_inlines(block)
    yield "".join(inline.text if isinstance(inline, Span) else "\n" for inline in inlines)
    yield from (inline.description for inline in inlines if isinstance(inline, Picture))


def blocks_text(blocks: Iterable[Block]) -> str:
    lines = [line for block in blocks for line in block_lines(block)]
    return "\n".join([line for line in lines if line and not line.isspace()])


def document_text(document: Document) -> str:
    """Return the words of a document, a line for each paragraph, item or table row."""
    return blocks_text(document.blocks)


def pictures(document: Document) -> list[Picture]:
    """Return every place where a picture stands, in order, repeated ones repeatedly."""
    found = []
    for block in walk(document.blocks):
        if isinstance(block, Figure):
            found.append(block.picture)
        found += [inline for inline in own_inlines(block) if isinstance(inline, Picture)]
    return found


def count_tables(document: Document) -> int:
    return sum(isinstance(block, Table) for block in walk(document.blocks))


def rewrite(blocks: Blocks, change: Rewrite) -> Blocks:
    """Return the blocks with ``change`` applied to every run of inlines, notes included."""
    return tuple(rewrite_block(block, change) for block in blocks)


def rewrite_inlines(inlines: Inlines, change: Rewrite) -> Inlines:
    inner = (
        inline.model_copy(update={"blocks": rewrite(inline.blocks, change)})
        if isinstance(inline, Note)
        else inline
        for inline in inlines
    )
    return change(tuple(inner))


def rewrite_block(block: Block, change: Rewrite) -> Block:
    match block:
        case Heading() | Paragraph():
            return block.model_copy(update={"inlines": rewrite_inlines(block.inlines, change)})
        case BlockList():
            items = tuple(rewrite(item, change) for item in block.items)
            return block.model_copy(update={"items": items})
        case Table():
            return rewrite_table(block, change)
        case Figure():
            return rewrite_figure(block, change)
        case Quote():
            return block.model_copy(update={"blocks": rewrite(block.blocks, change)})
        case Preformatted():
            return block.model_copy(update={"text": inline_text(change(plain(block.text)))})
    assert_never(block)


def rewrite_figure(figure: Figure, change: Rewrite) -> Figure:
    changed = change((figure.picture,))
    picture = next((inline for inline in changed if isinstance(inline, Picture)), figure.picture)
    caption = rewrite_inlines(figure.caption, change)
    return figure.model_copy(update={"picture": picture, "caption": caption})


def rewrite_table(table: Table, change: Rewrite) -> Table:
    parts = {
        "caption": rewrite_inlines(table.caption, change),
        "header": rewrite_rows(table.header, change),
        "rows": rewrite_rows(table.rows, change),
    }
    return table.model_copy(update=parts)


def rewrite_rows(
    rows: tuple[tuple[Cell, ...], ...], change: Rewrite
) -> tuple[tuple[Cell, ...], ...]:
    return tuple(
        tuple(cell.model_copy(update={"blocks": rewrite(cell.blocks, change)}) for cell in row)
        for row in rows
    )


def first_heading(document: Document) -> str:
    """Return the text of the first heading on one line, or nothing."""
    for block in document.blocks:
        if isinstance(block, Heading):
            return " ".join(inline_text(block.inlines).split())
    return ""


def stated_title(document: Document, stated: str) -> str:
    """Return a title from a file's properties if the text opens with it too.

    Properties alone are not trusted: they often keep the name of an older document.
    """
    wanted = " ".join(stated.split())
    openings = (" ".join(blocks_text([block]).split()) for block in document.blocks[:OPENING])
    return wanted if wanted and wanted in openings else ""
