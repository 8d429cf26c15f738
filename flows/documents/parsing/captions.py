"""Captions found by their first words and tied to the picture or table they stand beside."""

import re
from collections.abc import Iterable
from typing import TypeGuard

from flows.documents.structure import Blocks, inline_text
from schemas.document import Block, Figure, Paragraph, Table

UNDER_PICTURE = re.compile(
    r"\s*(рис(унок|\.)?|фото|схема|диаграмма|график)\s*\.?\s*№?\s*\d", re.IGNORECASE
)
OVER_TABLE = re.compile(r"\s*(таблица|табл\.)\s*№?\s*\d", re.IGNORECASE)
LONGEST = 300


def tie_captions(blocks: Iterable[Block]) -> Blocks:
    """Move «Рис. 1 …» under its picture and «Таблица 1 …» over its table."""
    tied: list[Block] = []
    for block in blocks:
        last = tied[-1] if tied else None
        if isinstance(last, Figure) and not last.caption and speaks_of(block, UNDER_PICTURE):
            tied[-1] = last.model_copy(update={"caption": block.inlines})
        elif isinstance(block, Table) and not block.caption and speaks_of(last, OVER_TABLE):
            tied[-1] = block.model_copy(update={"caption": last.inlines})
        else:
            tied.append(block)
    return tuple(tied)


def speaks_of(block: Block | None, opening: re.Pattern[str]) -> TypeGuard[Paragraph]:
    """Tell whether a block is a short paragraph that opens like a caption."""
    if not isinstance(block, Paragraph):
        return False
    text = inline_text(block.inlines)
    return len(text) <= LONGEST and bool(opening.match(text))
