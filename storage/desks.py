"""Folders for what is made on the way, which outlive nobody: a killed process leaves none for good.

Whoever works in a desk holds the lock of its folder, which the kernel gives back however the
process ends. So a desk whose lock is free belongs to nobody, whatever its age, and systemd-tmpfiles
leaves alone those that are held.
"""

import atexit
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PREFIX = "marathon-desk-"
OPENING = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW


class Desk:
    """A folder of its own below ``place``, held until ``leave`` or the end of the process."""

    def __init__(self, place: Path) -> None:
        self.owner = os.getpid()
        self.path, self.lock = _held(place)

    def leave(self) -> None:
        if os.getpid() == self.owner:  # a fork of the process has the same handlers at its exit
            shutil.rmtree(self.path, ignore_errors=True)
            os.close(self.lock)


@contextmanager
def desk(place: Path) -> Iterator[Path]:
    """A folder below ``place`` that is removed afterwards, or by ``clear_abandoned``."""
    own = Desk(place)
    try:
        yield own.path
    finally:
        own.leave()


def work_at_own_desk() -> None:
    """Everything temporary of this process and of its children goes to a desk of its own.

    What dead processes have left is cleared away first. Nothing changes where even that cannot be
    written: whoever needs a folder then says so.
    """
    place = Path(tempfile.gettempdir())
    clear_abandoned(place)
    with suppress(OSError):
        own = Desk(place)
        atexit.register(own.leave)
        tempfile.tempdir = os.environ["TMPDIR"] = str(own.path)


def place_of_desks() -> Path:
    """The folder in which processes like this one have their desks."""
    own = Path(tempfile.gettempdir())
    return own.parent if own.name.startswith(PREFIX) else own


def clear_abandoned(place: Path) -> int:
    """Remove the desks below ``place`` whose owners are dead; returns how many there were."""
    return sum(_cleared(path) for path in sorted(place.glob(f"{PREFIX}*")))


def _held(place: Path) -> tuple[Path, int]:
    """A new folder and its lock; between the two somebody may take it for an abandoned one."""
    while True:
        path = Path(tempfile.mkdtemp(prefix=PREFIX, dir=place))
        with suppress(FileNotFoundError):
            lock = os.open(path, OPENING)
            fcntl.flock(lock, fcntl.LOCK_EX)
            if path.is_dir():
                return path, lock
            os.close(lock)


def _cleared(path: Path) -> bool:
    try:
        lock = os.open(path, OPENING)
    except OSError:  # somebody else's, or gone meanwhile
        return False
    try:
        if os.fstat(lock).st_uid != os.geteuid():
            return False
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(path, ignore_errors=True)
        return not path.exists()
    except BlockingIOError:
        return False
    finally:
        os.close(lock)
