"""The process that does the dangerous reading: ``python -m flows.documents.parsing.child``.

It stays small and forks once for each file, so the libraries are loaded once (a fork costs ten
milliseconds, a fresh interpreter half a second) and a file that kills its reader kills nothing
else. Jobs come as JSON lines on standard input, one at a time; a line with the fate of the
fork answers each; the result itself is a file in the job's directory. The end of input means the
parent is gone: everything is killed and the process ends.
"""

import contextlib
import json
import os
import select
import signal
import sys
import time
from importlib import import_module
from itertools import islice
from typing import Any, NoReturn

from flows.documents.sandbox import census
from flows.documents.sandbox.limits import limit_resources
from flows.documents.sandbox.walls import (
    adopt_orphans,
    cut_network,
    die_with_parent,
    kill_group,
    prepare,
    raise_walls,
)

WORK = "flows.documents.parsing.work"
WARM = {
    b"%PDF": ("flows.documents.parsing.pdf", "pdfplumber"),
    b"PK\x03\x04": ("flows.documents.parsing.office",),
}
WARM_TASKS = {"reprint": ("flows.documents.printing.original_pages", "lxml.etree")}
# These start pandoc or Tesseract; the others can start nothing.
TASKS_WITH_PROGRAMS = ("read", "convert")
ENDED, TIMED_OUT, ORPHANED = "ended", "timeout", "orphaned"
CROWDED, TOO_HEAVY, OVERFLOWN = "processes", "memory", "output"
ALIVE = ""
LOOK_SECONDS = 0.2
MOST_PROCESSES = 16

Job = dict[str, Any]


def main() -> None:
    """Serve jobs until the parent closes the pipe."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    adopt_orphans()
    prepare()
    isolated = cut_network()
    answer({"isolated": isolated})
    import_module(WORK)
    for line in sys.stdin.buffer:
        job = json.loads(line) | {"isolated": isolated}
        warm(job["path"], job["task"])
        fate = run(job)
        if fate["end"] == ORPHANED:
            return
        answer(fate)


def answer(fate: Job) -> None:
    sys.stdout.write(json.dumps(fate) + "\n")
    sys.stdout.flush()


def warm(path: str, task: str) -> None:
    """Load the libraries a file will need before forking, so that later forks have them."""
    try:
        with open(path, "rb") as stream:  # noqa: PTH123 - keeps the idle process small
            opening = stream.read(4)
    except OSError:
        return
    for module in WARM_TASKS.get(task) or WARM.get(opening, ()):
        import_module(module)


def run(job: Job) -> Job:
    """Fork a reader, wait for its end or its time, and tell how it ended."""
    started = time.perf_counter()
    closed, opened = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(closed)
        work(job)
    os.close(opened)
    end = wait(closed, job)
    kill_group(pid)
    os.close(closed)
    _, status, usage = os.wait4(pid, 0)
    clear_up()
    code = os.waitstatus_to_exitcode(status)
    spent = time.perf_counter() - started
    return {
        "end": overflow(job) or end,
        "code": code,
        "kilobytes": usage.ru_maxrss,
        "seconds": round(spent, 3),
        "processor": round(usage.ru_utime + usage.ru_stime, 3),
    }


def wait(pipe: int, job: Job) -> str:
    """Wait until the reader's end of the pipe closes, which its death does too, or a limit."""
    end = time.monotonic() + job["limits"]["seconds"]
    while (left := end - time.monotonic()) > 0:
        ready, _, _ = select.select([pipe, sys.stdin], [], [], min(left, LOOK_SECONDS))
        if ready:
            return ENDED if pipe in ready else ORPHANED
        if excess := excess_of(job):
            return excess
    return TIMED_OUT


def excess_of(job: Job) -> str:
    """Tell which limit everything the job started has passed together; empty if none."""
    running = list(islice(census.descendants(os.getpid()), MOST_PROCESSES + 1))
    if len(running) > MOST_PROCESSES:
        return CROWDED
    if sum(map(census.resident, running)) > job["limits"]["memory"]:
        return TOO_HEAVY
    return overflow(job)


def overflow(job: Job) -> str:
    most = job["limits"]["output"]
    return OVERFLOWN if census.written(job["directory"], most) > most else ALIVE


def clear_up() -> None:
    """End what left the group of the job, and forget the dead."""
    for pid in census.children(os.getpid()):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal.SIGKILL)
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, 0)[0]:
            continue


def work(job: Job) -> NoReturn:
    """Do the job inside the walls and leave without running the parent's clean-up."""
    code = 1
    try:
        os.setpgid(0, 0)
        die_with_parent()
        limits = job["limits"]
        limit_resources(limits["seconds"], limits["memory"], limits["written"])
        redirect()
        has_programs = job["task"] in TASKS_WITH_PROGRAMS
        raise_walls(job["directory"], file=job["path"], programs=has_programs)
        import_module(WORK).do(job)
        code = 0
    except MemoryError:
        code = 2
    finally:
        os._exit(code)


def redirect() -> None:
    """Keep what libraries print away from the pipe that carries answers."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)


if __name__ == "__main__":
    main()
