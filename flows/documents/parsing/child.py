"""The process that does the dangerous reading: ``python -m flows.documents.parsing.child``.

It stays small and forks once for each file, so the libraries are loaded once (a fork costs ten
milliseconds, a fresh interpreter half a second) and a file that kills its reader kills nothing
else. Jobs come as JSON lines on standard input, one at a time; a line with the fate of the
fork answers each; the result itself is a file in the job's directory. The end of input means the
parent is gone: everything is killed and the process ends.
"""

import json
import os
import select
import signal
import sys
import time
from importlib import import_module
from typing import Any, NoReturn

from flows.documents.parsing.isolation import (
    cut_network,
    die_with_parent,
    kill_group,
    limit_resources,
    write_only_into,
)

WORK = "flows.documents.parsing.work"
WARM = {
    b"%PDF": ("flows.documents.parsing.pdf", "pdfplumber"),
    b"PK\x03\x04": ("flows.documents.parsing.office",),
}
WARM_TASKS = {"reprint": ("flows.documents.printing.original_pages", "lxml.etree")}
ENDED, TIMED_OUT, ORPHANED = "ended", "timeout", "orphaned"

Job = dict[str, Any]


def main() -> None:
    """Serve jobs until the parent closes the pipe."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    answer({"isolated": cut_network()})
    import_module(WORK)
    for line in sys.stdin.buffer:
        job = json.loads(line)
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
    end = wait(closed, job["limits"]["seconds"])
    kill_group(pid)
    os.close(closed)
    _, status, usage = os.wait4(pid, 0)
    code = os.waitstatus_to_exitcode(status)
    spent = time.perf_counter() - started
    return {
        "end": end,
        "code": code,
        "kilobytes": usage.ru_maxrss,
        "seconds": round(spent, 3),
        "processor": round(usage.ru_utime + usage.ru_stime, 3),
    }


def wait(pipe: int, seconds: float) -> str:
    """Wait until the reader's end of the pipe closes, which its death does too."""
    ready, _, _ = select.select([pipe, sys.stdin], [], [], seconds)
    if not ready:
        return TIMED_OUT
    return ENDED if pipe in ready else ORPHANED


def work(job: Job) -> NoReturn:
    """Do the job inside the walls and leave without running the parent's clean-up."""
    code = 1
    try:
        os.setpgid(0, 0)
        die_with_parent()
        limits = job["limits"]
        limit_resources(limits["seconds"], limits["memory"], limits["written"])
        redirect()
        write_only_into(job["directory"])
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
