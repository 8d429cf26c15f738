"""The file store keeps whole contents or nothing."""

import errno
import hashlib
import itertools
import os
import signal
import subprocess
import sys
import time

import pytest
from together import in_threads

from schemas.errors import BadFile, NotFound, Unavailable
from schemas.settings import Settings
from storage.files import CHUNK, FileStore
from storage.installation import file_store
from storage.object_files import ObjectFileStore

TOO_BIG_FOR_THE_DISK = """
import resource, signal, sys
from pathlib import Path
from schemas.errors import Unavailable
from schemas.settings import Settings
from storage.installation import file_store

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))
try:
    file_store(Settings(data=Path(sys.argv[1]), files_url=sys.argv[2])).save([b"x" * 100_000] * 5)
except Unavailable as error:
    print(error.code)
"""
KILLED_HALFWAY = """
import os, signal, sys
from pathlib import Path
from schemas.settings import Settings
from storage.installation import file_store

def chunks():
    yield b"x" * 100_000
    os.kill(os.getpid(), signal.SIGKILL)

file_store(Settings(data=Path(sys.argv[1]), files_url=sys.argv[2])).save(chunks())
"""


@pytest.fixture(params=["folder", "bucket"])
def settings(request, tmp_path):
    """A folder, and a bucket of an object store that is really started."""
    address = "" if request.param == "folder" else request.getfixturevalue("bucket")
    return Settings(data=tmp_path, files_url=address)


@pytest.fixture
def store(settings):
    return file_store(settings)


def everything(store):
    """Names in the folder; the bucket, where there is one, holds the same."""
    found = sorted(path.name for path in store.root.rglob("*") if path.is_file())
    if isinstance(store, ObjectFileStore):
        assert sorted(store.names()) == found
    return found


def in_a_process(program, settings):
    place = (str(settings.data), settings.files_url.get_secret_value())
    command = [sys.executable, "-c", program, *place]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_saved_content_is_found_by_its_hash(store):
    content = os.urandom(3 * CHUNK + 7)

    stored = store.save_bytes(content)

    assert stored.sha256 == hashlib.sha256(content).hexdigest()
    assert stored.size == len(content)
    assert store.read(stored.sha256) == content
    assert everything(store) == [stored.sha256]


def test_equal_contents_are_kept_once_even_when_saved_together(store):
    results = in_threads(6, lambda _number: store.save([b"one", b"two"]).sha256)

    assert set(results) == {hashlib.sha256(b"onetwo").hexdigest()}
    assert everything(store) == results[:1]


def test_saving_a_file_keeps_its_bytes(store, tmp_path):
    source = tmp_path / "работа.docx"
    source.write_bytes(b"docx" * 100_000)

    assert store.read(store.save_file(source).sha256) == source.read_bytes()


def test_content_past_the_limit_leaves_nothing(store):
    with pytest.raises(BadFile) as refusal:
        store.save([b"x" * 1024] * 3000, limit=2 * 1024 * 1024)

    assert refusal.value.code == "too_large"
    assert "2 МБ" in refusal.value.sentence
    assert everything(store) == []


def test_content_of_exactly_the_limit_is_kept(store):
    assert store.save([b"x" * 1024], limit=1024).size == 1024


def test_sender_that_breaks_off_leaves_nothing(store):
    def chunks():
        yield b"x" * 100_000
        raise ConnectionResetError

    with pytest.raises((ConnectionResetError, Unavailable)):
        store.save(chunks())

    assert everything(store) == []


def test_disk_that_refuses_is_said_plainly_and_leaves_nothing(settings, store):
    done = in_a_process(TOO_BIG_FOR_THE_DISK, settings)

    assert done.stdout.strip() == "storage_full", done.stderr
    assert everything(store) == []


def test_process_killed_halfway_leaves_no_content_and_its_rest_is_swept(settings, store):
    done = in_a_process(KILLED_HALFWAY, settings)

    assert done.returncode == -signal.SIGKILL
    assert list(store.all()) == []
    assert store.sweep(before=time.time() - 3600) == 0
    assert store.sweep(before=time.time() + 1) == 1
    assert everything(store) == []


def test_contents_are_synced_before_they_get_their_name(store, monkeypatch):
    order = []
    fsync, replace = os.fsync, type(store.root).replace
    monkeypatch.setattr(os, "fsync", lambda number: (order.append("fsync"), fsync(number)))
    monkeypatch.setattr(
        type(store.root), "replace", lambda *paths: (order.append("rename"), replace(*paths))[1]
    )

    store.save_bytes(b"content")

    assert order == ["fsync", "rename", "fsync", "fsync"]


def test_folder_that_cannot_be_written_is_said_plainly(tmp_path):
    blocked = tmp_path / "files"
    blocked.write_text("not a folder")

    with pytest.raises(Unavailable) as refusal:
        FileStore(blocked).save_bytes(b"content")

    assert "организаторам" in refusal.value.sentence


def test_content_never_saved_is_not_found(store):
    with pytest.raises(NotFound):
        store.read("0" * 64)


def test_uploads_are_private_to_the_account(store):
    store.save_bytes(b"content")

    assert (store.root / "incoming").stat().st_mode & 0o077 == 0


def test_store_that_would_keep_files_is_ready(store):
    store.require_ready()

    assert everything(store) == []


def test_failed_sync_of_the_content_is_said_and_leaves_nothing(store, monkeypatch):
    monkeypatch.setattr(os, "fsync", failing(0))

    with pytest.raises(Unavailable):
        store.save_bytes(b"content")

    assert everything(store) == []


def test_failed_sync_of_a_folder_is_not_forgiven_by_trying_again(tmp_path, monkeypatch):
    """The name is there, and a power cut could still take it: the next one has to sync it, too."""
    store = FileStore(tmp_path)
    monkeypatch.setattr(os, "fsync", failing(1))
    with pytest.raises(Unavailable):
        store.save_bytes(b"content")

    monkeypatch.setattr(os, "fsync", failing(1))
    with pytest.raises(Unavailable):
        store.save_bytes(b"content")

    monkeypatch.undo()
    assert store.read(store.save_bytes(b"content").sha256) == b"content"


def failing(after):
    """``os.fsync`` of a disk that fails after so many good answers."""
    calls = itertools.count()

    def fsync(number):
        if next(calls) >= after:
            raise OSError(errno.EIO, os.strerror(errno.EIO))

    return fsync
