"""What every repository can do: rows in, schemas out."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Connection, Table, bindparam, func, insert, update
from sqlalchemy.sql.selectable import ForUpdateParameter
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from schemas.base import Entity
from schemas.errors import Conflict, NotFound
from storage.repositories.parts import BATCH, Fields, Part, add_parts, change_parts, parts_of
from storage.tables.row import Row

RowT = TypeVar("RowT", bound=Row)
SchemaT = TypeVar("SchemaT", bound=Entity)
Condition = ColumnElement[bool] | bool

# PostgreSQL: rows that point here may still be written, for no key ever changes.
KEY_STAYS: ForUpdateParameter = {"key_share": True}

STALE = (
    "Кто-то уже изменил эти данные, пока вы работали. Обновите страницу: ваш текст сохранён рядом."
)
MISSING = "Такой страницы или записи нет."


def later_version(value: SchemaT) -> SchemaT:
    return value.model_copy(update={"version": getattr(value, "version", 0) + 1})


class Repository(Generic[RowT, SchemaT]):
    """Rows of one table, with their parts, as frozen schemas.

    ``keys`` adds the folded lookup columns; ``parts`` are fields kept in tables of their own.
    """

    row: type[RowT]
    schema: type[SchemaT]
    order: tuple[str, ...] = ("id",)
    parts: tuple[Part, ...] = ()

    def __init__(self, session: Session) -> None:
        self.session = session

    @property
    def connection(self) -> Connection:
        return self.session.connection()

    def find(self, identifier: str) -> SchemaT | None:
        row = self.session.get(self.row, identifier)
        return None if row is None else self.read_all([row])[0]

    def get(self, identifier: str) -> SchemaT:
        """Raises ``NotFound``."""
        found = self.find(identifier)
        if found is None:
            raise NotFound(MISSING)
        return found

    def many(self, identifiers: Iterable[str]) -> dict[str, SchemaT]:
        wanted = sorted(set(identifiers))
        found: dict[str, SchemaT] = {}
        for start in range(0, len(wanted), BATCH):
            some = wanted[start : start + BATCH]
            found |= {value.id: value for value in self.where(col(self.row.id).in_(some))}
        return found

    def add(self, value: SchemaT) -> SchemaT:
        self.session.add(self.row.model_validate(self.columns(value)))
        self.session.flush()
        add_parts(self.connection, self.parts, {value.id: value})
        return value

    def add_many(self, values: Sequence[SchemaT]) -> None:
        """Put in many new values at once, a statement a table; nothing of theirs is checked."""
        if values:
            self.connection.execute(insert(self.row), [self.columns(value) for value in values])
            add_parts(self.connection, self.parts, {value.id: value for value in values})

    def save(self, value: SchemaT) -> SchemaT:
        """Write over the row with the same id; versioned rows must not have moved on.

        Raises ``Conflict`` (stale version) and ``NotFound``. Returns what is now stored.
        """
        columns = self.columns(value)
        row = self.locked(value.id)
        version = getattr(row, "version", None)
        if version is not None:
            if columns["version"] != version:
                raise Conflict(STALE, code="stale_version")
            columns["version"] = version + 1
        for name, content in columns.items():
            setattr(row, name, content)
        self.session.flush()
        change_parts(self.connection, self.parts, value.id, value)
        return self.read(row, {part.field: getattr(value, part.field) for part in self.parts})

    def save_all(self, values: Sequence[SchemaT]) -> list[SchemaT]:
        """What ``save`` does for the rows of many values, in a few statements; their parts stay.

        Nothing is written when one of them has moved on.
        """
        versioned = "version" in self.table.c
        if versioned:
            self.require_fresh(values)
        saved = [later_version(value) if versioned else value for value in values]
        rows = [self.columns(value) for value in saved]
        if rows:
            names = [name for name in rows[0] if name != "id"]
            statement = update(self.table).where(self.table.c.id == bindparam("of_row"))
            self.connection.execute(
                statement.values({name: bindparam(f"to_{name}") for name in names}),
                [{"of_row": row["id"], **{f"to_{n}": row[n] for n in names}} for row in rows],
            )
            self.forget_read()
        return saved

    def require_fresh(self, values: Sequence[SchemaT]) -> None:
        """Locks the rows. Raises ``Conflict`` (stale version) and ``NotFound``."""
        stored = self.locked_column("version", [value.id for value in values])
        if any(stored[value.id] != getattr(value, "version", None) for value in values):
            raise Conflict(STALE, code="stale_version")

    def locked_column(self, name: str, identifiers: Sequence[str]) -> dict[str, Any]:
        """One column of many rows as they are now; nobody changes them until this transaction ends.

        Raises ``NotFound``.
        """
        columns = self.table.c
        found: dict[str, Any] = {}
        for start in range(0, len(identifiers), BATCH):
            some = columns.id.in_(identifiers[start : start + BATCH])
            asked = select(columns.id, columns[name]).where(some).order_by(columns.id)
            found |= dict(
                self.connection.execute(asked.with_for_update(key_share=True)).tuples().all()
            )
        if len(found) < len(set(identifiers)):
            raise NotFound(MISSING)
        return found

    def forget_read(self) -> None:
        """Rows of this table that were read before are read anew."""
        for row in list(self.session.identity_map.values()):
            if isinstance(row, self.row):
                self.session.expire(row)

    @property
    def table(self) -> Table:
        return self.row.metadata.tables[str(self.row.__tablename__)]

    def locked(self, identifier: str) -> RowT:
        """The row as it is now; nobody else changes it until this transaction ends.

        SQLite's writers wait for each other anyway. Raises ``NotFound``.
        """
        row = self.session.get(
            self.row, identifier, with_for_update=KEY_STAYS, populate_existing=True
        )
        if row is None:
            raise NotFound(MISSING)
        return row

    def remove(self, identifier: str) -> None:
        self.session.delete(self.session.get_one(self.row, identifier))
        self.session.flush()

    def where(self, *conditions: Condition) -> list[SchemaT]:
        return self.all(select(self.row).where(*conditions))

    def first(self, *conditions: Condition) -> SchemaT | None:
        found = self.all(select(self.row).where(*conditions).limit(1))
        return found[0] if found else None

    def next_of(self, *conditions: Condition, after: object, limit: int) -> list[SchemaT]:
        """The first rows behind ``after``, a value of what they are ordered by and told apart by."""
        key = getattr(self.row, self.order[0])
        behind = () if after is None else (key > after,)
        return self.all(select(self.row).where(*conditions, *behind).limit(limit))

    def count(self, *conditions: Condition) -> int:
        statement = select(func.count()).select_from(self.row).where(*conditions)
        return self.session.exec(statement).one()

    def all(self, statement: SelectOfScalar[RowT] | None = None) -> list[SchemaT]:
        rows = self.session.exec(self.ordered(select(self.row) if statement is None else statement))
        return self.read_all(rows.all())

    def ordered(self, statement: SelectOfScalar[RowT]) -> SelectOfScalar[RowT]:
        return statement.order_by(*(getattr(self.row, name) for name in self.order))

    def columns(self, value: SchemaT) -> dict[str, object]:
        kept_elsewhere = {part.field for part in self.parts}
        fields = {
            name: getattr(value, name)
            for name in type(value).model_fields
            if name not in kept_elsewhere
        }
        return fields | dict(self.keys(value))

    def keys(self, value: SchemaT) -> Mapping[str, object]:  # noqa: ARG002
        return {}

    def read_all(self, rows: Sequence[RowT]) -> list[SchemaT]:
        found = parts_of(self.connection, self.parts, [row.id for row in rows])
        return [self.read(row, found[row.id]) for row in rows]

    def read(self, row: RowT, inside: Fields) -> SchemaT:
        own = {name: getattr(row, name) for name in self.schema.model_fields if name not in inside}
        return self.schema.model_validate(own | inside)
