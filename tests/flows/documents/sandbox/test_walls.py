"""A parser that is taken over wholly: what it tries ends at the walls."""

import os

import pytest
from taken_over import WAYS_OUT, outcome

from flows.documents.reading import read
from flows.documents.sandbox import census, landlock, system_calls
from flows.documents.sandbox.inspection import inspect_walls
from schemas.extraction import Limits, RejectCode

pytestmark = pytest.mark.skipif(
    not landlock.version() or os.uname().machine not in system_calls.ARCHITECTURES,
    reason="this kernel has no walls to try",
)
# The shell runs and gets nothing; a link over a wall is refused as one over file systems is.
INSIDE = {"shell": "b''", "hardlink": "OSError"}


@pytest.mark.parametrize("account", [(), ("unprivileged",)], ids=["any", "unprivileged"])
def test_no_way_out_is_open(taken_over, do, listeners, canary, account, monkeypatch):
    monkeypatch.setenv("MARATHON_SECRET_KEY", canary.read_text())
    places = {"port": listeners.port, "local": listeners.local, "abstract": listeners.abstract}
    tried = do(taken_over(*account), "reach", canary=str(canary), **places)
    assert tried == {name: INSIDE.get(name, "PermissionError") for name in WAYS_OUT}
    assert listeners.calls == 0
    assert canary.exists()
    assert not canary.with_name("new").exists()


def test_what_is_tried_would_succeed_without_walls(canary):
    """The attempts are real: each of these gets through where no wall stands."""
    job = {"canary": str(canary), "path": str(canary)}
    desk = canary.with_name("desk")
    desk.mkdir()
    names = ("canary", "folder", "accounts", "symlink", "hardlink", "beside", "own program")
    found = {name: outcome(WAYS_OUT[name], job, desk) for name in names}
    assert not {name for name, said in found.items() if said == "PermissionError"}


def test_readers_without_programs_start_nothing_but_threads(taken_over, do):
    readers = taken_over()
    assert do(readers, "fork_once") == {"reason": RejectCode.DAMAGED}
    assert do(readers, "threads") == {"said": [0, 1, 2, 3]}


@pytest.mark.parametrize("account", [(), ("unprivileged",)], ids=["any", "unprivileged"])
def test_walls_stand_for_every_account(taken_over, do, open_folder, account):
    held = do(taken_over(*account), "try", beside=str(open_folder))
    assert {name for name, is_held in held.items() if not is_held} <= {"namespace"}


@pytest.mark.parametrize(
    ("missing", "offline", "files", "namespace"),
    [("unshare", True, True, False), ("landlock", True, False, True)],
)
def test_each_wall_stands_without_the_others(taken_over, missing, offline, files, namespace):
    found = inspect_walls(taken_over(f"without-{missing}"))
    assert (found.are_offline, found.files, found.namespace) == (offline, files, namespace)


def test_where_nothing_is_permitted_files_are_still_read(taken_over, do):
    bare = taken_over("without-unshare", "without-landlock", "without-prctl")
    found = inspect_walls(bare)
    assert not found.are_offline
    assert not found.files
    read = do(bare, "read", pictures=False, names=[])
    assert read["extraction"]["status"] == "ok"


def test_results_that_are_links_are_not_followed(taken_over, do, canary):
    """Where there is no Landlock a reader could leave some."""
    left = do(taken_over("without-landlock"), "link_result", canary=str(canary))
    assert left == {"reason": RejectCode.DAMAGED}


def test_names_of_foreign_files_are_not_taken_for_pictures(taken_over, open_folder, canary):
    path = open_folder / "file.md"
    path.write_text("Текст.")
    job = {"canary": str(canary)}
    readers = taken_over("lying")
    readers.also = job
    reading = read(path, directory=open_folder / "desk", readers=readers)
    assert reading.extraction.reason == RejectCode.DAMAGED
    assert not reading.images


def limits(**changes: float) -> Limits:
    return Limits(**{"seconds": 20, **changes})


MEGABYTE = 1 << 20
EACH_LIMIT = {
    "time by the clock": ("idle", {"seconds": 0.5}, {}, RejectCode.TIMEOUT),
    "processor": ("burn", {"seconds": 1}, {}, RejectCode.TIMEOUT),
    "memory of one": ("swell", {"memory": 512 * MEGABYTE}, {}, RejectCode.MEMORY),
    "memory together": ("crowd", {"memory": 400 * MEGABYTE}, {"many": 5, "each": 90}, "memory"),
    "one file": ("write_one", {"written": MEGABYTE}, {}, RejectCode.TOO_LARGE),
    "files together": (
        "write_many",
        {"written": MEGABYTE, "output": 8 * MEGABYTE},
        {"many": 20, "each": 500_000, "afterwards": 60},
        RejectCode.TOO_LARGE,
    ),
    "files at the end": (
        "write_many",
        {"written": MEGABYTE, "output": MEGABYTE},
        {"many": 4, "each": 500_000, "afterwards": 0},
        RejectCode.TOO_LARGE,
    ),
    "number of files": (
        "write_many",
        {},
        {"many": 6000, "each": 0, "afterwards": 0},
        RejectCode.TOO_LARGE,
    ),
    "processes": ("crowd", {}, {"many": 60, "each": 0}, RejectCode.DAMAGED),
}


@pytest.mark.parametrize("name", EACH_LIMIT)
def test_each_limit_is_reached_and_told(taken_over, do, name):
    task, changes, words, reason = EACH_LIMIT[name]
    readers = taken_over()
    assert do(readers, task, limits(**changes), **words) == {"reason": reason}
    assert do(readers, "threads")["said"]


def test_nothing_is_left_running(taken_over, do):
    readers = taken_over()
    with readers.borrow() as reader:
        leader = reader.process.pid
    do(readers, "crowd", limits(), many=60, each=0)
    do(readers, "threads")
    assert census.children(leader) == []
