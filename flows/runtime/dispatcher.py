"""The dispatcher's rounds: register once, send, follow, and work alone when Prefect is silent."""

import logging
from collections.abc import Callable, Iterable, Mapping
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
# Elsewhere a run may wait for an image to be fetched and a container to start.
PENDING_ELSEWHERE_SECONDS = 600.0
# After a pause of the server all workers look dead until each has given its next sign (30 s).
ABANDONED_SECONDS = 120.0
LOOK_FOR_ABANDONED_SECONDS = 15.0

CallBody = Callable[[str, str | None, str | None], None]


@dataclass
class Dispatcher:
    """What is remembered between rounds; all moments are ``time.monotonic()`` seconds.

    ``call(deployment, marathon, request)`` runs the body of a flow here, without Prefect.
    ``inline`` says that the work pool is ours to serve: it is False until the server was reached,
    and stays False where the pool belongs to process workers elsewhere. ``pool_type`` is what a
    pool that does not exist yet becomes.
    """

    queue: RunQueue
    prefect: PrefectApi
    deployments: tuple[Deployment, ...]
    call: CallBody
    patience: float = PATIENCE_SECONDS
    pool_type: str = deploying.INLINE_TYPE
    ids: dict[str, str] = field(default_factory=dict)
    inline: bool = False
    silent_since: float | None = None
    followed_at: float = 0.0
    swept_at: dict[str, float] = field(default_factory=dict)
    asked_at: dict[str, float] = field(default_factory=dict)
    pending_since: dict[str, float] = field(default_factory=dict)
    abandoned_since: dict[str, float] = field(default_factory=dict)
    looked_at: float | None = None

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
        self._ask_what_is_due(now)
        served = dispatching.dispatch_waiting(self.queue, self.prefect, deployment_ids=self.ids)
        if now - self.followed_at >= FOLLOW_SECONDS:
            self.followed_at = now
            states = dispatching.follow_dispatched(self.queue, self.prefect)
            self._crash_stuck(now, {run for run, state in states.items() if state == "PENDING"})
            self._crash_abandoned(now)
        return served

    def _register(self) -> None:
        ids = deploying.register(self.prefect, self.deployments, kind=self.pool_type)
        self.inline = self.prefect.pool_kind(deploying.POOL) == deploying.INLINE_TYPE
        if self.inline:
            self._crash(self.prefect.unfinished_runs(deploying.POOL), "The runner was restarted")
            self.queue.release_claims()  # nobody else serves this pool: who claimed them is dead
        self.ids = ids
        log.info("Registered %d deployments", len(ids))

    def _crash_stuck(self, now: float, pending: set[str]) -> None:
        most = PENDING_SECONDS if self.inline else PENDING_ELSEWHERE_SECONDS
        self.pending_since = _since(self.pending_since, pending, now)
        self._crash(_over(self.pending_since, now, most), "The worker never began")

    def _crash_abandoned(self, now: float) -> None:
        """A worker elsewhere that dies takes nothing back: its runs would stay Running for ever."""
        lately = self.looked_at is not None and now - self.looked_at < LOOK_FOR_ABANDONED_SECONDS
        if self.inline or lately:
            return
        self.looked_at = now
        abandoned = self.prefect.abandoned_runs(deploying.POOL)
        self.abandoned_since = _since(self.abandoned_since, abandoned, now)
        self._crash(_over(self.abandoned_since, now, ABANDONED_SECONDS), "The worker is gone")

    def _crash(self, run_ids: list[str], message: str) -> None:
        """The next follow puts the requests of these runs back."""
        for run_id in run_ids:
            self.prefect.crash(run_id, message)

    def _ask_what_is_due(self, now: float) -> None:
        """Of a clock that was set back Prefect thinks that everything has been run already."""
        if not self.queue.clock_is_behind():
            self.asked_at = {}
            return
        for deployment in self.deployments:
            last = self.asked_at.setdefault(deployment.name, now)
            if deployment.interval and now - last >= deployment.interval:
                self.asked_at[deployment.name] = now
                self.queue.ask(deployment.name)

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


def _since(known: Mapping[str, float], seen: Iterable[str], now: float) -> dict[str, float]:
    """When each of those seen now was first seen without a break."""
    return {run: known.get(run, now) for run in seen}


def _over(since: Mapping[str, float], now: float, most: float) -> list[str]:
    return [run for run, first in since.items() if now - first > most]
