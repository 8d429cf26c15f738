"""How many questions the database is asked: for measurements."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, event


@contextmanager
def counted(engine: Engine) -> Iterator[Callable[[], int]]:
    """Gives how many statements the database has been given since."""
    asked: list[object] = []

    def note(*args: object) -> None:
        asked.append(args[2])

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield lambda: len(asked)
    finally:
        event.remove(engine, "before_cursor_execute", note)
