"""What a stage costs: seconds, processor, memory of every part, and what the database was asked."""

import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from schemas.base import Schema
from storage.activity import Activity

SAMPLE_SECONDS = 0.1
PROC = Path("/proc")
TICKS = os.sysconf("SC_CLK_TCK")
MIB = 1024 * 1024
PAGE = os.sysconf("SC_PAGE_SIZE")


class Cost(Schema):
    """Of one stage. Seconds; MiB of resident memory; counts of the database.

    Parts are counted with the children they start, ``people`` (the bench itself) without.
    ``longest_write`` is how long, at most, a transaction that had begun to write went on;
    ``statements`` is 0 where the server does not count them.
    """

    wall: float
    processor: dict[str, float]
    peak: dict[str, int]
    transactions: int
    statements: int
    longest_write: float


class Meter:
    """Looks ten times a second at processes (by role, the pid of each) and at the database."""

    def __init__(self, processes: Callable[[], Mapping[str, int]], activity: Activity) -> None:
        self.processes = processes
        self.activity = activity
        self.peak: dict[str, int] = {}
        self.longest = 0.0
        self.costs: dict[str, Cost] = {}

    @contextmanager
    def measuring(self, stage: str) -> Iterator[None]:
        """The cost of the block, under ``stage``."""
        self.peak, self.longest = {}, 0.0
        pids, before = dict(self.processes()), self.activity.counts()
        spent = {role: processor(pid) for role, pid in pids.items()}
        stop, started = threading.Event(), time.perf_counter()
        watcher = threading.Thread(target=self._watch, args=(stop,))
        watcher.start()
        try:
            yield
        finally:
            wall = time.perf_counter() - started
            stop.set()
            watcher.join()
            after = self.activity.counts()
            self.costs[stage] = Cost(
                wall=round(wall, 2),
                processor={
                    role: round(processor(pid) - spent[role], 2) for role, pid in pids.items()
                },
                peak=self.peak,
                transactions=after.transactions - before.transactions,
                statements=after.statements - before.statements,
                longest_write=round(self.longest, 2),
            )

    def _watch(self, stop: threading.Event) -> None:
        while not stop.wait(SAMPLE_SECONDS):
            self.longest = max(self.longest, self.activity.longest_write())
            for role, pid in self.processes().items():
                self.peak[role] = max(self.peak.get(role, 0), memory(pid) // MIB)


def processor(pid: int) -> float:
    """Seconds of the process and its children, those that have ended among them."""
    return sum(ticks(one) for one in family(pid)) / TICKS


def memory(pid: int) -> int:
    """Resident bytes of the process and its children; what they share counts for each."""
    return sum(resident(one) for one in family(pid))


def family(pid: int) -> list[int]:
    """The process and everybody it has started that still lives; of ours, us alone."""
    if pid == os.getpid():
        return [pid]
    try:
        tasks = list((PROC / str(pid) / "task").iterdir())
        children = {
            int(child) for task in tasks for child in (task / "children").read_text().split()
        }
    except OSError:
        return [pid]
    return [pid, *(one for child in sorted(children) for one in family(child))]


def ticks(pid: int) -> int:
    try:
        fields = (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    counted = fields[11:13] if pid == os.getpid() else fields[11:15]
    return sum(int(field) for field in counted)  # user and system; of others also ended children


def resident(pid: int) -> int:
    try:
        return int((PROC / str(pid) / "statm").read_text().split()[1]) * PAGE
    except OSError:
        return 0
