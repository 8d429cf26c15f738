"""The engine beside the plain ways of doing the same, on the same problems, in one run.

Peers get the same lawful pairs and integer affinities: a dense min-cost flow without pruning, a
linear programme, and greedy. CPU seconds are compared, not wall time; totals are relative to the
engine's proven optimum, ``missing`` counts reviews and minimum loads a method left unmet.
"""

import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from ortools.graph.python import min_cost_flow
from scipy.optimize import linprog
from scipy.sparse import coo_array

from flows.assignment.bench.synthetic import Size, problem
from flows.assignment.checker.checking import check
from flows.assignment.engine import goals
from flows.assignment.engine.instance import Instance, Integers, prepare
from flows.assignment.planning import plan

SIZES = {"28x20": Size(28, 20, 9), "500x200": Size(500, 200, 30)}
SEED = 1
REPEATS = 5
BONUS = 16  # affinity units for a unit of minimum load: as good as hard on these problems
CHOSEN = 0.5

Method = Callable[[Instance], Integers]


@dataclass(frozen=True)
class Measured:
    """One method on one problem."""

    cpu_seconds: float
    total: float
    reviews_missing: int
    minimum_missing: int


def run() -> dict[str, Any]:
    """Measure everything, print a table with ratios to the engine, return the figures."""
    report: dict[str, Any] = {}
    for name, size in SIZES.items():
        posed = problem(size, seed=SEED)
        instance = prepare(posed)
        measured = {word: measure(method, instance) for word, method in METHODS.items()}
        broken = check(posed, plan(posed))
        report[name] = {word: _row(row, measured["ours"]) for word, row in measured.items()}
        report[name]["ours"]["broken_rules_or_unproven"] = len(broken)
        _print(name, report[name])
    return report


def measure(method: Method, instance: Instance) -> Measured:
    """Median CPU seconds of a few runs, and what the last plan is worth."""
    seconds = []
    for _ in range(REPEATS):
        started = time.process_time()
        pairs = method(instance)
        seconds.append(time.process_time() - started)
    loads = np.bincount(pairs[:, 1], minlength=len(instance.experts))
    unmet = np.maximum(instance.minimum - loads, 0).sum()
    total = instance.affinity[pairs[:, 0], pairs[:, 1]].astype(np.int64).sum()
    return Measured(
        cpu_seconds=statistics.median(seconds),
        total=float(total) / instance.unit,
        reviews_missing=int(instance.demand.sum()) - len(pairs),
        minimum_missing=int(unmet),
    )


def _row(row: Measured, ours: Measured) -> dict[str, float]:
    return {
        "cpu_seconds": row.cpu_seconds,
        "cpu_ratio": row.cpu_seconds / max(ours.cpu_seconds, 1e-9),
        "total": row.total,
        "total_difference_percent": 100 * (row.total / ours.total - 1),
        "reviews_missing": row.reviews_missing,
        "minimum_missing": row.minimum_missing,
    }


def _print(name: str, rows: dict[str, dict[str, float]]) -> None:
    lines = [f"{name:16} {'CPU s':>8} {'x ours':>8} {'total':>10} {'vs ours':>9} {'missing':>8}"]
    for word, row in rows.items():
        missing = f"{row['reviews_missing']}+{row['minimum_missing']}"
        lines.append(
            f"{word:16} {row['cpu_seconds']:8.4f} {row['cpu_ratio']:8.2f} {row['total']:10.4f}"
            f" {row['total_difference_percent']:+8.3f}% {missing:>8}"
        )
    print("\n".join(lines))  # noqa: T201


def ours(instance: Instance) -> Integers:
    """The engine: pruned candidates, flow, proof over all pairs."""
    solution = goals.optimise(instance).solution
    return np.column_stack((solution.rows, solution.columns))


