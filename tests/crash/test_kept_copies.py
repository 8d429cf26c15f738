"""Backup, restore and migration die by SIGKILL at every step: what was there stays, and again works.

Each dies in a process of its own, forked when everything has been loaded, so that a hundred deaths
take a minute and not an hour.
"""

import os
import random
import shutil
import signal
import tarfile
import threading
import time
from functools import partial
from pathlib import Path

import builders
import psutil
import pytest
import sqlalchemy as sa
from contents import contents
from crash.promises import FileStoreOf

from schemas.settings import Settings
from schemas.submission import SubmissionFile
from storage import backup as copies
from storage import desks, schema_version
from storage.identifiers import new_id
from storage.installation import open_installation

pytestmark = pytest.mark.both_databases

FILES = 4
NEVER = 10**9


class Deadly:
    """The function as it is, but the process dies before or after one of its calls."""

    def __init__(self, function, *, call, after):
        self.function, self.left, self.after = function, call, after

    def as_function(self):
        """One that becomes a method where it stands in a class."""

        def call(*given, **named):
            self.left -= 1
            if self.left == 0 and not self.after:
                os.kill(os.getpid(), signal.SIGKILL)
            result = self.function(*given, **named)
            if self.left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return result

        return call


# Where a backup dies, and where a restore does: owner of the function, its name, which call.
BACKUP = (
    (copies, "copy_database", 1),
    (tarfile.TarFile, "add", 2),
    (tarfile.TarFile, "add", 4),
    (copies, "sync", 1),
    (Path, "rename", 1),
    (copies, "sync_folder", 1),
)
RESTORE = (
    (copies, "unpack", 1),
    (os, "fsync", 1),
    (os, "fsync", 5),
    (os, "replace", 2),
    (copies, "restore_database", 1),
)


def dying(act, *, owner=None, name="", call=1, after=False, at=None):
    """Whether a process that does ``act`` died, at the call or once ``at`` returned."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            if owner is not None:
                deadly = Deadly(getattr(owner, name), call=call, after=after)
                setattr(owner, name, deadly.as_function())
            act()
            code = 0
        finally:
            os._exit(code)
    if at is not None:
        at()
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0, status
    return os.WIFSIGNALED(status)


@pytest.fixture(autouse=True)
def _tools_of_the_server(database, request, monkeypatch):
    """pg_dump has to be of the server's own version."""
    if database.startswith("postgresql"):
        server = request.getfixturevalue("postgres_server")
        program = Path(f"/proc/{server.get_pid()}/exe").resolve()
        monkeypatch.setenv("PATH", str(program.parent), prepend=":")


@pytest.fixture
def filled(installation):
    """Rows, and files that they name."""
    with installation.begin() as work:
        home = builders.a_municipality(work, builders.a_cluster(work))
        made = builders.a_submission(work, builders.a_marathon(work), home)
        for number in range(FILES):
            stored = installation.files.save_bytes(b"content %d" % number)
            work.files.add(
                SubmissionFile(
                    id=new_id(),
                    submission_id=made.id,
                    marathon_id=made.marathon_id,
                    name="работа.docx",
                    sha256=stored.sha256,
                    size=stored.size,
                    uploaded_at=builders.NOW,
                )
            )
    return installation


def in_a_process_of_its_own(settings, act):
    """``act`` on the installation, opened anew: connections do not live through a fork."""

    def go():
        act(open_installation(settings))

    return go


@pytest.fixture
def another(database, request, tmp_path):
    """``another()``: settings of one more installation with nothing in it."""
    made = []

    def make():
        name = f"restored{len(made)}"
        made.append(name)
        if not database.startswith("postgresql"):
            return Settings(data=tmp_path / name)
        server = request.getfixturevalue("postgres_server")
        server.psql(f"DROP DATABASE IF EXISTS {name};")
        server.psql(f"CREATE DATABASE {name};")
        return Settings(data=tmp_path / name, database_url=server.get_uri(name))

    yield make
    if database.startswith("postgresql"):
        for name in made:
            request.getfixturevalue("postgres_server").psql(f"DROP DATABASE {name} WITH (FORCE);")


def deaths(points, act, *, soak, times, seconds, luck):
    """``act()`` dies before and after every point (or by turns), then at ``times`` moments."""
    for number, (owner, name, call) in enumerate(points):
        for after in (False, True) if soak else (bool(number % 2),):
            yield partial(dying, act, owner=owner, name=name, call=call, after=after)
    for _ in range(times):
        yield partial(dying, act, at=partial(threading.Event().wait, luck.random() * seconds))


@pytest.fixture
def luck():
    return random.Random(20261123)  # noqa: S311


def timed(act):
    began = time.monotonic()
    assert not dying(act)
    return time.monotonic() - began


