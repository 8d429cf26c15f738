"""Bringing a database to the newest schema, and telling whether it is there."""

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from storage.failures import in_plain_words


def configuration(address: str) -> Config:
    config = Config()
    config.set_main_option("script_location", "storage:migrations")
    config.set_main_option("sqlalchemy.url", address.replace("%", "%%"))
    return config


def migrate(address: str) -> None:
    command.upgrade(configuration(address), "head")


def migrate_on(connection: Connection) -> None:
    """Within the transaction that is open on ``connection``; PostgreSQL only."""
    config = configuration("")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def check(address: str) -> None:
    """Raises ``alembic.util.CommandError`` when tables and migrations differ."""
    command.check(configuration(address))


def is_current(engine: Engine) -> bool:
    """Whether the database is at the newest migration; raises ``Unavailable``."""
    with in_plain_words(), engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": "marathon_version"})
        return context.get_current_revision() == newest()


def newest() -> str | None:
    return ScriptDirectory.from_config(configuration("")).get_current_head()
