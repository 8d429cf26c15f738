"""What the walls hold back on this machine: tried in a reading process, not guessed.

A fork of the reading process, with its walls up, does what a parser taken over by a hostile file
would do. ``marathon doctor`` tells the outcome in words.
"""

import errno
import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flows.documents.sandbox import landlock

NOT_PERMITTED = (errno.EPERM, errno.EACCES)
OF_THE_SYSTEM = "/etc/passwd"


def try_everything(job: dict[str, Any], _directory: Path) -> dict[str, Any]:
    """Return what was held back; the job's ``beside`` is a folder that is not its own."""
    beside = Path(job["beside"])
    attempts: dict[str, Callable[[], object]] = {
        "sockets": socket.socket,
        "reading": Path(OF_THE_SYSTEM).read_bytes,
        "listing": lambda: os.listdir(beside),  # noqa: PTH208 - lists at once, as it is asked
        "writing": (beside / "written").touch,
    }
    return {name: is_refused(attempt) for name, attempt in attempts.items()} | {
        "namespace": job["isolated"],
        "landlock": landlock.version(),
    }


def is_refused(attempt: Callable[[], object]) -> bool:
    try:
        attempt()
    except OSError as error:
        return error.errno in NOT_PERMITTED
    return False
