"""Work on articles for the screen, kept by what it is made of, so that an edit costs itself alone.

Everything of one kind lies on one shelf of the volume: hundreds of small files would take longer to
open than the work they hold takes to be read. A shelf holds what the last build needed and no more.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import accumulate, pairwise
from typing import Any, TypeVar

from flows.compilation.versions import versions
from flows.documents.printing.cache import Cache, digest
from schemas.volume import Volume

Value = TypeVar("Value")
Make = Callable[[list[int]], Iterable[Value]]
"""Makes what belongs at some places, in their order: asked once, for all that nobody kept."""
Convert = Callable[[Iterable[str]], dict[str, str]]


class Keeper:
    """Results in ``cache``, or kept nowhere; made anew by every version of the program.

    ``shelf`` is the name by which later builds of the same volume find them.
    """

    def __init__(self, cache: Cache | None = None, shelf: object = "") -> None:
        self.cache = cache
        self._shelf = digest(versions(), shelf) if cache else ""

    def each(self, kind: str, of: Sequence[object], make: Make[Value]) -> list[Value]:
        """A value for JSON for everything of ``of``, in order."""
        texts = self.all(kind, of, lambda places: map(_packed, make(places)))
        return [json.loads(text) for text in texts]

    def all(self, kind: str, of: Sequence[object], make: Make[bytes]) -> list[bytes]:
        """Bytes for everything of ``of``, in order; a kind is asked for once a build."""
        if self.cache is None:
            return list(make(list(range(len(of)))))
        shelf = digest("shelf", kind, self._shelf)
        keys = [digest(one) for one in of]
        known = _laid_out(self.cache.find(shelf))
        lacking = [place for place, key in enumerate(keys) if key not in known]
        made = zip(lacking, make(lacking) if lacking else (), strict=True)
        found = known | {keys[place]: one for place, one in made}
        if lacking or len(known) > len(set(keys)):
            self.cache.keep(shelf, _laid_up({key: found[key] for key in keys}))
        return [found[key] for key in keys]

    def words(self, kind: str, asked: Iterable[str], make: Convert) -> dict[str, str]:
        """What ``make`` finds to each of the words ``asked``, the same in whichever article."""
        if self.cache is None:
            return make(asked)
        return self.cache.each([kind, versions()], asked, make)

    def one(self, kind: str, of: object, make: Callable[[], bytes]) -> bytes:
        """Bytes for ``of``."""
        return self.all(kind, [of], lambda _places: [make()])[0]


def shelved(volume: Volume, cache: Cache | None) -> Keeper:
    """The keeper of the work on the articles of ``volume``, for its later builds."""
    return Keeper(cache, [volume.title, volume.place, volume.year])


def _laid_up(results: Mapping[str, bytes]) -> bytes:
    """A shelf: the keys and lengths of ``results`` in a line, then the results."""
    head = {key: len(content) for key, content in results.items()}
    return b"".join((json.dumps(head).encode(), b"\n", *results.values()))


def _laid_out(shelf: bytes | None) -> dict[str, bytes]:
    if shelf is None:
        return {}
    line, _, rest = shelf.partition(b"\n")
    lengths: dict[str, int] = json.loads(line)
    ends = pairwise(accumulate(lengths.values(), initial=0))
    return {key: rest[start:end] for key, (start, end) in zip(lengths, ends, strict=True)}


def _packed(value: Any) -> bytes:  # noqa: ANN401
    return json.dumps(value, ensure_ascii=False).encode()
