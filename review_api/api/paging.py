"""Lists of the JSON API a page at a time: ``limit`` rows behind ``cursor``, which ``next`` gives."""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Annotated, Generic, TypeVar

from fastapi import Query

from schemas.base import Entity

MOST = 1000
LONGEST_CURSOR = 100

Limit = Annotated[int, Query(ge=1, le=MOST, description="At most so many rows in one answer.")]
After = Annotated[
    str,
    Query(
        max_length=LONGEST_CURSOR,
        pattern=r"^[0-9A-Za-z-]*$",
        description="`next` of the answer before; empty: the first.",
    ),
]

RowT = TypeVar("RowT", bound=Entity)
KeyT = TypeVar("KeyT")
ShownT = TypeVar("ShownT")
Show = Callable[[Sequence[RowT]], Sequence[ShownT | None]]


class Pages(Generic[RowT, KeyT]):
    """Rows in the order of their keys, read when they are asked for.

    ``read(after, limit)`` gives the next rows behind a key, ``key`` that of a row.
    """

    def __init__(
        self, read: Callable[[KeyT | None, int], Sequence[RowT]], *, key: Callable[[RowT], KeyT]
    ) -> None:
        self.read = read
        self.key = key

    def seen(
        self, show: Show[RowT, ShownT], *, after: KeyT | None, limit: int
    ) -> tuple[tuple[ShownT, ...], KeyT | None]:
        """At most ``limit`` rows as ``show`` makes them, and the key to go on behind, if there are more.

        What is shown as None leaves no trace: neither in the number of rows nor in the key.
        """
        found = list(islice(self.all_seen(show, after=after, limit=limit), limit + 1))
        items = tuple(item for _, item in found[:limit])
        return items, found[limit - 1][0] if len(found) > limit else None

    def all_seen(
        self, show: Show[RowT, ShownT], *, after: KeyT | None, limit: int
    ) -> Iterator[tuple[KeyT, ShownT]]:
        rows = self.read(after, limit + 1)
        while rows:
            for row, item in zip(rows, show(rows), strict=True):
                if item is not None:
                    yield self.key(row), item
            rows = self.read(self.key(rows[-1]), limit + 1) if len(rows) > limit else ()
