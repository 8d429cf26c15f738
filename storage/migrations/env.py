"""Alembic's entry: runs the migrations on the connection or address it is given."""

from typing import Any, Literal

from alembic import context
from sqlalchemy import Connection, event
from sqlmodel import SQLModel

import storage.tables.conversing
import storage.tables.deciding
import storage.tables.preflight
import storage.tables.registry
import storage.tables.results
import storage.tables.rubric
import storage.tables.traffic
import storage.tables.works  # noqa: F401  (imported so that the metadata knows every table)
from storage.columns import JsonOf, Moment
from storage.database import connect

PLAIN = {JsonOf: "sa.JSON()", Moment: "sa.DateTime(timezone=True)"}


def plainly(kind: str, thing: object, _context: object) -> str | Literal[False]:
    """Write our column types as what the database sees, so that old migrations keep running."""
    return PLAIN.get(type(thing), False) if kind == "type" else False


OPTIONS: dict[str, Any] = {
    "target_metadata": SQLModel.metadata,
    "render_as_batch": True,
    "version_table": "marathon_version",
    "compare_type": True,
    "render_item": plainly,
}


def without_foreign_keys(connection: Any, _entry: object) -> None:  # noqa: ANN401
    """SQLite changes a table by dropping it, and with foreign keys its parts would go too."""
    connection.execute("PRAGMA foreign_keys=OFF")


def run() -> None:
    given = context.config.attributes.get("connection")
    if given is not None:
        run_on(given)
        return
    engine = connect(context.config.get_main_option("sqlalchemy.url") or "")
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", without_foreign_keys)
    with engine.connect() as connection:
        run_on(connection)
    engine.dispose()


def run_on(connection: Connection) -> None:
    context.configure(connection=connection, **OPTIONS)
    with context.begin_transaction():
        context.run_migrations()


run()
