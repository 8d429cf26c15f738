"""Engines for SQLite and PostgreSQL that behave alike for the code above."""

import json
import threading
import time
from collections.abc import Mapping, Sequence
from typing import Any

from psycopg import OperationalError
from sqlalchemy import Connection, Dialect, Engine, event
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool
from sqlmodel import create_engine

BUSY_SECONDS = 15
RETRY_SECONDS = 0.2
# What libpq says of a server that is on its way down or up; anything else is told at once.
RESTARTING = (
    "Connection refused",
    "No such file or directory",
    "is starting up",
    "is shutting down",
    "not yet accepting connections",
    "in recovery mode",
    "closed the connection unexpectedly",
)
SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA secure_delete=ON",
    f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}",
)


def to_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def connect(address: str) -> Engine:
    """An engine for ``address``; ``postgresql://`` means the psycopg driver."""
    if address.startswith("sqlite"):
        return sqlite(address)
    engine = create_engine(
        address.replace("postgresql://", "postgresql+psycopg://", 1),
        pool_pre_ping=True,
        pool_size=10,
        hide_parameters=True,
        json_serializer=to_json,
    )
    event.listen(engine, "do_connect", wait_for_server)
    return engine


def wait_for_server(
    dialect: Dialect, _record: object, args: Sequence[Any], options: Mapping[str, Any]
) -> object:
    """A connection; while the server restarts people wait, as they do for SQLite's other writer."""
    end = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            return dialect.connect(*args, **options)
        except OperationalError as error:
            if time.monotonic() > end or not any(word in str(error) for word in RESTARTING):
                raise
        threading.Event().wait(RETRY_SECONDS)


def sqlite(address: str) -> Engine:
    """SQLite whose every transaction takes the write lock at once.

    A deferred transaction that reads and then writes fails with "database is locked" under a
    second writer, whatever the timeout; an immediate one waits its turn (docs/decisions/0004).
    """
    engine = create_engine(
        address,
        connect_args={"timeout": BUSY_SECONDS},
        max_overflow=-1,  # a connection is an open file: no thread has to wait for one
        hide_parameters=True,  # errors end up in logs, what people typed must not
        json_serializer=to_json,
    )
    event.listen(engine, "connect", set_pragmas)
    event.listen(engine, "begin", begin_immediate)
    return engine


def set_pragmas(connection: Any, _entry: ConnectionPoolEntry) -> None:  # noqa: ANN401
    connection.isolation_level = None
    for pragma in SQLITE_PRAGMAS:
        connection.execute(pragma)


def begin_immediate(connection: Connection) -> None:
    options = connection.get_execution_options()
    connection.exec_driver_sql("BEGIN" if options.get("read_only") else "BEGIN IMMEDIATE")


def connections(engine: Engine) -> dict[str, int]:
    """How many connections this process holds ``in_use`` and ``idle``; empty without a pool."""
    pool = engine.pool
    if not isinstance(pool, QueuePool):
        return {}
    return {"in_use": pool.checkedout(), "idle": pool.checkedin()}
