"""Setting articles one by one: each a piece of its own, kept by what it is made of.

A broken article harms nobody but itself: it is set again with fewer demands on the file, then as
its bare text, and is left out if even that cannot be set.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Lock
from typing import NamedTuple, cast

from flows.compilation import piece
from flows.compilation.article_data import Data
from flows.compilation.piece import Sizes
from flows.compilation.versions import versions
from flows.compilation.xmp import Claim
from flows.documents import originals
from flows.documents.cache import Cache, digest
from flows.documents.originals import Original, Sheet
from flows.documents.refusal import Refused
from flows.documents.typesetting import ARCHIVAL, DIED, PLAIN_ARCHIVAL, Bench, Job

AT_ONCE = 2
"""Typst processes; one takes about 120 MB."""
MEMORY = 3 * 1024**3
SECONDS = 120.0
Told = Callable[[int, int], None]
"""Hears how many articles are set, of how many."""


class Item(NamedTuple):
    """An article to be set: ``whole`` is None if its structure could not be laid out.

    ``pictures`` maps names below the bench's folder to files; ``original`` is a PDF whose pages
    are printed as they are, ``title`` the article's.
    """

    whole: Data | None
    bare: Callable[[], Data]
    pictures: Mapping[str, Path] = {}
    title: str = ""
    original: Path | None = None


class Piece(NamedTuple):
    """A set article: what it is bound of, and what became of it.

    ``claim`` is what its file may claim and ``faults`` why it is not more; ``is_bare`` tells that
    only its text is there, ``is_original`` that its author's pages are.
    """

    pdf: bytes
    sizes: Sizes
    claim: Claim
    is_bare: bool = False
    is_original: bool = False
    faults: str = ""


class _Demand(NamedTuple):
    standards: Sequence[str]
    claim: Claim
    is_bare: bool


_DEMANDS = (
    _Demand(ARCHIVAL, Claim.ACCESSIBLE, is_bare=False),
    _Demand(PLAIN_ARCHIVAL, Claim.ARCHIVAL, is_bare=False),
    _Demand(ARCHIVAL, Claim.ACCESSIBLE, is_bare=True),
    _Demand(PLAIN_ARCHIVAL, Claim.ARCHIVAL, is_bare=True),
)
_REFUSED = b""
MILLIMETRE = 72 / 25.4
SIDE_SHARE = 0.5


def set_all(
    items: Sequence[Item], table: Bench, *, look: Data, cache: Cache, told: Told
) -> list[Piece | None]:
    """Return a piece for every item, None for what cannot be set at all.

    ``look`` is the design on the bench.
    """
    return _Setting(items, table, look, cache, told).run()


class _Setting:
    def __init__(
        self, items: Sequence[Item], table: Bench, look: Data, cache: Cache, told: Told
    ) -> None:
        self.items = items
        self.table = table
        self.look = look
        self.cache = cache
        self.told = told
        self.pieces: dict[int, Piece] = {}
        self._seen: dict[str, int] = {}
        self._lock = Lock()

    def run(self) -> list[Piece | None]:
        self._reprint()
        for demand in _DEMANDS:
            waiting = [number for number in range(len(self.items)) if number not in self.pieces]
            if waiting:
                self._try(demand, waiting)
        return [self.pieces.get(number) for number in range(len(self.items))]

    def _reprint(self) -> None:
        waiting = [place for place, item in enumerate(self.items) if item.original is not None]
        with ThreadPoolExecutor(AT_ONCE) as pool:
            for place, made in zip(waiting, pool.map(self._reprinted, waiting), strict=True):
                if made is not None:
                    self.pieces[place] = made
                    self.told(len(self.pieces), len(self.items))

    def _reprinted(self, place: int) -> Piece | None:
        item = self.items[place]
        original, title = cast("Path", item.original), item.title
        key = digest("original", [versions(), self.look["page"], title], original)
        key = self._apart(key)
        kept = self.cache.find(key)
        if kept is None:
            try:
                made = originals.printable(original, title=title, sheet=_sheet(self.look))
            except Refused:
                return None
            kept = _packed(_original(made, key))
            self.cache.keep(key, kept)
        return _unpacked(kept)

    def _apart(self, key: str) -> str:
        """A key of its own for each of several twins in one volume."""
        with self._lock:
            twins = self._seen[key] = self._seen.get(key, -1) + 1
        return digest(key, twins) if twins else key

    def _try(self, demand: _Demand, waiting: Sequence[int]) -> None:
        missing: list[tuple[int, str]] = []
        for number, key, data in self._keyed(demand, waiting):
            kept = self.cache.find(key)
            if kept is None:
                self._lay(number, data)
                missing.append((number, key))
            elif kept != _REFUSED:
                self.pieces[number] = _unpacked(kept)
        self._set(demand, missing)

    def _keyed(self, demand: _Demand, waiting: Sequence[int]) -> Iterator[tuple[int, str, Data]]:
        """Every article to be tried with its key; twins get keys of their own."""
        made_by = [versions(), self.look, list(demand.standards), demand.is_bare]
        for number in waiting:
            item = self.items[number]
            data = item.bare() if demand.is_bare else item.whole
            if data is not None:
                yield number, self._apart(digest("article", made_by, data)), data

    def _lay(self, number: int, data: Data) -> None:
        self.table.lay({"article": data}, f"article-{number}.json")
        for name, path in self.items[number].pictures.items():
            self.table.add(name, path)

    def _set(self, demand: _Demand, missing: Sequence[tuple[int, str]]) -> None:
        jobs = [
            Job(
                "alone.typ",
                f"article-{number}.pdf",
                {"data": f"article-{number}.json"},
                demand.standards,
            )
            for number, _ in missing
        ]
        self.told(len(self.pieces), len(self.items))

        def told(place: int, reason: str | None) -> None:
            number, key = missing[place]
            self._finish(number, key, self.table.root / jobs[place].output, reason, demand)
            self.told(len(self.pieces), len(self.items))

        self.table.run(jobs, children=AT_ONCE, told=told)

    def _finish(
        self, number: int, key: str, output: Path, reason: str | None, demand: _Demand
    ) -> None:
        if reason is not None:
            if reason != DIED:
                self.cache.keep(key, _REFUSED)
            return
        made = piece.prepared(output.read_bytes(), salt=key[:12])
        output.unlink()
        one = Piece(made, piece.sizes_of(made), demand.claim, demand.is_bare)
        self.cache.keep(key, _packed(one))
        self.pieces[number] = one


def _sheet(look: Data) -> Sheet:
    """Our page with a narrower margin than text has: pages that come with margins of their own."""
    page, margins = look["page"], look["margins"]
    width, height = page["width"] * MILLIMETRE, page["height"] * MILLIMETRE
    side = margins["x"] * MILLIMETRE * SIDE_SHARE
    top, bottom = margins["top"] * MILLIMETRE, margins["bottom"] * MILLIMETRE
    return Sheet(width, height, (side, bottom, width - side, height - top))


def _original(made: Original, key: str) -> Piece:
    claim = Claim.ARCHIVAL if made.unread else Claim.ACCESSIBLE
    faults = ", ".join(made.faults)
    pdf = piece.prepared(made.pdf, salt=key[:12])
    return Piece(
        pdf=pdf,
        sizes=piece.sizes_of(pdf),
        claim=Claim.NONE if faults else claim,
        is_original=True,
        faults=faults,
    )


def _packed(one: Piece) -> bytes:
    told = {name: value for name, value in one._asdict().items() if name != "pdf"}
    return json.dumps(told).encode() + b"\n" + one.pdf


def _unpacked(kept: bytes) -> Piece:
    line, _, pdf = kept.partition(b"\n")
    told = json.loads(line)
    told["sizes"] = tuple((width, height) for width, height in told["sizes"])
    return Piece(**{**told, "pdf": pdf, "claim": Claim(told["claim"])})