def dense_flow(instance: Instance) -> Integers:
    """Every lawful pair an arc, every (work, municipality) a node, no proof."""
    pairs = np.argwhere(instance.affinity >= 0)
    works, experts, groups = len(instance.demand), len(instance.experts), len(instance.starts)
    sink, first = works + experts, works + experts + 1
    group = first + pairs[:, 0] * groups + instance.group[pairs[:, 1]]
    row, number = np.divmod(np.arange(works * groups), groups)
    cost = instance.unit - instance.affinity[pairs[:, 0], pairs[:, 1]].astype(np.int64)
    solver = min_cost_flow.SimpleMinCostFlow()
    arcs = solver.add_arcs_with_capacity_and_unit_cost
    arcs(row, first + np.arange(works * groups), instance.room[row, number], 0 * row)
    taken = arcs(group, works + pairs[:, 1], np.ones(len(pairs), dtype=np.int64), cost)
    everyone, to_sink = np.arange(works, sink), np.full(experts, sink)
    bonus = np.full(experts, -BONUS * instance.unit)
    arcs(everyone, to_sink, instance.minimum, bonus)
    arcs(everyone, to_sink, instance.capacity - instance.minimum, 0 * bonus)
    nodes = np.append(np.arange(works), sink)
    solver.set_nodes_supplies(nodes, np.append(instance.demand, -instance.demand.sum()))
    solver.solve()
    return np.asarray(pairs[np.asarray(solver.flows(taken)) > 0])


def linear_programme(instance: Instance) -> Integers:
    """The same polytope for a general LP solver (integral at its vertices)."""
    pairs = np.argwhere(instance.affinity >= 0)
    values = instance.affinity[pairs[:, 0], pairs[:, 1]] / instance.unit
    groups, number = len(instance.starts), np.arange(len(pairs))
    loads = _rows(pairs[:, 1], number, (len(instance.experts), len(pairs)))
    crowd = pairs[:, 0] * groups + instance.group[pairs[:, 1]]
    crowds = _rows(crowd, number, (len(instance.demand) * groups, len(pairs)))
    answer = linprog(
        -values,
        A_ub=_stacked(loads, -loads, crowds),
        b_ub=np.concatenate((instance.capacity, -instance.minimum, instance.room.ravel())),
        A_eq=_rows(pairs[:, 0], number, (len(instance.demand), len(pairs))),
        b_eq=instance.demand,
        bounds=(0, 1),
        method="highs",
    )
    return np.asarray(pairs[answer.x > CHOSEN])


def _rows(of: Integers, column: Integers, shape: tuple[int, int]) -> coo_array:
    return coo_array((np.ones(len(column)), (of, column)), shape=shape)


def _stacked(*blocks: coo_array) -> coo_array:
    offsets = np.cumsum([0, *(block.shape[0] for block in blocks)])
    shifted = zip(blocks, offsets[:-1], strict=True)
    rows = np.concatenate([block.row + first for block, first in shifted])
    columns = np.concatenate([block.col for block in blocks])
    values = np.concatenate([block.data for block in blocks])
    return coo_array((values, (rows, columns)), shape=(int(offsets[-1]), blocks[0].shape[1]))


def greedy(instance: Instance) -> Integers:
    """The best remaining pair that still fits, until none does."""
    return np.array(list(_greedy(instance)), dtype=np.int64).reshape(-1, 2)


def _greedy(instance: Instance) -> Iterator[tuple[int, int]]:
    demand, capacity, room = instance.demand.copy(), instance.capacity.copy(), instance.room.copy()
    pairs = np.argwhere(instance.affinity >= 0)
    order = np.argsort(-instance.affinity[pairs[:, 0], pairs[:, 1]], kind="stable")
    for work, expert in pairs[order].tolist():
        group = instance.group[expert]
        if demand[work] > 0 and capacity[expert] > 0 and room[work, group] > 0:
            demand[work] -= 1
            capacity[expert] -= 1
            room[work, group] -= 1
            yield work, expert


METHODS: dict[str, Method] = {
    "ours": ours,
    "dense_flow": dense_flow,
    "linear_programme": linear_programme,
    "greedy": greedy,
}
