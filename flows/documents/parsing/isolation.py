"""Walls around the reading of one file: processor, memory, files written, network, children.

What the kernel allows is used: with user namespaces (Debian's default) the process that reads has
no network at all, and with Landlock (Linux 5.13) it can write nothing but its own folder, the file
it reads included. Where a container forbids them the limits still hold and nothing we call opens
a socket (pandoc runs with ``--sandbox``, office links are never followed).
"""

import contextlib
import ctypes
import os
import resource
import signal

CLONE_NEWUSER = 0x10000000
CLONE_NEWNET = 0x40000000
PR_SET_PDEATHSIG = 1
PR_SET_NO_NEW_PRIVS = 38
# Landlock's system calls, the same on every architecture, and its rights to change files (ABI 1).
CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
PATH_BENEATH = 1
WRITE_FILE = 1 << 1
REMOVE_AND_MAKE = sum(1 << bit for bit in range(4, 13))


def cut_network() -> bool:
    """Move this process into a network namespace with no interfaces; False if not permitted.

    Must be called while the process has one thread. Root can do it directly; others need a
    user namespace of their own.
    """
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        return not (libc.unshare(CLONE_NEWNET) and libc.unshare(CLONE_NEWUSER | CLONE_NEWNET))
    except (OSError, AttributeError):
        return False


def die_with_parent() -> None:
    """Ask the kernel to kill this process when its parent ends; nothing happens elsewhere."""
    with contextlib.suppress(OSError, AttributeError):
        libc = ctypes.CDLL(None)
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)


class Ruleset(ctypes.Structure):
    """``landlock_ruleset_attr`` of <linux/landlock.h>."""

    _fields_ = (("handled", ctypes.c_uint64),)


class PathBeneath(ctypes.Structure):
    """``landlock_path_beneath_attr`` of <linux/landlock.h>."""

    _pack_ = 1
    _fields_ = (("allowed", ctypes.c_uint64), ("parent", ctypes.c_int32))


def write_only_into(folder: str) -> bool:
    """Let this process and its children change nothing outside ``folder``; False if not permitted.

    Needs ``die_with_parent`` before it, which gives up new privileges.
    """
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        handled = Ruleset(WRITE_FILE | REMOVE_AND_MAKE)
        size = ctypes.c_size_t(ctypes.sizeof(handled))
        ruleset = libc.syscall(CREATE_RULESET, ctypes.byref(handled), size, 0)
        if ruleset < 0:
            return False
        allow(libc, ruleset, folder, handled.handled)
        allow(libc, ruleset, os.devnull, WRITE_FILE)
        is_done: bool = libc.syscall(RESTRICT_SELF, ruleset, 0) == 0
        os.close(ruleset)
    except (OSError, AttributeError):
        return False
    return is_done


def allow(libc: ctypes.CDLL, ruleset: int, path: str, rights: int) -> None:
    place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    rule = PathBeneath(rights, place)
    libc.syscall(ADD_RULE, ruleset, PATH_BENEATH, ctypes.byref(rule), 0)
    os.close(place)


def limit_resources(seconds: float, memory: int, written: int) -> None:
    """Bound processor seconds, address space and the size of any file written, both in bytes."""
    whole = max(1, round(seconds))
    limit(resource.RLIMIT_CPU, whole, whole + 1)
    limit(resource.RLIMIT_AS, memory, memory)
    limit(resource.RLIMIT_FSIZE, written, written)
    limit(resource.RLIMIT_CORE, 0, 0)


def limit(kind: int, soft: int, hard: int) -> None:
    """Lower a limit, never above what is already allowed."""
    _, ceiling = resource.getrlimit(kind)
    if ceiling != resource.RLIM_INFINITY:
        soft, hard = min(soft, ceiling), min(hard, ceiling)
    resource.setrlimit(kind, (soft, hard))


def kill_group(leader: int) -> None:
    """Kill a process and everything it started."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)
