"""A filter of system calls (seccomp): no sockets, no other processes, nothing of administration.

What readers of documents never need is refused as «not permitted», so a library that tries goes
on without it. Unlike namespaces this works for every account and in most containers. The filter
is a program for the kernel's classic BPF machine (seccomp(2), <linux/filter.h>).
"""

import ctypes
import os
from collections.abc import Iterable, Iterator
from functools import cache
from struct import pack

PR_SET_SECCOMP, FILTER_MODE = 22, 2
LOAD, MASK, EQUAL, AT_LEAST, ANY_BIT, RETURN = 0x20, 0x54, 0x15, 0x35, 0x45, 0x06
NUMBER_AT, ARCHITECTURE_AT, ARGUMENTS_AT, ARGUMENT_SIZE = 0, 4, 16, 8
ALLOW, REFUSE, UNKNOWN, KILL = 0x7FFF0000, 0x00050001, 0x00050026, 0x80000000
X32 = 0x40000000  # system calls of the third kind on x86-64
THREAD = 0x00010000  # CLONE_THREAD

ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
COLUMNS = tuple(ARCHITECTURES)
CLONE = (56, 220)
# Their flags lie in memory, where the filter cannot see them: callers fall back to the older call.
CLONE3, OPENAT2 = 435, 437
# Calls that open a file, and which argument holds the flags.
OPENING = {"x86_64": ((2, 1), (257, 2)), "aarch64": ((56, 2),)}
MISSING = -1

# name: number on x86-64, on 64-bit ARM
REFUSED: dict[str, tuple[int, int]] = {
    # the network, and io_uring, which opens sockets past every filter
    "socket": (41, 198),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    # other processes
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "kcmp": (312, 272),
    "pidfd_open": (434, 434),
    "pidfd_getfd": (438, 438),
    "pidfd_send_signal": (424, 424),
    # leaving the group that is killed at the end
    "setsid": (112, 157),
    "setpgid": (109, 154),
    # file systems and namespaces
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fspick": (433, 433),
    "mount_setattr": (442, 442),
    "unshare": (272, 97),
    "setns": (308, 268),
    "mknod": (133, MISSING),
    "mknodat": (259, 33),
    "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
    # what Landlock leaves open: rights of files, and in older kernels their length
    "truncate": (76, 45),
    "chmod": (90, MISSING),
    "fchmod": (91, 52),
    "fchmodat": (268, 53),
    "fchmodat2": (452, 452),
    "chown": (92, MISSING),
    "lchown": (94, MISSING),
    "fchown": (93, 55),
    "fchownat": (260, 54),
    "setxattr": (188, 5),
    "lsetxattr": (189, 6),
    "fsetxattr": (190, 7),
    "removexattr": (197, 14),
    "lremovexattr": (198, 15),
    "fremovexattr": (199, 16),
    # the kernel's rarely used and often broken parts
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "personality": (135, 92),
    # memory that outlives the process or is counted as nobody's
    "shmget": (29, 194),
    "semget": (64, 190),
    "msgget": (68, 186),
    "mq_open": (240, 180),
    "memfd_create": (319, 279),
    # administration of the machine
    "kexec_load": (246, 104),
    "kexec_file_load": (320, 294),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "reboot": (169, 142),
    "swapon": (167, 224),
    "swapoff": (168, 225),
    "acct": (163, 89),
    "quotactl": (179, 60),
    "settimeofday": (164, 170),
    "clock_settime": (227, 112),
    "clock_adjtime": (305, 266),
    "adjtimex": (159, 171),
    "sethostname": (170, 161),
    "setdomainname": (171, 162),
    "iopl": (172, MISSING),
    "ioperm": (173, MISSING),
    "syslog": (103, 116),
    "vhangup": (153, 58),
}
STARTING: dict[str, tuple[int, int]] = {
    "fork": (57, MISSING),
    "vfork": (58, MISSING),
    "execve": (59, 221),
    "execveat": (322, 281),
}


class Program(ctypes.Structure):
    """``sock_fprog``."""

    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def refuse(*, programs: bool) -> bool:
    """Filter the system calls of this process from now on; False where that is impossible.

    Without ``programs`` nothing can be started either: threads only, no processes.
    New privileges must have been given up before.
    """
    machine = os.uname().machine
    if machine not in ARCHITECTURES:
        return False
    filter_ = assembled(machine, programs=programs)
    program = Program(len(filter_) // 8, filter_)
    try:
        libc = ctypes.CDLL(None)
        is_refused = libc.prctl(PR_SET_SECCOMP, FILTER_MODE, ctypes.byref(program), 0, 0)
    except (OSError, AttributeError):
        return False
    return not is_refused


def ready() -> None:
    """Assemble the filters, so that forks find them made."""
    machine = os.uname().machine
    if machine in ARCHITECTURES:
        for programs in (True, False):
            assembled(machine, programs=programs)


@cache
def assembled(machine: str, *, programs: bool) -> bytes:
    """Return the filter as the kernel takes it, eight bytes an instruction."""
    column = COLUMNS.index(machine)
    table = REFUSED if programs else REFUSED | STARTING
    numbers = sorted({row[column] for row in table.values()} - {MISSING})
    tail = [] if programs else list(threads_only(CLONE[column]))
    return b"".join(
        (
            step(LOAD, ARCHITECTURE_AT),
            step(EQUAL, ARCHITECTURES[machine], yes=1),
            step(RETURN, KILL),
            step(LOAD, NUMBER_AT),
            *(verdict(AT_LEAST, X32, REFUSE) if machine == "x86_64" else ()),
            *verdict(EQUAL, CLONE3, UNKNOWN),
            *verdict(EQUAL, OPENAT2, UNKNOWN),
            *refusals(numbers),
            *emptying(machine),
            *tail,
            step(RETURN, ALLOW),
        )
    )


def refusals(numbers: Iterable[int]) -> Iterator[bytes]:
    for number in numbers:
        yield from verdict(EQUAL, number, REFUSE)


def verdict(test: int, value: int, answer: int) -> tuple[bytes, bytes]:
    """If what is loaded passes the test, the answer; else on."""
    return step(test, value, no=1), step(RETURN, answer)


def emptying(machine: str) -> Iterator[bytes]:
    """Refuse to cut a file short while opening it for reading only, which no program does."""
    for number, argument in OPENING[machine]:
        yield step(EQUAL, number, no=5)
        yield step(LOAD, ARGUMENTS_AT + argument * ARGUMENT_SIZE)
        yield step(MASK, os.O_TRUNC | os.O_ACCMODE)
        yield from verdict(EQUAL, os.O_TRUNC | os.O_RDONLY, REFUSE)
        yield step(RETURN, ALLOW)


def threads_only(clone: int) -> Iterator[bytes]:
    yield step(EQUAL, clone, no=3)
    yield step(LOAD, ARGUMENTS_AT)
    yield step(ANY_BIT, THREAD, yes=1)
    yield step(RETURN, REFUSE)


def step(code: int, value: int, *, yes: int = 0, no: int = 0) -> bytes:
    """``sock_filter``; the jumps count from the next instruction."""
    return pack("=HBBI", code, yes, no, value)
