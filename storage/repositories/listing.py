"""A page of a long list, found by the keys of the row it follows.

No page costs more than the first, and rows that come or go meanwhile move nobody to another page:
whoever turns from page to page sees each row that stays exactly once.
"""

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, NamedTuple, TypeVar, cast

from sqlalchemy import (
    ColumnElement,
    Select,
    SQLColumnExpression,
    and_,
    false,
    func,
    or_,
    select,
    true,
)
from sqlalchemy.types import TypeDecorator
from sqlmodel import Session, col

from schemas.base import encodable
from storage.tables.row import Row

LARGEST = 2**31
WantedT = TypeVar("WantedT")
Value = str | int | float | datetime | None


class Cursor(NamedTuple):
    """Where a page begins: the row it follows, or, ``back``, the row it ends before."""

    value: Value
    id: str
    back: bool = False


class Listed(NamedTuple):
    """Ids of one page in their order; ``after`` and ``before`` lead to its neighbours."""

    ids: list[str]
    total: int
    after: str = ""
    before: str = ""


@dataclass(frozen=True)
class Order:
    """By ``key`` and, where it is the same, by id; rows without a key come last, up or down."""

    key: SQLColumnExpression[Any]
    down: bool = False
    may_be_empty: bool = True

    @property
    def kind(self) -> type:
        """Of the values that are sorted by, as Python knows them."""
        kind = cast("ColumnElement[Any]", self.key).type
        plain = kind.impl_instance if isinstance(kind, TypeDecorator) else kind
        return plain.python_type

    def before(self, identifier: SQLColumnExpression[str], at: Cursor) -> ColumnElement[bool]:
        """Rows on this side of ``at``: behind it, or, ``back``, in front of it."""
        later, empty = self.down is at.back, self.key.is_(None)
        tie = identifier < at.id if at.back else identifier > at.id
        if at.value is None:
            return or_(and_(empty, tie), ~empty if at.back else false())
        beyond = self.key > at.value if later else self.key < at.value
        further = [] if at.back or not self.may_be_empty else [empty]
        return or_(beyond, and_(self.key == at.value, tie), *further)

    def by(self, identifier: SQLColumnExpression[str], *, back: bool) -> list[ColumnElement[Any]]:
        down = self.down is not back
        empty = [self.key.is_(None)] if self.may_be_empty else []
        return [
            *(one.desc() if back else one.asc() for one in empty),
            self.key.desc() if down else self.key.asc(),
            identifier.desc() if back else identifier.asc(),
        ]


class Lists(Generic[WantedT]):
    """Pages of one kind of rows: a question for the page and one for how many there are.

    ``sort`` is a key of ``orders``, with a minus downwards; another one gives the ``usual`` order.
    """

    row: type[Row]
    usual: str

    def __init__(self, session: Session) -> None:
        self.session = session

    @property
    def identifier(self) -> SQLColumnExpression[str]:
        return col(self.row.id)

    def found(self, wanted: WantedT) -> Select[tuple[str]]:
        """Selects the ids of all rows that are wanted, in no order."""
        raise NotImplementedError

    def orders(self, wanted: WantedT) -> Mapping[str, tuple[SQLColumnExpression[Any], bool]]:
        """By name: what to sort by, and whether a row may be without it."""
        raise NotImplementedError

    def page(
        self, wanted: WantedT, *, sort: str, after: str = "", before: str = "", limit: int
    ) -> Listed:
        """The page ``after`` a row, or, when that says nothing, ``before`` one."""
        order = self.order_of(sort, wanted)
        at = cursor_of(after or before, order, back=not after) if after or before else None
        found = self.found(wanted)
        return listed(self.session, found, self.identifier, order, at=at, limit=limit)

    def first(self, wanted: WantedT, *, sort: str, limit: int) -> tuple[str, ...]:
        """Ids from the beginning of the list."""
        order = self.order_of(sort, wanted).by(self.identifier, back=False)
        some = self.found(wanted).order_by(*order).limit(limit)
        return tuple(str(row[0]) for row in self.session.connection().execute(some))

    def count(self, wanted: WantedT) -> int:
        counted = select(func.count()).select_from(self.found(wanted).subquery())
        return self.session.connection().execute(counted).scalar_one()

    def order_of(self, sort: str, wanted: WantedT) -> Order:
        keys = self.orders(wanted)
        if sort.removeprefix("-") not in keys:
            sort = self.usual
        key, may_be_empty = keys[sort.removeprefix("-")]
        return Order(key, down=sort.startswith("-"), may_be_empty=may_be_empty)


def listed(
    session: Session,
    wanted: Select[tuple[str]],
    identifier: SQLColumnExpression[str],
    order: Order,
    *,
    at: Cursor | None,
    limit: int,
) -> Listed:
    """One page of ``wanted``, which selects ids, and how many rows there are in all."""
    total = session.connection().execute(select(func.count()).select_from(wanted.subquery()))
    back = at is not None and at.back
    side = order.before(identifier, at) if at else true()
    some = wanted.where(side).add_columns(order.key).order_by(*order.by(identifier, back=back))
    found = session.connection().execute(some.limit(limit + 1)).all()
    there_is_more, rows = len(found) > limit, list(found[:limit])
    if back:
        rows.reverse()
    return Listed(
        [str(row[0]) for row in rows],
        total.scalar_one(),
        after=written(rows[-1]) if rows and (back or there_is_more) else "",
        before=written(rows[0]) if rows and (there_is_more if back else at is not None) else "",
    )


def written(row: Sequence[Any]) -> str:
    """The keys of a row, fit for an address."""
    value = {"at": row[1].isoformat()} if isinstance(row[1], datetime) else row[1]
    text = json.dumps([value, row[0]], ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def cursor_of(text: str, order: Order, *, back: bool = False) -> Cursor | None:
    """What ``written`` wrote; None for anything else, and for a row of another order."""
    try:
        raw = base64.urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
        value, identifier = json.loads(raw)
        if isinstance(value, dict):
            value = datetime.fromisoformat(value["at"])
        if not isinstance(identifier, str) or not is_storable(identifier) or not fits(value, order):
            return None
    except (ValueError, TypeError, KeyError, UnicodeError, binascii.Error, RecursionError):
        return None
    return Cursor(value, identifier, back)


def fits(value: object, order: Order) -> bool:
    """Whether the database can compare ``value`` with the key of this order."""
    if value is None:
        return order.may_be_empty
    kind = order.kind
    if isinstance(value, int | float):
        is_plain = not isinstance(value, bool) and abs(value) < LARGEST  # NaN is not less either
        return is_plain and kind in {int, float}
    if isinstance(value, datetime):
        return kind is datetime and value.tzinfo is not None
    return kind is str and isinstance(value, str) and is_storable(value)


def is_storable(text: str) -> bool:
    return "\0" not in text and encodable(text)
