"""Readers that are taken over, listeners that count, files that nobody may see."""

import os
import shutil
import socket
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from flows.documents.parsing.readers import Fate, Job, Reader, Readers
from flows.documents.reading import attempt, make_job
from schemas.extraction import Limits

TAKEN_OVER = Path(__file__).parents[3] / "taken_over.py"
SECRET = "КАНАРЕЙКА-7f3a"
TARGET = "127.0.0.1"


class TakenOver(Readers):
    """One reading process of ``taken_over.py``."""

    def __init__(self, *arguments: str) -> None:
        super().__init__(1)
        self.also: dict[str, str] = {}
        self.places.get()
        self.places.put(Reader((sys.executable, "-P", str(TAKEN_OVER), *arguments)))

    def do(self, job: Job) -> Fate:
        """Return how a job ended; no other process takes the place of a lost one."""
        with self.borrow() as reader:
            fate = reader.do(job | self.also)
        assert fate is not None
        return fate


@pytest.fixture(scope="module")
def taken_over() -> Iterator[Callable[..., TakenOver]]:
    """Start one for each list of arguments, or give the one that was started."""
    with ExitStack() as stack:

        @cache
        def start(*arguments: str) -> TakenOver:
            readers = TakenOver(*arguments)
            stack.callback(readers.close)
            return readers

        yield start


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every account may enter and write."""
    with tempfile.TemporaryDirectory(prefix="walls-") as folder:
        Path(folder).chmod(0o777)
        yield Path(folder)


@pytest.fixture
def do(open_folder: Path) -> Callable[..., dict[str, object]]:
    """Let a reader do a task in ``open_folder``/desk."""

    def do(readers: Readers, task: str, limits: Limits | None = None, **words: object):
        desk, path = open_folder / "desk", open_folder / "file.md"
        shutil.rmtree(desk, ignore_errors=True)
        desk.mkdir()
        desk.chmod(0o777)
        path.write_text("Текст.")
        path.chmod(0o666)
        job = make_job(task, path, desk, limits or Limits(seconds=10)) | words
        return attempt(job, readers)

    return do


@dataclass
class Listeners:
    """Sockets of every kind; ``calls`` counts who came."""

    port: int
    local: str
    abstract: str
    servers: list[socket.socket]

    @property
    def calls(self) -> int:
        return sum(map(came, self.servers))


def came(server: socket.socket) -> bool:
    with suppress(BlockingIOError):
        if server.type == socket.SOCK_DGRAM:
            server.recv(10)
        else:
            server.accept()[0].close()
        return True
    return False


@pytest.fixture
def listeners(open_folder: Path) -> Iterator[Listeners]:
    with ExitStack() as stack:
        tcp = stack.enter_context(socket.create_server((TARGET, 0)))
        port = tcp.getsockname()[1]
        udp = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        udp.bind((TARGET, port))
        servers, abstract = [tcp, udp], f"walls-{os.getpid()}"
        for name in (str(open_folder / "socket"), f"\0{abstract}"):
            server = stack.enter_context(socket.socket(socket.AF_UNIX))
            server.bind(name)
            server.listen()
            servers.append(server)
        (open_folder / "socket").chmod(0o777)
        with suppress(OSError):
            six = stack.enter_context(socket.create_server(("::1", port), family=socket.AF_INET6))
            servers.append(six)
        for server in servers:
            server.settimeout(0)
        yield Listeners(port, str(open_folder / "socket"), abstract, servers)


@pytest.fixture
def canary(open_folder: Path) -> Path:
    path = open_folder / "canary.txt"
    path.write_text(SECRET)
    path.chmod(0o666)
    return path
