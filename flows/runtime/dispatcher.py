"""The dispatcher's rounds: register once, send, follow, and work alone when Prefect is silent."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field

from flows.runtime import deploying, dispatching
from flows.runtime.deploying import Deployment
from flows.runtime.dispatching import RunQueue
from flows.runtime.prefect_api import PrefectApi
from schemas.errors import Unavailable

log = logging.getLogger(__name__)

FOLLOW_SECONDS = 1.0
# A cold start of the server takes up to a minute and a half on a busy machine with two cores.
PATIENCE_SECONDS = 90.0
# Between Pending and Running lie milliseconds: a run that stays there has lost its worker.
PENDING_SECONDS = 60.0

CallBody = Callable[[str, str | None, str | None], None]


@dataclass
class Dispatcher:
    """What is remembered between rounds; all moments are ``time.monotonic()`` seconds.

    ``call(deployment, marathon, request)`` runs the body of a flow here, without Prefect.
    ``inline`` says that the work pool is ours to serve: it is False until the server was reached,
    and stays False where the pool belongs to process workers elsewhere.
    """

    queue: RunQueue
    prefect: PrefectApi
    deployments: tuple[Deployment, ...]
    call: CallBody
    patience: float = PATIENCE_SECONDS
    ids: dict[str, str] = field(default_factory=dict)
    inline: bool = False
    silent_since: float | None = None
    followed_at: float = 0.0
    swept_at: dict[str, float] = field(default_factory=dict)
    pending_since: dict[str, float] = field(default_factory=dict)

    def round(self, now: float) -> int:
        """Dispatch and follow once; returns how many rows were served."""
        try:
            served = self._with_prefect(now)
        except Unavailable as error:
            return self._without_prefect(now, error)
        self.silent_since = None
        return served

    def _with_prefect(self, now: float) -> int:
        if not self.ids:
            self._register()
        served = dispatching.dispatch_waiting(self.queue, self.prefect, deployment_ids=self.ids)
        if now - self.followed_at >= FOLLOW_SECONDS:
            self.followed_at = now
            states = dispatching.follow_dispatched(self.queue, self.prefect)
            self._crash_stuck(now, {run for run, state in states.items() if state == "PENDING"})
        return served

    def _register(self) -> None:
        ids = deploying.register(self.prefect, self.deployments)
        self.inline = self.prefect.pool_kind(deploying.POOL) == deploying.INLINE_TYPE
        if self.inline:
            self._crash(self.prefect.unfinished_runs(deploying.POOL), "The runner was restarted")
            self.queue.release_claims()  # nobody else serves this pool: who claimed them is dead
        self.ids = ids
        log.info("Registered %d deployments", len(ids))

    def _crash_stuck(self, now: float, pending: set[str]) -> None:
        self.pending_since = {run: self.pending_since.get(run, now) for run in pending}
        stuck = [run for run, since in self.pending_since.items() if now - since > PENDING_SECONDS]
        self._crash(stuck, "The worker never began")

    def _crash(self, run_ids: list[str], message: str) -> None:
        """The next follow puts the requests of these runs back."""
        for run_id in run_ids:
            self.prefect.crash(run_id, message)

    def _without_prefect(self, now: float, error: Unavailable) -> int:
        if self.silent_since is None:
            self.silent_since = now
            log.warning("%s", error.sentence)
        if now - self.silent_since < self.patience:
            return 0
        self._sweep_what_is_due(now)
        return dispatching.run_waiting_directly(self.queue, self.call)

    def _sweep_what_is_due(self, now: float) -> None:
        for deployment in self.deployments:
            last = self.swept_at.get(deployment.name)
            if deployment.interval and (last is None or now - last >= deployment.interval):
                self.swept_at[deployment.name] = now
                self._sweep(deployment.name)

    def _sweep(self, name: str) -> None:
        try:
            self.call(name, None, None)
        except Exception:
            log.exception("The sweep %s failed without Prefect", name)
