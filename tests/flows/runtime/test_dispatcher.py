"""What the dispatcher does while Prefect is silent, on a real database and a closed port."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.runtime.deploying import DECLARED, Deployment, read_deployments
from flows.runtime.dispatcher import Dispatcher
from flows.runtime.prefect_api import PrefectApi
from schemas.outbox import RunState

sys.path.insert(0, str(Path(__file__).parent))
import trial_marathon

SWEEP = Deployment(name="move_on", entrypoint="x.move_on", description="", pool="p", interval=60)
MANUAL = Deployment(name="fail", entrypoint="x.fail", description="", pool="p", interval=None)


class Bodies:
    """Records the direct calls; the body of ``fail`` fails."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, str | None]] = []

    def __call__(self, name: str, _marathon: str | None, request: str | None) -> None:
        self.calls.append((name, request))
        if name == "fail":
            raise RuntimeError("as asked")


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "trial.sqlite3"
    trial_marathon.create(path)
    return path


@pytest.fixture
def silent() -> Iterator[PrefectApi]:
    with PrefectApi("http://127.0.0.1:9/api", timeout=0.5) as prefect:
        yield prefect


def state_of(database: Path, request: str) -> str:
    with trial_marathon.begin(database) as work:
        row = work.execute("select state from run where id = ?", (request,)).fetchone()
        return str(row["state"])


def dispatcher(database: Path, silent: PrefectApi, bodies: Bodies, patience: float) -> Dispatcher:
    queue = trial_marathon.Queue(database)
    return Dispatcher(queue, silent, (SWEEP, MANUAL), call=bodies, patience=patience)


def test_row_waits_while_prefect_is_silent_for_a_short_time(
    database: Path, silent: PrefectApi
) -> None:
    request, bodies = trial_marathon.submit(database), Bodies()
    waiting = dispatcher(database, silent, bodies, patience=90)
    assert [waiting.round(moment) for moment in (0, 30, 89)] == [0, 0, 0]
    assert state_of(database, request) == RunState.WAITING
    assert bodies.calls == []


def test_work_goes_on_without_prefect_after_long_silence(
    database: Path, silent: PrefectApi
) -> None:
    good, bad = trial_marathon.submit(database), trial_marathon.submit(database, "fail")
    bodies = Bodies()
    alone = dispatcher(database, silent, bodies, patience=90)
    alone.round(0)
    assert alone.round(90) == 2
    assert state_of(database, good) == RunState.COMPLETED
    assert state_of(database, bad) == RunState.FAILED
    assert bodies.calls == [("move_on", None), ("move_on", good), ("fail", bad)]


def test_sweeps_keep_their_interval_without_prefect(database: Path, silent: PrefectApi) -> None:
    bodies = Bodies()
    alone = dispatcher(database, silent, bodies, patience=0)
    for moment in (0, 10, 59, 60, 61, 120):
        alone.round(moment)
    assert bodies.calls == [("move_on", None)] * 3


def test_every_deployment_is_named_after_its_flow_and_goes_to_the_pool() -> None:
    deployments = read_deployments(DECLARED)
    assert len({one.name for one in deployments}) == len(deployments) > 0
    for deployment in deployments:
        assert deployment.entrypoint.endswith(f".{deployment.name}")
        assert deployment.entrypoint.startswith("flows.")
        assert deployment.pool == "marathon"
