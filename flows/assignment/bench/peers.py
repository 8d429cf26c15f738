"""Other ways of doing the same: each takes an instance and gives pairs (row, column).

All get the same lawful pairs and whole-number affinities, ready made. OpenReview's solvers and
HotCRP's flow are used where they are installed and are no part of this project.
"""

import importlib
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import numpy as np
from ortools.graph.python import min_cost_flow
from scipy.optimize import linprog
from scipy.sparse import coo_array

from flows.assignment.engine import fairness, goals
from flows.assignment.engine.instance import Instance, Integers

BONUS = 16  # affinity units for a unit of minimum load: as good as hard on these problems
CHOSEN = 0.5
HOTCRP_DRIVER = Path(__file__).with_name("hotcrp.php")


@dataclass(frozen=True)
class Network:
    """Arcs of all lawful pairs first; nodes: works, experts, (work, municipality), sink."""

    pairs: Integers
    tail: Integers
    head: Integers
    capacity: Integers
    cost: Integers
    sink: int


def network(instance: Instance) -> Network:
    """Every lawful pair an arc, every (work, municipality) a node where these limit panels."""
    pairs = np.argwhere(instance.affinity >= 0)
    works, experts = instance.affinity.shape
    groups = len(instance.starts) if len(instance.starts) < experts else 0
    sink = works + experts + works * groups
    first = works + experts
    tail = first + pairs[:, 0] * groups + instance.group[pairs[:, 1]] if groups else pairs[:, 0]
    row, group = np.divmod(np.arange(works * groups), max(1, groups))
    cost = instance.unit - instance.affinity[pairs[:, 0], pairs[:, 1]].astype(np.int64)
    everyone, to_sink = np.arange(works, first), np.full(experts, sink)
    dear = np.full(experts, BONUS * instance.unit)
    return Network(
        pairs=pairs,
        tail=np.concatenate((tail, row, everyone, everyone)),
        head=np.concatenate(
            (works + pairs[:, 1], first + np.arange(works * groups), to_sink, to_sink)
        ),
        capacity=np.concatenate(
            (
                np.ones(len(pairs), dtype=np.int64),
                instance.room[row, group],
                instance.minimum,
                instance.capacity - instance.minimum,
            )
        ),
        cost=np.concatenate((cost, 0 * row, 0 * dear, dear)),
        sink=sink,
    )


def ours(instance: Instance) -> Integers:
    """The engine: pruned candidates, flow, proof over all pairs."""
    solution = goals.optimise(instance).solution
    return np.column_stack((solution.rows, solution.columns))


def ours_maxmin(instance: Instance) -> Integers:
    """The engine when the weakest panel comes first."""
    solution = fairness.defend(instance, goals.optimise(instance), "maxmin").solution
    return np.column_stack((solution.rows, solution.columns))


def dense_flow(instance: Instance) -> Integers:
    """OR-tools' min-cost flow on the whole network, no proof."""
    arcs = network(instance)
    solver = min_cost_flow.SimpleMinCostFlow()
    taken = solver.add_arcs_with_capacity_and_unit_cost(
        arcs.tail, arcs.head, arcs.capacity, arcs.cost
    )
    nodes = np.append(np.arange(len(instance.demand)), arcs.sink)
    solver.set_nodes_supplies(nodes, np.append(instance.demand, -instance.demand.sum()))
    solver.solve()
    return arcs.pairs[np.asarray(solver.flows(taken[: len(arcs.pairs)])) > 0]


def networkx_simplex(instance: Instance) -> Integers:
    """The network simplex of networkx on the whole network."""
    networkx = importlib.import_module("networkx")
    arcs = network(instance)
    graph = networkx.MultiDiGraph()
    for work, demand in enumerate(instance.demand.tolist()):
        graph.add_node(work, demand=-demand)
    graph.add_node(arcs.sink, demand=int(instance.demand.sum()))
    listed = (arcs.tail, arcs.head, arcs.capacity, arcs.cost)
    rows = zip(*(column.tolist() for column in listed), strict=True)
    for number, (tail, head, capacity, cost) in enumerate(rows):
        graph.add_edge(tail, head, key=number, capacity=capacity, weight=cost)
    _, flows = networkx.network_simplex(graph)
    heads = zip(arcs.tail.tolist(), arcs.head.tolist(), range(len(arcs.pairs)), strict=False)
    used = [flows[tail][head][number] > 0 for tail, head, number in heads]
    return arcs.pairs[np.array(used, dtype=np.bool_)]


