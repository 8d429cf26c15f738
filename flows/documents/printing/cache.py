"""What was made once is kept: results by the digest of everything they were made of.

A folder of files, each led by the digest of its content, so that a damaged one is noticed and
made again. Nothing here is ever needed: a folder that cannot be written costs time only.
"""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

TYPESET, PREVIEWS = FOLDERS = "typeset-cache", "previews"
"""Below the data folder; may be emptied at any time."""
LIMIT = 2 * 1024**3
"""Bytes kept at most; what was not asked for the longest goes first."""
AGE = 30 * 24 * 3600
"""Seconds, counted to the latest use of anything here: texts of people are not kept for ever."""
_SEAL = 64
_CHUNK = 1024 * 1024


def digest(*parts: object) -> str:
    """SHA-256 of ``parts`` in hexadecimal: bytes as they are, files by content, others as JSON."""
    whole = hashlib.sha256()
    for part in parts:
        if isinstance(part, Path):
            _take_in(whole, part)
        else:
            content = _as_bytes(part)
            whole.update(len(content).to_bytes(8, "big"))
            whole.update(content)
    return whole.hexdigest()


class Cache:
    """Results in ``folder``, ``limit`` bytes of them after ``trim``."""

    def __init__(self, folder: Path, *, limit: int = LIMIT) -> None:
        self.folder = folder
        self.limit = limit

    def find(self, key: str) -> bytes | None:
        """The result kept under ``key`` if it is there and whole."""
        path = self._place(key)
        try:
            kept = path.read_bytes()
        except OSError:
            return None
        seal, content = kept[:_SEAL], kept[_SEAL:]
        with suppress(OSError):
            if seal == _sealed(content):
                os.utime(path)
                return content
            path.unlink()
        return content if seal == _sealed(content) else None

    def keep(self, key: str, content: bytes) -> None:
        """Keep ``content`` under ``key``; a reader never sees half of it."""
        path = self._place(key)
        with suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, unfinished = tempfile.mkstemp(dir=path.parent)
            with os.fdopen(handle, "wb") as file:
                file.write(_sealed(content) + content)
            Path(unfinished).replace(path)

    def each(
        self,
        kind: object,
        asked: Iterable[str],
        make: Callable[[list[str]], Mapping[str, str]],
    ) -> dict[str, str]:
        """What ``make`` finds to each of the words ``asked``, every answer kept by itself.

        It is asked once, for all that nobody kept; to find nothing is an answer too.
        """
        keys = {word: digest("word", kind, word) for word in sorted(set(asked))}
        known = {word: self.find(key) for word, key in keys.items()}
        lacking = [word for word, content in known.items() if content is None]
        made = make(lacking) if lacking else {}
        for word in lacking:
            self.keep(keys[word], json.dumps(made.get(word)).encode())
        kept = {word: json.loads(one) for word, one in known.items() if one is not None}
        return {**made, **{word: one for word, one in kept.items() if one is not None}}

    def trim(self) -> None:
        """Remove what is older than ``AGE``, and the oldest until the rest is within the limit."""
        with suppress(OSError):
            files = [path for path in self.folder.glob("??/*") if path.is_file()]
            known = sorted(((path.stat(), path) for path in files), key=lambda one: one[0].st_mtime)
            excess = sum(stat.st_size for stat, _ in known) - self.limit
            latest = max((stat.st_mtime for stat, _ in known), default=0.0)
            for stat, path in known:
                if excess <= 0 and latest - stat.st_mtime <= AGE:
                    return
                path.unlink(missing_ok=True)
                excess -= stat.st_size

    def _place(self, key: str) -> Path:
        return self.folder / key[:2] / key[2:]


def clear(folder: Path) -> None:
    """Remove everything kept in ``folder``: it may hold words of a person who is to be forgotten."""
    shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def opened(folder: Path | None) -> Iterator[Cache]:
    """A cache in ``folder``, or for this once in a temporary one."""
    if folder is None:
        with tempfile.TemporaryDirectory(prefix="marathon-cache-") as own:
            yield Cache(Path(own))
    else:
        cache = Cache(folder)
        yield cache
        cache.trim()


def _sealed(content: bytes) -> bytes:
    return hashlib.sha256(content).hexdigest().encode()


def _take_in(whole: "hashlib._Hash", path: Path) -> None:
    """Add a file of whatever size without holding it in memory."""
    with path.open("rb") as file:
        whole.update(os.fstat(file.fileno()).st_size.to_bytes(8, "big"))
        while chunk := file.read(_CHUNK):
            whole.update(chunk)


def _as_bytes(part: object) -> bytes:
    if isinstance(part, bytes):
        return part
    return json.dumps(part, ensure_ascii=False, sort_keys=True).encode()
