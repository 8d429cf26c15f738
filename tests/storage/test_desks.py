"""Folders of killed processes are cleared away; those of living ones never are."""

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from together import in_threads

from storage import desks

AT_WORK = """
import sys, tempfile
from pathlib import Path
from storage.desks import work_at_own_desk

work_at_own_desk()
folder = tempfile.mkdtemp(prefix="marathon-extract-")
Path(folder, "works.txt").write_text("words of an author", "utf-8")
print(folder, flush=True)
sys.stdin.read()
"""


@pytest.fixture
def place(tmp_path):
    """A folder for temporary things of this test's processes."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    return folder


@pytest.fixture
def at_work(place):
    """``at_work()``: a process with something half done in a temporary folder, and that folder."""
    started = []

    def start():
        process = subprocess.Popen(
            [sys.executable, "-c", AT_WORK],
            env=os.environ | {"TMPDIR": str(place)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process, Path(process.stdout.readline().strip())

    yield start
    for process in started:
        process.kill()
        process.communicate()


def killed(process):
    process.send_signal(signal.SIGKILL)
    process.wait()


def test_what_a_killed_process_left_goes_and_what_a_living_one_needs_stays(place, at_work):
    dead, left = at_work()
    _, needed = at_work()
    killed(dead)
    assert (left / "works.txt").exists()

    assert desks.clear_abandoned(place) == 1

    assert not left.exists()
    assert (needed / "works.txt").exists()
    assert desks.clear_abandoned(place) == 0


def test_next_start_clears_away_what_the_last_one_left(place, at_work):
    dead, left = at_work()
    killed(dead)

    _, needed = at_work()

    assert not left.exists()
    assert [needed.parent] == list(place.iterdir())


def test_process_that_ends_by_itself_leaves_nothing(place, at_work):
    process, _ = at_work()
    process.communicate("")

    assert process.returncode == 0
    assert list(place.iterdir()) == []


def test_children_work_at_the_desk_of_their_parent(place, at_work):
    _, folder = at_work()

    assert folder.parent.parent == place
    assert folder.parent.name.startswith(desks.PREFIX)
    assert folder.parent.stat().st_mode & 0o077 == 0


def test_of_those_who_clear_and_those_who_begin_nobody_is_in_the_way(place):
    """Whoever has just made a folder and has no lock yet may lose it, and makes another."""

    def act(number):
        for _ in range(40):
            if number % 2:
                desks.clear_abandoned(place)
                continue
            with desks.desk(place) as own:
                (own / "file").write_text("content")
                assert (own / "file").read_text() == "content"

    assert [one for one in in_threads(4, act) if isinstance(one, Exception)] == []
    assert list(place.iterdir()) == []


def test_links_and_folders_of_others_are_left_alone(place, tmp_path):
    target = tmp_path / "somewhere"
    target.mkdir()
    (place / f"{desks.PREFIX}link").symlink_to(target)
    (place / "somebody-else").mkdir()

    assert desks.clear_abandoned(place) == 0
    assert target.is_dir()
    assert (place / "somebody-else").is_dir()


def test_desks_stand_beside_that_of_this_process(monkeypatch, place):
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    assert desks.place_of_desks() == place

    with desks.desk(place) as own:
        monkeypatch.setattr(tempfile, "tempdir", str(own))
        assert desks.place_of_desks() == place
