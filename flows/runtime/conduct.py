"""What every flow body works with: the installation, the clock, and a row that tells people.

The ``Run`` row a flow was asked for is what pages show; runs started by a schedule have none and
only log. Names and parameters of runs hold ids alone, because whoever sees Prefect sees them.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cache

from flows.runtime.log_lines import within_run
from schemas.errors import MarathonError, NotFound
from schemas.marathon import Marathon, Phase
from schemas.outbox import Run, RunState
from schemas.settings import read_settings
from storage.files import DISK_REFUSES
from storage.installation import Installation, open_installation

log = logging.getLogger("marathon.flows")

BROKE = "Этап остановился из-за ошибки в системе. Данные не потеряны; запустите этап ещё раз."
FULL = (
    "На сервере закончилось место или диск не принял файл. Ничего не потеряно: сообщите "
    "организаторам и запустите этап ещё раз, когда место появится."
)
UNDER_WAY = frozenset({Phase.INTAKE, Phase.EXPERTISE, Phase.DECISION, Phase.RESULTS})


@cache
def installation() -> Installation:
    """The installation of this process, opened once from the environment."""
    return open_installation(read_settings())


def clock() -> datetime:
    """The installation's: a clock that is set back reminds nobody twice and reopens nothing."""
    return installation().clock.now()


class Progress:
    """Tells people how far a run is; silent without a request."""

    def __init__(self, request: str | None) -> None:
        self.request = request
        self.artefacts: list[str] = []

    def say(self, share: float, message: str) -> None:
        """``share`` of the work done, 0..1, and a Russian sentence."""
        log.info("progress=%.2f", share)  # the words may name people or works
        self.write(progress=share, message=message)

    def made(self, address: str) -> None:
        self.artefacts.append(address)

    def begin(self) -> None:
        self.write(state=RunState.RUNNING, started_at=clock())

    def end(self, state: RunState, message: str) -> None:
        done = {"progress": 1.0} if state is RunState.COMPLETED else {}
        self.write(
            state=state,
            message=message,
            finished_at=clock(),
            artefacts=tuple(self.artefacts),
            **done,
        )

    def write(self, **changes: object) -> None:
        if self.request is None:
            return
        with installation().begin() as work:
            run = work.runs.find(self.request)
            if run is not None:
                work.runs.save(run.model_copy(update=changes))


@contextmanager
def conducted(request: str | None) -> Iterator[Progress]:
    """Marks the requested run as running, then as completed or failed with a sentence."""
    progress = Progress(request)
    with within_run(request), told(progress):
        yield progress


@contextmanager
def told(progress: Progress) -> Iterator[None]:
    progress.begin()
    try:
        yield
    except MarathonError as error:
        log.warning("stopped code=%s", error.code)
        progress.end(RunState.FAILED, error.sentence)
        raise
    except OSError as error:
        log.exception("broke")
        progress.end(RunState.FAILED, FULL if error.errno in DISK_REFUSES else BROKE)
        raise
    except Exception:
        log.exception("broke")
        progress.end(RunState.FAILED, BROKE)
        raise
    progress.end(RunState.COMPLETED, last_message(progress.request))


def last_message(request: str | None) -> str:
    if request is None:
        return ""
    with installation().begin(read_only=True) as work:
        run: Run | None = work.runs.find(request)
        return run.message if run else ""


def asked_at(request: str | None) -> datetime | None:
    """When the run was asked for; None for runs of a schedule."""
    if request is None:
        return None
    with installation().begin(read_only=True) as work:
        run = work.runs.find(request)
        return run.requested_at if run else None


def marathons(marathon: str | None) -> list[Marathon]:
    """The one asked for, or all that are under way; raises ``NotFound``."""
    with installation().begin(read_only=True) as work:
        if marathon is None:
            return [one for one in work.marathons.all() if one.phase in UNDER_WAY]
        return [work.marathons.get(marathon)]


def require_marathon(marathon: str | None) -> str:
    if marathon is None:
        raise NotFound("Этот этап запускается для одного марафона: укажите, для какого.")
    return marathon
