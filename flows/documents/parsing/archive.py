"""Zip archives inside office files: bounded before anything is unpacked, read part by part."""

import zipfile
from pathlib import Path, PurePosixPath

from flows.documents.parsing.refusal import Refused
from schemas.extraction import Limits, RejectCode

CHUNK = 1 << 20
XML_SUFFIXES = (".xml", ".rels", ".vml")
ENCRYPTED_FLAG = 0x1


class Archive:
    """An opened office file whose promised sizes are lawful; parts are read under a cap.

    The directory of a zip may lie about sizes, so ``read`` counts again while unpacking.
    """

    def __init__(self, path: Path, limits: Limits) -> None:
        self.limits = limits
        try:
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise Refused(RejectCode.DAMAGED) from error
        self.parts = {entry.filename: entry for entry in self._zip.infolist()}
        refuse_unlawful(self._zip.infolist(), path.stat().st_size, limits)

    def __contains__(self, name: str) -> bool:
        return name in self.parts

    def read(self, name: str) -> bytes:
        """Return the bytes of a part; a part that cannot be unpacked means a damaged file."""
        try:
            with self._zip.open(self.parts[name]) as stream:
                content = stream.read(self.limits.unpacked + 1)
        except MemoryError:
            raise
        except Exception as error:
            raise Refused(RejectCode.DAMAGED) from error
        if len(content) > self.limits.unpacked:
            raise Refused(RejectCode.TOO_LARGE)
        return content

    def opening(self, name: str, size: int = 1 << 16) -> bytes:
        """Return the first ``size`` bytes of a part."""
        try:
            with self._zip.open(self.parts[name]) as stream:
                return stream.read(size)
        except Exception as error:
            raise Refused(RejectCode.DAMAGED) from error

    def refuse_doctype(self) -> None:
        """Refuse document type declarations: office XML has none, entity bombs need one."""
        for name in self.parts:
            # Old OpenOffice writes a harmless DOCTYPE into the manifest, which nobody parses.
            is_markup = name.lower().endswith(XML_SUFFIXES) and not name.startswith("META-INF/")
            if is_markup and declares_type(self.opening(name)):
                raise Refused(RejectCode.UNSAFE_MARKUP)

    def names(self, folder: str) -> list[str]:
        return [name for name in self.parts if name.startswith(folder) and not name.endswith("/")]


def declares_type(opening: bytes) -> bool:
    """Tell whether XML begins with a DOCTYPE, in any encoding a parser would accept."""
    plain = opening.replace(b"\0", b"").upper()
    return b"<!DOCTYPE" in plain or b"<!ENTITY" in plain


def refuse_unlawful(entries: list[zipfile.ZipInfo], packed: int, limits: Limits) -> None:
    """Refuse bombs and strange names by the archive's own directory, before unpacking."""
    if any(entry.flag_bits & ENCRYPTED_FLAG for entry in entries):
        raise Refused(RejectCode.ENCRYPTED)
    unpacked = sum(entry.file_size for entry in entries)
    if len(entries) > limits.entries or unpacked > limits.unpacked:
        raise Refused(RejectCode.TOO_LARGE)
    if unpacked > limits.ratio_floor and unpacked > limits.ratio * packed:
        raise Refused(RejectCode.TOO_LARGE)
    names = [entry.filename for entry in entries]
    if len(set(names)) != len(names) or not all(map(is_plain_name, names)):
        raise Refused(RejectCode.UNSAFE_ARCHIVE)


def is_plain_name(name: str) -> bool:
    """Tell whether a part's name stays inside the archive."""
    path = PurePosixPath(name.replace("\\", "/"))
    return bool(name) and not path.is_absolute() and ".." not in path.parts and ":" not in name
