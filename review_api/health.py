"""Whether the three parts of the installation answer; cheap, and without importing Prefect."""

import json
import time
from pathlib import Path

import httpx
from fastapi import APIRouter, Response

from review_api.deps import InstallationDep
from schemas.errors import MarathonError
from schemas.heartbeat import LivePart
from storage.installation import Installation

# The runner writes every two seconds; a busy machine may make it late.
STALE_SECONDS = 20.0
PATIENCE_SECONDS = 2.0
HEARTBEAT_FILE = "runner.json"
SILENT = 503

router = APIRouter()


@router.get("/healthz")
def healthz(installation: InstallationDep, response: Response) -> dict[str, bool]:
    """200 only when database, Prefect and the runner all answer."""
    answers = health(installation)
    if not all(answers.values()):
        response.status_code = SILENT
    return answers


@router.get("/healthz/live")
def live() -> dict[str, bool]:
    """200 while this process answers at all; else it is to be started again."""
    return {"web": True}


@router.get("/healthz/ready")
def ready(installation: InstallationDep, response: Response) -> dict[str, bool]:
    """200 when this process can serve people; Prefect and the runner may be down meanwhile."""
    answers = {"database": database_answers(installation), "files": files_answer(installation)}
    if not all(answers.values()):
        response.status_code = SILENT
    return answers


def files_answer(installation: Installation) -> bool:
    try:
        installation.files.require_ready()
    except MarathonError:
        return False
    return True


def health(installation: Installation) -> dict[str, bool]:
    """``database``, ``prefect`` and ``runner``: True for each that answers now."""
    settings = installation.settings
    return {
        "database": database_answers(installation),
        "prefect": prefect_answers(settings.prefect_api_url),
        "runner": runner_answers(settings.data) or runner_elsewhere(installation),
    }


def runner_elsewhere(installation: Installation) -> bool:
    """Whether a runner on some other machine has given a sign in our database."""
    try:
        with installation.begin(read_only=True) as work:
            return bool(work.heartbeats.alive(LivePart.RUNNER, now=installation.clock.now()))
    except Exception:  # noqa: BLE001  as below
        return False


def database_answers(installation: Installation) -> bool:
    try:
        with installation.begin(read_only=True) as work:
            work.runs.waiting(limit=1)
    except Exception:  # noqa: BLE001  whatever the driver raises, the answer is no
        return False
    return True


def prefect_answers(api_url: str) -> bool:
    """Health is the one address that needs no password."""
    if not api_url:
        return False
    try:
        return httpx.get(f"{api_url}/health", timeout=PATIENCE_SECONDS, trust_env=False).is_success
    except httpx.HTTPError:
        return False


def runner_answers(data_dir: Path) -> bool:
    try:
        beat = json.loads((data_dir / HEARTBEAT_FILE).read_text("utf-8"))
    except (OSError, ValueError):
        return False
    return abs(time.time() - float(beat["at"])) < STALE_SECONDS
