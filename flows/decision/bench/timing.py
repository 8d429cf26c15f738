"""Processor seconds and largest memory of one method on one problem, in a process of its own.

Started by itself with a method and a size as JSON; answers with figures as JSON on standard output.
"""

import json
import resource
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from time import process_time

from flows.decision.bench.methods import METHODS
from flows.decision.bench.parallel import one_thread
from flows.decision.bench.worlds import USUAL, Setting, simulate

SIZES = {
    "60x24": Setting(80, works=60),
    "500x200": Setting(80, works=500),
    "2000x800": Setting(80, works=2000),
}
LARGE = {"20000x6000": Setting(80, works=20_000, load=10)}
REPEATS, ENOUGH = 5, 2.0  # runs, or processor seconds after which one more says nothing new
LIMIT = 900  # seconds for one method, its problem included

Row = dict[str, float | str]


def compare(names: Sequence[str]) -> dict[str, dict[str, Row]]:
    """By size and method: seconds, their ratio to the raw mean's, and memory in MiB."""
    return {name: _related({method: ask(method, name) for method in METHODS}) for name in names}


def ask(method: str, size: str) -> Row:
    """The figures of one method from a process of its own, or why there are none."""
    command = [sys.executable, "-m", "flows.decision.bench.timing", json.dumps([method, size])]
    try:
        with one_thread():
            answer = subprocess.run(  # noqa: S603 - our own module
                command, capture_output=True, text=True, check=False, timeout=LIMIT
            )
    except subprocess.TimeoutExpired:
        return {"failed": f"over {LIMIT} s"}
    if answer.returncode:
        return {"failed": (answer.stderr.strip() or "no answer").splitlines()[-1][:80]}
    row: Row = json.loads(answer.stdout)
    return row


def measure(method: str, size: str) -> Row:
    """Median processor seconds from the validated problem to scores, and memory in MiB.

    ``problem_mb`` is what the process held before the method began.
    """
    setting = {**SIZES, **LARGE}[size]
    problem = simulate(setting, 0).problem([USUAL] * setting.works)
    before = _peak_megabytes()
    seconds: list[float] = []
    while len(seconds) < REPEATS and sum(seconds) < ENOUGH:
        started = process_time()
        METHODS[method](problem)
        seconds.append(process_time() - started)
    middle = sorted(seconds)[len(seconds) // 2]
    return {"cpu_seconds": middle, "peak_mb": _peak_megabytes(), "problem_mb": before}


def _related(rows: dict[str, Row]) -> dict[str, Row]:
    base = rows["raw_mean"].get("cpu_seconds")
    for row in rows.values():
        spent = row.get("cpu_seconds")
        if isinstance(base, float) and isinstance(spent, float):
            row["ratio_to_raw_mean"] = spent / max(base, 1e-9)
    return rows


def _peak_megabytes() -> float:
    """Of this process; Linux lets a new program inherit its parent's, so its own is read there."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    lines = status.read_text(encoding="ascii", errors="replace").splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith("VmHWM"))) / 1024


if __name__ == "__main__":
    sys.stdout.write(json.dumps(measure(*json.loads(sys.argv[1]))))
