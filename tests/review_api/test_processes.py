"""Parts that die, hang, leave children behind, and a supervisor that is itself killed."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from review_api import processes
from review_api.processes import Part
from review_api.supervisor import _only_one, _require_free, supervised, wait_until_ready
from schemas.errors import BadInput, Conflict

SLEEP = "import time; time.sleep(600)"
STUBBORN = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(1); {SLEEP}"
WITH_CHILD = f"""
import subprocess, sys
print(subprocess.Popen([sys.executable, "-c", {SLEEP!r}]).pid, flush=True); {SLEEP}
"""
SUPERVISOR = f"""
import sys, time; from pathlib import Path
from review_api.processes import Part
from review_api.supervisor import supervised
data = Path(sys.argv[1])
part = Part("part", (sys.executable, "-c", {SLEEP!r}), data / "part.log")
with supervised((part,), data_dir=data, say=print):
    while not part.alive: time.sleep(0.05)
    print(part.process.pid, flush=True)
    time.sleep(600)
"""


def part_running(code: str, folder: Path) -> Part:
    return Part("part", (sys.executable, "-c", code), folder / "part.log")


def eventually(found: Callable[[], object], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not found():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_killed_part_is_started_again_and_all_are_stopped_at_the_end(tmp_path: Path) -> None:
    part = part_running(SLEEP, tmp_path)
    lines: list[str] = []
    with supervised((part,), data_dir=tmp_path, say=lines.append):
        wait_until_ready((part,), seconds=20)
        assert part.process
        first = part.process.pid
        os.kill(first, signal.SIGKILL)
        eventually(lambda: part.alive and part.process and part.process.pid != first)
        second = part.process.pid
    assert not psutil.pid_exists(second)
    assert len(lines) == 1
    assert "-9" in lines[0]


def test_part_that_keeps_dying_is_started_ever_more_rarely(tmp_path: Path) -> None:
    part = part_running("raise SystemExit(3)", tmp_path)
    pauses, moment = [], 0.0
    for _ in range(8):
        part.tend(moment)
        assert part.process
        part.process.wait()
        part.tend(moment)
        pauses.append(part.start_at - moment)
        moment = part.start_at
    assert pauses == sorted(pauses)
    assert pauses[-1] == processes.LONGEST_PAUSE_SECONDS


@pytest.mark.parametrize("code", [STUBBORN, WITH_CHILD])
def test_stop_ends_the_deaf_and_the_children(
    code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "STOP_SECONDS", 0.5)
    part = part_running(f"import os; print(os.getpid(), flush=True); {code}", tmp_path)
    part.tend(0)
    eventually(lambda: len(part.log.read_text().split()) > 1 or code is STUBBORN)
    time.sleep(0.3)
    written = {int(word) for word in part.log.read_text().split()} - {1}
    part.stop()
    eventually(lambda: not any(psutil.pid_exists(pid) for pid in written))


def test_nobody_outlives_a_killed_supervisor(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", SUPERVISOR, str(tmp_path)], stdout=subprocess.PIPE, text=True
    ) as supervisor:
        assert supervisor.stdout
        child = int(supervisor.stdout.readline())
        assert psutil.pid_exists(child)
        supervisor.kill()
    eventually(
        lambda: (
            not psutil.pid_exists(child) or psutil.Process(child).status() == psutil.STATUS_ZOMBIE
        )
    )


def test_log_is_cut_and_old_ones_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "LOG_BYTES", 10)
    part = part_running(SLEEP, tmp_path)
    for number in range(6):
        part.log.write_text(f"line number {number}")
        part.rotate_log()
    assert part.log.read_text() == ""
    kept = [(tmp_path / f"part.log.{number}").read_text()[-1] for number in (1, 2, 3)]
    assert kept == ["5", "4", "3"]
    assert not (tmp_path / "part.log.4").exists()


def test_second_supervisor_of_a_folder_is_refused(tmp_path: Path) -> None:
    with _only_one(tmp_path), pytest.raises(Conflict, match="уже запущен"), _only_one(tmp_path):
        pass


def test_taken_port_is_said_in_one_sentence() -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(BadInput, match="занят"):
        _require_free("127.0.0.1", taken.getsockname()[1])
