"""The objects of a PDF as text with gaps, so that they move into another file as they are.

A file is taken apart once; whoever binds it fills the gaps: numbers of objects, keys of the
structure's parent tree, levels of headings. Nothing is parsed and no stream is compressed a second
time, so that binding hundreds of pieces is cheap (ISO 32000-1, 7.3.8, 7.3.10 and 7.5.7).
"""

import json
import re
import zlib
from collections.abc import Collection, Iterable, Sequence
from itertools import accumulate, pairwise
from typing import Any, NamedTuple

HIGHEST = 6
"""PDF 1.7 has headings of six levels."""
_OPENING = b" obj\n"
_STREAM = b"\nstream\n"
_CLOSING = b"\nendobj"
_TABLE = b"startxref\n"
_WORDS = rb"\((?:[^()\\]|\\.)*\)"
"""A string, as qpdf writes it: what people wrote has no gaps, whatever it looks like."""
_LENGTH = re.compile(_WORDS + rb"|/Length (?P<length>\d+)", re.DOTALL)
_GAP = re.compile(
    _WORDS + rb"|/StructParents? (?P<key>\d+)"
    rb"|/S /H(?P<level>[1-6])(?![0-9A-Za-z])"
    rb"|(?<![0-9A-Za-z.#+/-])(?P<number>\d+)(?= 0 R(?![0-9A-Za-z]))",
    re.DOTALL,
)


class Text(NamedTuple):
    """An object: ``form`` has a ``%d`` for each of ``gaps``, places in the table of its file."""

    number: int
    form: bytes
    gaps: tuple[int, ...] = ()

    def filled(self, table: Sequence[int]) -> bytes:
        return self.form % tuple([table[gap] for gap in self.gaps])


class Stream(NamedTuple):
    """``text`` is the dictionary, ``data`` the content as it is stored."""

    text: Text
    data: bytes


class Packed(NamedTuple):
    """Objects as the content of an object stream: their numbers, offsets first, compressed."""

    numbers: tuple[int, ...]
    first: int
    data: bytes


class Objects(NamedTuple):
    """Objects with numbers from 1 to ``total``; those that are missing the binder writes.

    ``keys`` counts the keys of the parent tree. ``packed`` are ``texts`` for those who keep the
    numbers as they are.
    """

    total: int
    keys: int
    texts: tuple[Text, ...]
    streams: tuple[Stream, ...]
    packed: Packed

    def table(self, base: int = 0, *, key: int = 0, deeper: int = 0) -> list[int]:
        """What fills the gaps when ``base`` objects and ``key`` keys of others stand before.

        Headings go ``deeper`` by so many levels.
        """
        levels = [min(level + deeper, HIGHEST) for level in range(HIGHEST + 1)]
        return [*range(base, base + self.total + 1), *range(key, key + self.keys), *levels]


def packed(objects: Iterable[tuple[int, bytes]]) -> Packed:
    """Return objects, by number, as the content of an object stream."""
    numbers, texts = zip(*objects, strict=True)
    offsets = accumulate((len(text) + 1 for text in texts), initial=0)
    places = b" ".join(b"%d %d" % pair for pair in zip(numbers, offsets, strict=False))
    return Packed(numbers, len(places) + 1, zlib.compress(b"\n".join((places, *texts))))


def taken_apart(saved: bytes, *, keys: int, without: Collection[int]) -> Objects:
    """Return the objects of ``saved``, which qpdf wrote with a plain table of objects.

    ``keys`` counts the keys of its parent tree; the objects ``without`` are left to the binder.
    """
    places = _places(saved)
    count = len(places) - 1
    cutter = _Cutter(count=count, keys=keys)
    for number, (start, end) in enumerate(pairwise(places), start=1):
        if number not in without:
            cutter.cut(number, saved[start:end])
    texts = tuple(cutter.texts)
    kept = Objects(count, keys, texts, tuple(cutter.streams), Packed((), 0, b""))
    same = kept.table()
    return kept._replace(packed=packed((one.number, one.filled(same)) for one in texts))


def _places(saved: bytes) -> list[int]:
    """Where every object begins and the last one ends; qpdf writes them by number."""
    table = int(saved[saved.rindex(_TABLE) + len(_TABLE) :].split(b"\n")[0])
    _, size, *rows = saved[table : saved.rindex(b"trailer")].split(b"\n")
    places = [*(int(row[:10]) for row in rows[1 : int(size.split()[1])]), table]
    if places != sorted(places):
        raise ValueError("objects are not in the order of their numbers")
    return places


class _Cutter:
    def __init__(self, *, count: int, keys: int) -> None:
        self.texts: list[Text] = []
        self.streams: list[Stream] = []
        self._first = {"number": 0, "key": count + 1, "level": count + 1 + keys}

    def cut(self, number: int, content: bytes) -> None:
        start = content.index(_OPENING) + len(_OPENING)
        inner = content.find(_STREAM)
        if inner < 0:
            self.texts.append(self._with_gaps(number, content[start : content.rindex(_CLOSING)]))
            return
        text, data = content[start:inner], content[inner + len(_STREAM) :]
        length = max(int(found["length"] or 0) for found in _LENGTH.finditer(text))
        self.streams.append(Stream(self._with_gaps(number, text), data[:length]))

    def _with_gaps(self, number: int, text: bytes) -> Text:
        gaps: list[int] = []
        parts: list[bytes] = []
        done = 0
        for found in _GAP.finditer(text):
            if found.lastgroup is None:
                continue
            start, end = found.span(found.lastgroup)
            gaps.append(self._first[found.lastgroup] + int(text[start:end]))
            parts += [text[done:start].replace(b"%", b"%%"), b"%d"]
            done = end
        return Text(number, b"".join((*parts, text[done:].replace(b"%", b"%%"))), tuple(gaps))


def as_bytes(objects: Objects, told: dict[str, Any]) -> bytes:
    """Return ``objects`` for keeping, with the facts ``told`` beside."""
    head = {
        "told": told,
        "total": objects.total,
        "keys": objects.keys,
        "texts": [_kept(one) for one in objects.texts],
        "streams": [(*_kept(one.text), len(one.data)) for one in objects.streams],
        "packed": (objects.packed.numbers, objects.packed.first, len(objects.packed.data)),
    }
    data = [one.data for one in objects.streams]
    return b"".join((json.dumps(head).encode(), b"\n", objects.packed.data, *data))


def from_bytes(kept: bytes) -> tuple[Objects, dict[str, Any]]:
    """Return what ``as_bytes`` was given."""
    line, _, data = kept.partition(b"\n")
    head = json.loads(line)
    numbers, first, length = head["packed"]
    place = length
    streams = []
    for number, form, gaps, size in head["streams"]:
        streams.append(Stream(_text(number, form, gaps), data[place : place + size]))
        place += size
    texts = tuple(_text(*one) for one in head["texts"])
    told: dict[str, Any] = head["told"]
    ready = Packed(tuple(numbers), first, data[:length])
    return Objects(head["total"], head["keys"], texts, tuple(streams), ready), told


def _kept(text: Text) -> tuple[int, str, tuple[int, ...]]:
    return text.number, text.form.decode("latin-1"), text.gaps


def _text(number: int, form: str, gaps: Sequence[int]) -> Text:
    return Text(number, form.encode("latin-1"), tuple(gaps))
