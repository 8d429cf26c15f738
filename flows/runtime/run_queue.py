"""The request rows of our database, as the dispatcher sees them."""

from collections.abc import Callable, Sequence
from datetime import datetime

from schemas.outbox import Run, RunState
from storage.installation import Installation

# Clocks are corrected by seconds all the time; that holds no schedule up.
BEHIND_SECONDS = 60.0
ENDED = frozenset({RunState.COMPLETED, RunState.FAILED})


class StoredRuns:
    """A :class:`flows.runtime.dispatching.RunQueue`; each call is one transaction."""

    def __init__(self, installation: Installation, clock: Callable[[], datetime]) -> None:
        self._installation = installation
        self._clock = clock

    def waiting(self) -> Sequence[Run]:
        # Asked three times a second: a reader that never waits for SQLite's one writer.
        with self._installation.begin(read_only=True) as work:
            return work.runs.waiting()

    def under_way(self) -> Sequence[Run]:
        with self._installation.begin(read_only=True) as work:
            return [run for run in work.runs.unfinished() if run.state is not RunState.WAITING]

    def dispatched(self, run_id: str, *, prefect_run_id: str) -> None:
        def remember(run: Run) -> dict[str, object]:
            began = run.state is not RunState.WAITING
            state = {} if began else {"state": RunState.DISPATCHED}
            return {"prefect_run_id": prefect_run_id, **state}

        self._change(run_id, remember)

    def put_back(self, run_id: str) -> None:
        def wait_again(run: Run) -> dict[str, object]:
            if run.state in ENDED:
                return {}
            return {"state": RunState.WAITING, "dispatch_tries": run.dispatch_tries + 1}

        self._change(run_id, wait_again)

    def ended(self, run_id: str, *, state: RunState, message: str = "") -> None:
        now = self._clock()

        def end(run: Run) -> dict[str, object]:
            if run.state in ENDED:
                return {}
            if state not in ENDED:
                return {"state": state, "started_at": run.started_at or now}
            done = {"progress": 1.0} if state is RunState.COMPLETED else {}
            return {"state": state, "finished_at": now, "message": message or run.message, **done}

        self._change(run_id, end)

    def ask(self, deployment: str) -> None:
        with self._installation.begin() as work:
            work.runs.ask(deployment, marathon_id=None, by=None, now=self._clock())

    def clock_is_behind(self) -> bool:
        return self._installation.clock.behind() > BEHIND_SECONDS

    def release_claims(self) -> None:
        with self._installation.begin() as work:
            work.files.release_claims()
            work.notices.release_claims()

    def _change(self, run_id: str, changes_of: Callable[[Run], dict[str, object]]) -> None:
        with self._installation.begin() as work:
            run = work.runs.find(run_id)
            if run is not None and (changes := changes_of(run)):
                work.runs.save(run.model_copy(update=changes))
