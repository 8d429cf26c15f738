"""Tables made printable: every cell on a sound grid, widths by content, a type that fits.

Columns whose longest words do not fit get smaller type; a table that would need less than seven
points is turned sideways.
"""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from flows.documents.printing.designs import Room
from schemas.document import Cell, Paragraph, Span, Table

SMALLEST_UPRIGHT = 7.0
MOST_COLUMNS = 60
INSET = 9.0
_LETTER = 0.53
"""Mean width of a Cyrillic letter in parts of the type size."""
_LONGEST_WORD = 12
_REPEATED_AT_MOST = 500
_SHORT = 9
_LONG = 500
_LINE = 20
Rows = Sequence[Sequence[Cell]]


class Place(NamedTuple):
    """A cell on the grid; ``cell`` is None where the author's table has a hole."""

    column: int
    row: int
    columns: int
    rows: int
    cell: Cell | None


class Plan(NamedTuple):
    """``weights`` share the width among columns; ``header`` counts the header's rows, ``rows`` all.

    ``short`` marks the columns of numbers and single words, which look better centred.
    """

    places: tuple[Place, ...]
    header: int
    rows: int
    weights: tuple[float, ...]
    size: float
    sideways: bool
    repeat: bool
    short: tuple[bool, ...]


class _Try(NamedTuple):
    """Type of ``size`` points with words of up to ``word`` letters kept whole."""

    size: float
    word: int
    sideways: bool


_TRIES = (
    *(_Try(size, _LONGEST_WORD, sideways=False) for size in (9.0, 8.5, 8.0, SMALLEST_UPRIGHT)),
    *(_Try(size, _LONGEST_WORD, sideways=True) for size in (9.0, 8.5, 8.0, 7.0)),
    *(_Try(size, 6, sideways=True) for size in (8.0, 7.0, 6.0, 5.0)),
    _Try(4.0, 3, sideways=True),
)


def plan(table: Table, *, room: Room, nested: bool) -> Plan:
    """How ``table`` is printed where there is ``room``; a nested one cannot turn sideways."""
    table = _within_reason(table)
    columns = _columns(table)
    head = _placed(table.header, columns, first_row=0)
    header = _height(head)
    places = head + _placed(table.rows, columns, first_row=header)
    longest = _longest_words(places, columns)
    size, sideways = _fitting(longest, room, nested=nested)
    repeat = sum(_characters(place) for place in head) <= _REPEATED_AT_MOST
    return Plan(
        tuple(places),
        header,
        _height(places),
        _weights(places, longest),
        size,
        sideways,
        repeat,
        _short(places, header, columns),
    )


def _short(places: Sequence[Place], header: int, columns: int) -> tuple[bool, ...]:
    long = {
        place.column
        for place in places
        if place.row >= header and place.columns == 1 and _characters(place) > _SHORT
    }
    return tuple(column > 0 and column not in long for column in range(columns))


def is_long(place: Place) -> bool:
    """Whether the cell may have to run over to the next page."""
    text = sum(len(line) + _LINE for line in text_of(place).splitlines())
    simple = place.cell is None or all(isinstance(b, Paragraph) for b in place.cell.blocks)
    return not simple or text / max(place.columns, 1) > _LONG


def _columns(table: Table) -> int:
    """As many columns as the widest row takes, whatever the table says of itself."""
    widest = max(_widest(table.header), _widest(table.rows))
    return max(1, min(table.columns, MOST_COLUMNS), widest)


def _widest(rows: Rows) -> int:
    """The columns that the widest row takes together with cells that reach into it."""
    widths = [0] * len(rows)
    for number, row in enumerate(rows):
        for cell in row:
            for below in range(number, min(number + max(cell.rows, 1), len(rows))):
                widths[below] += max(cell.columns, 1)
    return max(widths, default=0)


def _within_reason(table: Table) -> Table:
    """``table`` on at most ``MOST_COLUMNS``: spans are given up before any text is."""
    if max(_widest(table.header), _widest(table.rows)) <= MOST_COLUMNS:
        return table
    header, rows = (tuple(map(_folded, part)) for part in (table.header, table.rows))
    return table.model_copy(update={"header": header, "rows": rows})


