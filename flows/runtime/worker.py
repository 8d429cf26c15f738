"""A Prefect worker that runs flows inside its own process.

The stock process worker starts an interpreter per run and imports the flow twice: six seconds
from click to work. Here a flow is imported once and each run gets a thread with an event loop of
its own, so that a flow that computes or waits for the database never holds up polling.
"""

import asyncio
from concurrent.futures import Executor, ThreadPoolExecutor
from functools import cache, partial
from typing import Any

import anyio.abc
from prefect import Flow
from prefect.client.schemas.objects import FlowRun
from prefect.flow_engine import run_flow_async, run_flow_sync
from prefect.flows import load_flow_from_entrypoint
from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings
from prefect.workers.base import (
    BaseJobConfiguration,
    BaseVariables,
    BaseWorker,
    BaseWorkerResult,
)

INLINE_TYPE = "marathon-inline"
RUNS_AT_ONCE = 4

AnyFlow = Flow[..., Any]


class InlineResult(BaseWorkerResult):
    """``status_code`` is 0 whenever the engine itself recorded how the run ended."""


class InlineWorker(BaseWorker[BaseJobConfiguration, BaseVariables, InlineResult]):
    """Worker of type ``marathon-inline``."""

    type = INLINE_TYPE
    job_configuration = BaseJobConfiguration
    _description = "Runs the marathon's flows inside the runner's own process."
    _display_name = "Marathon, in process"

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401  Prefect's
        super().__init__(*args, **{"limit": RUNS_AT_ONCE, **options})
        self._threads: Executor = ThreadPoolExecutor(
            self._limit or RUNS_AT_ONCE, thread_name_prefix="flow"
        )

    async def run(
        self,
        flow_run: FlowRun,
        configuration: BaseJobConfiguration,  # noqa: ARG002
        task_status: anyio.abc.TaskStatus[int] | None = None,
    ) -> InlineResult:
        if flow_run.deployment_id is None:
            raise ValueError(f"Flow run {flow_run.name} belongs to no deployment")
        deployment = await self.client.read_deployment(flow_run.deployment_id)
        loop = asyncio.get_running_loop()
        body = await loop.run_in_executor(self._threads, load_flow, deployment.entrypoint or "")
        if task_status is not None:
            task_status.started(1)
        await loop.run_in_executor(self._threads, partial(run_flow, body, flow_run))
        return InlineResult(status_code=0, identifier=str(flow_run.id))

    async def teardown(self, *exc_info: object) -> None:
        await super().teardown(*exc_info)
        self._threads.shutdown(wait=False, cancel_futures=True)


@cache
def load_flow(entrypoint: str) -> AnyFlow:
    """The flow at a module entrypoint such as ``flows.intake.flow.check_new_submissions``."""
    return load_flow_from_entrypoint(entrypoint, use_placeholder_flow=False)


def run_flow(flow: AnyFlow, flow_run: FlowRun) -> None:
    """Run in the calling thread; how it ended is recorded with the server, never raised."""
    # The heartbeat makes every sync flow wait up to a second for its thread at the end, and the
    # environment only accepts values of 30 s and more: "off" exists in code alone.
    with temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}):
        if flow.isasync:
            asyncio.run(_run_async(flow, flow_run))
        else:
            run_flow_sync(flow, flow_run, parameters=flow_run.parameters, return_type="state")


async def _run_async(flow: AnyFlow, flow_run: FlowRun) -> None:
    await run_flow_async(flow, flow_run, parameters=flow_run.parameters, return_type="state")


def call_body(flow: AnyFlow, **parameters: str | None) -> None:
    """Run the flow's function as it stands, without Prefect; steps run as plain functions too."""
    result = flow.fn(**parameters)
    if asyncio.iscoroutine(result):
        asyncio.run(result)
