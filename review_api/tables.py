"""Tables people search, sort and take away: one description serves the page and the download.

Rows are mappings from column key to a plain value; further keys (addresses, tones) are for the
page only. The state of a table is its address, so a view can be sent to a colleague.
"""

import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote
from zoneinfo import ZoneInfo

from starlette.datastructures import QueryParams
from starlette.responses import Response

from flows.registry.sheets import write_sheet
from review_api.typed import whole
from schemas.base import Schema
from schemas.errors import NotFound
from schemas.ordering import Key, name_key
from storage.repositories.listing import Lists
from storage.repositories.people import fold
from storage.repositories.rows import MISSING

WantedT = TypeVar("WantedT")
Row = Mapping[str, object]
PAGE = 50
AT_ONCE = 500
"""Rows a single act may be asked for from a page."""
MEDIA_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}


class Turning(Schema):
    """One page of a table that the database cuts: ``rows`` of ``total``; ``ids`` begin the list.

    ``after`` and ``before`` are keys of rows, for the addresses of the next page and the last.
    """

    columns: dict[str, str]
    rows: tuple[dict[str, object], ...]
    total: int
    ids: tuple[str, ...] = ()
    sort: str
    words: str
    after: str = ""
    before: str = ""


def turned(
    query: QueryParams,
    columns: Mapping[str, str],
    lists: Lists[WantedT],
    wanted: WantedT,
    rows_of: Callable[[Sequence[str]], Sequence[Row]],
) -> Turning:
    """The page of the address; ``rows_of`` makes rows of ids, in their order."""
    sort = query.get("sort", lists.usual)
    after, before = query.get("after", ""), query.get("before", "")
    page = lists.page(wanted, sort=sort, after=after, before=before, limit=PAGE)
    return Turning(
        columns=dict(columns),
        rows=tuple(dict(row) for row in rows_of(page.ids)),
        total=page.total,
        ids=lists.first(wanted, sort=sort, limit=AT_ONCE),
        sort=sort,
        words=query.get("q", "").strip(),
        after=page.after,
        before=page.before,
    )


def every(
    query: QueryParams,
    lists: Lists[WantedT],
    wanted: WantedT,
    rows_of: Callable[[Sequence[str]], Iterable[Row]],
) -> Iterator[Row]:
    """All rows that are wanted, as many in memory as ``AT_ONCE``, for a download."""
    sort, after, there_is_more = query.get("sort", lists.usual), "", True
    while there_is_more:
        page = lists.page(wanted, sort=sort, after=after, limit=AT_ONCE)
        yield from rows_of(page.ids)
        after = page.after
        there_is_more = bool(after)


class Table(Schema):
    """What is shown: ``rows`` of this page; ``everything`` is what a download holds."""

    columns: dict[str, str]
    rows: tuple[dict[str, object], ...]
    everything: tuple[dict[str, object], ...]
    sort: str
    page: int
    pages: int
    words: str

    @property
    def total(self) -> int:
        return len(self.everything)

    @property
    def ids(self) -> tuple[object, ...]:
        """Those of the first rows, for acts upon all that were found."""
        return tuple(row.get("id") for row in self.everything[:AT_ONCE])


def table(
    query: QueryParams, columns: Mapping[str, str], rows: Iterable[Row], *, sort: str = ""
) -> Table:
    """``rows`` searched by ``q``, sorted by ``sort`` (a leading minus is downwards), paged."""
    words = query.get("q", "").strip()
    chosen = query.get("sort", sort)
    found = ordered(searched(rows, columns, words), chosen, columns)
    pages = max(1, -(-len(found) // PAGE))
    page = min(max(whole(query.get("page", "1")) or 1, 1), pages)
    return Table(
        columns=dict(columns),
        rows=tuple(found[(page - 1) * PAGE : page * PAGE]),
        everything=tuple(found),
        sort=chosen,
        page=page,
        pages=pages,
        words=words,
    )


def searched(
    rows: Iterable[Row], columns: Mapping[str, str], words: str
) -> list[dict[str, object]]:
    """Rows that hold every word in one of their columns, whatever case or ё."""
    wanted = fold(words).split()
    return [
        dict(row)
        for row in rows
        if not wanted or holds(fold(" ".join(str(row.get(key, "")) for key in columns)), wanted)
    ]


def holds(text: str, wanted: Sequence[str]) -> bool:
    return all(word in text for word in wanted)


def ordered(
    rows: list[dict[str, object]], sort: str, columns: Mapping[str, str]
) -> list[dict[str, object]]:
    key = sort.removeprefix("-")
    if key not in columns:
        return rows
    filled = [row for row in rows if row[key] not in {None, ""}]
    empty = [row for row in rows if row[key] in {None, ""}]
    filled.sort(key=lambda row: sortable(row[key]), reverse=sort.startswith("-"))
    return filled + empty


NO_NAME: Key = ((), "", "")


def sortable(value: object) -> tuple[float, Key]:
    if isinstance(value, datetime):
        return value.timestamp(), NO_NAME
    if isinstance(value, int | float):
        return float(value), NO_NAME
    return 0.0, name_key(str(value))


def download(
    name: str,
    columns: Mapping[str, str],
    rows: Iterable[Row],
    suffix: str,
    *,
    zone: str = "Asia/Irkutsk",
) -> Response:
    """The rows as a spreadsheet; raises ``NotFound`` for a suffix other than xlsx and csv."""
    if suffix not in MEDIA_TYPES:
        raise NotFound(MISSING)
    content = sheet(columns, rows, suffix, zone=zone)
    return attachment(content, f"{name}.{suffix}", MEDIA_TYPES[suffix])


def sheet(
    columns: Mapping[str, str], rows: Iterable[Row], suffix: str, *, zone: str = "Asia/Irkutsk"
) -> bytes:
    """The rows as the bytes of a spreadsheet."""
    cells = ([cell(row.get(key), zone) for key in columns] for row in rows)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"table.{suffix}"
        write_sheet(path, list(columns.values()), cells)
        return path.read_bytes()


def cell(value: object, zone: str) -> object:
    if isinstance(value, datetime):
        return value.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, float):
        return round(value, 3)
    return "" if value is None else value


def attachment(content: bytes, name: str, media_type: str) -> Response:
    """A file to keep, never to open inside our pages."""
    disposition = f"attachment; filename*=UTF-8''{quote(name)}"
    return Response(content, media_type=media_type, headers={"content-disposition": disposition})