def linear_programme(instance: Instance) -> Integers:
    """The same polytope for a general LP solver (HiGHS; integral at its vertices)."""
    pairs = np.argwhere(instance.affinity >= 0)
    values = instance.affinity[pairs[:, 0], pairs[:, 1]] / instance.unit
    groups, number = len(instance.starts), np.arange(len(pairs))
    loads = _rows(pairs[:, 1], number, (len(instance.experts), len(pairs)))
    limits = [(loads, instance.capacity), (-loads, -instance.minimum)]
    if groups < len(instance.experts):
        crowd = pairs[:, 0] * groups + instance.group[pairs[:, 1]]
        crowds = _rows(crowd, number, (len(instance.demand) * groups, len(pairs)))
        limits.append((crowds, instance.room.ravel()))
    answer = linprog(
        -values,
        A_ub=_stacked(*(matrix for matrix, _ in limits)),
        b_ub=np.concatenate([limit for _, limit in limits]),
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
    demand, capacity = instance.demand.copy(), instance.capacity.copy()
    room = np.array(instance.room)
    pairs = np.argwhere(instance.affinity >= 0)
    values = instance.affinity[pairs[:, 0], pairs[:, 1]].astype(np.int64)
    order = np.argsort(-values, kind="stable")
    for work, expert in pairs[order].tolist():
        group = instance.group[expert]
        if demand[work] > 0 and capacity[expert] > 0 and room[work, group] > 0:
            demand[work] -= 1
            capacity[expert] -= 1
            room[work, group] -= 1
            yield work, expert


def openreview_minmax(instance: Instance) -> Integers:
    """OpenReview's default solver: minimum loads first, then the rest, each a min-cost flow."""
    module = importlib.import_module("matcher.solvers.minmax_solver")
    return _openreview(instance, module.MinMaxSolver)


def openreview_fairflow(instance: Instance) -> Integers:
    """OpenReview's FairFlow: the weakest panel by repeated flows."""
    module = importlib.import_module("matcher.solvers.fairflow")
    return _openreview(instance, module.FairFlow)


def _openreview(instance: Instance, solver: Callable[..., SimpleNamespace]) -> Integers:
    """Their encoder's matrices, with costs as fine as ours (their own are a hundred times coarser)."""
    lawful = instance.affinity >= 0
    scores = np.where(lawful, instance.affinity, 0) / instance.unit
    encoder = SimpleNamespace(
        cost_matrix=-np.rint(scores * instance.unit),
        aggregate_score_matrix=scores,
        constraint_matrix=np.where(lawful, 0, -1),
    )
    loads = instance.minimum.tolist(), instance.capacity.tolist(), instance.demand.tolist()
    return np.argwhere(np.asarray(solver(*loads, encoder).solve()) > CHOSEN)


def hotcrp(instance: Instance, *, library: Path) -> Integers:
    """HotCRP's cost-scaling push-relabel (its lib/mincostmaxflow.php) on the whole network."""
    arcs = network(instance)
    source = np.column_stack(
        (np.full(len(instance.demand), -1), np.arange(len(instance.demand)), instance.demand)
    )
    lines = [f"{tail} {head} {capacity} 0" for tail, head, capacity in source.tolist()]
    listed = (arcs.tail, np.where(arcs.head == arcs.sink, -2, arcs.head), arcs.capacity, arcs.cost)
    lines.extend(
        f"{tail} {head} {capacity} {cost}"
        for tail, head, capacity, cost in zip(*(row.tolist() for row in listed), strict=True)
        if capacity
    )
    answer = subprocess.run(  # noqa: S603 - the program and the file are the caller's own
        [shutil.which("php") or "php", "-dmemory_limit=-1", str(HOTCRP_DRIVER), str(library)],
        input="\n".join(lines),
        capture_output=True,
        text=True,
        check=True,
    )
    used = sorted(int(number) for number in answer.stdout.split())
    return arcs.pairs[[number for number in used if number < len(arcs.pairs)]]
