"""``marathon up``, whole: every part answers, a killed one returns, and nobody is left behind."""

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import psutil
import pytest

from review_api.health import runner_answers

pytestmark = pytest.mark.prefect


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def eventually(found: Callable[[], object], logs: Path, seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while not found():
        if time.monotonic() > end:
            pytest.fail("\n".join(log.read_text()[-1500:] for log in logs.glob("*.log")))
        time.sleep(0.2)


def status(url: str) -> int:
    try:
        return httpx.get(url, timeout=10, trust_env=False).status_code
    except httpx.HTTPError:
        return 0


def test_up_serves_heals_and_leaves_nobody(tmp_path: Path) -> None:
    port = free_port()
    url, logs = f"http://127.0.0.1:{port}/healthz", tmp_path / "logs"
    command = [sys.executable, "-m", "review_api.cli.up", "--port", str(port)]
    with subprocess.Popen([*command, "--data", str(tmp_path)]) as supervisor:
        try:
            eventually(lambda: status(url) == 200, logs)
            parts = psutil.Process(supervisor.pid).children(recursive=True)
            runner = next(part for part in parts if "flows.runtime.runner" in part.cmdline())
            assert runner.environ()["OPENBLAS_NUM_THREADS"] == "1"  # reruns give the same bits
            runner.kill()
            eventually(lambda: not runner_answers(tmp_path), logs, 10)
            eventually(lambda: status(url) == 200, logs)
            parts = psutil.Process(supervisor.pid).children(recursive=True)
        finally:
            supervisor.send_signal(signal.SIGTERM)
            code = supervisor.wait(60)
    assert code == 0
    assert len(parts) >= 3
    assert not [part for part in parts if part.is_running()]
    assert (tmp_path / "prefect-auth").stat().st_mode & 0o077 == 0
