"""Child processes that are kept alive, leave nobody behind and log to files of bounded size."""

import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None)

STOP_SECONDS = 10.0
LONGEST_PAUSE_SECONDS = 30.0
# A part that lived this long has recovered: its next failure is a first failure again.
RECOVERED_SECONDS = 60.0

LOG_BYTES = 5 * 1024 * 1024
OLD_LOGS = 3


@dataclass
class Part:
    """One process of the installation; moments are ``time.monotonic()`` seconds.

    ``before`` runs ahead of each start; ``ready`` says whether the part does its work.
    ``farewell`` is the signal that asks it to stop, ``account`` whom it runs as (None: us).
    """

    name: str
    command: tuple[str, ...]
    log: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    ready: Callable[[], bool] = lambda: True
    before: Callable[[], object] = lambda: None
    account: str | None = None
    farewell: signal.Signals = signal.SIGTERM
    process: "subprocess.Popen[bytes] | None" = field(default=None, init=False)
    failures: int = field(default=0, init=False)
    started_at: float = field(default=0.0, init=False)
    start_at: float = field(default=0.0, init=False)

    @property
    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def tend(self, now: float) -> str | None:
        """Start the part if it is down and its pause is over; returns a line worth printing."""
        if self.alive:
            return None
        if self.process is not None:
            return self._count_failure(now)
        if now >= self.start_at:
            self._start(now)
        return None

    def stop(self) -> None:
        """Ask the whole process group to end, and end it when it does not within ten seconds."""
        if self.process is None:
            return
        self._signal(self.farewell)
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(STOP_SECONDS)
        self._signal(signal.SIGKILL)  # also for children that outlived their parent
        self.process.wait()
        self.process = None

    def rotate_log(self) -> None:
        """Copy and cut: the child keeps appending to the file it opened."""
        if not self.log.exists() or self.log.stat().st_size < LOG_BYTES:
            return
        for number in range(OLD_LOGS, 1, -1):
            older = self._old_log(number - 1)
            if older.exists():
                older.replace(self._old_log(number))
        shutil.copyfile(self.log, self._old_log(1))
        os.truncate(self.log, 0)

    def _old_log(self, number: int) -> Path:
        return self.log.with_name(f"{self.log.name}.{number}")

    def _count_failure(self, now: float) -> str:
        code = self.process.returncode if self.process else None
        self._signal(signal.SIGKILL)
        self.process = None
        self.failures = 1 if now - self.started_at > RECOVERED_SECONDS else self.failures + 1
        pause = min(LONGEST_PAUSE_SECONDS, 0.25 * 2**self.failures)
        self.start_at = now + pause
        return f"{self.name}: остановился (код {code}), запуск через {pause:g} с, см. {self.log}"

    def _start(self, now: float) -> None:
        self.started_at = now
        self.before()
        account = pwd.getpwnam(self.account) if self.account else None
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603  our own command, no shell
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env={**os.environ, **self.environment},
                cwd="/",
                process_group=0,
                user=account and account.pw_uid,
                group=account and account.pw_gid,
                extra_groups=[] if account else None,
                # After the change of account, which would clear it.
                preexec_fn=partial(_die_with, os.getpid(), self._death),  # noqa: PLW1509
            )

    @property
    def _death(self) -> signal.Signals:
        """Everything here survives SIGKILL, but a killed postmaster's backends linger a while."""
        return signal.SIGINT if self.farewell is signal.SIGINT else signal.SIGKILL

    def _signal(self, number: signal.Signals) -> None:
        if self.process is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, number)


def _die_with(parent: int, number: int) -> None:
    """In the child: ask the kernel for a signal when the parent dies, however it dies."""
    LIBC.prctl(PR_SET_PDEATHSIG, number)
    if os.getppid() != parent:  # it died before we asked
        os._exit(1)


def now() -> float:
    return time.monotonic()
