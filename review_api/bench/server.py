"""A server of the bench in a process of its own, and what it costs while it is asked."""

import os
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx

from review_api.bench.pages import free_port
from review_api.processes import Part
from review_api.supervisor import (
    BLAS_THREADS,
    LOOPBACK,
    PROTOCOL,
    supervised,
    wait_until_ready,
    web_command,
)

START_SECONDS = 180.0  # a busy machine takes long to load a program
LOOK_SECONDS = 0.1
KILOBYTES = 1024
MEGABYTE = 1024 * 1024
PLAIN = "review_api.bench.plain:create_app"


class Server:
    """A running server: its ``port`` and the figures of its process."""

    def __init__(self, part: Part, port: int) -> None:
        self.part = part
        self.port = port

    @property
    def process(self) -> Path:
        """Where the kernel tells about it."""
        process = self.part.process
        return Path(f"/proc/{process.pid if process else 'gone'}")

    @property
    def memory(self) -> float:
        """Megabytes in use now."""
        return self.number("status", "VmRSS:") / KILOBYTES

    @property
    def written(self) -> float:
        """Megabytes sent to the disk so far."""
        return self.number("io", "write_bytes:") / MEGABYTE

    @property
    def cpu(self) -> float:
        """Seconds of the processor so far."""
        fields = (self.process / "stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def number(self, file: str, name: str) -> int:
        lines = (self.process / file).read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith(name))

    @contextmanager
    def measured(self) -> Iterator[dict[str, float]]:
        """Fill the yielded dictionary at the end of the block."""
        found: dict[str, float] = {}
        cpu, written, began = self.cpu, self.written, time.monotonic()
        highest, over = [self.memory], threading.Event()
        watcher = threading.Thread(target=self.watch, args=(highest, over))
        watcher.start()
        try:
            yield found
        finally:
            over.set()
            watcher.join()
        found["seconds"] = round(time.monotonic() - began, 1)
        found["rss_peak_mb"] = round(max(highest))
        found["cpu_seconds"] = round(self.cpu - cpu, 2)
        found["written_mb"] = round(self.written - written)

    def watch(self, highest: list[float], over: threading.Event) -> None:
        while not over.wait(LOOK_SECONDS):
            highest.append(self.memory)


@contextmanager
def ours(data: Path, database_url: str = "") -> Iterator[Server]:
    """The web part as ``marathon up`` starts it, over the installation in ``data``."""
    port = free_port()
    environment = {
        "MARATHON_DATA": str(data),
        "MARATHON_BASE_URL": f"http://{LOOPBACK}:{port}",
        "MARATHON_DATABASE_URL": database_url,
        BLAS_THREADS: "1",
    }
    with running(data, port, web_command(LOOPBACK, port), environment) as server:
        yield server


@contextmanager
def plain(data: Path) -> Iterator[Server]:
    """The plain framework doing the same work with nothing around it."""
    port = free_port()
    command = (
        *(sys.executable, "-m", "uvicorn", PLAIN, "--factory", "--host", LOOPBACK),
        *("--port", str(port), "--http", PROTOCOL, "--no-access-log"),
    )
    with running(data, port, command, {"BENCH_DATA": str(data)}) as server:
        yield server


@contextmanager
def running(
    data: Path, port: int, command: tuple[str, ...], environment: Mapping[str, str]
) -> Iterator[Server]:
    data.mkdir(parents=True, exist_ok=True)
    part = Part(
        name="web",
        command=command,
        log=data / "web.log",
        environment=dict(environment),
        ready=lambda: answers(port),
    )
    with supervised([part], data_dir=data, say=lambda line: print(line, file=sys.stderr)):  # noqa: T201
        wait_until_ready([part], seconds=START_SECONDS)
        yield Server(part, port)


def answers(port: int) -> bool:
    try:
        httpx.get(f"http://{LOOPBACK}:{port}/static/mark.svg", trust_env=False, timeout=5)
    except httpx.HTTPError:
        return False
    return True
