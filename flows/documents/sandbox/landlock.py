"""Landlock (Linux 5.13): a process and its children reach only the files that are named to it.

The kernel's system calls are called directly, since the C library has no functions for them:
https://docs.kernel.org/userspace-api/landlock.html. What an older kernel does not know is left
out: cutting files short needs 6.2, TCP 6.7, devices 6.10, signals and abstract sockets 6.12.
"""

import ctypes
import os
from collections.abc import Iterable
from contextlib import suppress
from enum import IntFlag

# The numbers are the same on every architecture.
CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
ASK_VERSION = 1
PATH_BENEATH = 1


class Right(IntFlag):
    """What can be done with files (``LANDLOCK_ACCESS_FS_*``)."""

    EXECUTE = 1 << 0
    WRITE_FILE = 1 << 1
    READ_FILE = 1 << 2
    READ_DIR = 1 << 3
    REMOVE_DIR = 1 << 4
    REMOVE_FILE = 1 << 5
    MAKE_CHAR = 1 << 6
    MAKE_DIR = 1 << 7
    MAKE_REG = 1 << 8
    MAKE_SOCK = 1 << 9
    MAKE_FIFO = 1 << 10
    MAKE_BLOCK = 1 << 11
    MAKE_SYM = 1 << 12
    REFER = 1 << 13
    TRUNCATE = 1 << 14
    IOCTL_DEV = 1 << 15


OF_FILES = Right.EXECUTE | Right.WRITE_FILE | Right.READ_FILE | Right.TRUNCATE
READ = Right.READ_FILE | Right.READ_DIR
RUN = READ | Right.EXECUTE
# Links would lead whoever reads the results elsewhere; nothing written there may be started.
WORK = (
    READ | Right.WRITE_FILE | Right.TRUNCATE | Right.REFER
    | Right.MAKE_DIR | Right.MAKE_REG | Right.REMOVE_DIR | Right.REMOVE_FILE
)  # fmt: skip

FIRST = sum(Right(1 << bit) for bit in range(13))
NEWER = {2: Right.REFER, 3: Right.TRUNCATE, 5: Right.IOCTL_DEV}
TCP_SINCE, TCP = 4, 0b11
SCOPES_SINCE, SCOPES = 6, 0b11

Rule = tuple[str, Right]


class Ruleset(ctypes.Structure):
    """``landlock_ruleset_attr``; older kernels take it as long as what they lack is zero."""

    _fields_ = (("files", ctypes.c_uint64), ("net", ctypes.c_uint64), ("scoped", ctypes.c_uint64))


class PathBeneath(ctypes.Structure):
    """``landlock_path_beneath_attr``."""

    _pack_ = 1
    _fields_ = (("allowed", ctypes.c_uint64), ("parent", ctypes.c_int32))


def version() -> int:
    """Return the version of Landlock in this kernel; 0 where it is missing or switched off."""
    try:
        found: int = ctypes.CDLL(None).syscall(
            CREATE_RULESET, None, ctypes.c_size_t(0), ASK_VERSION
        )
    except (OSError, AttributeError):
        return 0
    return max(found, 0)


def allow_only(rules: Iterable[Rule]) -> bool:
    """Leave this process the files of ``rules`` alone; False if the kernel does not permit it.

    A rule is a file or a folder with everything below it; one that does not exist is passed over.
    New privileges must have been given up before.
    """
    known = version()
    if not known:
        return False
    libc = ctypes.CDLL(None)
    handled = handled_by(known)
    ruleset = libc.syscall(
        CREATE_RULESET, ctypes.byref(handled), ctypes.c_size_t(ctypes.sizeof(handled)), 0
    )
    if ruleset < 0:
        return False
    for path, rights in rules:
        with suppress(OSError):
            add(libc, ruleset, path, rights & handled.files)
    is_done: bool = libc.syscall(RESTRICT_SELF, ruleset, 0) == 0
    os.close(ruleset)
    return is_done


def handled_by(known: int) -> Ruleset:
    """Everything that this version can forbid."""
    files = sum((right for since, right in NEWER.items() if known >= since), int(FIRST))
    return Ruleset(
        files=files,
        net=TCP if known >= TCP_SINCE else 0,
        scoped=SCOPES if known >= SCOPES_SINCE else 0,
    )


def add(libc: ctypes.CDLL, ruleset: int, path: str, rights: int) -> None:
    place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    is_folder = os.path.isdir(path)  # noqa: PTH112 - keeps the idle process small
    rule = PathBeneath(rights if is_folder else rights & OF_FILES, place)
    libc.syscall(ADD_RULE, ruleset, PATH_BENEATH, ctypes.byref(rule), 0)
    os.close(place)
