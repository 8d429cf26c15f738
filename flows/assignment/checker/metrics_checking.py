"""The figures beside a plan, counted once more from its pairs."""

from collections import Counter, defaultdict
from collections.abc import Iterator

import numpy as np

from flows.assignment.checker.register import Register
from schemas.assignment_problem import Result

TOLERANCE = 1e-6


def check_metrics(register: Register, result: Result) -> Iterator[str]:
    """A sentence per figure that the pairs do not bear out."""
    for name, counted in _counted(register, result).items():
        told = getattr(result.metrics, name)
        if abs(told - counted) > TOLERANCE:
            yield f"Показатель {name} равен {counted:.6f}, а заявлено {told:.6f}."


def _counted(register: Register, result: Result) -> dict[str, float]:
    sums: dict[str, float] = defaultdict(float)
    for work, _, value in result.pairs:
        sums[work] += value
    wanted = {work.id: register.wanted(work) for work in register.problem.submissions}
    panels = [sums[work] / size for work, size in wanted.items() if size] or [0.0]
    return {
        "mean": sum(sums.values()) / max(1, len(result.pairs)),
        "min": min(panels),
        "p5": float(np.percentile(panels, 5)),
        "load_gini": _gini(register, result),
    }


def _gini(register: Register, result: Result) -> float:
    """Mean difference between two experts' loads over twice the mean load."""
    loads = Counter(expert for _, expert, _ in result.pairs)
    ranked = np.sort([loads[expert] for expert in register.experts])
    if not len(result.pairs):
        return 0.0
    below = np.arange(len(ranked)) * ranked - np.concatenate(([0], np.cumsum(ranked)[:-1]))
    return float(below.sum() / (len(ranked) * ranked.sum()))
