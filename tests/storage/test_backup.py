"""A backup made while people work restores to one consistent state."""

import json
import tarfile
import threading
from pathlib import Path

import builders
import conversing_rows
import deciding_rows
import pytest
import sqlalchemy as sa
from contents import contents, counts

from schemas.errors import BadInput, Conflict, Unavailable
from schemas.settings import Settings
from schemas.submission import SubmissionFile
from storage.backup import CONTENTS, MANIFEST, backup, restore
from storage.identifiers import new_id
from storage.installation import open_installation


@pytest.fixture
def empty_target(database, tmp_path, request):
    """A second installation with nothing in it, on the same kind of database."""
    address = ""
    if database.startswith("postgresql"):
        server = request.getfixturevalue("postgres_server")
        server.psql("DROP DATABASE IF EXISTS restored;")
        server.psql("CREATE DATABASE restored;")
        address = server.get_uri("restored")
    opened = open_installation(Settings(data=tmp_path / "restored", database_url=address))
    yield opened
    opened.close()


@pytest.fixture(autouse=True)
def _tools_of_the_server(database, request, monkeypatch):
    """pg_dump has to be of the server's own version."""
    if database.startswith("postgresql"):
        server = request.getfixturevalue("postgres_server")
        program = Path(f"/proc/{server.get_pid()}/exe").resolve()
        monkeypatch.setenv("PATH", str(program.parent), prepend=":")


def add_file(installation, submission, content):
    stored = installation.files.save_bytes(content)
    with installation.begin() as work:
        work.files.add(
            SubmissionFile(
                id=new_id(),
                submission_id=submission.id,
                marathon_id=submission.marathon_id,
                name="работа.docx",
                sha256=stored.sha256,
                size=stored.size,
                uploaded_at=builders.NOW,
            )
        )
        work.journal.write(
            builders.SYSTEM, action="added", kind="file", subject_id="-", now=builders.NOW
        )


@pytest.fixture
def submission(installation):
    with installation.begin() as work:
        home = builders.a_municipality(work, builders.a_cluster(work), aliases=("Усть-Илим",))
        made = builders.a_submission(work, builders.a_marathon(work), home)
    add_file(installation, made, b"first content")
    return made


@pytest.mark.both_databases
def test_restored_installation_equals_the_one_backed_up(
    installation, submission, empty_target, tmp_path
):
    before = contents(installation)

    assert backup(installation, tmp_path / "archive.tar") == 1
    assert restore(empty_target, tmp_path / "archive.tar") == 1

    assert contents(empty_target) == before
    with empty_target.begin(read_only=True) as work:
        [file] = work.files.of(submission.id)
        assert list(work.journal.broken()) == []
    assert empty_target.files.read(file.sha256) == b"first content"


@pytest.mark.both_databases
def test_rules_trials_corrections_screenings_and_delegates_are_restored(
    installation, empty_target, tmp_path
):
    with installation.begin() as work:
        deciding_rows.fill(work)
    before = contents(installation)

    backup(installation, tmp_path / "archive.tar")
    restore(empty_target, tmp_path / "archive.tar")

    assert contents(empty_target) == before
    assert set(counts(empty_target)) >= deciding_rows.TABLES


@pytest.mark.both_databases
def test_what_people_wrote_and_answered_is_restored(installation, empty_target, tmp_path):
    with installation.begin() as work:
        conversing_rows.fill(work)
    before = contents(installation)

    backup(installation, tmp_path / "archive.tar")
    restore(empty_target, tmp_path / "archive.tar")

    assert contents(empty_target) == before
    assert set(counts(empty_target)) >= conversing_rows.TABLES


@pytest.mark.both_databases
def test_backup_while_people_work_holds_every_file_its_rows_name(
    installation, submission, empty_target, tmp_path
):
    stop = threading.Event()
    written = []

    def keep_writing():
        while not stop.is_set():
            add_file(installation, submission, f"content {len(written)}".encode())
            written.append(len(written))

    writer = threading.Thread(target=keep_writing)
    writer.start()
    try:
        while len(written) < 5:
            stop.wait(0.01)
        backup(installation, tmp_path / "archive.tar")
    finally:
        stop.set()
        writer.join()
    restore(empty_target, tmp_path / "archive.tar")

    with empty_target.begin(read_only=True) as work:
        rows = work.files.of(submission.id)
        assert list(work.journal.broken()) == []
        assert work.journal.count() == len(rows)
    assert 5 <= len(rows) <= len(written) + 1
    assert all(empty_target.files.read(row.sha256) for row in rows)


@pytest.mark.both_databases
def test_restore_never_touches_an_installation_that_holds_something(
    installation, submission, tmp_path
):
    backup(installation, tmp_path / "archive.tar")
    before = contents(installation)

    with pytest.raises(Conflict) as refusal:
        restore(installation, tmp_path / "archive.tar")

    assert "пустую" in refusal.value.sentence
    assert contents(installation) == before


def test_backup_never_overwrites_a_file(installation, tmp_path):
    (tmp_path / "archive.tar").write_text("precious")

    with pytest.raises(Conflict):
        backup(installation, tmp_path / "archive.tar")

    assert (tmp_path / "archive.tar").read_text() == "precious"


def rewritten(archive, target, change):
    """The archive with ``change(name, bytes)`` applied to every member."""
    folder = target.with_suffix(".d")
    with tarfile.open(archive) as source:
        source.extractall(folder, filter="data")
    with tarfile.open(target, "w") as out:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                name = str(path.relative_to(folder))
                path.write_bytes(change(name, path.read_bytes()))
                out.add(path, name)
    return target


