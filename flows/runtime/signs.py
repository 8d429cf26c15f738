"""Signs of life in our database: pages and ``marathon doctor`` run on other machines than the runner."""

import logging
import socket
from collections.abc import Callable
from datetime import datetime

from flows.runtime.deploying import INLINE_TYPE, POOL
from flows.runtime.prefect_api import PrefectApi
from schemas.errors import Unavailable
from schemas.heartbeat import LivePart
from storage.installation import Installation

log = logging.getLogger(__name__)

SIGN_SECONDS = 15.0


class Signs:
    """The runner's own, and those of process workers as Prefect tells of them."""

    def __init__(
        self, installation: Installation, prefect: PrefectApi, clock: Callable[[], datetime]
    ) -> None:
        self._installation = installation
        self._prefect = prefect
        self._clock = clock

    def give(self) -> None:
        """Never raises: a part that cannot say that it lives goes on working."""
        try:
            workers = self._workers()
            with self._installation.begin() as work:
                work.heartbeats.beat(LivePart.RUNNER, socket.gethostname(), now=self._clock())
                for name in workers:
                    work.heartbeats.beat(LivePart.WORKER, name, now=self._clock())
        except Exception:
            log.exception("No sign of life was written; the next one follows")

    def _workers(self) -> list[str]:
        try:
            known = self._prefect.pool_kind(POOL) != INLINE_TYPE
            return self._prefect.live_workers(POOL) if known else []
        except Unavailable:  # Prefect is silent: the runner says that elsewhere
            return []
