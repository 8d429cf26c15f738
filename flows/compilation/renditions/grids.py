"""Tables as rows of cells on a sound grid: what web pages, EPUB and DOCX all write.

Rows and columns in which no cell begins are taken out, since HTML forbids them and a reader
aloud would announce them as empty.
"""

from collections.abc import Sequence
from typing import NamedTuple

from flows.documents.printing import grid
from flows.documents.printing.designs import Room
from schemas.document import Table


class Sheet(NamedTuple):
    """``rows`` hold the places that begin in them; the first ``header`` rows are the head."""

    rows: tuple[tuple[grid.Place, ...], ...]
    header: int
    weights: tuple[float, ...]

    @property
    def columns(self) -> int:
        return len(self.weights)


def sheet(table: Table) -> Sheet:
    """Return ``table`` with every place of its grid taken exactly once."""
    plan = grid.plan(table, room=Room(), nested=False)
    height = max((place.row + place.rows for place in plan.places), default=0)
    width = len(plan.weights)
    rows = _positions({place.row for place in plan.places}, height)
    columns = _positions({place.column for place in plan.places}, width)
    found: list[list[grid.Place]] = [[] for _ in range(rows[-1])]
    for place in sorted(plan.places, key=lambda one: (one.row, one.column)):
        moved = place._replace(
            row=rows[place.row],
            rows=rows[place.row + place.rows] - rows[place.row],
            column=columns[place.column],
            columns=columns[place.column + place.columns] - columns[place.column],
        )
        found[moved.row].append(moved)
    kept = [column for column in range(width) if columns[column] < columns[column + 1]]
    weights = tuple(plan.weights[column] for column in kept)
    return Sheet(tuple(map(tuple, found)), rows[plan.header], weights)


def _positions(used: set[int], length: int) -> Sequence[int]:
    """Return for every old place, and the end, how many used ones stand before it."""
    counts = [0]
    for place in range(length):
        counts.append(counts[-1] + (place in used))
    return counts
