"""Migrations build from nothing exactly the tables the code knows."""

import pytest
import sqlalchemy as sa
from sqlmodel import SQLModel

from storage.database import connect
from storage.schema_version import check, is_current, migrate, newest

pytestmark = pytest.mark.both_databases


def test_migrations_and_tables_do_not_differ(database):
    check(database)


def test_migrated_database_has_every_table_and_says_it_is_current(database):
    engine = connect(database)

    assert is_current(engine)
    assert newest() is not None
    assert set(SQLModel.metadata.tables) <= set(sa.inspect(engine).get_table_names())
    engine.dispose()


def test_migrating_again_changes_nothing(database):
    migrate(database)
    check(database)


def test_empty_database_is_not_current():
    engine = connect("sqlite://")

    assert not is_current(engine)
    engine.dispose()
