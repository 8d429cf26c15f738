"""Work on articles for the screen, kept by what it is made of, so that an edit costs itself alone."""

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from flows.compilation.versions import versions
from flows.documents.printing.cache import Cache, digest

Value = TypeVar("Value")
Make = Callable[[list[int]], Iterable[Value]]
"""Makes what belongs at some places, in their order: asked once, for all that nobody kept."""


class Keeper:
    """Results in ``cache``, or kept nowhere; made anew by every version of the program."""

    def __init__(self, cache: Cache | None = None) -> None:
        self.cache = cache
        self._made_by = digest(versions()) if cache else ""

    def each(self, kind: str, of: Sequence[object], make: Make[Value]) -> list[Value]:
        """A value for JSON for everything of ``of``, in order."""
        texts = self.all(kind, of, lambda places: map(_packed, make(places)))
        return [json.loads(text) for text in texts]

    def all(self, kind: str, of: Sequence[object], make: Make[bytes]) -> list[bytes]:
        """Bytes for everything of ``of``, in order."""
        if self.cache is None:
            return list(make(list(range(len(of)))))
        keys = [digest(kind, self._made_by, one) for one in of]
        found = [self.cache.find(key) for key in keys]
        lacking = [place for place, one in enumerate(found) if one is None]
        for place, made in zip(lacking, make(lacking) if lacking else (), strict=True):
            self.cache.keep(keys[place], made)
            found[place] = made
        return [one for one in found if one is not None]

    def one(self, kind: str, of: object, make: Callable[[], bytes]) -> bytes:
        """Bytes for ``of``."""
        return self.all(kind, [of], lambda _places: [make()])[0]


def _packed(value: Any) -> bytes:  # noqa: ANN401
    return json.dumps(value, ensure_ascii=False).encode()
