"""The press: typesets data on a bench and keeps every result by what it was made of."""

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from flows.compilation.versions import versions
from flows.documents.printing import designs, formulas, glyphs
from flows.documents.printing.cache import Cache, digest
from flows.documents.printing.typesetting import Bench, Job
from schemas.design import Look

_DATA = "part.json"
Kept = TypeVar("Kept")


class Press:
    """A bench and a cache; ``look`` is the design in which everything is set."""

    def __init__(self, table: Bench, cache: Cache, look: Look, logo: Path | None = None) -> None:
        self.table = table
        self.cache = cache
        self.look = designs.as_data(look)
        self._made_by = [versions(), self.look, digest(logo) if logo else ""]

    def formulas(self, tex: Iterable[str]) -> dict[str, str]:
        """Typst mathematics for every formula of ``tex`` that can be set, by its TeX."""
        return self.cache.each(["formula", self._made_by], tex, self._settable)

    def _settable(self, tex: list[str]) -> dict[str, str]:
        return glyphs.only_settable(formulas.to_typst(tex), self.table)

    def lacking(self, signs: Iterable[str]) -> set[str]:
        """Those of ``signs`` that our fonts lack."""
        return set(self.cache.each(["sign", self._made_by], signs, self._missing))

    def _missing(self, signs: list[str]) -> dict[str, str]:
        return dict.fromkeys(glyphs.missing(signs, self.table), "")

    def draw(self, of: object, data: Callable[[], Mapping[str, Any]], job: Job) -> bytes:
        """The PDF that ``job`` makes of what ``data`` returns; ``NotTypeset`` if it cannot.

        It is kept by ``of``, all that the data are made of: mostly they need not be made.
        """

        def made() -> bytes:
            told = data()
            self.table.lay(glyphs.replaced(told, self.lacking(glyphs.rare(told))), _DATA)
            return self.table.pdf(job._replace(inputs={"data": _DATA}))

        return self.kept(job.main, [of, list(job.standards)], made)

    def once(self, kind: str, of: object, make: Callable[[], Kept]) -> Kept:
        """What ``make`` returns, a value for JSON, from the cache if it is there."""

        def made() -> bytes:
            return json.dumps(make()).encode()

        found: Kept = json.loads(self.kept(kind, of, made))
        return found

    def kept(self, kind: str, of: object, make: Callable[[], bytes]) -> bytes:
        """The bytes that ``make`` returns, from the cache if they are there."""
        key = self.key(kind, of)
        kept = self.cache.find(key)
        if kept is None:
            kept = make()
            self.cache.keep(key, kept)
        return kept

    def key(self, kind: str, of: object) -> str:
        """Under which key the cache keeps what is made of ``of``."""
        return digest(kind, self._made_by, of)
