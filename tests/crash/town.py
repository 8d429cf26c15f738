"""An installation as ``marathon up`` runs it, whose processes die whenever the test says so.

Everything is real: the supervisor with the web, the runner and Prefect's server under it, the
database, the mail server that takes the letters. ``traps/sitecustomize.py`` is the only addition.
"""

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import psutil
import pytest
from aiosmtpd.controller import Controller
from served import free_port

from schemas.errors import Unavailable

TRAPS = Path(__file__).parent / "traps"
PARTS = {"web": "uvicorn", "runner": "flows.runtime.runner", "Prefect": "flows.runtime.server"}
# How long somebody is waited for at most; a machine with other work takes minutes for a start.
START_SECONDS = 900.0
ANSWER_SECONDS = 900.0
REFUSED_FOR_NOW = frozenset({502, 503, 504, 507})


def wait(seconds):
    threading.Event().wait(seconds)


class Post:
    """The mail server of the world outside: it lives while everything of ours dies."""

    def __init__(self):
        self.letters = []  # (Message-ID, addresses) in the order they came
        self.server = Controller(self, "127.0.0.1", free_port())
        self.server.start()

    @property
    def url(self):
        return f"smtp://127.0.0.1:{self.server.port}"

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802
        lines = envelope.content.decode("utf-8", "replace").splitlines()
        marks = [line.split(":", 1)[1].strip() for line in lines if line.startswith("Message-ID:")]
        self.letters.append((marks[0] if marks else "", tuple(envelope.rcpt_tos)))
        return "250 OK"

    def twice(self):
        """Message-IDs that were handed over more than once, and how often."""
        times = Counter(mark for mark, _ in self.letters)
        return {mark: count for mark, count in times.items() if count > 1}


class Town:
    """``data`` is the installation's folder; ``database`` the address of its database."""

    def __init__(self, data, *, database="", seed=1, environment=None):
        self.data = data
        self.database = database
        self.random = random.Random(seed)  # noqa: S311  (of deaths, not of secrets)
        self.environment = environment or {}
        self.post = Post()
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.traps = data / "traps"
        self.traps.mkdir(parents=True, exist_ok=True)
        self.kills = Counter()
        self.broken = []  # answers that must never be given
        self.number = 0
        self.supervisor = None
        self.others = {}  # deaths of what is not ours: name -> what brings it about

    # --- life and death -------------------------------------------------------------------

    def start(self):
        command = [sys.executable, "-m", "review_api.cli.up", "--port", str(self.port)]
        self.supervisor = subprocess.Popen(
            [*command, "--data", str(self.data)],
            env=os.environ | self.variables(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.STDOUT,
        )

    def variables(self):
        return {
            "PYTHONPATH": os.pathsep.join([str(TRAPS), os.environ.get("PYTHONPATH", "")]),
            "MARATHON_TRAPS": str(self.traps),
            "MARATHON_DATABASE_URL": self.database,
            "MARATHON_MAIL_URL": self.post.url,
            "MARATHON_TEXT_MODEL": "off",
            **self.environment,
        }

    def stop(self):
        self.supervisor.send_signal(signal.SIGTERM)
        self.supervisor.wait(60)

    def close(self):
        with suppress(Exception):
            self.stop()
        with suppress(Exception):
            self.post.server.stop()

    def processes(self, part):
        """Those of a part of the installation; the converter is whatever the runner has started."""
        try:
            everybody = psutil.Process(self.supervisor.pid).children(recursive=True)
            if part == "converter":
                return [child for one in self.processes("runner") for child in one.children()]
            return [one for one in everybody if PARTS[part] in one.cmdline()]
        except psutil.Error:
            return []

    def kill(self, part):
        """SIGKILL one process of the part; False when there is none just now."""
        if part in self.others:
            self.others[part]()
            self.kills[part] += 1
            return True
        for one in self.processes(part)[:1]:
            with suppress(psutil.Error):
                one.kill()
                self.kills[part] += 1
                return True
        return False

    def kill_everything(self):
        """The supervisor dies and takes its parts along, as when the machine loses power."""
        before = psutil.Process(self.supervisor.pid).children(recursive=True)
        self.supervisor.kill()
        self.supervisor.wait()
        self.kills["supervisor"] += 1
        _, alive = psutil.wait_procs(before, timeout=30)
        assert not alive, alive
        self.start()

    # --- traps ----------------------------------------------------------------------------

    def arm(self, point, process, *, skip=0):
        self.number += 1
        armed = {"point": point, "process": process, "skip": skip, "number": self.number}
        draft = self.traps / "draft"
        draft.write_text(json.dumps(armed), "utf-8")
        draft.replace(self.traps / "armed.json")

    def is_armed(self):
        return (self.traps / "armed.json").exists()

    def disarm(self):
        (self.traps / "armed.json").unlink(missing_ok=True)

    @contextmanager
    def under_fire(self, points, *, random_kills=0, parts=("web", "runner")):
        """Whatever happens in the block happens while processes die, one after another.

        ``points`` are (point, process) to die at, in this order; ``random_kills`` more come at
        random moments.
        """
        over = threading.Event()
        fire = threading.Thread(target=self._fire, args=(over, list(points), random_kills, parts))
        fire.start()
        try:
            yield
        finally:
            over.set()
            fire.join()
            self.disarm()

    def _fire(self, over, points, random_kills, parts):
        waiting = None
        while not over.wait(0.1):
            if waiting and not self.is_armed():
                self.kills[waiting] += 1
                waiting = None
            if points and not waiting:
                point, process = points.pop(0)
                # Many transactions are committed in every stage: any of them will do.
                skip = self.random.randrange(4) if "commit" in point else 0
                self.arm(point, process, skip=skip)
                waiting = f"{process}: {point}"
            if random_kills and self.random.random() < 0.06:
                random_kills -= self.kill(self.random.choice(parts))
        if waiting and not self.is_armed():
            self.kills[waiting] += 1

    # --- people ---------------------------------------------------------------------------

    def ask(self, method, path, token, **content):
        """A program's answer."""
        headers = {"authorization": f"Bearer {token}", **content.pop("headers", {})}
        return self.insist(method, f"/api/v1{path}", headers=headers, **content)

    def insist(self, method, path, *, seconds=ANSWER_SECONDS, **content):
        """The answer, asked for again while nobody answers: what a patient person does."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                answer = httpx.request(
                    method, f"{self.address}{path}", timeout=60, trust_env=False, **content
                )
            except httpx.HTTPError:
                wait(0.2)
                continue
            if answer.status_code in REFUSED_FOR_NOW:
                wait(0.3)
                continue
            if answer.is_server_error:
                self.broken.append((method, path, answer.status_code, answer.text[:500]))
            return answer
        return pytest.fail(f"{method} {path}: nobody answered\n{self.logs()}")

    def eventually(self, found, what, *, seconds=ANSWER_SECONDS):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            with suppress(Unavailable):  # the database may be one of those that die
                if value := found():
                    return value
            wait(0.2)
        return pytest.fail(f"{what}: not within {seconds} s\n{self.logs()}")

    def is_well(self):
        try:
            answer = httpx.get(f"{self.address}/healthz", timeout=10, trust_env=False)
        except httpx.HTTPError:
            return False
        return answer.status_code == 200

    def until_well(self):
        self.eventually(self.is_well, "the town is not well", seconds=START_SECONDS)

    def logs(self):
        logs = sorted((self.data / "logs").glob("*.log"))
        return "\n".join(
            f"--- {log.name}\n{log.read_text(errors='replace')[-3000:]}" for log in logs
        )
