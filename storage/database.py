"""Engines for SQLite and PostgreSQL that behave alike for the code above."""

import json
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.pool import ConnectionPoolEntry
from sqlmodel import create_engine

BUSY_SECONDS = 15
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
    return create_engine(
        address.replace("postgresql://", "postgresql+psycopg://", 1),
        pool_pre_ping=True,
        pool_size=10,
        hide_parameters=True,
        json_serializer=to_json,
    )


def sqlite(address: str) -> Engine:
    """SQLite whose every transaction takes the write lock at once.

    A deferred transaction that reads and then writes fails with "database is locked" under a
    second writer, whatever the timeout; an immediate one waits its turn (docs/decisions/0004).
    """
    engine = create_engine(
        address,
        connect_args={"timeout": BUSY_SECONDS},
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
