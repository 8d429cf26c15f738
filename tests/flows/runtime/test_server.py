"""The real Prefect server with our environment, our runner and a trial marathon."""

import os
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import httpx
import pytest
from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.sync.client import connect

from flows.runtime import prefect_database
from flows.runtime.prefect_api import PrefectApi
from review_api.processes import Part
from review_api.supervisor import _own_prefect, supervised, wait_until_ready

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))
import trial_marathon  # noqa: E402

pytestmark = pytest.mark.prefect

DEPLOYMENTS = """
deployments:
  - name: move_on
    entrypoint: trial_marathon.move_on
    work_pool: {name: marathon}
  - name: move_on_plainly
    entrypoint: trial_marathon.move_on_plainly
    work_pool: {name: marathon}
    schedules: [{interval: 2}]
  - name: fail
    entrypoint: trial_marathon.fail
    work_pool: {name: marathon}
"""


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimpleNamespace]:
    data = tmp_path_factory.mktemp("trial")
    (data / "logs").mkdir()
    database, declared = data / "trial.sqlite3", data / "prefect.yaml"
    trial_marathon.create(database)
    declared.write_text(DEPLOYMENTS, "utf-8")
    own, environment = _own_prefect(data)
    environment["PREFECT_SERVER_SERVICES_DB_VACUUM_LOOP_SECONDS"] = "2"  # an hour elsewhere
    runner = Part(
        name="runner",
        command=(sys.executable, str(HERE / "trial_marathon.py")),
        log=data / "logs" / "runner.log",
        environment={
            **environment,
            "TRIAL_DATABASE": str(database),
            "TRIAL_DEPLOYMENTS": str(declared),
            "PYTHONPATH": os.pathsep.join([str(HERE), *sys.path]),
        },
    )
    parts = (*own, runner)
    auth = environment["PREFECT_API_AUTH_STRING"]
    with (
        supervised(parts, data_dir=data, say=print),
        PrefectApi(environment["PREFECT_API_URL"], auth) as prefect,
    ):
        wait_until_ready(parts, seconds=120)
        yield SimpleNamespace(database=database, prefect=prefect, log=runner.log)


def eventually(found: Callable[[], object], trial: SimpleNamespace, seconds: float = 60) -> object:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if value := found():
            return value
        time.sleep(0.05)
    pytest.fail(f"not within {seconds} s; the runner says:\n{trial.log.read_text()[-3000:]}")


def ask(trial: SimpleNamespace, question: str, *values: str) -> list[tuple[object, ...]]:
    with trial_marathon.begin(trial.database) as work:
        return [tuple(row) for row in work.execute(question, values).fetchall()]


def test_scheduler_creates_runs_and_the_runner_carries_them_out(trial: SimpleNamespace) -> None:
    eventually(lambda: ask(trial, "select 1 from sweep where request is null"), trial)


def test_request_reaches_the_flow_and_its_row_is_completed(trial: SimpleNamespace) -> None:
    trial_marathon.submit(trial.database)
    eventually(lambda: not ask(trial, "select 1 from run where state != 'completed'"), trial)
    for deployment in ("move_on", "move_on_plainly"):
        asked = time.time()
        request = trial_marathon.submit(trial.database, deployment)
        began = eventually(
            lambda wanted=request: ask(
                trial, "select began_at from sweep where request = ?", wanted
            ),
            trial,
            30,
        )
        print(f"{deployment}: running after {began[0][0] - asked:.2f} s")  # noqa: T201
        eventually(
            lambda wanted=request: ask(
                trial, "select 1 from run where id = ? and state = 'completed'", wanted
            ),
            trial,
        )


def test_flow_that_fails_fails_its_request(trial: SimpleNamespace) -> None:
    request = trial_marathon.submit(trial.database, "fail")
    eventually(
        lambda: ask(
            trial, "select 1 from run where id = ? and state = 'failed' and message != ''", request
        ),
        trial,
    )


def test_same_key_makes_one_run(trial: SimpleNamespace) -> None:
    ids = trial.prefect.deployment_ids(["move_on"])
    runs = {
        trial.prefect.create_run(
            ids["move_on"], parameters={"request": "twice"}, idempotency_key="the-key"
        )
        for _ in range(2)
    }
    assert len(runs) == 1
    question = "select count(*) from sweep where request = 'twice'"
    eventually(lambda: ask(trial, question) == [(1,)], trial)
    assert trial.prefect.run_states(runs).keys() == runs