def _folded(row: Sequence[Cell]) -> tuple[Cell, ...]:
    """Single cells; what is beyond the last column stands in the last column."""
    cells = [Cell(blocks=cell.blocks) for cell in row]
    first, beyond = cells[: MOST_COLUMNS - 1], cells[MOST_COLUMNS - 1 :]
    blocks = tuple(block for cell in beyond for block in cell.blocks)
    return (*first, Cell(blocks=blocks)) if beyond else tuple(first)


def _placed(rows: Rows, columns: int, *, first_row: int) -> list[Place]:
    """Put cells where they are free, clip their spans to the grid, fill what stays empty."""
    taken: set[tuple[int, int]] = set()
    places: list[Place] = []
    for number, row in enumerate(rows):
        for cell in row:
            column = next((c for c in range(columns) if (c, number) not in taken), None)
            if column is None:
                break
            place = _clipped(cell, column, number, columns, len(rows), taken)
            taken |= _covered(place)
            places.append(place)
    places += _holes(taken, columns, len(rows))
    ordered = sorted(places, key=lambda place: (place.row, place.column))
    return [place._replace(row=place.row + first_row) for place in ordered]


def _clipped(
    cell: Cell, column: int, row: int, columns: int, rows: int, taken: set[tuple[int, int]]
) -> Place:
    height = max(1, min(cell.rows, rows - row))
    width = 1
    while width < min(cell.columns, columns - column) and (column + width, row) not in taken:
        width += 1
    return Place(column, row, width, height, cell)


def _covered(place: Place) -> set[tuple[int, int]]:
    return {
        (place.column + dx, place.row + dy)
        for dx in range(place.columns)
        for dy in range(place.rows)
    }


def _holes(taken: set[tuple[int, int]], columns: int, rows: int) -> Iterable[Place]:
    return [
        Place(column, row, 1, 1, None)
        for row in range(rows)
        for column in range(columns)
        if (column, row) not in taken
    ]


def _height(places: Sequence[Place]) -> int:
    return max((place.row + place.rows for place in places), default=0)


def _words(place: Place) -> list[str]:
    return re.split(r"[\s\u200b/-]+", text_of(place))


def text_of(place: Place) -> str:
    """Words of the cell's paragraphs, a line for every span."""
    if place.cell is None:
        return ""
    return "\n".join(
        inline.text
        for block in place.cell.blocks
        if isinstance(block, Paragraph)
        for inline in block.inlines
        if isinstance(inline, Span)
    )


def _characters(place: Place) -> int:
    return len(text_of(place))


def _longest_words(places: Sequence[Place], columns: int) -> list[int]:
    longest = [2] * columns
    for place in places:
        if place.columns == 1:
            word = max((len(word) for word in _words(place)), default=0)
            longest[place.column] = max(longest[place.column], min(word, _LONGEST_WORD))
    return longest


def _fitting(longest: Sequence[int], room: Room, *, nested: bool) -> tuple[float, bool]:
    """Return the largest type in which the columns fit, and whether the page must turn."""
    for size, word, sideways in _TRIES:
        if nested and sideways:
            return SMALLEST_UPRIGHT, False
        width = room.sideways if sideways else room.width
        if size <= room.table and _needed(longest, size, word) <= width:
            return size, sideways
    return _TRIES[-1].size, True


def _needed(longest: Sequence[int], size: float, word: int) -> float:
    inset = min(INSET, size)
    return sum(min(letters, word) * size * _LETTER + inset for letters in longest)


def _weights(places: Sequence[Place], longest: Sequence[int]) -> tuple[float, ...]:
    """Width by the root of the text's amount, but never less than the longest word."""
    amount = [1.0] * len(longest)
    rows = max(_height(places), 1)
    for place in places:
        share = _characters(place) / place.columns / rows
        for column in range(place.column, place.column + place.columns):
            amount[column] += share
    return tuple(
        round(max(word + 2, 3 * text**0.5), 2) for word, text in zip(longest, amount, strict=True)
    )
