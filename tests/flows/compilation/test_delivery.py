"""Putting a build into its folder: only what changed is written, and never through a link."""

import os
from datetime import UTC, datetime

import pytest

from flows.compilation import delivery
from schemas.volume import Build

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC).timestamp()


@pytest.fixture
def out(tmp_path):
    return tmp_path / "out"


def deliver(out, files):
    outputs = {name: delivery.sha256(content) for name, content in files.items()}
    build = Build(
        inputs={}, outputs=outputs, versions={}, seen={}, articles=1, pages=1, problems=()
    )
    delivery.deliver(files, build, out)
    return build


def age(path):
    os.utime(path, (LONG_AGO, LONG_AGO))


def test_what_lies_there_already_is_left_alone(out, tmp_path):
    picture = tmp_path / "picture.png"
    picture.write_bytes(b"picture")
    files = {"a.pdf": b"one", "site/b.html": b"two", "site/picture.png": picture}
    deliver(out, files)
    for name in files:
        age(out / name)

    build = deliver(out, {**files, "site/b.html": b"new"})

    old = {name for name in files if (out / name).stat().st_mtime == LONG_AGO}
    assert old == {"a.pdf", "site/picture.png"}
    assert (out / "site/b.html").read_bytes() == b"new"
    assert delivery.is_untouched(build, out)


def test_damaged_file_of_the_same_length_is_written_anew(out):
    deliver(out, {"a.pdf": b"one"})
    (out / "a.pdf").write_bytes(b"eno")

    deliver(out, {"a.pdf": b"one"})

    assert (out / "a.pdf").read_bytes() == b"one"


def test_link_is_replaced_even_if_it_leads_to_the_same_words(out, tmp_path):
    elsewhere = tmp_path / "elsewhere.pdf"
    elsewhere.write_bytes(b"one")
    out.mkdir()
    (out / "a.pdf").symlink_to(elsewhere)

    deliver(out, {"a.pdf": b"one"})

    assert not (out / "a.pdf").is_symlink()
    assert elsewhere.read_bytes() == b"one"


def test_what_the_build_before_left_behind_is_removed(out):
    deliver(out, {"a.pdf": b"one", "site/b.html": b"two"})
    (out / "own.txt").write_text("notes of a person")

    deliver(out, {"a.pdf": b"one"})

    assert sorted(path.name for path in out.iterdir()) == ["a.pdf", "build.json", "own.txt"]