def test_server_refuses_whoever_has_no_password(trial: SimpleNamespace) -> None:
    with PrefectApi(str(trial.prefect._client.base_url)) as stranger:
        assert stranger.answers()
        with pytest.raises(Exception, match="401"):
            stranger.deployment_ids(["move_on"])


CLOSED = ("/api/admin/settings", "/api/variables/name/x_health", "/api/variables/name/x_ready",
          "/api/flows/name/health", "/api/work_pools/ready", "/api/ui-settings", "/api/docs")  # fmt: skip
SOCKETS = ("/api/events/in", "/api/events/out", "/api/logs/out", "/api/task_runs/subscriptions/scheduled",
           "/api/runs/subscriptions/health")  # fmt: skip


@pytest.fixture
def stranger(trial: SimpleNamespace) -> Iterator[httpx.Client]:
    """Whoever reaches the server's port without the password, as a page in a browser would."""
    at = trial.prefect._client.base_url
    headers = {"origin": "https://evil.example"}
    site = f"{at.scheme}://{at.host}:{at.port}"
    with httpx.Client(base_url=site, headers=headers, trust_env=False) as client:
        yield client


@pytest.mark.parametrize("password", ["", "wrong"])
@pytest.mark.parametrize("path", CLOSED)
def test_server_tells_nothing_without_the_password(
    stranger: httpx.Client, path: str, password: str
) -> None:
    auth = httpx.BasicAuth("marathon", password) if password else None
    assert stranger.get(path, auth=auth).status_code == 401


@pytest.mark.parametrize("name", ["health", "x_health", "ready", "x/ready"])
def test_server_lets_nobody_write_under_a_name_like_its_own_checks(
    stranger: httpx.Client, name: str
) -> None:
    words = {"name": "x", "value": "y"}
    assert stranger.post("/api/variables/", json=words).status_code == 401
    assert stranger.patch(f"/api/variables/name/{name}", json=words).status_code == 401
    assert stranger.delete(f"/api/variables/name/{name}").status_code == 401


@pytest.mark.parametrize("path", SOCKETS)
def test_server_streams_nothing_without_the_password(stranger: httpx.Client, path: str) -> None:
    """It may open the line, but hangs up when the first word is no password of ours."""
    at = stranger.base_url
    with pytest.raises((InvalidHandshake, ConnectionClosed)):  # noqa: SIM117
        with connect(f"ws://{at.host}:{at.port}{path}", subprotocols=["prefect"]) as line:
            line.send('{"type": "auth", "token": "wrong"}')
            while '"auth_success"' not in str(line.recv(timeout=20)):
                continue


def test_server_answers_who_has_the_password(trial: SimpleNamespace) -> None:
    assert trial.prefect._client.get("/admin/settings").status_code == 200


def test_runs_that_ended_long_ago_are_deleted_and_recent_ones_stay(trial: SimpleNamespace) -> None:
    eventually(lambda: trial.prefect.deployment_ids(["move_on"]), trial)
    old, recent = ended_run(trial, days_ago=15), ended_run(trial, days_ago=13)
    eventually(lambda: not trial.prefect.run_states([old]), trial)
    assert trial.prefect.run_states([recent]) == {recent: "COMPLETED"}


def ended_run(trial: SimpleNamespace, *, days_ago: int) -> str:
    """A run that was completed then, as Prefect's records have it."""
    [deployment] = trial.prefect.deployment_ids(["move_on"]).values()
    run = trial.prefect.create_run(deployment, parameters={}, idempotency_key=f"{days_ago} days")
    state = {"type": "COMPLETED"}
    send = trial.prefect._send
    send("POST", f"/flow_runs/{run}/set_state", {"state": state, "force": True})
    put_back(trial.database.parent, run, datetime.fromtimestamp(time.time(), UTC), days_ago)
    return run


def put_back(data: Path, run: str, now: datetime, days: int) -> None:
    """Nobody can tell Prefect's server that something has been over for long: its table can."""
    ended = (now - timedelta(days=days)).isoformat(sep=" ")
    statement = f"UPDATE flow_run SET end_time = '{ended}' WHERE id = '{run}'"  # noqa: S608  (our own values)
    cluster = prefect_database.find_cluster(data)
    if cluster is None:
        with sqlite3.connect(data / "prefect" / "prefect.db", timeout=60) as database:
            database.execute(statement)
        return
    where = (*prefect_database._address(cluster), "-d", prefect_database.DATABASE)
    assert prefect_database._try(cluster, "psql", *where, "-c", statement).returncode == 0
