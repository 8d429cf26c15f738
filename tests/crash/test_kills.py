"""Processes die by SIGKILL at chosen and at random moments; people notice a delay and nothing else."""

import os
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest
from crash import promises
from crash.season import Season
from crash.town import Town
from restarted import own_postgres, restart

from schemas.errors import Unavailable
from schemas.settings import Settings
from storage.installation import open_installation
from storage.schema_version import migrate

pytestmark = pytest.mark.prefect

WEB_UPLOAD = ("upload written", "upload named", "row written", "about to commit", "committed")
# The stage, where processes die in it, and in full size how many more die at random moments.
STAGES = (
    ("upload", [(point, "web") for point in WEB_UPLOAD], 4),
    (
        "check",
        [
            (p, "runner")
            for p in ("files claimed", "file examined", "verdict recorded", "committed")
        ],
        4,
    ),
    (
        "assign",
        [
            ("run made", "runner"),
            ("run begun", "runner"),
            ("run about to end", "runner"),
            ("plan applied", "web"),
        ],
        3,
    ),
    ("review", [("review sent", "web"), ("about to commit", "web"), ("committed", "web")], 4),
    (
        "decide",
        [("run made", "runner"), ("decisions kept", "runner"), ("decisions confirmed", "web")],
        3,
    ),
    ("compile", [("volume stored", "runner"), ("edition kept", "runner")], 3),
    ("certify", [("certificates numbered", "runner"), ("certificate kept", "runner")], 3),
    (
        "letters",
        [
            ("letter about to leave", "runner"),
            ("letter left", "runner"),
            ("letter recorded", "runner"),
        ],
        2,
    ),
)
# The bounded form: one death in most stages, at the moment that has most to lose.
BOUNDED = {
    "upload": ("committed", "web"),
    "check": ("file examined", "runner"),
    "assign": ("plan applied", "web"),
    "review": ("about to commit", "web"),
    "letters": ("letter left", "runner"),
}
FULL = 100  # deaths on each database
PARTS = ("web", "runner", "converter", "converter", "Prefect")


@pytest.fixture
def seed(soak):
    """``MARATHON_SEED`` repeats a run; deaths at random moments depend on the machine, too."""
    return int(os.environ.get("MARATHON_SEED", "20261123" if not soak else str(time.time_ns())))


@pytest.fixture
def server(request):
    """A PostgreSQL that is really started and may be struck down; None for SQLite."""
    if request.param == "sqlite":
        yield None
        return
    with own_postgres() as started:
        yield started


@pytest.fixture
def address(server, tmp_path):
    """Of a new database; empty means SQLite in the town's folder."""
    if server is None:
        migrate(f"sqlite:///{tmp_path / 'marathon.sqlite3'}")
        return ""
    server.psql("CREATE DATABASE crash;")
    migrate(server.get_uri("crash"))
    return server.get_uri("crash")


@pytest.fixture
def town(server, address, tmp_path, seed):
    opened = Town(tmp_path, database=address, seed=seed)
    if server is not None:
        opened.others["PostgreSQL"] = lambda: restart(server)
    yield opened
    opened.close()


@pytest.fixture
def installation(address, tmp_path, town):
    opened = open_installation(Settings(data=tmp_path, database_url=address, text_model="off"))
    yield opened
    opened.close()


def databases():
    """Both in full size; SQLite, which is the harder of the two, in the bounded form."""
    return ["sqlite", "postgresql"] if os.environ.get("MARATHON_SOAK") == "1" else ["sqlite"]


@pytest.mark.parametrize("server", databases(), indirect=True)
def test_nothing_is_lost_doubled_or_left_behind(town, installation, tmp_path, soak, seed):
    say(f"MARATHON_SEED={seed}")
    town.start()
    town.until_well()
    seasons = [play(town, installation, 1, soak=soak)]
    while soak and sum(town.kills.values()) < FULL:
        town.kill_everything()
        seasons.append(play(town, installation, len(seasons) + 1, soak=soak))
    come_to_rest(town, installation, seasons)
    town.stop()
    say(f"{sum(town.kills.values())} deaths: {dict(town.kills)}")
    assert sum(town.kills.values()) >= (FULL if soak else len(BOUNDED))
    assert not town.broken, "an answer that must never be given"
    assert not [line for one in seasons for line in promises.lost(installation, one.said)]
    assert not promises.broken(installation)
    at_the_door = town.kills["runner: letter left"] + town.kills["runner: letter recorded"]
    anytime = sum(town.kills[one] for one in ("runner", "supervisor", "PostgreSQL"))
    again = promises.letters_handed_over_twice(town.post, allowed=at_the_door + anytime)
    assert not list(again)
    assert_swept_clean(installation, tmp_path)


def say(line):
    print(line, flush=True)  # noqa: T201  (an hour of silence would be long)


def play(town, installation, number, *, soak):
    """A season in which processes die: at every point and many moments, or at the worst ones.

    In the bounded form only the stages in which somebody dies.
    """
    season = Season(town, installation, f"Марафон {number}", works=4 if soak else 2)
    for stage, points, chance in STAGES:
        if soak:
            act(town, season, stage, points, chance)
        elif stage in BOUNDED:
            act(town, season, stage, [BOUNDED[stage]], 0)
    return season


def act(town, season, stage, points, chance):
    """One stage while processes die in it."""
    began = time.monotonic()
    with town.under_fire(points, random_kills=chance, parts=(*PARTS, *town.others)):
        insistently(getattr(season, stage))
    spent = time.monotonic() - began
    say(f"{season.name}, {stage}: {spent:.0f} s, {sum(town.kills.values())} deaths so far")


def insistently(stage):
    """Again when the database died under the test's own hands: every stage may be repeated."""
    for _ in range(9):
        with suppress(Unavailable):
            return stage()
    return stage()


def come_to_rest(town, installation, seasons):
    """Nobody dies and nobody acts any more: what was begun ends by itself."""
    town.until_well()
    seasons[-1].letters()

    def rests():
        with installation.begin(read_only=True) as work:
            return not list(promises.unfinished(work))

    town.eventually(rests, "the town does not come to rest", seconds=400)


def assert_swept_clean(installation, data):
    """As if two days had passed: the command takes what nobody names and nothing else."""
    named = {path.name for path in installation.files.all()} - set(promises.orphans(installation))
    for path in installation.files.root.rglob("*"):
        if path.is_file():
            os.utime(path, (0, 0))
    command = [Path(sys.executable).with_name("marathon"), "sweep", "--data", str(data)]
    environment = os.environ | {"MARATHON_DATABASE_URL": installation.settings.database_url}
    subprocess.run(command, check=True, env=environment)
    assert not list(promises.orphans(installation))
    assert {path.name for path in installation.files.all()} == named
