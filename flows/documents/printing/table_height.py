"""Whether a table is a short one, told from its text.

Asking Typst costs the layout of the whole table a second time, a quarter of the time of an
article. Nobody sees on which side of the limit a table falls that is near it, so that the mean
width of letters is good enough.
"""

from collections.abc import Iterator
from itertools import groupby
from math import ceil

from flows.documents import structure
from flows.documents.printing import grid
from flows.documents.printing.designs import Room
from flows.documents.printing.grid import Place, Plan
from schemas.document import Block, BlockList, LineBreak, Paragraph, Span

SHORT = 0.3
"""Share of the page up to which a table is not torn apart."""
_LETTER = 0.5
"""Mean width of a letter with what stays empty at the ends of lines."""
_LEAST_LINE, _LINE = 1.0, 1.1
"""Height of a line; all in parts of the type size."""
_TEXT = Span | LineBreak


def is_short(plan: Plan, room: Room) -> bool | None:
    """None when only the layout can tell: with more than paragraphs and lists in the cells."""
    inset = 2 * min(3.5, plan.size / 2.4)
    limit = SHORT * room.height
    if plan.rows * (plan.size * _LEAST_LINE + inset) > limit:
        return False
    if not all(_is_text(place) for place in plan.places):
        return None
    lines = sum(_lines_of_row(row, plan, room) for row in _rows(plan))
    return lines * plan.size * _LINE + plan.rows * inset <= limit


def _is_text(place: Place) -> bool:
    return all(
        isinstance(block, BlockList)
        or (isinstance(block, Paragraph) and all(isinstance(one, _TEXT) for one in block.inlines))
        for block in _blocks(place)
    )


def _blocks(place: Place) -> Iterator[Block]:
    return structure.walk(place.cell.blocks if place.cell else ())


def _rows(plan: Plan) -> list[list[Place]]:
    ordered = sorted(plan.places, key=lambda place: place.row)
    return [list(places) for _, places in groupby(ordered, key=lambda place: place.row)]


def _lines_of_row(places: list[Place], plan: Plan, room: Room) -> float:
    """The lines of the tallest cell; one that spans rows gives each of them its share."""
    return max(_lines(place, plan, room) / place.rows for place in places)


def _lines(place: Place, plan: Plan, room: Room) -> int:
    share = sum(plan.weights[place.column : place.column + place.columns]) / sum(plan.weights)
    width = max(share * room.width - min(grid.INSET, plan.size), plan.size)
    letter = plan.size * _LETTER
    return sum(max(ceil(length * letter / width), 1) for length in _lengths(place))


def _lengths(place: Place) -> Iterator[int]:
    """Letters in every line of a cell that holds nothing but text, as its author ended them."""
    for block in _blocks(place):
        if isinstance(block, Paragraph):
            line = "".join(one.text if isinstance(one, Span) else "\n" for one in block.inlines)
            yield from map(len, line.split("\n"))