DAMAGES = {
    "database": lambda name, content: content[:-1] if name.endswith("sqlite3") else content,
    "file": lambda name, content: b"forged" if name.startswith("files/") else content,
    "manifest": lambda name, content: b"{}" if name == MANIFEST else content,
    "list": lambda name, content: b"{" if name == CONTENTS else content,
    "format": lambda name, content: (
        json.dumps(json.loads(content) | {"format": 99}).encode() if name == MANIFEST else content
    ),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_changed_archive_is_refused(installation, submission, empty_target, tmp_path, damage):
    backup(installation, tmp_path / "archive.tar")
    forged = rewritten(tmp_path / "archive.tar", tmp_path / "forged.tar", DAMAGES[damage])

    with pytest.raises(BadInput) as refusal:
        restore(empty_target, forged)

    assert "рхив" in refusal.value.sentence
    assert is_untouched(empty_target)


def is_untouched(target):
    database = target.settings.data / "marathon.sqlite3"
    return not database.exists() and list(target.files.all()) == []


@pytest.mark.parametrize("share", [0.02, 0.5, 0.9, 0.999])
def test_archive_that_was_cut_off_is_refused_and_nothing_is_restored(
    installation, submission, empty_target, tmp_path, share
):
    for number in range(5):
        add_file(installation, submission, f"content {number}".encode() * 3000)
    backup(installation, tmp_path / "archive.tar")
    whole = (tmp_path / "archive.tar").read_bytes()
    used = len(whole.rstrip(b"\0"))
    (tmp_path / "cut.tar").write_bytes(whole[: int(used * share)])

    with pytest.raises(BadInput) as refusal:
        restore(empty_target, tmp_path / "cut.tar")

    assert "рхив" in refusal.value.sentence
    assert is_untouched(empty_target)


def test_restoring_that_was_killed_is_begun_again(installation, submission, empty_target, tmp_path):
    add_file(installation, submission, b"second content")
    backup(installation, tmp_path / "archive.tar")
    empty_target.files.save_bytes(b"first content")  # as far as the first attempt came

    assert restore(empty_target, tmp_path / "archive.tar") == 2
    assert contents(empty_target) == contents(installation)


def test_files_of_somebody_else_are_no_empty_target(
    installation, submission, empty_target, tmp_path
):
    backup(installation, tmp_path / "archive.tar")
    empty_target.files.save_bytes(b"of another installation")

    with pytest.raises(Conflict):
        restore(empty_target, tmp_path / "archive.tar")


@pytest.mark.both_databases
def test_archive_of_another_kind_of_database_is_refused(
    installation, submission, empty_target, tmp_path
):
    backup(installation, tmp_path / "archive.tar")
    kind = "sqlite" if installation.engine.dialect.name == "sqlite" else "pgdump"
    other = "database.pgdump" if kind == "sqlite" else "database.sqlite3"

    def renamed(name, content):
        if name != MANIFEST:
            return content
        told = json.loads(content)
        return json.dumps(told | {"database": other, "sha256": told["sha256"]}).encode()

    forged = rewritten(tmp_path / "archive.tar", tmp_path / "forged.tar", renamed)
    with pytest.raises(BadInput):
        restore(empty_target, forged)


@pytest.mark.both_databases
def test_failing_database_leaves_nothing_half_restored(
    installation, submission, empty_target, tmp_path, monkeypatch
):
    """The dump breaks off in its middle: PostgreSQL takes all of it or nothing."""
    if installation.engine.dialect.name == "sqlite":
        return  # its copy is put in place by one rename
    backup(installation, tmp_path / "archive.tar")
    with empty_target.engine.begin() as connection:  # in the way of one of the tables
        connection.exec_driver_sql("CREATE TABLE submission (id integer)")

    with pytest.raises(Unavailable):
        restore(empty_target, tmp_path / "archive.tar")

    with empty_target.engine.begin() as connection:
        names = sa.inspect(connection).get_table_names()
        connection.exec_driver_sql("DROP TABLE submission")
    assert names == ["submission"]
    assert restore(empty_target, tmp_path / "archive.tar") == 1  # and it can be begun again
    assert contents(empty_target) == contents(installation)


def test_archive_is_for_its_owner_and_leaves_no_draft(installation, submission, tmp_path):
    (tmp_path / "kept").mkdir()
    backup(installation, tmp_path / "kept" / "archive.tar")

    [archive] = (tmp_path / "kept").iterdir()
    assert archive.stat().st_mode & 0o077 == 0


def test_no_folder_for_the_archive_is_said_plainly(installation, tmp_path):
    with pytest.raises(Unavailable) as refusal:
        backup(installation, tmp_path / "none" / "archive.tar")

    assert str(tmp_path / "none") in refusal.value.sentence


def test_file_that_is_no_archive_is_refused(empty_target, tmp_path):
    (tmp_path / "archive.tar").write_bytes(b"PK\x03\x04 not a tar")

    with pytest.raises(BadInput):
        restore(empty_target, tmp_path / "archive.tar")


@pytest.mark.both_databases
def test_missing_or_failing_tool_is_said_plainly(installation, tmp_path, monkeypatch):
    if installation.engine.dialect.name == "sqlite":
        assert backup(installation, tmp_path / "archive.tar") == 0
        return
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))

    with pytest.raises(Unavailable) as missing:
        backup(installation, tmp_path / "archive.tar")
    (tmp_path / "bin" / "pg_dump").write_text("#!/bin/sh\necho version mismatch >&2\nexit 1\n")
    (tmp_path / "bin" / "pg_dump").chmod(0o755)
    with pytest.raises(Unavailable) as failing:
        backup(installation, tmp_path / "archive.tar")

    assert "postgresql-client" in missing.value.sentence
    assert "version mismatch" in failing.value.sentence
    assert not (tmp_path / "archive.tar").exists()
