"""One method on one problem in this process: what it costs and what its plan is worth.

Started by ``measuring`` with a task as JSON; answers with figures as JSON on standard output.
"""

import json
import resource
import statistics
import sys
from collections.abc import Callable
from functools import partial
from os import environ
from pathlib import Path
from typing import Any

import numpy as np

from flows.assignment.affinity_arrays import AffinityMatrix
from flows.assignment.bench import peers
from flows.assignment.bench.measuring import HOTCRP, SEED, Task
from flows.assignment.bench.synthetic import Size, people
from flows.assignment.checker.checking import check
from flows.assignment.engine.instance import Instance, Integers, prepare
from flows.assignment.matrix_file import open_matrix
from flows.assignment.planning import plan
from schemas.assignment_problem import Policy, Problem

REPEATS, ENOUGH = 5, 2.0  # runs, or processor seconds after which one more says nothing new

METHODS: dict[str, Callable[[Instance], Integers]] = {
    "ours": peers.ours,
    "ours_maxmin": peers.ours_maxmin,
    "greedy": peers.greedy,
    "dense_flow": peers.dense_flow,
    "linear_programme": peers.linear_programme,
    "networkx_simplex": peers.networkx_simplex,
    "hotcrp": lambda instance: peers.hotcrp(instance, library=Path(environ[HOTCRP])),
    "openreview_minmax": peers.openreview_minmax,
    "openreview_fairflow": peers.openreview_fairflow,
}
OURS = {"ours": "none", "ours_maxmin": "maxmin"}


def contest(task: Task) -> dict[str, Any]:
    """Median processor seconds, largest memory, and what the plan is worth and breaks."""
    limit = Policy().max_per_municipality if task.diverse else None
    posed = people(task.size, seed=SEED, policy=Policy(max_per_municipality=limit))
    matrix = open_matrix(Path(task.matrix))
    method = METHODS[task.method]
    if task.method in OURS:
        solve: Callable[[], Integers] = lambda: method(prepare(posed, affinity=matrix))  # noqa: E731
    else:
        solve = partial(method, prepare(posed, affinity=matrix))
    seconds: list[float] = []
    pairs = np.zeros((0, 2), dtype=np.int64)
    while len(seconds) < REPEATS and sum(seconds) < ENOUGH:
        started = _cpu_seconds()
        pairs = solve()
        seconds.append(_cpu_seconds() - started)
    memory = _peak_megabytes()
    return {
        "cpu_seconds": statistics.median(seconds),
        "peak_mb": memory,
        **worth(prepare(posed, affinity=matrix), pairs),
        **_proof(posed, matrix, task.method),
    }


def worth(instance: Instance, pairs: Integers) -> dict[str, Any]:
    """Total, the weakest panel's mean, and how often a wish or rule is missed."""
    rows, columns = pairs[:, 0], pairs[:, 1]
    values = instance.affinity[rows, columns].astype(np.int64)
    sums = np.bincount(rows, weights=values, minlength=len(instance.demand))
    loads = np.bincount(columns, minlength=len(instance.experts))
    groups = np.unique(rows * len(instance.starts) + instance.group[columns], return_counts=True)[1]
    return {
        "total": float(values.sum()) / instance.unit,
        "weakest_panel": float((sums / instance.demand).min()) / instance.unit,
        "broken": {
            "reviews_missing": int(instance.demand.sum()) - len(np.unique(pairs, axis=0)),
            "minimum_missing": int(np.maximum(instance.minimum - loads, 0).sum()),
            "overloaded": int(np.maximum(loads - instance.capacity, 0).sum()),
            "same_municipality": int((groups - 1).sum()),
            "unlawful": int((values < 0).sum()),
        },
    }


def _proof(posed: Problem, matrix: AffinityMatrix, method: str) -> dict[str, Any]:
    """The engine's whole plan once more, checked by the independent checker."""
    if method not in OURS:
        return {"gap": None}
    policy = posed.policy.model_copy(update={"fairness": OURS[method]})
    asked = posed.model_copy(update={"policy": policy})
    result = plan(asked, affinity=matrix)
    unproven = check(asked, result, affinity=matrix)
    return {"gap": result.gap, "status": result.status, "checker_objections": len(unproven)}


def _cpu_seconds() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(row.ru_utime + row.ru_stime for row in used)


def _peak_megabytes() -> float:
    """Of this process or of its largest child, the interpreter included.

    Linux lets a new program inherit the peak of whoever started it, so the process's own is read.
    """
    status = Path("/proc/self/status")
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    if not status.exists():
        return max(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, children) / 1024
    lines = status.read_text(encoding="ascii", errors="replace").splitlines()
    own = next(line.split()[1] for line in lines if line.startswith("VmHWM"))
    return max(int(own), children) / 1024


if __name__ == "__main__":
    asked = json.loads(sys.argv[1])
    task = Task(**{**asked, "size": Size(**asked["size"])})
    resource.setrlimit(resource.RLIMIT_CPU, (task.limit, task.limit))
    json.dump(contest(task), sys.stdout)
