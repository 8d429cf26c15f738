"""Requests for work made true: rows in our database become Prefect runs.

The row is the truth. Prefect down means that rows wait; an answer lost on the way means that the
same key is sent again and finds the same run; a run that died with its process is sent anew.
"""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Protocol

from flows.runtime.prefect_api import PrefectApi
from schemas.outbox import Run, RunState

log = logging.getLogger(__name__)

MOST_TRIES = 3

# Prefect's state types, seen from the row. What is absent here is still under way.
OUTCOMES: Mapping[str, RunState] = {
    "RUNNING": RunState.RUNNING,
    "COMPLETED": RunState.COMPLETED,
    "FAILED": RunState.FAILED,
    "CANCELLED": RunState.FAILED,
}
LOST = frozenset({"CRASHED", "GONE"})

DIED = "Выполнение прерывалось несколько раз подряд. Запустите этап ещё раз."
REFUSED = "Выполнение закончилось ошибкой. Подробности в журнале runner.log."
UNKNOWN = "Такой вид работы не объявлен в prefect.yaml."


class RunQueue(Protocol):
    """What the dispatcher asks of our database; each call is a transaction of its own."""

    def waiting(self) -> Sequence[Run]:
        """Requests at ``WAITING``, oldest first."""

    def under_way(self) -> Sequence[Run]:
        """Requests at ``DISPATCHED`` or ``RUNNING``."""

    def dispatched(self, run_id: str, *, prefect_run_id: str) -> None:
        """Remember the Prefect run, and move to ``DISPATCHED`` unless the flow has begun already."""

    def put_back(self, run_id: str) -> None:
        """Move to ``WAITING`` and count one more of ``dispatch_tries``."""

    def ended(self, run_id: str, *, state: RunState, message: str = "") -> None:
        """Move to ``RUNNING``, ``COMPLETED`` or ``FAILED``; never back from the last two.

        What the flow said last stands unless there is a ``message``.
        """

    def ask(self, deployment: str) -> None:
        """Write a request for a run on all marathons, unless one waits already."""

    def clock_is_behind(self) -> bool:
        """Whether the machine's clock was set back: Prefect's schedules then stand still."""

    def release_claims(self) -> None:
        """Give back the files and letters that a dead runner had taken."""


def dispatch_waiting(
    queue: RunQueue, prefect: PrefectApi, *, deployment_ids: Mapping[str, str]
) -> int:
    """Make one Prefect run of each waiting row and return the number of rows served.

    Rows are few, because whoever asks for what has been asked for and has not begun gets that
    row (``Runs.ask``).
    """
    waiting = queue.waiting()
    for run in waiting:
        if run.deployment in deployment_ids:
            queue.dispatched(run.id, prefect_run_id=_create(prefect, deployment_ids, run))
        else:
            queue.ended(run.id, state=RunState.FAILED, message=UNKNOWN)
    return len(waiting)


def follow_dispatched(queue: RunQueue, prefect: PrefectApi) -> dict[str, str]:
    """Bring to our rows what has become of their Prefect runs; returns the state of each run."""
    runs = queue.under_way()
    states = _states(prefect, runs)
    for run in runs:
        _follow(queue, run, states.get(run.prefect_run_id or "", "GONE"))
    return states


def run_waiting_directly(
    queue: RunQueue, call: Callable[[str, str | None, str | None], None]
) -> int:
    """Do the waiting work in this process, without Prefect, and return the number of rows served.

    ``call(deployment, marathon_id, request_id)`` runs the body of the deployment's flow.
    """
    waiting = queue.waiting()
    for run in waiting:
        try:
            call(run.deployment, run.marathon_id, run.id)
        except Exception:
            log.exception("The request %s failed without Prefect", run.id)
            queue.ended(run.id, state=RunState.FAILED, message=REFUSED)
        else:
            queue.ended(run.id, state=RunState.COMPLETED)
    return len(waiting)


def idempotency_key(run: Run) -> str:
    """The request's id; a request put back after a crash gets a new run, so a new key."""
    return f"{run.id}/{run.dispatch_tries}" if run.dispatch_tries else run.id


def _create(prefect: PrefectApi, deployment_ids: Mapping[str, str], run: Run) -> str:
    return prefect.create_run(
        deployment_ids[run.deployment],
        parameters={"marathon": run.marathon_id, "request": run.id},
        idempotency_key=idempotency_key(run),
    )


def _states(prefect: PrefectApi, runs: Iterable[Run]) -> dict[str, str]:
    ids = {run.prefect_run_id for run in runs if run.prefect_run_id}
    return prefect.run_states(ids) if ids else {}


def _follow(queue: RunQueue, run: Run, state: str) -> None:
    if state not in LOST:
        outcome = OUTCOMES.get(state, run.state)
        if outcome is not run.state:
            queue.ended(run.id, state=outcome, message=REFUSED * (outcome is RunState.FAILED))
    elif run.dispatch_tries + 1 < MOST_TRIES:
        queue.put_back(run.id)
    else:
        queue.ended(run.id, state=RunState.FAILED, message=DIED)
