"""Figures for Prometheus: requests, queues, room, connections. Labels are routes and states only.

Each web process counts for itself. Who asks must hold the token or, where none is set, sit on the
machine of an installation that people open on that machine only.
"""

import hmac
import shutil
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request, Response
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    GCCollector,
    Histogram,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from review_api.deps import InstallationDep, NowDep
from review_api.health import health
from review_api.tracing import Answered
from schemas.errors import MarathonError, NotFound
from storage.database import connections
from storage.installation import Installation
from storage.repositories.rows import MISSING
from storage.work import Work

BOUNDS = (0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1.0, 2.0, 3.0, 5.0, 10.0, 30.0, 60.0)  # seconds
LOOPBACK = frozenset({"127.0.0.1", "::1"})
# Whoever came through a proxy is not on this machine, whatever the connection says.
FORWARDED = ("x-forwarded-for", "forwarded", "x-real-ip", "via")
SECRET_FORM = "Bearer "  # noqa: S105  the word before the token

router = APIRouter()


class Figures:
    """What one process counts while it serves."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        GCCollector(registry=self.registry)
        self.requests = Counter(
            "marathon_http_requests",
            "Answered requests",
            ("method", "route", "status"),
            registry=self.registry,
        )
        self.seconds = Histogram(
            "marathon_http_request_seconds",
            "Time from the first byte asked to the last one answered",
            ("route",),
            buckets=BOUNDS,
            registry=self.registry,
        )
        self.alarms = Counter(
            "marathon_alarms", "Suspicious access noticed", ("rule",), registry=self.registry
        )

    def count(self, one: Answered) -> None:
        self.requests.labels(one.method, one.route, str(one.status)).inc()
        self.seconds.labels(one.route).observe(one.seconds)


@router.get("/metrics")
def metrics(request: Request, installation: InstallationDep, now: NowDep) -> Response:
    """Prometheus text; 404 for whoever may not see it, as for what does not exist."""
    require_watcher(request, installation)
    figures: Figures = request.app.state.figures
    body = generate_latest(figures.registry) + generate_latest(state_of(installation, now))
    return Response(body, media_type=CONTENT_TYPE_LATEST)


def require_watcher(request: Request, installation: Installation) -> None:
    token = installation.settings.metrics_token.get_secret_value()
    if token:
        given = request.headers.get("authorization", "").removeprefix(SECRET_FORM)
        allowed = hmac.compare_digest(given.encode(), token.encode())
    else:
        allowed = installation.settings.local and is_near(request)
    if not allowed:
        raise NotFound(MISSING)


def is_near(request: Request) -> bool:
    host = request.client.host if request.client else ""
    return host in LOOPBACK and not any(name in request.headers for name in FORWARDED)


def state_of(installation: Installation, now: datetime) -> CollectorRegistry:
    """What is so at this moment; a database that does not answer leaves out what it knows."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Moment([*parts(installation), *room(installation), *pool(installation)]))
    try:
        with installation.begin(read_only=True) as work:
            registry.register(Moment(list(queues(work, now))))
    except MarathonError:
        return registry
    return registry


class Moment(Collector):
    """Families that were measured just now."""

    def __init__(self, families: Iterable[GaugeMetricFamily]) -> None:
        self.families = families

    def collect(self) -> Iterable[GaugeMetricFamily]:
        """As ``prometheus_client`` wants them."""
        return self.families


def gauge(name: str, text: str, label: str, values: dict[Any, float]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(f"marathon_{name}", text, labels=[label])
    for key, value in values.items():
        family.add_metric([str(key)], value)
    return family


def plain(name: str, text: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"marathon_{name}", text, value=value)


def parts(installation: Installation) -> Iterator[GaugeMetricFamily]:
    answers = {name: float(alive) for name, alive in health(installation).items()}
    yield gauge("up", "Whether a part of the installation answers", "part", answers)


def room(installation: Installation) -> Iterator[GaugeMetricFamily]:
    places = {"data": installation.settings.data, "files": installation.files.root}
    free = {
        name: float(shutil.disk_usage(path).free) for name, path in places.items() if path.exists()
    }
    yield gauge("disk_free_bytes", "Room left on the disk of a folder", "folder", free)


def pool(installation: Installation) -> Iterator[GaugeMetricFamily]:
    states = {state: float(count) for state, count in connections(installation.engine).items()}
    yield gauge("database_connections", "Connections of this process", "state", states)


def queues(work: Work, now: datetime) -> Iterator[GaugeMetricFamily]:
    tallies = work.tallies
    runs = {state.value: float(count) for state, count in tallies.runs().items()}
    letters = {status.value: float(count) for status, count in tallies.letters().items()}
    yield gauge("runs", "Runs of flows by state", "state", runs)
    yield gauge("letters", "Letters by status", "status", letters)
    waits = {
        "runs": seconds_since(tallies.oldest_waiting_run(), now),
        "letters": seconds_since(tallies.oldest_queued_letter(), now),
    }
    yield gauge("oldest_waiting_seconds", "How long the oldest waits", "queue", waits)
    yield plain("journal_entries", "Number of the newest entry of the journal", tallies.journal())


def seconds_since(moment: datetime | None, now: datetime) -> float:
    return max(0.0, (now - moment).total_seconds()) if moment else 0.0
