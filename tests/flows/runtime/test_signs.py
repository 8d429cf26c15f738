"""Parts on other machines are seen by the signs they give in our database."""

from datetime import timedelta

import pytest

from flows.runtime.deploying import INLINE_TYPE, PROCESS_TYPE
from flows.runtime.signs import Signs
from review_api.cli.checks import runner
from review_api.health import health
from schemas.errors import Unavailable
from schemas.heartbeat import LivePart

pytestmark = pytest.mark.both_databases


class Prefect:
    """Prefect as the runner asks it."""

    def __init__(self, kind=INLINE_TYPE, workers=()):
        self.kind = kind
        self.workers = workers

    def pool_kind(self, _pool):
        if self.kind is None:
            raise Unavailable("Сервер Prefect не отвечает.")
        return self.kind

    def live_workers(self, _pool):
        return list(self.workers)


def give(installation, prefect, clock=None):
    Signs(installation, prefect, clock or installation.clock.now).give()


def names(installation, part):
    with installation.begin(read_only=True) as work:
        return work.heartbeats.alive(part, now=installation.clock.now())


def test_runner_of_another_machine_is_alive(installation):
    assert not health(installation)["runner"]
    give(installation, Prefect())
    assert health(installation)["runner"]
    assert runner(installation).state == "ok"


def test_runner_that_has_been_silent_for_a_minute_is_not(installation):
    long_ago = installation.clock.now() - timedelta(minutes=2)
    give(installation, Prefect(), lambda: long_ago)
    assert not health(installation)["runner"]
    assert runner(installation).state == "warning"


def test_workers_are_counted(installation):
    give(installation, Prefect(PROCESS_TYPE, ("first-1", "second-2")))
    assert names(installation, LivePart.WORKER) == ["first-1", "second-2"]
    assert "рабочих процессов: 2" in runner(installation).sentence


def test_runner_gives_its_sign_while_prefect_is_silent(installation):
    give(installation, Prefect(kind=None))
    assert len(names(installation, LivePart.RUNNER)) == 1


def test_one_row_is_kept_of_each_part_and_none_of_those_long_gone(installation):
    yesterday = installation.clock.now() - timedelta(days=1)
    give(installation, Prefect(PROCESS_TYPE, ("gone",)), lambda: yesterday)
    give(installation, Prefect(PROCESS_TYPE, ("here",)))
    give(installation, Prefect(PROCESS_TYPE, ("here",)))
    with installation.begin(read_only=True) as work:
        assert sorted(one.part for one in work.heartbeats.all()) == ["runner", "worker"]


def test_two_runners_are_told(installation):
    give(installation, Prefect())
    with installation.begin() as work:
        work.heartbeats.beat(LivePart.RUNNER, "another", now=installation.clock.now())
    assert runner(installation).state == "warning"
    assert "another" in runner(installation).sentence
