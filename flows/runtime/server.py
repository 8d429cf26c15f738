"""Prefect's API server in one process: ``python -m flows.runtime.server``.

The stock command starts a second interpreter only to watch the first, and offers no moment to
repair the SQLite driver before the first connection.
"""

import os
from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

import uvicorn
from aiosqlite import Cursor

P = ParamSpec("P")
R = TypeVar("R")
Statement = Callable[Concatenate[Cursor, P], Coroutine[Any, Any, R]]


def main() -> None:
    """Serve until told to stop; address and database come from the environment."""
    close_cursors_that_fail()
    uvicorn.run(
        "prefect.server.api.server:create_app",
        factory=True,
        host=os.environ["PREFECT_SERVER_API_HOST"],
        port=int(os.environ["PREFECT_SERVER_API_PORT"]),
        log_level="warning",
        timeout_graceful_shutdown=3,
    )


def close_cursors_that_fail() -> None:
    """Close SQLite cursors at once when their statement fails.

    SQLAlchemy leaves them to the garbage collector. Collected on the event loop, the reset of the
    statement waits for the connection's mutex, whose holder waits for the event loop: the whole
    server stood still for up to a minute at a time under one or two runs a second.
    """
    setattr(Cursor, "execute", _closing(Cursor.execute))  # noqa: B010  mypy forbids assigning
    setattr(Cursor, "executemany", _closing(Cursor.executemany))  # noqa: B010


def _closing(statement: Statement[P, R]) -> Statement[P, R]:
    @wraps(statement)
    async def execute(cursor: Cursor, *args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return await statement(cursor, *args, **kwargs)
        except BaseException:
            await cursor.close()
            raise

    return execute


if __name__ == "__main__":
    main()
