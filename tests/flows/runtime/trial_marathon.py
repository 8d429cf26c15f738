"""A marathon of one table, one sweep and one request queue, for runs of the real Prefect.

``python trial_marathon.py`` is its flow runner; TRIAL_DATABASE names the SQLite file and
TRIAL_DEPLOYMENTS its ``prefect.yaml``.
"""

import logging
import os
import sqlite3
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from prefect import flow

from flows.runtime.runner import run_flows
from flows.runtime.steps import step
from schemas.outbox import Run, RunState

TABLES = """
create table if not exists submission (id text primary key, status text, at real, done_at real);
create table if not exists run (
    id text primary key, deployment text, marathon_id text, requested_at text, state text,
    prefect_run_id text, dispatch_tries integer default 0, message text default ''
);
create table if not exists sweep (request text, began_at real, moved integer);
"""


@contextmanager
def begin(path: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(path, timeout=15, isolation_level=None)
    connection.row_factory = sqlite3.Row
    connection.execute("pragma journal_mode=wal")
    connection.execute("begin immediate")
    try:
        yield connection
        connection.execute("commit")
    finally:
        connection.close()


def create(path: Path) -> None:
    with begin(path) as work:
        for statement in TABLES.split(";"):
            work.execute(statement)


def submit(path: Path, deployment: str = "move_on") -> str:
    """A submission and the request to look at it, in one transaction; returns the request.

    As in the real outbox, a request that has not begun serves every later asker too.
    """
    request = str(uuid4())
    with begin(path) as work:
        work.execute("insert into submission values (?, 'new', ?, null)", (request, time.time()))
        same = work.execute(
            "select id from run where deployment = ? and state in ('waiting', 'dispatched')",
            (deployment,),
        ).fetchone()
        if same:
            return str(same["id"])
        work.execute(
            "insert into run (id, deployment, requested_at, state) values (?, ?, ?, 'waiting')",
            (request, deployment, datetime.fromtimestamp(time.time(), UTC).isoformat()),
        )
    return request


class Queue:
    def __init__(self, path: Path) -> None:
        self.path = path

    def waiting(self) -> Sequence[Run]:
        return self._at("waiting")

    def under_way(self) -> Sequence[Run]:
        return self._at("dispatched", "running")

    def dispatched(self, run_id: str, *, prefect_run_id: str) -> None:
        state = "case state when 'waiting' then 'dispatched' else state end"
        self._set(run_id, f"state = {state}, prefect_run_id = ?", prefect_run_id)

    def put_back(self, run_id: str) -> None:
        self._set(run_id, "state = 'waiting', dispatch_tries = dispatch_tries + 1")

    def ended(self, run_id: str, *, state: RunState, message: str = "") -> None:
        self._set(run_id, "state = ?, message = ?", state.value, message)

    def ask(self, deployment: str) -> None:
        submit(self.path, deployment)

    def clock_is_behind(self) -> bool:
        return False

    def release_claims(self) -> None:
        """Nothing is claimed in the trial."""

    def _at(self, *states: str) -> Sequence[Run]:
        marks = ",".join("?" * len(states))
        with begin(self.path) as work:
            question = f"select * from run where state in ({marks})"  # noqa: S608  marks only
            rows = work.execute(question, states).fetchall()
        return [Run(**row) for row in rows]

    def _set(self, run_id: str, assignments: str, *values: str) -> None:
        with begin(self.path) as work:
            change = f"update run set {assignments} where id = ?"  # noqa: S608  our own words
            work.execute(change, (*values, run_id))


@step()
def move_new_submissions(request: str | None) -> int:
    now = time.time()
    with begin(Path(os.environ["TRIAL_DATABASE"])) as work:
        work.execute("update run set state = 'running' where id = ?", (request,))
        moved = work.execute(
            "update submission set status = 'done', done_at = ? where status = 'new'", (now,)
        ).rowcount
        work.execute("insert into sweep values (?, ?, ?)", (request, now, moved))
    return moved


@flow
async def move_on(marathon: str | None = None, request: str | None = None) -> int:
    return move_new_submissions(request)


@flow
def move_on_plainly(marathon: str | None = None, request: str | None = None) -> int:
    return move_new_submissions(request)


@flow
def fail(marathon: str | None = None, request: str | None = None) -> None:
    raise RuntimeError("as asked")


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, stream=sys.stdout, force=True)
    run_flows(
        Queue(Path(os.environ["TRIAL_DATABASE"])),
        prefect_url=os.environ["PREFECT_API_URL"],
        prefect_auth=os.environ["PREFECT_API_AUTH_STRING"],
        data_dir=Path(os.environ["TRIAL_DATABASE"]).parent,
        declared=Path(os.environ["TRIAL_DEPLOYMENTS"]),
    )
