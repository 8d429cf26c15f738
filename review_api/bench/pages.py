"""``marathon bench web``: how long pages take beside an empty answer of the same server.

The application runs in a process of its own on a fresh SQLite installation with made-up works;
percentiles are in milliseconds of wall clock, ratios are to ``/static`` (a file, no database).
"""

import contextlib
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx

from flows.accounts import operations as accounts
from flows.intake import operations as intake
from schemas.cluster import Cluster, Municipality
from schemas.marathon import Marathon, Phase, Track
from schemas.people import Actor, Person, Role
from schemas.settings import IN_ITS_FOLDER, Settings
from schemas.submission import Author, SubmissionDraft
from storage.identifiers import new_id
from storage.installation import Installation, open_installation
from storage.schema_version import migrate

WORKS = 500
REQUESTS = 100
START_SECONDS = 30.0
TOKEN = "bench-token"  # noqa: S105  (of a throw-away installation)
ORGANISER = "organiser@example.ru"


def run() -> dict[str, object]:
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        os.environ |= IN_ITS_FOLDER
        settings = Settings(data=Path(folder))
        migrate(settings.database)
        marathon = fill(settings)
        paths = {
            "static": "/static/mark.svg",
            "landing": "/",
            "works_json": f"/api/v1/marathons/{marathon}/submissions",
            "marathon_json": f"/api/v1/marathons/{marathon}",
        }
        with served(Path(folder)) as base_url:
            found = {name: percentiles(base_url, path) for name, path in paths.items()}
    plain = found["static"]["p50"]
    ratios = {name: round(one["p50"] / plain, 1) for name, one in found.items()}
    return {"works": WORKS, "milliseconds": found, "p50_to_static": ratios}


def fill(settings: Settings) -> str:
    """A marathon with ``WORKS`` drafts and an organiser with a token; returns its id."""
    installation = open_installation(settings)
    now = datetime.now(UTC)  # noqa: TID251  (a bench is an edge)
    try:
        with installation.begin() as work:
            cluster = work.clusters.add(Cluster(id=new_id(), name="Замер"))
            home = work.municipalities.add(
                Municipality(id=new_id(), cluster_id=cluster.id, name="город Замеров")
            )
            accounts.create_api_token(
                work, ORGANISER, signer=installation.signer, secret=TOKEN, days=1, now=now
            )
            organiser = accounts.person_of(work, ORGANISER)
            work.roles.give(organiser.id, Role.ORGANISER, scope_id=cluster.id)
            marathon = work.marathons.add(
                Marathon(
                    id=new_id(),
                    cluster_id=cluster.id,
                    title="Замер",
                    year=now.year,
                    phase=Phase.INTAKE,
                    opens_at=now - timedelta(days=1),
                    submissions_until=now + timedelta(days=1),
                    reviews_until=now + timedelta(days=2),
                    live_on=(now + timedelta(days=3)).date(),
                    tracks=(Track(number=1, title="Замеры"),),
                )
            )
        add_works(installation, marathon.id, home.id, now)
    finally:
        installation.close()
    return marathon.id


def add_works(installation: Installation, marathon_id: str, home_id: str, now: datetime) -> None:
    with installation.begin() as work:
        owner = work.people.add(Person(id=new_id(), name="Замеров Пётр", email="z@example.ru"))
        for number in range(WORKS):
            started = intake.start(work, marathon_id=marathon_id, owner_id=owner.id, now=now)
            author = Author(name=owner.name, organisation="Школа", municipality_id=home_id)
            draft = SubmissionDraft(title=f"Работа {number}", track=1, authors=(author,))
            intake.save_draft(work, started.id, draft, by=Actor(person_id=owner.id), now=now)


@contextlib.contextmanager
def served(data: Path) -> Iterator[str]:
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", "--factory", "review_api.app:create_app"]
    options = ["--port", str(port), "--log-level", "warning"]
    environment = {**os.environ, "MARATHON_DATA": str(data)}
    server = subprocess.Popen([*command, *options], env=environment)  # noqa: S603  (our own)
    try:
        base_url = f"http://127.0.0.1:{port}"
        wait(base_url)
        yield base_url
    finally:
        server.terminate()
        server.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait(base_url: str) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        with contextlib.suppress(httpx.HTTPError):
            httpx.get(f"{base_url}/static/mark.svg", trust_env=False)
            return
        time.sleep(0.1)


def percentiles(base_url: str, path: str) -> Mapping[str, float]:
    headers = {"authorization": f"Bearer {TOKEN}"}
    with httpx.Client(base_url=base_url, headers=headers, trust_env=False) as client:
        client.get(path).raise_for_status()
        spent = [timed(client, path) for _ in range(REQUESTS)]
    cuts = statistics.quantiles(spent, n=20)
    return {"p50": round(cuts[9], 2), "p95": round(cuts[18], 2)}


def timed(client: httpx.Client, path: str) -> float:
    started = time.perf_counter()
    client.get(path)
    return (time.perf_counter() - started) * 1000
