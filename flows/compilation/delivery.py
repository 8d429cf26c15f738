"""Putting a build into its folder: what lies there afterwards is this build and nothing older."""

import contextlib
import filecmp
import hashlib
import json
import os
import shutil
import stat
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from pydantic import ValidationError

from schemas.errors import BadInput
from schemas.volume import Build

RECORD, PROBLEMS = "build.json", "problems.json"
Files = Mapping[str, bytes | Path]


def sha256(content: bytes | Path) -> str:
    """Return the digest of bytes or of a file, in hexadecimal."""
    if isinstance(content, bytes):
        return hashlib.sha256(content).hexdigest()
    with content.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def as_json(value: object) -> bytes:
    """Return ``value`` as readable JSON with keys in order."""
    return (json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def deliver(files: Files, build: Build, out: Path) -> None:
    """Write ``files`` and the record of the build; remove what the previous build left behind."""
    earlier = last_build(out)
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            _write(out / name, content)
    except OSError as problem:
        raise BadInput(f"В папку {out} не удаётся записать ({problem.strerror}).") from None
    for name in set(earlier.outputs) - set(files) if earlier else ():
        _remove(out, name)
    _write(out / RECORD, as_json(build.model_dump(mode="json")))


def last_build(out: Path) -> Build | None:
    """Return the record of the build that lies in ``out``, if there is one."""
    try:
        return Build.model_validate_json((out / RECORD).read_bytes())
    except (OSError, ValidationError):
        return None


def is_untouched(build: Build, out: Path) -> bool:
    """Whether every file of ``build`` still lies in ``out`` as it was written."""
    try:
        return all(sha256(out / name) == digest for name, digest in build.outputs.items())
    except OSError:
        return False


def _write(path: Path, content: bytes | Path) -> None:
    """Replacing a file costs far more than reading it: what lies there already is left alone."""
    if _lies(path, content):
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.part")
    if isinstance(content, Path):
        shutil.copyfile(content, unfinished)
    else:
        unfinished.write_bytes(content)
    os.replace(unfinished, path)  # noqa: PTH105 - replaces links, never follows them


def _lies(path: Path, content: bytes | Path) -> bool:
    """Whether ``path`` is a file, and no link to one, of just this content."""
    try:
        found = path.lstat()
        if not stat.S_ISREG(found.st_mode):
            return False
        if isinstance(content, Path):
            return filecmp.cmp(content, path, shallow=False)
        return found.st_size == len(content) and path.read_bytes() == content
    except OSError:
        return False


def _remove(out: Path, name: str) -> None:
    parts = PurePosixPath(name)
    if parts.is_absolute() or ".." in parts.parts:
        return
    with contextlib.suppress(OSError):
        (out / name).unlink()
        for folder in (out / name).relative_to(out).parents[:-1]:
            (out / folder).rmdir()
