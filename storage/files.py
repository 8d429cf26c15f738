"""A content-addressed file store: once ``save`` returns, the bytes survive a power cut."""

import errno
import fcntl
import hashlib
import os
import secrets
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from schemas.base import Schema
from schemas.errors import BadFile, NotFound, Unavailable

CHUNK = 128 * 1024
SHELVES = "shelves"
NO_SPACE = (
    "На сервере закончилось место или диск не принял файл. Файл не сохранён: "
    "сообщите организаторам и попробуйте позже."
)
# What a disk says that is full, broken or closed to writers: it passes when somebody mends it.
DISK_REFUSES = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS})
MISSING_FILE = "Файл не найден в хранилище."


class Stored(Schema):
    """``size`` is in bytes."""

    sha256: str
    size: int


class FileStore:
    """Files under ``root/ab/<sha256>``; equal contents are kept once and never change."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.incoming = root / "incoming"

    def save(self, chunks: Iterable[bytes], *, limit: int | None = None) -> Stored:
        """Write ``chunks`` durably: temporary file, fsync, rename, fsync of the folder.

        ``limit`` is in bytes. Raises ``BadFile`` past it and ``Unavailable`` when the disk
        refuses; in both cases nothing stays behind.
        """
        with self.kept_aside() as temporary:
            stored = self.write(temporary, chunks, limit)
            self.keep(temporary, stored.sha256)
        return stored

    @contextmanager
    def kept_aside(self) -> Iterator[Path]:
        """A name for a file on its way in; what is left of it afterwards is removed."""
        temporary = self.incoming / secrets.token_hex(16)
        try:
            self.incoming.mkdir(parents=True, exist_ok=True, mode=0o700)
            yield temporary
        except OSError as error:
            raise Unavailable(NO_SPACE, code="storage_full") from error
        finally:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)

    def require_ready(self) -> None:
        """Raises ``Unavailable`` when nothing could be saved now."""
        with self.kept_aside() as temporary:
            temporary.touch()

    def save_bytes(self, content: bytes) -> Stored:
        return self.save([content])

    def save_file(self, path: Path) -> Stored:
        with path.open("rb") as file:
            return self.save(iter(lambda: file.read(CHUNK), b""))

    def write(self, path: Path, chunks: Iterable[bytes], limit: int | None) -> Stored:
        digest, size = hashlib.sha256(), 0
        with path.open("xb") as file:
            for chunk in chunks:
                size += len(chunk)
                if limit is not None and size > limit:
                    raise too_large(limit)
                digest.update(chunk)
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        return Stored(sha256=digest.hexdigest(), size=size)

    def keep(self, temporary: Path, sha256: str) -> None:
        """What is there already counts as saved now, so that no sweep takes it from its new owner.

        Folders are synced even then: whoever put it there may have died before doing so.
        """
        final = self.path(sha256)
        with self.locked(fcntl.LOCK_SH):
            if not renewed(final):
                final.parent.mkdir(parents=True, exist_ok=True)
                temporary.replace(final)
            sync_folder(final.parent)
            sync_folder(self.root)

    @contextmanager
    def locked(self, how: int) -> Iterator[None]:
        """Those who save share the store; whoever sweeps a content away has it alone."""
        descriptor = os.open(self.root, os.O_RDONLY)
        try:
            fcntl.flock(descriptor, how)
            yield
        finally:
            os.close(descriptor)

    def path(self, sha256: str) -> Path:
        return self.root / sha256[:2] / sha256

    def existing(self, sha256: str) -> Path:
        """Raises ``NotFound`` when the store does not hold it."""
        path = self.path(sha256)
        if not path.is_file():
            raise NotFound(MISSING_FILE)
        return path

    def discard(self, sha256: str) -> None:
        """The content is gone for good; what is not there stays so."""
        self.path(sha256).unlink(missing_ok=True)

    def read(self, sha256: str) -> bytes:
        return self.existing(sha256).read_bytes()

    def shelf(self, name: str) -> "FileStore":
        """A place of its own for what has yet to become a file; just as durable."""
        return FileStore(self.root / SHELVES / name)

    def clear_shelf(self, name: str) -> None:
        shutil.rmtree(self.root / SHELVES / name, ignore_errors=True)

    def shelves(self) -> list[str]:
        return sorted(path.name for path in (self.root / SHELVES).glob("*"))

    def all(self) -> Iterator[Path]:
        return (path for path in self.root.glob("??/*") if path.is_file())

    def untouched(self, *, before: float) -> Iterator[str]:
        """Digests of contents that nobody has saved since ``before`` (seconds since 1970)."""
        return (path.name for path in self.all() if path.stat().st_mtime < before)

    def sweep_away(self, sha256: str, *, before: float) -> bool:
        """Discard the content unless somebody has saved it again since ``before``."""
        path = self.path(sha256)
        with self.locked(fcntl.LOCK_EX):
            if not path.exists() or path.stat().st_mtime >= before:
                return False
            self.discard(sha256)
        return True

    def sweep(self, *, before: float) -> int:
        """Remove half-written uploads last touched before ``before`` (seconds since 1970)."""
        stale = [path for path in self.incoming.glob("*") if path.stat().st_mtime < before]
        for path in stale:
            path.unlink(missing_ok=True)
        return len(stale)


def too_large(limit: int) -> BadFile:
    megabytes = limit // (1024 * 1024)
    return BadFile(
        f"Файл больше {megabytes} МБ. Уменьшите картинки (например, до 150 точек на дюйм) "
        "или сохраните файл как PDF и загрузите снова.",
        code="too_large",
    )


def renewed(path: Path) -> bool:
    """Whether the file was there; it now bears the present moment."""
    try:
        os.utime(path)
    except FileNotFoundError:
        return False
    return True


def sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
