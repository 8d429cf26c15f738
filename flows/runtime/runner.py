"""The flow runner: one process that registers deployments, dispatches requests and runs flows.

Loops that never wait for one another: the dispatcher in a thread of its own (it talks to
our database), the worker, a heartbeat file that says the process is alive, and signs in our
database for other machines.
"""

import asyncio
import json
import logging
import signal
import sys
import threading
import time
from collections.abc import Callable, Coroutine
from contextlib import suppress
from pathlib import Path
from typing import Any

from prefect.logging.configuration import ensure_logging_setup

from flows.runtime import conduct, log_lines
from flows.runtime.deploying import DECLARED, INLINE_TYPE, POOL, Deployment, read_deployments
from flows.runtime.dispatcher import Dispatcher
from flows.runtime.dispatching import RunQueue
from flows.runtime.prefect_api import PrefectApi
from flows.runtime.run_queue import StoredRuns
from flows.runtime.signs import SIGN_SECONDS, Signs
from flows.runtime.worker import InlineWorker, call_body, load_flow
from storage.desks import work_at_own_desk

log = logging.getLogger(__name__)

POLL_SECONDS = 0.3
HEARTBEAT_SECONDS = 2.0
HEARTBEAT_FILE = "runner.json"
WORKER_PAUSE_SECONDS = 2.0


def run_flows(
    queue: RunQueue,
    *,
    prefect_url: str,
    prefect_auth: str,
    data_dir: Path,
    declared: Path,
    pool_type: str = INLINE_TYPE,
    signs: Callable[[PrefectApi], Callable[[], None]] = lambda _: lambda: None,
) -> None:
    """Serve until SIGTERM or SIGINT; ``declared`` is the ``prefect.yaml`` to make true.

    ``signs`` is called every quarter of a minute, for those who look for us from elsewhere.
    ``pool_type`` is that of the work pool if there is none yet: ours, or that of workers elsewhere.
    """
    deployments = read_deployments(declared)
    with PrefectApi(prefect_url, prefect_auth) as prefect:
        call = _directly(deployments)
        dispatcher = Dispatcher(queue, prefect, deployments, call=call, pool_type=pool_type)
        asyncio.run(Runner(dispatcher, data_dir / HEARTBEAT_FILE, signs(prefect)).serve())


class Runner:
    """Ties the three loops together."""

    def __init__(
        self, dispatcher: Dispatcher, heartbeat: Path, give_sign: Callable[[], None]
    ) -> None:
        self._dispatcher = dispatcher
        self._heartbeat = heartbeat
        self._give_sign = give_sign
        self._stopping = threading.Event()
        self._poked = asyncio.Event()

    async def serve(self) -> None:
        thread = threading.Thread(target=self._dispatch, args=(asyncio.get_running_loop(),))
        thread.start()
        try:
            await self._until_told_to_stop()
        finally:
            self._stopping.set()
            await asyncio.to_thread(thread.join)

    async def _until_told_to_stop(self) -> None:
        loop, stop = asyncio.get_running_loop(), asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop.set)
        tasks = [asyncio.create_task(part) for part in (*self._loops(), stop.wait())]
        _, others = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    def _loops(self) -> tuple[Coroutine[Any, Any, None], ...]:
        return self._beat(), self._tell_others(), self._work()

    def _dispatch(self, loop: asyncio.AbstractEventLoop) -> None:
        while not self._stopping.wait(POLL_SECONDS):
            try:
                if self._dispatcher.round(time.monotonic()):
                    loop.call_soon_threadsafe(self._poked.set)
            except Exception:
                log.exception("The dispatcher stumbled; the rows stay and the next round tries")

    async def _beat(self) -> None:
        while True:
            await asyncio.to_thread(self._write_heartbeat)
            await asyncio.sleep(HEARTBEAT_SECONDS)

    async def _tell_others(self) -> None:
        while True:
            await asyncio.to_thread(self._give_sign)
            await asyncio.sleep(SIGN_SECONDS)

    def _write_heartbeat(self) -> None:
        news = {"at": time.time(), "prefect": self._dispatcher.silent_since is None}
        draft = self._heartbeat.with_suffix(".part")
        draft.write_text(json.dumps(news), "utf-8")
        draft.replace(self._heartbeat)

    async def _work(self) -> None:
        while True:
            if self._dispatcher.inline:
                await self._work_until_failure()
            await asyncio.sleep(WORKER_PAUSE_SECONDS)

    async def _work_until_failure(self) -> None:
        # The worker gives up after some silence of the server; the dispatcher must not.
        worker = InlineWorker(POOL, name="runner")
        poked = asyncio.create_task(self._poll_when_poked(worker))
        try:
            await worker.start(printer=log.info)
        except Exception as error:  # noqa: BLE001
            log.warning("The worker stopped (%s) and is started again", type(error).__name__)
        finally:
            poked.cancel()

    async def _poll_when_poked(self, worker: InlineWorker) -> None:
        """Fetch a run the dispatcher has just made instead of waiting for the next poll."""
        while True:
            await self._poked.wait()
            self._poked.clear()
            if worker.is_setup:
                with suppress(Exception):  # the regular poll meets the same trouble and reports it
                    await worker.get_and_submit_flow_runs()


def _directly(deployments: tuple[Deployment, ...]) -> Callable[[str, str | None, str | None], None]:
    entrypoints = {deployment.name: deployment.entrypoint for deployment in deployments}

    def call(name: str, marathon: str | None, request: str | None) -> None:
        call_body(load_flow(entrypoints[name]), marathon=marathon, request=request)

    return call


def main() -> None:
    """The runner of the installation the environment names.

    ``python -m flows.runtime.runner [TYPE]``, where TYPE is that of a work pool to be made.
    """
    work_at_own_desk()
    opened = conduct.installation()
    settings = opened.settings
    ensure_logging_setup()  # before ours, which takes the handlers that it puts up
    log_lines.configure(settings.log_format)
    run_flows(
        StoredRuns(opened, conduct.clock),
        prefect_url=settings.prefect_api_url,
        prefect_auth=settings.prefect_auth.get_secret_value(),
        data_dir=settings.data,
        declared=DECLARED,
        signs=lambda prefect: Signs(opened, prefect, conduct.clock).give,
        pool_type=sys.argv[1] if len(sys.argv) > 1 else INLINE_TYPE,
    )


if __name__ == "__main__":
    main()
