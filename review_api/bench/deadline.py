"""Deadline day: the real server under the load it must hold, and a plain one under the same.

The web part runs as ``marathon up`` starts it, with real settings, database and file store in a
folder of its own; generators of load are processes of their own on the same machine. Afterwards
every receipt is looked up: nothing acknowledged may be lost or doubled.
"""

from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from review_api.bench import apart, autosave, losses, readers, server, slow, uploads
from review_api.bench.autosave import Written
from review_api.bench.figures import Sample, ratios, summary, told
from review_api.bench.server import Server
from review_api.bench.sizes import SCENES, Size
from review_api.bench.town import Builder, Town
from review_api.bench.uploads import Errand, Receipt, Sent
from schemas.settings import Settings
from storage.installation import open_installation
from storage.schema_version import migrate

Figures = dict[str, Any]
OURS, CEILING = "ours", "plain"


class Day:
    """One installation under one scene after another; receipts are kept for the last look."""

    def __init__(self, size: Size, town: Town, web: Server) -> None:
        self.size = size
        self.town = town
        self.web = web
        self.receipts: list[Receipt] = []
        self.written: list[Written] = []
        self.numbers = 0

    def uploads(self) -> Figures:
        """Files at the usual pace of a last day, then the last minute."""
        size = self.size
        return {
            "steady": self.upload(size.rate, size.seconds),
            "burst": self.upload(size.burst_rate, size.burst_seconds),
        }

    def upload(self, rate: float, seconds: float) -> Figures:
        todo = uploads.errands(
            rate=rate,
            seconds=seconds,
            size=self.size.file_bytes,
            teachers=self.town.teachers,
            first=self.numbers,
        )
        return self.send(todo)[0]

    def send(self, todo: list[Errand], *jobs: apart.Job) -> tuple[Figures, list[Any]]:
        """The errands beside other ``jobs``; figures of the errands, and what the jobs answered."""
        self.numbers += len(todo)
        with self.web.measured() as cost:
            sent, *others = apart.together([(uploads.send, (self.web.port, todo)), *jobs])
        self.receipts += sent.receipts
        return figures_of(sent, cost), others

    def slow(self) -> Figures:
        """Slow senders, and pages asked meanwhile."""
        size = self.size
        todo = slow.senders(size, self.town.teachers, self.numbers)
        pages = slow.pages_of(self.town)
        asked = (self.web.port, pages, size.page_rate, size.slow_seconds)
        found, (looked,) = self.send(todo, (slow.look, asked))
        return {**found, "pages": told(looked)}

    def autosave(self) -> Figures:
        """Experts who write."""
        with self.web.measured() as cost:
            job = (autosave.write, (self.web.port, self.town.seats, self.size))
            ((samples, written),) = apart.together([job])
        self.written += written
        return with_cost(samples, cost)

    def readers(self) -> Figures:
        """Readers of the volume."""
        of = (self.web.port, self.town, self.size.readers, self.size.reader_seconds)
        with self.web.measured() as cost:
            (samples,) = apart.together([(readers.read, of)])
        return with_cost(samples, cost)


def figures_of(sent: Sent, cost: Mapping[str, float]) -> Figures:
    return with_cost(sent.samples, cost)


def with_cost(samples: list[Sample], cost: Mapping[str, float]) -> Figures:
    """All together, by kind, and what the server spent on them."""
    whole = told(samples)
    cpu = {"cpu_ms": round(1000 * cost["cpu_seconds"] / max(1, whole["count"]), 1)}
    return {**whole, **cpu, "server": dict(cost), "kinds": summary(samples)}


def run(folder: Path, size: Size, *, only: tuple[str, ...] = (), database_url: str = "") -> Figures:
    """Figures of every scene in ``only``, of the plain server, ratios, losses and goals."""
    chosen = only or SCENES
    found: Figures = {OURS: {}}
    scenes = [name for name in SCENES if name in chosen and name != "ceiling"]
    if scenes:
        found |= ours(folder / "ours", size, scenes, database_url)
    if "ceiling" in chosen:
        found[CEILING] = plain(folder / "plain", size, scenes or list(SCENES))
        found["ratios"] = compared(found[OURS], found[CEILING])
    return {**found, "goals": goals(found)}


