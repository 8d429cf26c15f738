"""What one job costs beyond a single process: everything it started, everything it has written.

The kernel limits processes one by one; a tree of them and a folder of files are counted from
outside, a few times a second.
"""

import os
from collections.abc import Iterator
from contextlib import suppress
from stat import S_ISDIR

PAGE = os.sysconf("SC_PAGE_SIZE")
MOST_ENTRIES = 5000
RESIDENT = 1  # the place in /proc/PID/statm


def descendants(pid: int) -> Iterator[int]:
    """Yield the children of a process and theirs; none where the kernel does not list them."""
    waiting = children(pid)
    while waiting:
        found = waiting.pop()
        yield found
        waiting += children(found)


def children(pid: int) -> list[int]:
    found: list[int] = []
    with suppress(OSError):
        for thread in os.listdir(f"/proc/{pid}/task"):  # noqa: PTH208 - many times a second
            with suppress(OSError), open(f"/proc/{pid}/task/{thread}/children") as list_:  # noqa: PTH123
                found += map(int, list_.read().split())
    return found


def resident(pid: int) -> int:
    """Bytes of memory that a process holds now; 0 for one that is gone."""
    try:
        with open(f"/proc/{pid}/statm") as numbers:  # noqa: PTH123 - many times a second
            return int(numbers.read().split()[RESIDENT]) * PAGE
    except (OSError, IndexError):
        return 0


def written(folder: str, most: int) -> int:
    """Bytes below ``folder``; more than ``most`` also when there are too many files to count."""
    size = entries = 0
    waiting = [folder]
    while waiting and size <= most:
        found, below = listed(waiting.pop())
        entries += len(found)
        size += sum(found) if entries <= MOST_ENTRIES else most + 1
        waiting += below
    return size


def listed(folder: str) -> tuple[list[int], list[str]]:
    """Return the sizes of the entries of a folder and the folders among them."""
    sizes, below = [], []
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            with suppress(OSError):
                about = entry.stat(follow_symlinks=False)
                sizes.append(about.st_size)
                below += [entry.path] * S_ISDIR(about.st_mode)
    return sizes, below
