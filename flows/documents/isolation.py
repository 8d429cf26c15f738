"""Walls around the reading of one file: processor, memory, file size, network, surviving children.

What the kernel allows is used: with user namespaces (Debian's default) the process that reads has
no network at all; where a container forbids them the limits still hold and nothing we call opens
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
