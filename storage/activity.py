"""What a PostgreSQL says of its own work, for whoever measures an installation."""

from contextlib import suppress
from typing import NamedTuple

from sqlalchemy import Engine, TextClause, text
from sqlalchemy.exc import DBAPIError

COUNTED = text(
    "SELECT xact_commit + xact_rollback FROM pg_stat_database WHERE datname = current_database()"
)
STATEMENTS = text(
    "SELECT coalesce(sum(calls), 0) FROM pg_stat_statements"
    " WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())"
)
OLDEST = text(
    "SELECT coalesce(max(extract(epoch FROM clock_timestamp() - xact_start)), 0)"
    " FROM pg_stat_activity WHERE datname = current_database() AND backend_xid IS NOT NULL"
)
SIZE = text("SELECT pg_database_size(current_database())")
EXTENSION = text("CREATE EXTENSION IF NOT EXISTS pg_stat_statements")


class Counts(NamedTuple):
    """Since the server began to count."""

    transactions: int
    statements: int


class Activity:
    """Figures about the database of ``engine``; zeros where it is no PostgreSQL.

    Statements are counted only where the server has loaded ``pg_stat_statements``.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine.execution_options(isolation_level="AUTOCOMMIT")
        self.known = engine.dialect.name == "postgresql"
        with suppress(DBAPIError):
            if self.known:
                self._run(EXTENSION)

    def counts(self) -> Counts:
        return Counts(int(self._ask(COUNTED)), int(self._ask(STATEMENTS)))

    def longest_write(self) -> float:
        """For how many seconds the oldest transaction that has written something is open."""
        return self._ask(OLDEST)

    def size(self) -> int:
        """Bytes of the database with its indexes."""
        return int(self._ask(SIZE))

    def _ask(self, question: TextClause) -> float:
        try:
            return self._run(question) if self.known else 0.0
        except DBAPIError:  # no such extension
            return 0.0

    def _run(self, statement: TextClause) -> float:
        with self.engine.connect() as connection:
            answer = connection.execute(statement)
            return float(answer.scalar() or 0) if answer.returns_rows else 0.0