def ours(data: Path, size: Size, scenes: list[str], database_url: str) -> Figures:
    installation = open_installation(Settings(data=data, database_url=database_url))
    with closing(installation):
        migrate(installation.settings.database)
        town = Builder(installation, size).build()
        with server.ours(data, database_url) as web:
            day = Day(size, town, web)
            told_of = {name: getattr(day, name)() for name in scenes}
        kept = losses.check(installation, day.receipts, day.written, marathon_id=town.marathon)
    return {OURS: told_of, "losses": {**kept._asdict(), "lost": kept.lost}}


def plain(data: Path, size: Size, scenes: list[str]) -> Figures:
    """The same load on the plain server, for a shorter time."""
    with server.plain(data) as web:
        return {name: PLAIN[name](web, size) for name in scenes if name in PLAIN}


def plain_uploads(web: Server, size: Size) -> Figures:
    paces = {"steady": size.rate, "burst": size.burst_rate}
    return {name: plain_upload(web, size, rate) for name, rate in paces.items()}


def plain_upload(web: Server, size: Size, rate: float) -> Figures:
    todo = uploads.plain(rate=rate, seconds=size.ceiling_seconds, size=size.file_bytes)
    with web.measured() as cost:
        (sent,) = apart.together([(uploads.send, (web.port, todo))])
    return figures_of(sent, cost)


def plain_slow(web: Server, size: Size) -> Figures:
    todo, pages = slow.plain_senders(size), [("page", "/page", "")]
    asked = (web.port, pages, size.page_rate, size.slow_seconds)
    with web.measured() as cost:
        sent, looked = apart.together([(uploads.send, (web.port, todo)), (slow.look, asked)])
    return {**figures_of(sent, cost), "pages": told(looked)}


def plain_autosave(web: Server, size: Size) -> Figures:
    with web.measured() as cost:
        (samples,) = apart.together([(autosave.write_plain, (web.port, size))])
    return with_cost(samples, cost)


def plain_readers(web: Server, size: Size) -> Figures:
    of = (web.port, size.readers, size.reader_seconds)
    with web.measured() as cost:
        (samples,) = apart.together([(readers.read_plain, of)])
    return with_cost(samples, cost)


PLAIN: Mapping[str, Callable[[Server, Size], Figures]] = {
    "uploads": plain_uploads,
    "slow": plain_slow,
    "autosave": plain_autosave,
    "readers": plain_readers,
}


def compared(found: Figures, plain_: Figures) -> Figures:
    """How many times the plain server's figures ours are."""
    flat, flat_plain = flattened(found), flattened(plain_)
    return {name: ratios(flat[name], flat_plain[name]) for name in flat if name in flat_plain}


def flattened(found: Figures) -> dict[str, Figures]:
    """Scenes by one name each: the two paces of uploads apart, pages beside slow senders too."""
    paces = {f"uploads {name}": one for name, one in found.get("uploads", {}).items()}
    pages = {"pages beside slow": found["slow"]["pages"]} if "slow" in found else {}
    rest = {name: one for name, one in found.items() if name != "uploads"}
    return {**paces, **rest, **pages}


GOALS: tuple[tuple[str, tuple[str, ...], float], ...] = (
    ("uploads, p99, ms", ("ours", "uploads", "steady", "p99"), 3000),
    ("lost", ("losses", "lost"), 0),
    ("doubled", ("losses", "doubled"), 0),
    ("slow senders, memory of the web, MB", ("ours", "slow", "server", "rss_peak_mb"), 700),
    ("pages beside slow senders, p95, ms", ("ours", "slow", "pages", "p95"), 500),
    ("autosave, p95, ms", ("ours", "autosave", "p95"), 200),
)
DELIBERATE = frozenset({"413", "429"})


def goals(found: Figures) -> list[Figures]:
    """What was asked for, what was measured, and whether it is met; unmeasured ones are left out."""
    measured = [(name, at_path(found, path), most) for name, path, most in GOALS]
    measured.append(("errors but 413 and 429", errors(flattened(found[OURS])), 0))
    return [
        {"goal": name, "at_most": most, "measured": value, "met": value <= most}
        for name, value, most in measured
        if value is not None
    ]


def at_path(found: Figures, path: tuple[str, ...]) -> float | None:
    value: Any = found
    for name in path:
        if not isinstance(value, Mapping) or name not in value:
            return None
        value = value[name]
    return float(value)


def errors(scenes: Mapping[str, Figures]) -> float:
    return float(
        sum(
            times
            for one in scenes.values()
            for kind, times in one["errors"].items()
            if kind not in DELIBERATE
        )
    )
