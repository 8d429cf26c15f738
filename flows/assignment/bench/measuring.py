"""The engine beside the ways others do the same, on the same problems, in one run.

Every method runs in a process of its own with a time limit; its processor seconds (children
included) and its largest memory are measured from outside the solver. The engine's seconds run from
the arrays to the proven plan, its peers' from the ready instance. Totals are relative to the proven
optimum of the same rules.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path
from shutil import which
from signal import Signals
from typing import Any

from flows.assignment.bench.synthetic import Size, save_matrix

SIZES = {"28x20": Size(28, 20, 9), "500x200": Size(500, 200, 30), "2000x800": Size(2000, 800, 60)}
LARGE = {"5000x2000": Size(5000, 2000, 100), "20000x6000": Size(20_000, 6000, 120)}
SEED = 1
LIMIT = 120  # processor seconds for one method on one problem
HOTCRP = "HOTCRP_FLOW"
OVER = (Signals.SIGXCPU, Signals.SIGKILL)  # how a process ends at its limit


@dataclass(frozen=True)
class Contender:
    """A method: whether it can keep experts of one panel from different municipalities."""

    method: str
    diverse: bool = True
    plain: bool = False
    needs: str | None = None
    advice: str = ""


OPENREVIEW = "put a checkout of github.com/openreview/openreview-matcher on PYTHONPATH"
CONTENDERS = (
    Contender("ours", plain=True),
    Contender("ours_maxmin", plain=True),
    Contender("greedy"),
    Contender("dense_flow"),
    Contender("linear_programme"),
    Contender("networkx_simplex", needs="networkx", advice="pip install networkx"),
    Contender("hotcrp", plain=True, needs=HOTCRP, advice=(
        "install php and name a checkout's lib/mincostmaxflow.php by --hotcrp"
    )),
    Contender("openreview_minmax", diverse=False, plain=True, needs="matcher", advice=OPENREVIEW),
    Contender("openreview_fairflow", diverse=False, plain=True, needs="matcher", advice=OPENREVIEW),
)  # fmt: skip


@dataclass(frozen=True)
class Task:
    """What a child process is asked: a method on a problem whose affinities lie in ``matrix``."""

    method: str
    size: Size
    diverse: bool
    matrix: str
    limit: int = LIMIT


def run(
    *,
    large: bool = False,
    limit: int = LIMIT,
    hotcrp: str | None = None,
    sizes: Mapping[str, Size] = SIZES,
) -> dict[str, Any]:
    """Measure everything, print the tables, return the figures."""
    if hotcrp is not None:
        os.environ[HOTCRP] = str(Path(hotcrp).resolve())
    for contender in CONTENDERS:
        reason = _missing(contender)
        if reason:
            _say(f"{contender.method}: skipped, {reason}")
    report = {name: _problem(name, size, limit) for name, size in sizes.items()}
    if large:
        report |= {name: _problem(name, size, 10 * limit) for name, size in LARGE.items()}
    return report


def _problem(name: str, size: Size, limit: int) -> dict[str, Any]:
    """Both sets of rules: with experts of different municipalities in a panel, and without."""
    names = {"ours"} if name in LARGE else {row.method for row in CONTENDERS}
    with tempfile.TemporaryDirectory() as folder:
        matrix = Path(folder) / "matrix.npy"
        save_matrix(matrix, size, seed=SEED)
        return {
            rules: _measured(f"{name}, {rules}", Task("", size, diverse, str(matrix)), names, limit)
            for rules, diverse in (("diverse", True), ("plain", False))
        }


def _measured(title: str, task: Task, names: set[str], limit: int) -> dict[str, Any]:
    rows: dict[str, Any] = {}
    for contender in CONTENDERS:
        fits = contender.diverse if task.diverse else contender.plain
        if fits and contender.method in names and not _missing(contender):
            rows[contender.method] = ask(task, contender.method, limit)
    _print(title, _related(rows))
    return rows


def _missing(contender: Contender) -> str | None:
    if contender.needs is None:
        return None
    if contender.needs == HOTCRP:
        there = bool(which("php") and os.environ.get(HOTCRP))
    else:
        there = find_spec(contender.needs) is not None
    return None if there else f"not installed: {contender.advice}"


def ask(task: Task, method: str, limit: int) -> dict[str, Any]:
    """The figures of one method from a process of its own, or why there are none."""
    asked = {**asdict(task), "method": method, "limit": limit}
    command = [sys.executable, "-m", "flows.assignment.bench.contest", json.dumps(asked)]
    answer = subprocess.run(  # noqa: S603 - our own module
        command, capture_output=True, text=True, check=False
    )
    last = (answer.stderr.strip() or "no answer").splitlines()[-1]
    if -answer.returncode in OVER or any(signal.name in last for signal in OVER):
        return {"failed": f"over {limit} s"}
    if answer.returncode:
        return {"failed": last[:80]}
    figures: dict[str, Any] = json.loads(answer.stdout)
    return figures


def _related(rows: Mapping[str, dict[str, Any]]) -> Mapping[str, dict[str, Any]]:
    """Processor seconds and totals relative to the engine's."""
    base = rows["ours"]
    for row in rows.values():
        if "failed" not in row and "failed" not in base:
            row["ratio"] = row["cpu_seconds"] / max(base["cpu_seconds"], 1e-9)
            row["total_difference_percent"] = 100 * (row["total"] / base["total"] - 1)
    return rows


def _print(title: str, rows: Mapping[str, dict[str, Any]]) -> None:
    heads = ("CPU s", "x ours", "peak MB", "total %", "gap", "weakest", "broken")
    _say(f"\n{title:24}" + "".join(f"{head:>10}" for head in heads))
    for method, row in rows.items():
        _say(f"{method:24}" + "".join(_cells(row)))


def _cells(row: dict[str, Any]) -> Iterator[str]:
    if "failed" in row:
        yield f"  {row['failed']}"
        return
    yield f"{row['cpu_seconds']:10.3f}{row.get('ratio', 1):10.2f}{row['peak_mb']:10.0f}"
    yield f"{row.get('total_difference_percent', 0):+10.3f}"
    yield "         -" if row["gap"] is None else f"{row['gap']:10.4g}"
    yield f"{row['weakest_panel']:10.4f}{sum(row['broken'].values()):10}"


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201
