"""Whether a table is a short one, told from its text where that is plain.

Asking Typst costs the layout of the whole table a second time, a third of the time of an article.
"""

from itertools import groupby
from math import ceil

from flows.documents.printing import grid
from flows.documents.printing.designs import Room
from flows.documents.printing.grid import Place, Plan
from schemas.document import Paragraph, Span

SHORT = 0.3
"""Share of the page up to which a table is not torn apart."""
_WIDEST_LETTER = 0.75
_LEAST_LINE, _MOST_LINE = 1.0, 1.6
"""Height of a line, both in parts of the type size."""


def is_short(plan: Plan, room: Room) -> bool | None:
    """None when only the layout can tell: near the limit, or with more than text in the cells."""
    inset = 2 * min(3.5, plan.size / 2.4)
    limit = SHORT * room.height
    if plan.rows * (plan.size * _LEAST_LINE + inset) > limit:
        return False
    if not all(_is_text(place) for place in plan.places):
        return None
    lines = sum(_most_lines(row, plan, room) for row in _rows(plan))
    return True if lines * plan.size * _MOST_LINE + plan.rows * inset <= limit else None


def _is_text(place: Place) -> bool:
    blocks = place.cell.blocks if place.cell else ()
    return all(
        isinstance(block, Paragraph) and all(isinstance(one, Span) for one in block.inlines)
        for block in blocks
    )


def _rows(plan: Plan) -> list[list[Place]]:
    ordered = sorted(plan.places, key=lambda place: place.row)
    return [list(places) for _, places in groupby(ordered, key=lambda place: place.row)]


def _most_lines(places: list[Place], plan: Plan, room: Room) -> int:
    return max(_lines(place, plan, room) for place in places)


def _lines(place: Place, plan: Plan, room: Room) -> int:
    """More than the cell can take: every paragraph ends in a line of its own and one to spare."""
    share = sum(plan.weights[place.column : place.column + place.columns]) / sum(plan.weights)
    width = max(share * room.width - grid.INSET, plan.size)
    letter = plan.size * _WIDEST_LETTER
    return sum(ceil(len(line) * letter / width) + 1 for line in grid.text_of(place).split("\n"))
