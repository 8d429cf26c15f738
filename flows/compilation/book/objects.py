"""The objects of a PDF as text with gaps, so that they move into another file as they are.

A file is taken apart once; whoever binds it fills the gaps: numbers of objects, keys of the
structure's parent tree, levels of headings. Nothing is parsed and no stream is compressed a second
time, so that binding hundreds of pieces is cheap (ISO 32000-1, 7.3.8, 7.3.10 and 7.5.7).
"""

import json
import re
import zlib
from array import array
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import accumulate, pairwise
from typing import Any, NamedTuple

HIGHEST = 6
"""PDF 1.7 has headings of six levels."""
_OPENING = b" obj\n"
_STREAM = b"\nstream\n"
_CLOSING = b"\nendobj"
_TABLE = b"startxref\n"
_BETWEEN = b"\0"
"""Between the texts of objects: qpdf writes it as \\000 in a string and as #00 in a name."""
_WORDS = rb"\((?:[^()\\]|\\.)*\)"
"""A string, as qpdf writes it: what people wrote has no gaps, whatever it looks like."""
_LENGTH = re.compile(_WORDS + rb"|/Length (?P<length>\d+)", re.DOTALL)
# Every kind of gap begins with a sign of its own, so that what lies between is passed over quickly.
_GAP = re.compile(
    _WORDS + rb"| (?P<number>\d+) 0 R(?![0-9A-Za-z])"
    rb"|/StructParent (?P<key>\d+)|/StructParents (?P<keys>\d+)"
    rb"|/S /H(?P<level>[1-6])(?![0-9A-Za-z])",
    re.DOTALL,
)
_FORMS = {
    "number": b" %d 0 R",
    "key": b"/StructParent %d",
    "keys": b"/StructParents %d",
    "level": b"/S /H%d",
}


class Texts(NamedTuple):
    """Objects by ``numbers``; a stream's text is its dictionary.

    ``form`` is all their texts with a ``%d`` for each of ``gaps``, places in the table of the file.
    They are one, so that reading them costs nothing and filling them little.
    """

    numbers: Sequence[int]
    form: bytes
    gaps: Sequence[int]

    def filled(self, table: Sequence[int]) -> list[bytes]:
        """The text of each object."""
        return (self.form % tuple([table[gap] for gap in self.gaps])).split(_BETWEEN)


class Packed(NamedTuple):
    """Objects as the content of an object stream: their numbers, offsets first, compressed."""

    numbers: Sequence[int]
    first: int
    data: bytes


class Objects(NamedTuple):
    """Objects with numbers from 1 to ``total``; those that are missing the binder writes.

    ``keys`` counts the keys of the parent tree. ``data`` is the content of ``streams`` as it is
    stored. ``packed`` are ``texts`` for those who keep the numbers as they are.
    """

    total: int
    keys: int
    texts: Texts
    streams: Texts
    data: tuple[bytes, ...]
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
    return Packed(array("I", numbers), len(places) + 1, zlib.compress(b"\n".join((places, *texts))))


def taken_apart(saved: bytes, *, keys: int, without: Collection[int]) -> Objects:
    """Return the objects of ``saved``, which qpdf wrote with a plain table of objects.

    ``keys`` counts the keys of its parent tree; the objects ``without`` are left to the binder.
    """
    places = _places(saved)
    texts: dict[int, bytes] = {}
    streams: dict[int, tuple[bytes, bytes]] = {}
    for number, (start, end) in enumerate(pairwise(places), start=1):
        if number in without:
            continue
        content = saved[saved.index(_OPENING, start) + len(_OPENING) : end]
        if _STREAM in content:
            streams[number] = _stream(content)
        else:
            texts[number] = content[: content.rindex(_CLOSING)]
    count = len(places) - 1
    return Objects(
        total=count,
        keys=keys,
        texts=_with_gaps(texts, count, keys),
        streams=_with_gaps({number: text for number, (text, _) in streams.items()}, count, keys),
        data=tuple(data for _, data in streams.values()),
        packed=packed(texts.items()),
    )


def _places(saved: bytes) -> list[int]:
    """Where every object begins and the last one ends; qpdf writes them by number."""
    table = int(saved[saved.rindex(_TABLE) + len(_TABLE) :].split(b"\n")[0])
    _, size, *rows = saved[table : saved.rindex(b"trailer")].split(b"\n")
    places = [*(int(row[:10]) for row in rows[1 : int(size.split()[1])]), table]
    if places != sorted(places):
        raise ValueError("objects are not in the order of their numbers")
    return places


def _stream(content: bytes) -> tuple[bytes, bytes]:
    """The dictionary of a stream and its data."""
    text, _, data = content.partition(_STREAM)
    length = max(int(found["length"] or 0) for found in _LENGTH.finditer(text))
    return text, data[:length]


def _with_gaps(texts: Mapping[int, bytes], count: int, keys: int) -> Texts:
    """The table of a file holds ``count`` numbers and 0, its ``keys``, then the levels."""
    first = {"number": 0, "key": count + 1, "keys": count + 1, "level": count + 1 + keys}
    gaps = array("I")

    def gap(found: re.Match[bytes]) -> bytes:
        kind = found.lastgroup
        if kind is None:
            return found[0]
        gaps.append(first[kind] + int(found[kind]))
        return _FORMS[kind]

    form = _GAP.sub(gap, _BETWEEN.join(texts.values()).replace(b"%", b"%%"))
    return Texts(array("I", texts), form, gaps)


def as_bytes(objects: Objects, told: dict[str, Any]) -> bytes:
    """Return ``objects`` for keeping, with the facts ``told`` beside: few words, many numbers."""
    parts = [*_kept(objects.texts), *_kept(objects.streams), objects.packed.data, *objects.data]
    head = {
        "told": told,
        "total": objects.total,
        "keys": objects.keys,
        "first": objects.packed.first,
        "lengths": [len(part) for part in parts],
    }
    return b"".join((json.dumps(head).encode(), b"\n", *parts))


def from_bytes(kept: bytes) -> tuple[Objects, dict[str, Any]]:
    """Return what ``as_bytes`` was given."""
    line, _, rest = kept.partition(b"\n")
    head = json.loads(line)
    ends = accumulate(head["lengths"], initial=0)
    parts = [rest[start:end] for start, end in pairwise(ends)]
    texts, streams, ready, data = _text(parts[:3]), _text(parts[3:6]), parts[6], parts[7:]
    told: dict[str, Any] = head["told"]
    packed_texts = Packed(texts.numbers, head["first"], ready)
    return Objects(head["total"], head["keys"], texts, streams, tuple(data), packed_texts), told


def _kept(texts: Texts) -> tuple[bytes, bytes, bytes]:
    return array("I", texts.numbers).tobytes(), texts.form, array("I", texts.gaps).tobytes()


def _text(parts: Sequence[bytes]) -> Texts:
    numbers, form, gaps = parts
    return Texts(array("I", numbers), form, array("I", gaps))
