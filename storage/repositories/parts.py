"""Parts: tuples inside a schema that are kept as rows of their own tables.

A repository declares its parts. They are read for a whole list at once, a table a query, and
rewritten only when they have changed.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, Table, bindparam, delete, insert, select

from schemas.base import Schema
from storage.identifiers import new_id
from storage.tables.row import Row

BATCH = 1000
"""Owners in one query: both databases limit how many values a statement may carry."""

Fields = dict[str, tuple[Any, ...]]


def no_keys(_whole: object, _value: object) -> dict[str, object]:
    return {}


@dataclass(frozen=True)
class Part:
    """The tuple ``field`` of a whole, as rows that name the whole's row in column ``owner``.

    ``shape`` is the schema of one value, whose fields are columns or ``inner`` parts; values
    that are plain are kept in the one column ``plain``. ``order`` is the column they are read in
    the order of: ``place`` counts from 0. ``keys`` makes further columns of whole and value.
    """

    field: str
    row: type[Row]
    owner: str
    shape: type[Schema] | None = None
    plain: str = ""
    order: str = "place"
    keys: Callable[[Any, Any], Mapping[str, object]] = no_keys
    inner: tuple["Part", ...] = ()

    @cached_property
    def table(self) -> Table:
        return self.row.metadata.tables[str(self.row.__tablename__)]

    @cached_property
    def reading(self) -> Select[Any]:
        """The rows of ``owners``; made once, for making it costs as much as running it."""
        owner = self.table.c[self.owner]
        wanted = owner.in_(bindparam("owners", expanding=True))
        return select(self.table).where(wanted).order_by(owner, self.order)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Columns that hold what a value says."""
        if self.shape is None:
            return (self.plain,)
        inside = {part.field for part in self.inner}
        return tuple(name for name in self.shape.model_fields if name not in inside)

    def value(self, row: RowMapping, inside: Fields) -> Any:  # noqa: ANN401  (what ``shape`` says)
        if self.shape is None:
            return row[self.plain]
        return self.shape.model_validate({name: row[name] for name in self.names} | inside)

    def columns(self, owner: str, place: int, whole: object, value: object) -> dict[str, object]:
        """The row of ``value``, which stands at ``place`` within ``whole``."""
        facts = {n: getattr(value, n) for n in self.names} if self.shape else {self.plain: value}
        placed = {"place": place} if self.order == "place" else {}
        return {"id": new_id(), self.owner: owner, **placed, **facts, **self.keys(whole, value)}


def parts_of(
    connection: Connection, parts: Sequence[Part], owners: Sequence[str]
) -> dict[str, Fields]:
    """The parts of every owner by the name of their field."""
    found: dict[str, Fields] = {owner: {part.field: () for part in parts} for owner in owners}
    for part in parts:
        for owner, values in values_of(connection, part, owners).items():
            found[owner][part.field] = tuple(values)
    return found


def values_of(connection: Connection, part: Part, owners: Sequence[str]) -> dict[str, list[object]]:
    rows = list(chain.from_iterable(batches(connection, part, owners)))
    inside = parts_of(connection, part.inner, [row["id"] for row in rows])
    found = defaultdict(list)
    for row in rows:
        found[row[part.owner]].append(part.value(row, inside[row["id"]]))
    return found


def batches(
    connection: Connection, part: Part, owners: Sequence[str]
) -> Iterator[Sequence[RowMapping]]:
    for start in range(0, len(owners), BATCH):
        wanted = {"owners": owners[start : start + BATCH]}
        yield connection.execute(part.reading, wanted).mappings().all()


def add_parts(connection: Connection, parts: Sequence[Part], wholes: Mapping[str, object]) -> None:
    """Put in the parts of new ``wholes``, given by the id of their row."""
    for part in parts:
        values = [
            (part.columns(owner, place, whole, value), value)
            for owner, whole in wholes.items()
            for place, value in enumerate(getattr(whole, part.field))
        ]
        if values:
            connection.execute(insert(part.table), [columns for columns, _ in values])
            add_parts(connection, part.inner, {str(row["id"]): value for row, value in values})


def change_parts(connection: Connection, parts: Sequence[Part], owner: str, whole: object) -> None:
    """Write over the stored parts of one whole that differ from what it holds now.

    What stands inside a removed row goes with it: the tables say so.
    """
    stored = parts_of(connection, parts, [owner])[owner]
    changed = [part for part in parts if stored[part.field] != getattr(whole, part.field)]
    for part in changed:
        connection.execute(delete(part.table).where(part.table.c[part.owner] == owner))
    add_parts(connection, changed, {owner: whole})
