"""The season, and with it the stages' bodies, run once under Prefect's own test harness."""

import asyncio

import builders
import pytest
from prefect.testing.utilities import prefect_test_harness

from flows.marathon import season
from flows.runtime import conduct
from schemas.marathon import Phase
from schemas.outbox import RunState

pytestmark = [
    pytest.mark.prefect,
    # The harness leaves its server's sockets and event loops to the collector.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]


@pytest.fixture
def opened(installation, monkeypatch):
    monkeypatch.setenv("MARATHON_DATA", str(installation.settings.data))
    conduct.installation.cache_clear()
    yield installation
    conduct.installation().close()
    conduct.installation.cache_clear()


def test_the_season_and_its_stages_complete_under_prefect(opened, now):
    with opened.begin() as work:
        cluster = builders.a_cluster(work)
        marathon = builders.a_marathon(work, cluster, phase=Phase.RESULTS)
        asked = work.runs.ask("season", marathon_id=marathon.id, by=None, now=now)
    with prefect_test_harness(server_startup_timeout=240):
        state = asyncio.run(season(marathon=marathon.id, request=asked.id, return_state=True))
    assert state.is_completed()
    with opened.begin() as work:
        told = work.runs.get(asked.id)
    assert told.state is RunState.COMPLETED
    assert "готово" in told.message
