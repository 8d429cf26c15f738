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

from flows.compilation.book import piece
from flows.compilation.book.article_data import Data
from flows.compilation.book.piece import Sizes
from flows.compilation.book.press import Press
from flows.compilation.book.xmp import Claim
from flows.compilation.versions import versions
from flows.documents.parsing.refusal import Refused
from flows.documents.printing import originals
from flows.documents.printing.cache import digest
from flows.documents.printing.originals import Original, Sheet
from flows.documents.printing.typesetting import (
    ARCHIVAL,
    DIED,
    PLAIN_ARCHIVAL,
    Allowance,
    Job,
)

AT_ONCE = 2
"""Typst processes; one takes about 120 MB."""
ONE_ARTICLE = Allowance(seconds=120.0, memory=3 * 1024**3)
Told = Callable[[int, int], None]
"""Hears how many articles are set, of how many."""


class Draft(NamedTuple):
    """What is printed of an article: ``whole`` is None if its structure could not be laid out.

    ``pictures`` maps names below the bench's folder to files; ``is_poorer`` tells that squares
    stand for signs that our fonts lack.
    """

    whole: Data | None
    bare: Callable[[], Data]
    pictures: Mapping[str, Path] = {}
    is_poorer: bool = False


class Item(NamedTuple):
    """An article to be set: ``identity`` is a digest of all that can be seen in it.

    ``original`` is a PDF whose pages are printed as they are, below the heading ``title``.
    """

    identity: str
    title: str = ""
    original: Path | None = None


Drafts = Callable[[Sequence[int]], Iterator[Draft]]
"""Lays out the articles at some places one by one: asked for those that nobody kept."""


class Piece(NamedTuple):
    """A set article: ``packed`` is what it is bound of; the rest is what became of it.

    ``claim`` is what its file may claim and ``faults`` why it is not more; ``is_bare`` tells that
    only its text is there, ``is_original`` that its author's pages are, ``is_poorer`` that squares
    stand for signs that our fonts lack.
    """

    packed: bytes
    sizes: Sizes
    claim: Claim
    is_bare: bool = False
    is_original: bool = False
    is_poorer: bool = False
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


def set_all(items: Sequence[Item], drafts: Drafts, press: Press, told: Told) -> list[Piece | None]:
    """Return a piece for every item, None for what cannot be set at all."""
    return _Setting(items, drafts, press, told).run()


class _Setting:
    def __init__(self, items: Sequence[Item], drafts: Drafts, press: Press, told: Told) -> None:
        self.items = items
        self.drafts = drafts
        self.press = press
        self.told = told
        self.pieces: dict[int, Piece] = {}
        self._laid: dict[int, Draft] = {}
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
        # One more than there are reading processes: they go on while a piece is put together.
        with ThreadPoolExecutor(AT_ONCE + 1) as pool:
            for place, made in zip(waiting, pool.map(self._reprinted, waiting), strict=True):
                if made is not None:
                    self.pieces[place] = made
                    self.told(len(self.pieces), len(self.items))

    def _reprinted(self, place: int) -> Piece | None:
        item = self.items[place]
        original, title = cast("Path", item.original), item.title
        key = self._apart(
            digest("original", [versions(), self.press.look["page"], title], original)
        )
        kept = self.press.cache.find(key)
        if kept is None:
            try:
                made = originals.printable(original, title=title, sheet=_sheet(self.press.look))
            except Refused:
                return None
            kept = _packed(_original(made, key))
            self.press.cache.keep(key, kept)
        return _unpacked(kept)

    def _apart(self, key: str) -> str:
        """A key of its own for each of several twins in one volume."""
        with self._lock:
            twins = self._seen[key] = self._seen.get(key, -1) + 1
        return digest(key, twins) if twins else key

    def _try(self, demand: _Demand, waiting: Sequence[int]) -> None:
        missing: list[tuple[int, str]] = []
        for number in waiting:
            key = self._key(number, demand)
            kept = self.press.cache.find(key)
            if kept is None:
                missing.append((number, key))
            elif kept != _REFUSED:
                self.pieces[number] = _unpacked(kept)
        self._set(demand, missing)

    def _key(self, number: int, demand: _Demand) -> str:
        made_by = [versions(), self.press.look, list(demand.standards), demand.is_bare]
        return self._apart(digest("article", made_by, self.items[number].identity))

    def _drafted(self, numbers: Sequence[int]) -> Iterator[Draft]:
        new = self.drafts([number for number in numbers if number not in self._laid])
        for number in numbers:
            if number not in self._laid:
                self._laid[number] = next(new)
            yield self._laid[number]

    def _lay(self, number: int, draft: Draft, demand: _Demand) -> bool:
        """Put an article on the bench; False if there is nothing to put."""
        data = draft.bare() if demand.is_bare else draft.whole
        if data is None:
            return False
        self.press.table.lay({"article": data}, f"article-{number}.json")
        for name, path in draft.pictures.items():
            self.press.table.add(name, path)
        return True

    def _set(self, demand: _Demand, missing: Sequence[tuple[int, str]]) -> None:
        """Set the articles with the keys ``missing``, the first while others are laid out."""
        sent: list[tuple[int, str]] = []

        def jobs() -> Iterator[Job]:
            drafts = self._drafted([number for number, _ in missing])
            for (number, key), draft in zip(missing, drafts, strict=True):
                if self._lay(number, draft, demand):
                    sent.append((number, key))
                    data = {"data": f"article-{number}.json"}
                    yield Job("alone.typ", f"article-{number}.pdf", data, demand.standards)

        def told(place: int, reason: str | None) -> None:
            self._finish(*sent[place], reason, demand)
            self.told(len(self.pieces), len(self.items))

        self.told(len(self.pieces), len(self.items))
        self.press.table.run(jobs(), children=AT_ONCE, allowance=ONE_ARTICLE, told=told)

    def _finish(self, number: int, key: str, reason: str | None, demand: _Demand) -> None:
        if reason is not None:
            if reason != DIED:
                self.press.cache.keep(key, _REFUSED)
            return
        output = self.press.table.root / f"article-{number}.pdf"
        made = piece.prepared(output.read_bytes(), salt=key[:12])
        output.unlink()
        one = Piece(
            packed=made.packed(),
            sizes=made.sizes,
            claim=demand.claim,
            is_bare=demand.is_bare,
            is_poorer=self._laid.pop(number).is_poorer and not demand.is_bare,
        )
        self.press.cache.keep(key, _packed(one))
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
    bindable = piece.prepared(made.pdf, salt=key[:12])
    return Piece(
        packed=bindable.packed(),
        sizes=bindable.sizes,
        claim=Claim.NONE if faults else claim,
        is_original=True,
        faults=faults,
    )


def _packed(one: Piece) -> bytes:
    told = {name: value for name, value in one._asdict().items() if name != "packed"}
    return json.dumps(told).encode() + b"\n" + one.packed


def _unpacked(kept: bytes) -> Piece:
    line, _, rest = kept.partition(b"\n")
    told = json.loads(line)
    told["sizes"] = tuple((width, height) for width, height in told["sizes"])
    return Piece(**{**told, "packed": rest, "claim": Claim(told["claim"])})
