"""Walls around whatever opens a person's bytes: network, files, system calls, privileges.

Each wall is tried by itself and stands where the kernel allows it, for any account: a network
namespace without interfaces, Landlock for files, a filter of system calls. What is missing on a
machine is found by ``flows.documents.sandbox.trial`` and told by ``marathon doctor``.
"""

import contextlib
import ctypes
import os
import signal

from flows.documents.sandbox import landlock, places, system_calls

CLONE_NEWUSER = 0x10000000
CLONE_NEWNET = 0x40000000
PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
PR_SET_NO_NEW_PRIVS = 38
CAPABILITIES_V3 = 0x20080522
# Files of an installation may belong to another account than the one that was started as root.
READ_ANY_FILE = 1 << 1 | 1 << 2  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
ROOT = 0


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


def raise_walls(folder: str, *, file: str | None = None, programs: bool = True) -> None:
    """Leave this process ``file`` to read, ``folder`` to work in, and nothing to talk to.

    Without ``programs`` it cannot start any. The network namespace is ``cut_network``'s.
    """
    give_up_privileges()
    landlock.allow_only(places.rules(folder=folder, file=file))
    system_calls.refuse(programs=programs)


def prepare() -> None:
    """Make ready what every fork will need to raise its walls."""
    places.of_the_machine()
    system_calls.ready()


def die_with_parent() -> None:
    """Ask the kernel to kill this process when its parent ends; nothing happens elsewhere."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def give_up_privileges() -> None:
    """Gain no privileges any more and, started as root, keep but the reading of files."""
    with contextlib.suppress(OSError, AttributeError):
        libc = ctypes.CDLL(None)
        libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        head = (ctypes.c_uint32 * 2)(CAPABILITIES_V3, 0)
        sets = (ctypes.c_uint32 * 6)()  # effective, permitted, inheritable; low halves, high halves
        libc.capget(head, sets)
        kept = sets[1] & READ_ANY_FILE if os.geteuid() == ROOT else 0
        libc.capset(head, (ctypes.c_uint32 * 6)(kept, kept, 0, 0, 0, 0))


def adopt_orphans() -> None:
    """Become the parent of whatever the children leave behind, so that it can be found."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def kill_group(leader: int) -> None:
    """Kill a process and everything it started."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)
