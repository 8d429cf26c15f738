"""The parent's side: starts reading processes, hands them files, outlives whatever they do."""

import atexit
import contextlib
import json
import os
import queue
import select
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from flows.documents.sandbox.walls import kill_group
from schemas.errors import Unavailable

Job = dict[str, Any]
Fate = dict[str, Any]

# Without the current folder on the way to modules: it may be anybody's.
COMMAND = (sys.executable, "-P", "-m", "flows.documents.parsing.child")
ROOT = Path(__file__).resolve().parents[3]
# Secrets of the parent's environment have no business beside a hostile file.
PASSED_ON = ("PATH", "LANG", "LC_ALL", "TZ", "HOME", "TMPDIR", "VIRTUAL_ENV", "TESSDATA_PREFIX")
# Memory that is freed is used again instead of being given back and asked for anew: pages of a
# PDF are drawn one after another (glibc's tunables; other C libraries pass them over).
KEEPING = {
    "MALLOC_TRIM_THRESHOLD_": "268435456",
    "MALLOC_MMAP_THRESHOLD_": "33554432",
    "MALLOC_TOP_PAD_": "4194304",
}
START_SECONDS = 60.0
SPARE_SECONDS = 10.0
DEFAULT_SIZE = 2


class Reader:
    """One reading process; takes one job at a time."""

    def __init__(self, command: Sequence[str] = COMMAND) -> None:
        self.process = subprocess.Popen(  # noqa: S603 - our own module
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=quiet_environment(),
            start_new_session=True,
        )
        self.buffer = b""
        self.isolated: bool | None = None

    def do(self, job: Job) -> Fate | None:
        """Return how the job ended, or None if the process was lost; then it is closed."""
        try:
            return self.exchange(job)
        except (OSError, ValueError, EOFError):
            self.close()
            return None

    def exchange(self, job: Job) -> Fate:
        if self.isolated is None:
            self.isolated = bool(self.receive(START_SECONDS)["isolated"])
        self.send(job)
        return self.receive(job["limits"]["seconds"] + SPARE_SECONDS)

    def send(self, job: Job) -> None:
        if self.process.stdin is None:
            raise EOFError
        self.process.stdin.write(json.dumps(job).encode() + b"\n")
        self.process.stdin.flush()

    def receive(self, seconds: float) -> Fate:
        """Return the next answer, or raise if the process is silent or gone."""
        if self.process.stdout is None:
            raise EOFError
        pipe = self.process.stdout.fileno()
        while b"\n" not in self.buffer:
            ready, _, _ = select.select([pipe], [], [], seconds)
            piece = os.read(pipe, 1 << 16) if ready else b""
            if not piece:
                raise EOFError
            self.buffer += piece
        line, _, self.buffer = self.buffer.partition(b"\n")
        fate: Fate = json.loads(line)
        return fate

    def close(self) -> None:
        """End the process and everything it started."""
        with contextlib.suppress(OSError):
            if self.process.stdin is not None:
                self.process.stdin.close()
        kill_group(self.process.pid)
        self.process.wait()
        if self.process.stdout is not None:
            self.process.stdout.close()


def quiet_environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    paths = (str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")]))
    return {**kept, **KEEPING, "PYTHONPATH": os.pathsep.join(paths), "OPENBLAS_NUM_THREADS": "1"}


class Readers:
    """A few reading processes shared by threads; each starts when first needed."""

    def __init__(self, size: int = DEFAULT_SIZE) -> None:
        self.places: queue.LifoQueue[Reader | None] = queue.LifoQueue()
        self.owner = os.getpid()
        for _ in range(size):
            self.places.put(None)

    @contextlib.contextmanager
    def borrow(self) -> Iterator[Reader]:
        """Lend a reader; a lost one leaves its place to a fresh one."""
        reader = self.places.get() or Reader()
        try:
            yield reader
        finally:
            is_alive = reader.process.poll() is None
            if not is_alive:
                reader.close()
            self.places.put(reader if is_alive else None)

    def do(self, job: Job) -> Fate:
        """Return how a job ended; a lost process is replaced once."""
        for _ in range(2):
            with self.borrow() as reader:
                fate = reader.do(job)
            if fate is not None:
                return fate
        raise Unavailable("Чтение файлов сейчас не работает. Попробуйте ещё раз через минуту.")

    def close(self) -> None:
        while not self.places.empty():
            reader = self.places.get()
            if reader is not None:
                reader.close()


class _Shared:
    """The readers of this process: made on first use, made anew after a fork."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.readers: Readers | None = None

    def get(self) -> Readers:
        with self.lock:
            if self.readers is None or self.readers.owner != os.getpid():
                self.readers = Readers()
                atexit.register(self.readers.close)
            return self.readers


_shared = _Shared()


def shared_readers() -> Readers:
    """Return the reading processes of this process, two at most."""
    return _shared.get()
