"""ZIP archives of texts and pictures: what was packed once is not packed again, bytes never differ.

A text is packed in pieces, each by itself and kept by its content; deflated pieces one after
another are one deflated stream (RFC 1951), since each ends on a whole byte and looks back only
into itself.
"""

import io
import zipfile
import zlib
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import NamedTuple

from flows.compilation.renditions.keeping import Keeper

_EPOCH = (1980, 1, 1, 0, 0, 0)
_LEVEL = 6
_WORTH_KEEPING = 2048
_RAW = -15
_LAST = b"\x03\x00"
"""An empty block that ends a deflated stream."""
_READABLE = 0o644 << 16


class Entry(NamedTuple):
    """A file of the archive, in ``pieces``; what is packed by nature is only ``stored``."""

    name: str
    pieces: Sequence[bytes]
    is_stored: bool = False


def archive(entries: Sequence[Entry], keeper: Keeper, kind: str) -> bytes:
    """Return the archive of ``entries`` in their order; no entry tells when it was written.

    ``keeper`` keeps what is packed by the ``kind`` of the archive.
    """
    pieces = [piece for one in entries if not one.is_stored for piece in one.pieces]
    packed = iter(_packed(pieces, keeper, kind))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        for one in entries:
            content = (
                b"".join(one.pieces)
                if one.is_stored
                else b"".join([*islice(packed, len(one.pieces)), _LAST])
            )
            _put(file, buffer, _told(one, len(content)), content)
    return buffer.getvalue()


def _packed(pieces: Sequence[bytes], keeper: Keeper, kind: str) -> list[bytes]:
    large = [piece for piece in pieces if len(piece) >= _WORTH_KEEPING]
    kept = iter(keeper.all(f"deflated-{kind}", large, lambda at: (_deflated(large[n]) for n in at)))
    return [next(kept) if len(one) >= _WORTH_KEEPING else _deflated(one) for one in pieces]


def _deflated(piece: bytes) -> bytes:
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, _RAW)
    return packer.compress(piece) + packer.flush(zlib.Z_SYNC_FLUSH)


def _told(entry: Entry, packed: int) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(entry.name, _EPOCH)
    info.compress_type = zipfile.ZIP_STORED if entry.is_stored else zipfile.ZIP_DEFLATED
    info.external_attr = _READABLE
    info.CRC, info.file_size = _measured(entry.pieces)
    info.compress_size = packed
    return info


def _measured(pieces: Iterable[bytes]) -> tuple[int, int]:
    """Checksum and length of all ``pieces`` together."""
    checksum = length = 0
    for piece in pieces:
        checksum, length = zlib.crc32(piece, checksum), length + len(piece)
    return checksum, length


def _put(file: zipfile.ZipFile, buffer: io.BytesIO, info: zipfile.ZipInfo, content: bytes) -> None:
    """Write an entry that is packed already: ``ZipFile`` has no way of its own to take one."""
    info.header_offset = buffer.tell()
    buffer.write(info.FileHeader())
    buffer.write(content)
    file.filelist.append(info)
    file.NameToInfo[info.filename] = info
    file.start_dir = buffer.tell()
