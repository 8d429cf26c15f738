"""A database of the first release, as it was then, comes to the newest schema with all it holds.

``first_release.json`` holds the rows of a marathon in the first schema. It is a picture of the
past: never made anew, and every later migration has to carry it.
"""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.script import ScriptDirectory

from schemas.settings import Settings
from storage.installation import open_installation
from storage.repositories.rows import Repository
from storage.schema_version import check, configuration, is_current

FIRST = "aad928673b6f"
# Nobody had written there, or the row of another table stands for it.
EMPTY = frozenset(
    {
        *("paper", "ledger_entry", "municipality_alias", "organisation", "report", "vote"),
        *("idempotency", "session", "article", "conflict", "action_item", "derivative"),
    }
)
ROWS = json.loads(Path(__file__).with_name("first_release.json").read_text("utf-8"))


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request, tmp_path):
    """An empty database of its own: it is at the first schema for a while."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'marathon.sqlite3'}"
    server = request.getfixturevalue("postgres_server")
    server.psql("DROP DATABASE IF EXISTS upgraded;")
    server.psql("CREATE DATABASE upgraded;")
    return server.get_uri("upgraded").replace("postgresql://", "postgresql+psycopg://")


def value_of(kept, *, aware):
    """What stands in the file, as the driver wants it."""
    if not isinstance(kept, dict) or not kept.keys() & {"moment", "date"}:
        return kept
    if "date" in kept:
        return date.fromisoformat(kept["date"])
    moment = datetime.fromisoformat(kept["moment"])
    return moment.replace(tzinfo=UTC) if aware else moment


def fill(address):
    engine = sa.create_engine(address)
    tables = sa.MetaData()
    tables.reflect(engine)
    aware = engine.dialect.name == "postgresql"
    with engine.begin() as connection:
        if aware:
            connection.exec_driver_sql("SET session_replication_role = replica")
        for name, rows in ROWS.items():
            written = [
                {column: value_of(kept, aware=aware) for column, kept in row.items()}
                for row in rows
            ]
            connection.execute(sa.insert(tables.tables[name]), written)
    engine.dispose()


def counted(connection, names):
    found = sa.inspect(connection).get_table_names()
    return {
        name: connection.scalar(sa.select(sa.func.count()).select_from(sa.table(name)))
        for name in names
        if name in found
    }


def repositories(work):
    return [value for value in vars(work).values() if isinstance(value, Repository)]


def test_first_release_comes_to_the_newest_schema_step_by_step(address, tmp_path):
    steps = [
        one.revision for one in ScriptDirectory.from_config(configuration("")).walk_revisions()
    ]
    command.upgrade(configuration(address), FIRST)
    fill(address)
    for revision in reversed(steps):
        command.upgrade(configuration(address), revision)

    check(address)
    opened = open_installation(Settings(data=tmp_path / "data", database_url=address))
    assert is_current(opened.engine)
    with opened.engine.connect() as connection:
        kept = counted(connection, ROWS)
        if opened.engine.dialect.name == "sqlite":
            assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
    with opened.begin(read_only=True) as work:
        read = {one.row.__tablename__: len(one.all()) for one in repositories(work)}
        assert list(work.journal.broken()) == []
        people = {one.name for one in work.people.all()}
        works = {one.id: one for one in work.submissions.all()}
    opened.close()
    assert kept == {name: len(rows) for name, rows in ROWS.items()}
    assert all(read[name] == kept[name] for name in read.keys() & kept.keys())
    assert people == {row["name"] for row in ROWS["person"]}
    assert {row["id"]: row["title"] for row in ROWS["submission"]} == {
        one.id: one.title for one in works.values()
    }
    authors = {row["name"] for row in ROWS["author"]}
    assert {author.name for one in works.values() for author in one.authors} == authors


def test_picture_of_the_first_release_has_something_in_nearly_every_table(address):
    command.upgrade(configuration(address), FIRST)
    engine = sa.create_engine(address)
    there = set(sa.inspect(engine).get_table_names()) - {"marathon_version"}
    engine.dispose()

    assert there - ROWS.keys() <= EMPTY