def test_backup_that_dies_leaves_a_whole_archive_or_none(filled, tmp_path, another, soak, luck):
    folder = tmp_path / "archives"
    folder.mkdir()
    settings, target = filled.settings, folder / "season.tar"
    act = in_a_process_of_its_own(settings, lambda opened: copies.backup(opened, target))
    before = contents(filled)
    seconds = timed(act)
    target.unlink()

    count = whole = 0
    times = 20 if soak else 2
    for die in deaths(BACKUP, act, soak=soak, times=times, seconds=seconds, luck=luck):
        count += die()
        if target.exists():
            whole += 1
            restored = open_installation(another())
            assert copies.restore(restored, target) == FILES
            assert contents(restored) == before
            restored.close()
            target.unlink()

    assert count >= len(BACKUP)
    assert whole >= 1  # it died when the archive had its name already
    assert not dying(act)
    assert [path.name for path in folder.iterdir()] == [target.name]
    desks.clear_abandoned(settings.data)
    assert list(settings.data.glob(f"{desks.PREFIX}*")) == []
    assert contents(filled) == before


def test_restore_that_dies_is_begun_again(filled, tmp_path, another, soak, luck):
    archive = tmp_path / "season.tar"
    copies.backup(filled, archive)
    before = contents(filled)

    def restoring(settings):
        return in_a_process_of_its_own(settings, lambda opened: copies.restore(opened, archive))

    seconds, count = timed(restoring(another())), 0
    all_of_it = {"soak": soak, "times": 20 if soak else 1, "seconds": seconds, "luck": luck}
    for number in range(len(list(deaths(RESTORE, None, **all_of_it)))):
        settings = another()
        count += list(deaths(RESTORE, restoring(settings), **all_of_it))[number]()
        opened = open_installation(settings)
        try:
            if not has_tables(opened):
                assert copies.restore(opened, archive) == FILES
            assert contents(opened) == before
            assert not [
                sha256 for sha256 in names(before) if FileStoreOf(opened.files).lacks(sha256)
            ]
        finally:
            opened.close()
        desks.clear_abandoned(settings.data)
        assert list(settings.data.glob(f"{desks.PREFIX}*")) == []
        shutil.rmtree(settings.data)
    assert count >= len(RESTORE)


def test_restore_that_dies_takes_its_program_along(database, filled, tmp_path, another):
    """A pg_restore that went on by itself would meet that of the next attempt."""
    if not database.startswith("postgresql"):
        pytest.skip("SQLite is put in its place without a program")
    archive, settings = tmp_path / "season.tar", another()
    copies.backup(filled, archive)
    opened = open_installation(settings)
    with opened.engine.connect() as in_the_way:
        in_the_way.execute(sa.text("CREATE TABLE marathon_version (version_num varchar(32))"))
        act = in_a_process_of_its_own(settings, lambda one: copies.restore(one, archive))

        assert dying(act, at=partial(until_restoring, filled.engine))
        until_gone(copies.plain_address(opened.engine))
        in_the_way.rollback()

    assert copies.restore(opened, archive) == FILES
    assert contents(opened) == contents(filled)
    opened.close()


def until_gone(database):
    """No program restores into this database any more."""
    for _ in range(600):
        words = [one.info["cmdline"] or () for one in psutil.process_iter(["cmdline"])]
        if not any(
            "pg_restore" in line[0] and f"--dbname={database}" in line for line in words if line
        ):
            return
        threading.Event().wait(0.1)
    pytest.fail("pg_restore goes on by itself")


def until_restoring(engine):
    """The program that restores is at work, and waits for a lock."""
    waiting = sa.text(
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE application_name = 'pg_restore' AND wait_event_type = 'Lock'"
    )
    found = 0
    while not found:
        threading.Event().wait(0.1)
        with engine.connect() as connection:
            found = connection.scalar(waiting)


def has_tables(opened):
    """To open a SQLite that is not there would make one."""
    address = sa.make_url(opened.settings.database)
    is_there = opened.engine.dialect.name != "sqlite" or Path(address.database).exists()
    return is_there and sa.inspect(opened.engine).has_table("marathon_version")


def names(before):
    """Digests of the files, whatever the order of columns."""
    return {
        value
        for row in before["submission_file"]
        for value in row
        if isinstance(value, str) and len(value) == 64
    }


def test_migration_that_dies_is_done_again_from_where_it_was(another, soak, luck):
    """Statement by statement: the schema is the old one or the new one, never a mixture."""
    settings = another()
    open_installation(settings).close()
    total = statements(settings)
    steps = range(1, total, max(1, total // 30)) if soak else luck.sample(range(1, total), 2)

    count = 0
    for step in steps:
        settings = another()
        open_installation(settings).close()
        count += dying(lambda settings=settings, step=step: migrate_and_die(settings, step))
        schema_version.migrate(settings.database)
        schema_version.check(settings.database)

    assert count == len(steps)


def migrate_and_die(settings, at):
    """Dies before statement number ``at``; returns how many there were."""
    seen = [0]

    def count(*_):
        seen[0] += 1
        if seen[0] == at:
            os.kill(os.getpid(), signal.SIGKILL)

    sa.event.listen(sa.engine.Engine, "before_cursor_execute", count)
    try:
        schema_version.migrate(settings.database)
    finally:
        sa.event.remove(sa.engine.Engine, "before_cursor_execute", count)
    return seen[0]


def statements(settings):
    return migrate_and_die(settings, NEVER)
