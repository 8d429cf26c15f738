"""What is kept comes back whole or not at all, and never grows beyond its bounds."""

import os
import tracemalloc

from flows.documents.printing.cache import AGE, Cache, digest, opened


def test_what_was_kept_is_found_again(tmp_path):
    cache = Cache(tmp_path)
    cache.keep(digest("a"), b"content")

    assert cache.find(digest("a")) == b"content"
    assert cache.find(digest("b")) is None


def test_a_damaged_entry_is_noticed_and_forgotten(tmp_path):
    cache = Cache(tmp_path)
    cache.keep(digest("a"), b"content")
    (entry,) = (path for path in tmp_path.rglob("*") if path.is_file())
    entry.write_bytes(entry.read_bytes()[:-1] + b"T")

    assert cache.find(digest("a")) is None
    assert not entry.exists()


def test_the_least_used_go_first_when_there_is_too_much(tmp_path):
    cache = Cache(tmp_path, limit=700)
    for age, name in enumerate("abc"):
        cache.keep(digest(name), bytes(200))
        path = tmp_path / digest(name)[:2] / digest(name)[2:]
        seen = path.stat().st_mtime - 100 + age
        os.utime(path, (seen, seen))
    cache.find(digest("a"))
    cache.trim()

    assert [cache.find(digest(name)) is None for name in "abc"] == [False, True, False]


def test_what_nobody_asked_for_in_a_month_goes(tmp_path):
    cache = Cache(tmp_path)
    cache.keep(digest("old"), b"a name")
    path = tmp_path / digest("old")[:2] / digest("old")[2:]
    seen = path.stat().st_mtime - AGE - 60
    os.utime(path, (seen, seen))
    cache.keep(digest("new"), b"another")
    cache.trim()

    assert cache.find(digest("old")) is None
    assert cache.find(digest("new")) == b"another"


def test_a_place_that_cannot_be_written_costs_nothing_but_time(tmp_path):
    (tmp_path / "file").write_text("not a folder")
    with opened(tmp_path / "file") as cache:
        cache.keep(digest("a"), b"content")

        assert cache.find(digest("a")) is None


def test_a_digest_tells_parts_apart(tmp_path):
    (tmp_path / "one").write_bytes(b"ab")

    assert digest("ab", "c") != digest("a", "bc")
    assert digest(tmp_path / "one") == digest(b"ab")
    assert digest({"a": 1, "b": 2}) == digest({"b": 2, "a": 1})


def test_a_file_of_any_size_is_named_without_being_held_in_memory(tmp_path):
    (tmp_path / "large").touch()
    os.truncate(tmp_path / "large", 256 * 1024**2)
    tracemalloc.start()
    named = digest("file", tmp_path / "large")
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    os.truncate(tmp_path / "large", 256 * 1024**2 + 1)
    assert most < 4 * 1024**2
    assert named != digest("file", tmp_path / "large")
