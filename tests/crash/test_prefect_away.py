"""Prefect is really stopped, for an hour by the clock of the installation: clicks are kept, work goes on."""

import os
import subprocess
import time
from collections import Counter

import httpx
import pytest
from crash import promises
from crash.season import Season
from crash.town import Town
from served import free_port

from flows.runtime import prefect_database
from review_api import parts
from schemas.outbox import RunState
from schemas.settings import Settings
from storage.installation import open_installation
from storage.schema_version import migrate

AUTH = "marathon:away-for-an-hour"
HOUR = 3600.0

pytestmark = pytest.mark.prefect


class PrefectElsewhere:
    """``marathon part prefect`` on SQLite, which the test starts and stops."""

    def __init__(self, data):
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}/api"
        self.settings = Settings(data=data, prefect_auth=AUTH)
        self.known = {parts.PREFECT_DATABASE: prefect_database.sqlite_url(data)}
        self.log = (data / "prefect.log").open("ab")
        self.process = None

    def start(self):
        part = parts.prefect(
            self.settings, host="127.0.0.1", port=self.port, environment=self.known
        )
        self.process = subprocess.Popen(
            part.words,
            env=os.environ | part.environment,
            stdout=self.log,
            stderr=subprocess.STDOUT,
        )

    def stop(self):
        self.process.kill()
        self.process.wait()

    def answers(self):
        try:
            return httpx.get(f"{self.url}/health", timeout=5, trust_env=False).status_code < 500
        except httpx.HTTPError:
            return False


@pytest.fixture
def prefect(tmp_path):
    data = tmp_path / "elsewhere"
    (data / "prefect").mkdir(parents=True)
    made = PrefectElsewhere(data)
    made.start()
    yield made
    made.stop()
    made.log.close()


@pytest.fixture
def town(prefect, tmp_path):
    migrate(f"sqlite:///{tmp_path / 'marathon.sqlite3'}")
    environment = {"MARATHON_PREFECT_API_URL": prefect.url, "MARATHON_PREFECT_AUTH": AUTH}
    opened = Town(tmp_path, environment=environment)
    yield opened
    opened.close()


@pytest.fixture
def installation(town, tmp_path):
    opened = open_installation(Settings(data=tmp_path, text_model="off"))
    yield opened
    opened.close()


def an_hour_later(installation):
    """By the clock that every process of the installation goes by."""
    installation.clock.leave_mark(time.time() + HOUR)


def runs_of(installation):
    with installation.begin(read_only=True) as work:
        return work.runs.all()


def test_clicks_are_kept_and_everything_runs_once(town, prefect, installation, soak):
    if not soak:
        pytest.skip("the runner waits ninety seconds for Prefect: make soak ARGS=tests/crash")
    town.eventually(prefect.answers, "Prefect does not start", seconds=900)
    season = Season(town, installation, "Марафон без Prefect", works=2)
    town.start()
    town.until_well()
    season.upload()
    season.check()

    prefect.stop()
    asked = town.ask("POST", f"/marathons/{season.marathon}/stages/assign", season.organiser)
    again = town.ask("POST", f"/marathons/{season.marathon}/stages/assign", season.organiser)
    assert (asked.status_code, again.status_code) == (202, 202)
    assert asked.json()["run"] == again.json()["run"]
    town.eventually(lambda: not town.is_well(), "the site says that all is well")
    kept = town.ask("GET", f"/runs/{asked.json()['run']}", season.organiser).json()
    assert kept["state"] in {RunState.WAITING, RunState.RUNNING, RunState.COMPLETED}
    an_hour_later(installation)
    season.assign()
    season.review()

    prefect.start()
    town.until_well()
    season.decide()
    season.letters()

    def rests():
        with installation.begin(read_only=True) as work:
            return not list(promises.unfinished(work))

    town.eventually(rests, "the town does not come to rest", seconds=900)
    town.stop()
    assert not town.broken
    assert not list(promises.lost(installation, season.said))
    assert not promises.broken(installation)
    assert not list(promises.letters_handed_over_twice(town.post, allowed=0))
    done = Counter(one.deployment for one in runs_of(installation) if one.marathon_id)
    assert done["assign_experts"] <= 2  # the click, and the one that season.assign makes
    assert {one.state for one in runs_of(installation)} == {RunState.COMPLETED}
