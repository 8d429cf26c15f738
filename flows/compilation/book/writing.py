"""A PDF as it is written: objects one after another, then the table that says where they lie.

Objects that are no streams lie in object streams, the table is a stream (ISO 32000-1, 7.5.7 and
7.5.8). The file's identifier is a digest of its content: the same objects give the same bytes.
"""

import hashlib
import struct
import zlib
from collections.abc import Iterable, Mapping
from itertools import starmap

from flows.compilation.book.objects import Objects, Packed, packed

HEADER = b"%PDF-1.7\n%\xbf\xf7\xa2\xfe\n"
_ROW = struct.Struct(">BIH")
_FREE = (0, 0, 0xFFFF)
_LYING, _IN_STREAM = 1, 2
_IDENTIFIER = 16
Written = tuple[int, bytes]
"""An object that is no stream, by its number."""


def words(text: str) -> bytes:
    """Return ``text`` as a string that no sign in it can end."""
    return b"<feff%b>" % text.encode("utf-16-be", "replace").hex().encode()


def listed(numbers: Iterable[int]) -> bytes:
    """Return an array of references to objects."""
    return b"[ %b ]" % b" ".join(b"%d 0 R" % number for number in numbers)


def entries(pairs: Mapping[str, bytes]) -> bytes:
    """Return a dictionary with the entries ``pairs``, names without their slash."""
    return b"<< %b >>" % b" ".join(b"/%b %b" % (name.encode(), one) for name, one in pairs.items())


class Writer:
    """Numbers are the caller's affair; every number up to the highest is to be used."""

    def __init__(self) -> None:
        self._chunks = [HEADER]
        self._place = len(HEADER)
        self._rows = {0: _FREE}

    def stream(self, number: int, dictionary: bytes, data: bytes) -> None:
        """Write a stream; its ``dictionary`` tells its length."""
        self._rows[number] = (_LYING, self._place, 0)
        self._put(b"%d 0 obj\n%b\nstream\n%b\nendstream\nendobj\n" % (number, dictionary, data))

    def object_stream(self, number: int, content: Packed) -> None:
        dictionary = b"<< /Type /ObjStm /N %d /First %d /Filter /FlateDecode /Length %d >>" % (
            len(content.numbers), content.first, len(content.data),
        )  # fmt: skip
        self.stream(number, dictionary, content.data)
        for index, member in enumerate(content.numbers):
            self._rows[member] = (_IN_STREAM, number, index)

    def kept(self, objects: Objects, number: int) -> None:
        """Write ``objects`` under the numbers they have; ``number`` is free for their stream."""
        self._streams(objects, 0, objects.table())
        self.object_stream(number, objects.packed)

    def moved(self, objects: Objects, base: int, number: int, table: list[int]) -> None:
        """Write ``objects`` behind ``base`` others with their gaps filled from ``table``."""
        self._streams(objects, base, table)
        numbers = [base + one for one in objects.texts.numbers]
        filled = objects.texts.filled(table)
        self.object_stream(number, packed(zip(numbers, filled, strict=True)))

    def _streams(self, objects: Objects, base: int, table: list[int]) -> None:
        filled = objects.streams.filled(table)
        for number, text, data in zip(objects.streams.numbers, filled, objects.data, strict=False):
            self.stream(base + number, text, data)

    def finish(self, *, root: int, info: int) -> bytes:
        """Return the file; its catalogue is object ``root``."""
        number = max(self._rows) + 1
        self._rows[number] = (_LYING, self._place, 0)
        table = starmap(_ROW.pack, map(self._rows.__getitem__, range(number + 1)))
        rows = zlib.compress(b"".join(table))
        identifier = self._identifier()
        trailer = (
            b"<< /Type /XRef /Size %d /W [ 1 4 2 ] /Root %d 0 R /Info %d 0 R /ID [ <%b> <%b> ]"
            b" /Filter /FlateDecode /Length %d >>"
        ) % (number + 1, root, info, identifier, identifier, len(rows))
        place = self._place
        self.stream(number, trailer, rows)
        self._put(b"startxref\n%d\n%%%%EOF\n" % place)
        return b"".join(self._chunks)

    def _identifier(self) -> bytes:
        whole = hashlib.sha256()
        for chunk in self._chunks:
            whole.update(chunk)
        return whole.hexdigest()[: 2 * _IDENTIFIER].encode()

    def _put(self, chunk: bytes) -> None:
        self._chunks.append(chunk)
        self._place += len(chunk)
