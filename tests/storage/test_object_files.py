"""Files in a bucket: the bucket is the truth, the folder before it only saves time."""

import dataclasses
import hashlib
import time

import pytest

from schemas.errors import NotFound, Unavailable
from schemas.settings import Settings
from storage import object_files
from storage.backup import backup, restore
from storage.installation import file_store, open_installation
from storage.schema_version import migrate

NOBODY_LISTENS = "s3://KEY:secret@marathon?endpoint=http://127.0.0.1:9"


@pytest.fixture
def open_store(tmp_path, bucket):
    """``open_store(machine)``: the same bucket seen by a machine with a folder of its own."""

    def open_one(machine, address=bucket):
        return file_store(Settings(data=tmp_path / machine, files_url=address))

    return open_one


def put(store, sha256, content):
    store.client.put_object(Bucket=store.place.bucket, Key=store.key(sha256), Body=content)


def test_content_saved_by_one_machine_is_read_by_another(open_store):
    stored = open_store("first").save([b"one", b"two"])

    second = open_store("second")

    assert second.read(stored.sha256) == b"onetwo"
    assert second.path(stored.sha256).read_bytes() == b"onetwo"
    assert [path.name for path in second.all()] == [stored.sha256]


def test_content_changed_in_the_bucket_is_refused_and_not_kept(open_store):
    sha256 = hashlib.sha256(b"true").hexdigest()
    store = open_store("first")
    put(store, sha256, b"false")

    with pytest.raises(Unavailable) as refusal:
        store.read(sha256)

    assert refusal.value.code == "storage_damaged"
    assert [path for path in store.root.rglob("*") if path.is_file()] == []


def test_content_that_only_the_folder_has_is_sent_again(open_store):
    store = open_store("first")
    stored = store.save_bytes(b"content")
    store.client.delete_object(Bucket=store.place.bucket, Key=store.key(stored.sha256))

    store.save_bytes(b"content")

    assert open_store("second").read(stored.sha256) == b"content"


def test_installations_with_different_prefixes_do_not_see_each_other(open_store, bucket):
    stored = open_store("first").save_bytes(b"content")

    other = open_store("second", bucket.replace("/season?", "/other?"))

    assert list(other.all()) == []
    with pytest.raises(NotFound):
        other.read(stored.sha256)


def test_strange_objects_in_the_bucket_are_passed_over(open_store):
    store = open_store("first")
    put(store, "readme.txt", b"hello")

    assert list(store.all()) == []
    with pytest.raises(NotFound):
        store.existing("readme.txt")


def test_more_contents_than_a_page_of_the_list_are_all_named(open_store, monkeypatch):
    monkeypatch.setattr(object_files, "PAGE", 2)
    store = open_store("first")
    names = {store.save_bytes(b"%d" % number).sha256 for number in range(5)}

    assert set(store.names()) == names


@pytest.mark.parametrize("act", ["save", "read", "all", "ready"])
def test_silent_bucket_is_said_plainly_and_keeps_nothing(tmp_path, act):
    store = file_store(Settings(data=tmp_path, files_url=NOBODY_LISTENS))
    acts = {
        "save": lambda: store.save_bytes(b"content"),
        "read": lambda: store.read("0" * 64),
        "all": lambda: list(store.all()),
        "ready": store.require_ready,
    }

    with pytest.raises(Unavailable) as refusal:
        acts[act]()

    assert refusal.value.code == "storage_unavailable"
    assert "не отвечает" in refusal.value.sentence
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_bucket_that_does_not_exist_is_no_missing_file(open_store, bucket):
    store = open_store("first", bucket.replace("/season", "-gone/season"))

    for act in (store.require_ready, lambda: store.save_bytes(b"content")):
        with pytest.raises(Unavailable):
            act()


def test_backup_of_a_bucket_is_restored_into_another(tmp_path, bucket, work, installation):
    from_bucket = file_store(Settings(data=tmp_path / "data", files_url=bucket))
    stored = from_bucket.save_bytes(b"content")
    archive = tmp_path / "archive.tar"

    assert backup(dataclasses.replace(installation, files=from_bucket), archive) == 1

    address = bucket.replace("/season?", "/restored?")
    target = open_installation(Settings(data=tmp_path / "restored", files_url=address))
    assert restore(target, archive) == 1
    migrate(target.settings.database)
    assert [path.name for path in target.files.all()] == [stored.sha256]
    target.close()


def test_file_store_is_chosen_by_its_address(tmp_path):
    for address in (str(tmp_path / "kept"), f"file://{tmp_path}/kept"):
        store = file_store(Settings(data=tmp_path, files_url=address))
        assert store.root == tmp_path / "kept"


def test_discarded_content_is_gone_from_the_bucket_and_the_folder(open_store):
    store = open_store("first")
    gone, stays = store.save_bytes(b"gone"), store.save_bytes(b"stays")

    store.discard(gone.sha256)
    store.discard(gone.sha256)

    assert set(store.names()) == {stays.sha256}
    for one in (store, open_store("second")):
        with pytest.raises(NotFound):
            one.read(gone.sha256)


def test_sweep_takes_only_what_nobody_has_saved_again(open_store):
    files = open_store("here")
    stored = files.save_bytes(b"nobody names it")
    now = time.time()

    assert list(files.untouched(before=now - 60)) == []
    assert list(files.untouched(before=now + 60)) == [stored.sha256]
    assert not files.sweep_away(stored.sha256, before=now - 60)
    assert files.sweep_away(stored.sha256, before=now + 60)
    assert list(files.all()) == []
    assert not files.sweep_away(stored.sha256, before=now + 60)


def test_old_content_is_sent_again_when_it_is_saved_again(open_store, monkeypatch):
    """So that a sweep that goes by age sees that somebody wants it."""
    files = open_store("here")
    stored = files.save_bytes(b"content")
    first = files.sent_at(stored.sha256)
    sent, upload = [], files.upload
    monkeypatch.setattr(files, "upload", lambda *given: (sent.append(given), upload(*given)))
    files.save_bytes(b"content")
    assert sent == []

    monkeypatch.setattr(object_files, "RENEW_AFTER", -60.0)
    files.save_bytes(b"content")

    assert len(sent) == 1
    assert files.sent_at(stored.sha256) >= first


def test_parts_come_to_one_machine_and_are_joined_by_another(open_store):
    first, second = open_store("first"), open_store("second")
    kept = first.save_bytes(b"content")
    part = first.shelf("upload").save_bytes(b"part")

    assert second.shelf("upload").read(part.sha256) == b"part"
    assert second.shelves() == ["upload"]
    assert list(first.names()) == [kept.sha256]
    assert list(first.untouched(before=time.time() + 60)) == [kept.sha256]


def test_cleared_shelf_is_gone_everywhere_and_nothing_else_is(open_store):
    first, second = open_store("first"), open_store("second")
    kept = first.save_bytes(b"content")
    parts = {name: first.shelf(name).save_bytes(b"part") for name in ("done", "begun")}

    second.clear_shelf("done")
    second.clear_shelf("never begun")

    assert second.shelves() == ["begun"]
    with pytest.raises(NotFound):
        second.shelf("done").read(parts["done"].sha256)
    assert second.shelf("begun").read(parts["begun"].sha256) == b"part"
    assert second.read(kept.sha256) == b"content"
