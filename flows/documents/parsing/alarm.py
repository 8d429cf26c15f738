"""A time limit for one step of a reading, so that the steps after it still have their time."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

AGAIN = 1.0  # seconds to the next interruption, as libraries swallow what they do not know


class OutOfTime(Exception):
    """Raised inside ``within`` when its seconds are over."""


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Interrupt Python code after ``seconds`` of wall clock; nothing is done in other threads.

    The kernel tells only the main thread, and only between two steps of the interpreter.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, max(seconds, 0.001), AGAIN)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def interrupt(_number: int, _frame: FrameType | None) -> None:
    raise OutOfTime
