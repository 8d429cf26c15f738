"""Generators of load in processes of their own, all started together."""

import asyncio
import multiprocessing
import time
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing.synchronize import Barrier
from typing import Any, TypeVar

from review_api.bench.client import failure
from review_api.bench.figures import FINE, Sample

T = TypeVar("T")
Job = tuple[Callable[..., Any], tuple[Any, ...]]
START_SECONDS = 120.0  # a busy machine takes long to load a program
SHORTLY = 0.2

gate: list[Barrier] = []
"""Where the processes wait for each other: what loads slowly must not make a burst of what is late."""


def together(jobs: Sequence[Job]) -> list[Any]:
    """What each job answered; it is called with a moment to begin at, then with its arguments."""
    fresh = multiprocessing.get_context("spawn")
    barrier = fresh.Barrier(len(jobs))
    with ProcessPoolExecutor(
        len(jobs), mp_context=fresh, initializer=meet_at, initargs=(barrier,)
    ) as pool:
        told = [pool.submit(begun, job, *of) for job, of in jobs]
        return [one.result() for one in told]


def meet_at(barrier: Barrier) -> None:
    gate.append(barrier)


def begun(job: Callable[..., Coroutine[Any, Any, T]], *of: Any) -> T:  # noqa: ANN401
    gate[0].wait(START_SECONDS)
    return asyncio.run(job(time.monotonic() + SHORTLY, *of))


async def at(moment: float) -> None:
    """Sleep until a moment of the monotonic clock."""
    await asyncio.sleep(max(0.0, moment - time.monotonic()))


async def sampled(name: str, due: float, act: Coroutine[Any, Any, T]) -> tuple[Sample, T | None]:
    """``act``, timed from the moment it was ``due``; whatever breaks is counted, not raised."""
    outcome, result = FINE, None
    try:
        result = await act
    except Exception as error:  # noqa: BLE001  (a bench counts what goes wrong)
        outcome = failure(error)
    return Sample(name, due, time.monotonic() - due, outcome), result
