"""Prefect's API server in one process: ``python -m flows.runtime.server``.

The stock command starts a second interpreter only to watch the first, and offers no moment to
repair what makes SQLite stand still before the first connection.
"""

import os
from collections.abc import Callable, Coroutine
from contextlib import AbstractAsyncContextManager
from typing import Any, Concatenate, ParamSpec, TypeVar

import uvicorn
from aiosqlite import Cursor
from prefect.server.database.configurations import AioSqliteConfiguration

P = ParamSpec("P")
R = TypeVar("R")
Statement = Callable[Concatenate[Cursor, P], Coroutine[Any, Any, R]]


def main() -> None:
    """Serve until told to stop; address and database come from the environment."""
    close_cursors_that_fail()
    queue_for_the_write_lock()
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


def queue_for_the_write_lock() -> None:
    """Begin Prefect's SQLite transactions as writers.

    A deferred one that reads and then writes fails at once when somebody else has written in
    between, whatever the timeout; an immediate one waits its turn.
    """
    begin = AioSqliteConfiguration.begin_transaction

    def begin_as_writer(
        self: AioSqliteConfiguration,
        session: Any,  # noqa: ANN401
        with_for_update: bool = False,  # noqa: ARG001, FBT001, FBT002  Prefect's signature
    ) -> AbstractAsyncContextManager[Any]:
        return begin(self, session, with_for_update=True)

    setattr(AioSqliteConfiguration, "begin_transaction", begin_as_writer)  # noqa: B010


def _closing(statement: Statement[P, R]) -> Statement[P, R]:
    async def execute(cursor: Cursor, /, *args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return await statement(cursor, *args, **kwargs)
        except BaseException:
            await cursor.close()
            raise

    return execute


if __name__ == "__main__":
    main()
