"""An installation that began on SQLite goes on in PostgreSQL, with every row and file."""

import builders
import one_of_each
import pytest
import sqlalchemy as sa
from contents import contents, counts

from schemas.errors import BadInput, Conflict
from schemas.settings import Settings
from storage.backup import backup, restore
from storage.identifiers import new_id
from storage.installation import open_installation
from storage.schema_version import is_current


@pytest.fixture
def server(postgres_server, tmp_path):
    """An installation on an empty PostgreSQL."""
    postgres_server.psql("DROP DATABASE IF EXISTS moved;")
    postgres_server.psql("CREATE DATABASE moved;")
    settings = Settings(data=tmp_path / "server", database_url=postgres_server.get_uri("moved"))
    opened = open_installation(settings)
    yield opened
    opened.close()


def tables(installation):
    with installation.engine.connect() as connection:
        return sa.inspect(connection).get_table_names()


@pytest.fixture
def archive(installation, now, tmp_path):
    """Of a laptop with something of every kind, and rows that point at their own table."""
    with installation.begin() as work:
        one_of_each.settled(work, installation.signer, now)
        first = work.marathons.all()[0]
        younger = first.model_copy(update={"id": new_id(), "cloned_from": first.id})
        work.marathons.add(younger)
        older = {"id": "0" * 36, "cloned_from": younger.id}
        work.marathons.add(first.model_copy(update=older))
        work.journal.write(
            builders.SYSTEM, action="added", kind="marathon", subject_id=first.id, now=now
        )
    installation.files.save_bytes(b"content")
    backup(installation, tmp_path / "laptop.tar")
    return tmp_path / "laptop.tar"


def test_archive_of_a_laptop_is_restored_on_a_server(installation, archive, server):
    assert restore(server, archive) == 1

    assert contents(server) == contents(installation)
    assert len(counts(server)) > 40
    assert is_current(server.engine)
    with server.begin(read_only=True) as work:
        assert list(work.journal.broken()) == []
        assert {one.cloned_from for one in work.marathons.all()} > {None}


def test_server_keeps_rows_from_pointing_at_nothing_afterwards(archive, server):
    restore(server, archive)

    with pytest.raises(Conflict), server.begin() as work:
        work.marathons.add(
            builders.a_marathon(work).model_copy(update={"id": new_id(), "cluster_id": "-"})
        )


def test_value_that_the_server_does_not_take_leaves_it_empty(
    installation, archive, server, tmp_path
):
    with installation.engine.begin() as connection:
        connection.execute(sa.text("UPDATE question SET id = id || :tail"), {"tail": "x" * 40})
    backup(installation, tmp_path / "odd.tar")

    with pytest.raises(BadInput) as refusal:
        restore(server, tmp_path / "odd.tar")

    assert "PostgreSQL" in refusal.value.sentence
    assert tables(server) == []
    assert restore(server, archive) == 1  # and it can be begun again
