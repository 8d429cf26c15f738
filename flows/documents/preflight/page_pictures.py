"""Pictures that are pages: what is masked in their recognised text can still be seen on them."""

from collections.abc import Collection

from flows.documents.preflight.privacy import HIDDEN
from flows.documents.structure import Blocks
from schemas.document import Block, BlockList, Cell, Document, Figure, Paragraph, Quote, Span, Table
from schemas.extraction import Extraction, Kind, WarningCode

CUTTING = "cut-"  # what names of figures cut out of scanned pages begin with
HIDDEN_PICTURE = f"{HIDDEN}: снимок страницы, на котором названы люди или школа"
NAMING = frozenset(
    {
        WarningCode.AUTHOR_NAMED_IN_TEXT,
        WarningCode.PERSONAL_DATA,
        WarningCode.CHILDREN_NAMED,
    }
)


def hide_page_pictures(document: Document, extraction: Extraction) -> Document:
    """Put a sentence in place of figures that may show what was masked in their words.

    A scanned page read with certainty has become text but for the figures cut out of it; a
    photograph, and a page read with doubt, stand beside their text.
    """
    told: Collection[WarningCode] = extraction.warnings
    if WarningCode.TEXT_RECOGNISED not in told or NAMING.isdisjoint(told):
        return document
    is_page = extraction.kind == Kind.IMAGE or WarningCode.RECOGNISED_POORLY in told
    return document.model_copy(
        update={"blocks": hidden(document.blocks, "" if is_page else CUTTING)}
    )


def hidden(blocks: Blocks, prefix: str) -> Blocks:
    """Hide the figures whose pictures' names begin with ``prefix``."""
    return tuple(hidden_block(block, prefix) for block in blocks)


def hidden_block(block: Block, prefix: str) -> Block:
    match block:
        case Figure() if block.picture.name.startswith(prefix):
            return Paragraph(inlines=(Span(text=HIDDEN_PICTURE, italic=True),))
        case BlockList():
            items = tuple(hidden(item, prefix) for item in block.items)
            return block.model_copy(update={"items": items})
        case Quote():
            return block.model_copy(update={"blocks": hidden(block.blocks, prefix)})
        case Table():
            header, rows = hidden_rows(block.header, prefix), hidden_rows(block.rows, prefix)
            return block.model_copy(update={"header": header, "rows": rows})
    return block


def hidden_rows(rows: tuple[tuple[Cell, ...], ...], prefix: str) -> tuple[tuple[Cell, ...], ...]:
    return tuple(
        tuple(cell.model_copy(update={"blocks": hidden(cell.blocks, prefix)}) for cell in row)
        for row in rows
    )
