"""The season, and with it the stages' bodies, run once under Prefect's own test harness."""

import asyncio
from datetime import timedelta

import builders
import pytest
from prefect.client.orchestration import get_client
from prefect.flow_engine import run_flow_async
from prefect.testing.utilities import prefect_test_harness

from flows.assignment.flow import assign_experts
from flows.marathon import season
from flows.runtime import conduct
from schemas.marathon import AssignmentPolicy, Phase
from schemas.outbox import RunState

pytestmark = [
    pytest.mark.prefect,
    # The harness leaves its server's sockets and event loops to the collector.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]


@pytest.fixture(scope="module")
def server():
    with prefect_test_harness(server_startup_timeout=240):
        yield


def test_the_season_and_its_stages_complete_under_prefect(server, opened, now):
    with opened.begin() as work:
        cluster = builders.a_cluster(work)
        marathon = builders.a_marathon(work, cluster, phase=Phase.RESULTS)
        asked = work.runs.ask("season", marathon_id=marathon.id, by=None, now=now)
    state = asyncio.run(season(marathon=marathon.id, request=asked.id, return_state=True))
    assert state.is_completed()
    with opened.begin() as work:
        told = work.runs.get(asked.id)
    assert told.state is RunState.COMPLETED
    assert "готово" in told.message


async def plan_and_artefacts(marathon):
    """The flow as the runner runs it, and what the server keeps of it afterwards."""
    state = await run_flow_async(
        assign_experts, parameters={"marathon": marathon.id}, return_type="state"
    )
    async with get_client() as client:
        return state, await client.read_artifacts()


def test_plan_leaves_its_figures_with_prefect_and_nothing_personal(server, opened):
    with opened.begin() as work:
        homes = builders.members(work, builders.a_cluster(work))
        rules = AssignmentPolicy(reviews=2)
        until = conduct.clock() + timedelta(days=30)
        marathon = builders.a_marathon(work, assignment=rules, reviews_until=until)
        for home in homes:
            builders.an_expert(work, home)
            builders.a_submission(work, marathon, home)
        people = work.people.all()
    state, kept = asyncio.run(plan_and_artefacts(marathon))
    assert state.is_completed()
    key = f"plan-{marathon.id}"
    assert {one.key for one in kept} == {key, f"{key}-places", f"{key}-tracks"}
    assert {one.type for one in kept} == {"markdown", "table"}
    seen = " ".join(str(one.data) for one in kept)
    assert "Назначений | 8 из 8" in seen
    assert not [one.name for one in people if one.name.split()[0] in seen]
