"""PostgreSQL is restarted under load: people wait a moment, and what was committed is there."""

import threading

import builders
import pytest
from restarted import own_postgres, restart
from together import in_threads

from schemas.errors import Unavailable
from schemas.settings import Settings
from storage import database
from storage.installation import open_installation
from storage.schema_version import migrate

WRITERS, EACH = 3, 15


@pytest.fixture
def server(postgres_server):
    """A PostgreSQL of this test's own, which it may stop; it waits for its disk."""
    with own_postgres() as started:
        yield started


@pytest.fixture
def installation(server, tmp_path):
    server.psql("CREATE DATABASE marathon;")
    address = server.get_uri("marathon")
    migrate(address)
    opened = open_installation(Settings(data=tmp_path, database_url=address))
    yield opened
    opened.close()


def test_writers_outlive_a_restart_and_lose_nothing_they_were_told_of(installation, server):
    written, refused = [], []
    begun = threading.Barrier(WRITERS + 1)

    def write(number):
        if number == WRITERS:
            begun.wait()
            return restart(server)
        for turn in range(EACH):
            if turn == EACH // 3:
                begun.wait()
            try:
                with installation.begin() as work:
                    person = builders.a_person(work, f"Писарева Нина {number}-{turn}")
                written.append(person.id)
            except Unavailable as error:  # its transaction was under way
                refused.append(error.code)
        return None

    assert [one for one in in_threads(WRITERS + 1, write) if isinstance(one, Exception)] == []
    assert set(refused) <= {"storage"}
    assert len(refused) <= WRITERS
    with installation.begin(read_only=True) as work:
        assert set(written) <= {one.id for one in work.people.all()}


def test_database_that_is_not_there_is_told_at_once(installation, monkeypatch):
    monkeypatch.setattr(database, "BUSY_SECONDS", 3600)
    wrong = installation.settings.database_url.replace("/marathon", "/nowhere", 1)
    other = open_installation(Settings(data=installation.settings.data, database_url=wrong))

    with pytest.raises(Unavailable), other.begin() as work:
        work.people.count()
