"""Words of authors for the screen and the word processor, by the same print custom as the PDF."""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import accumulate

from flows.compilation.renditions.characters import one_line
from flows.documents import wording
from schemas.document import Inline, Span
from schemas.quotes import russian_quotes

_RUSSIAN = re.compile("[А-Яа-яЁё]")


@lru_cache(maxsize=65536)
def in_line(texts: tuple[str, ...]) -> tuple[str, ...]:
    """Return the spans of one line as Russian books have them; a quote's pair may be in another.

    A span without a Russian letter stays as it was written, apart from its quotes.
    """
    line = "".join(texts)
    if not _RUSSIAN.search(line):
        return texts
    marked, ends = russian_quotes(line), accumulate(map(len, texts))
    return tuple(
        _spaced(marked[end - len(text) : end]) for text, end in zip(texts, ends, strict=True)
    )


def _spaced(text: str) -> str:
    return wording.tied(text) if _RUSSIAN.search(text) else text


@lru_cache(maxsize=8192)
def polished(text: str) -> str:
    """Return a title or a name on one line, quotes and all."""
    line = one_line(text)
    return in_line((line,))[0]


def words_of(inlines: tuple[Inline, ...]) -> Iterator[str]:
    """Yield the ready text of every span of a line, in order; code stays as it is."""
    spans = [one for one in inlines if isinstance(one, Span)]
    ready = iter(in_line(tuple(one.text for one in spans if not one.code)))
    return (one.text if one.code else next(ready) for one in spans)
