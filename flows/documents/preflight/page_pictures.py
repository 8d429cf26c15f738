"""Pictures that are pages: what is masked in their recognised text can still be seen on them."""

from collections.abc import Collection

from flows.documents.preflight.privacy import HIDDEN
from flows.documents.structure import Blocks
from schemas.document import Block, BlockList, Cell, Document, Figure, Paragraph, Quote, Span, Table
from schemas.extraction import Extraction, Kind, WarningCode

HIDDEN_PICTURE = f"{HIDDEN}: снимок страницы, на котором названы люди или школа"
NAMING = frozenset(
    {
        WarningCode.AUTHOR_NAMED_IN_TEXT,
        WarningCode.PERSONAL_DATA,
        WarningCode.CHILDREN_NAMED,
    }
)


def shows_names(extraction: Extraction) -> bool:
    """Tell a file whose pictures are pages with words on them that must not be seen.

    A scanned page read with certainty has become text; a photograph, and a page read with doubt,
    stand beside their text.
    """
    told: Collection[WarningCode] = extraction.warnings
    is_shown = extraction.kind == Kind.IMAGE or WarningCode.RECOGNISED_POORLY in told
    return is_shown and WarningCode.TEXT_RECOGNISED in told and not NAMING.isdisjoint(told)


def without_page_pictures(document: Document) -> Document:
    """Return the document with a sentence in place of every figure."""
    return document.model_copy(update={"blocks": hidden(document.blocks)})


def hidden(blocks: Blocks) -> Blocks:
    return tuple(map(hidden_block, blocks))


def hidden_block(block: Block) -> Block:
    match block:
        case Figure():
            return Paragraph(inlines=(Span(text=HIDDEN_PICTURE, italic=True),))
        case BlockList():
            return block.model_copy(update={"items": tuple(map(hidden, block.items))})
        case Quote():
            return block.model_copy(update={"blocks": hidden(block.blocks)})
        case Table():
            rows = {"header": hidden_rows(block.header), "rows": hidden_rows(block.rows)}
            return block.model_copy(update=rows)
    return block


def hidden_rows(rows: tuple[tuple[Cell, ...], ...]) -> tuple[tuple[Cell, ...], ...]:
    return tuple(
        tuple(cell.model_copy(update={"blocks": hidden(cell.blocks)}) for cell in row)
        for row in rows
    )
