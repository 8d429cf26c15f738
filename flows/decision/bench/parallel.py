"""Replications in processes of their own; the figures do not depend on how many there are."""

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from typing import TypeVar

BLAS_THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
AT_ONCE = 5  # tasks handed to a process together
REPORTS = 20  # lines of progress

Task = TypeVar("Task")
Answer = TypeVar("Answer")


def each(
    function: Callable[[Task], Answer], tasks: Iterable[Task], *, workers: int | None = None
) -> list[Answer]:
    """``function`` of every task, in the order of tasks; ``workers`` is all processors by default.

    Processes are started afresh, so that each does its algebra in one thread and to the same bits.
    """
    waiting = list(tasks)
    count = workers or os.cpu_count() or 1
    with one_thread(), ProcessPoolExecutor(count, get_context("spawn")) as pool:
        return list(_reported(pool.map(function, waiting, chunksize=AT_ONCE), len(waiting)))


@contextmanager
def one_thread() -> Iterator[None]:
    """Processes started inside keep linear algebra to one thread."""
    before = {name: os.environ.get(name) for name in BLAS_THREADS}
    os.environ.update(dict.fromkeys(BLAS_THREADS, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name)
            if value is not None:
                os.environ[name] = value


def _reported(answers: Iterable[Answer], total: int) -> Iterator[Answer]:
    step = max(1, total // REPORTS)
    for done, answer in enumerate(answers, start=1):
        if done % step == 0 or done == total:
            sys.stderr.write(f"{done} of {total} marathons\n")
        yield answer
