"""The optimum as a min-cost flow: work -> municipality of the work's panel -> expert -> load.

A group node per (work, municipality) keeps panels diverse and the problem a pure network, hence
integral. Unmet demand flows past the experts, so the flow always exists and an infeasible problem
yields its largest plan. Large problems start from a few candidates per work and per expert;
prices from the residual network then either prove the optimum over all pairs or name the pairs
that are still missing.
"""

from dataclasses import dataclass

import numpy as np
from ortools.graph.python import min_cost_flow

from flows.assignment.affinity_arrays import rows_at_once
from flows.assignment.engine import balance
from flows.assignment.engine.certificate import Goal, Proof, pair_worths, plan_value, prove
from flows.assignment.engine.instance import Instance, Integers
from flows.assignment.engine.shortlist import shortlist
from flows.assignment.rules import Mask

DENSE = 50_000  # pairs; below this pruning costs more than it saves
NEXT = 12  # experts added to a work whose best panel was missing
NEVER = -(2**62)


@dataclass(frozen=True)
class Solution:
    """Chosen pairs as positions, and the proof of the bound on their value."""

    rows: Integers
    columns: Integers
    value: int
    proof: Proof

    @property
    def gap(self) -> int:
        return self.proof.bound - self.value


@dataclass(frozen=True)
class Arcs:
    """Arcs as arrays; ``pair_arcs`` leading arcs stand for the candidate pairs in order."""

    tail: Integers
    head: Integers
    capacity: Integers
    cost: Integers
    supply: Integers


def solve(instance: Instance, goal: Goal) -> Solution:
    """The best plan for the goal over all lawful pairs, with its proof (gap 0)."""
    pairs = candidates(instance)
    while True:
        solution, wanted = _solve_on(instance, goal, pairs)
        wider = union(instance, pairs, wanted)
        if solution.gap == 0 or len(wider) == len(pairs):
            return solution
        pairs = union(instance, wider, _next_best(instance, solution.proof, wanted, pairs))


def _next_best(instance: Instance, proof: Proof, wanted: Integers, pairs: Integers) -> Integers:
    """For works whose best panel was not among the pairs, the next best too: fewer rounds."""
    experts = max(1, len(instance.experts))
    codes, known = (flat[:, 0] * experts + flat[:, 1] for flat in (wanted, pairs))
    at = np.minimum(np.searchsorted(known, codes), max(0, len(known) - 1))
    short = np.unique(codes[known[at] != codes] // experts) if len(known) else wanted[:, 0]
    most = min(NEXT, len(instance.experts))
    found = [np.zeros((0, 2), dtype=np.int64)]
    for start in range(0, len(short), rows_at_once(experts)):
        rows = short[start : start + rows_at_once(experts)]
        affinity = instance.affinity[rows]
        per_unit = proof.goal.scale * max(1, proof.goal.weights.affinity)
        worth = np.where(affinity >= 0, affinity.astype(np.int64) * per_unit - proof.prices, NEVER)
        best = np.argpartition(-worth, most - 1, axis=1)[:, :most]
        listed = np.column_stack((np.repeat(rows, most), best.ravel()))
        found.append(listed[instance.affinity[listed[:, 0], listed[:, 1]] >= 0])
    return np.concatenate(found)


def candidates(instance: Instance) -> Integers:
    """All lawful pairs of a small problem; of a large one the best per work and per expert."""
    if instance.affinity.size <= DENSE:
        return np.argwhere(instance.affinity >= 0)
    return union(instance, shortlist(instance), instance.kept)


def union(instance: Instance, pairs: Integers, more: Integers) -> Integers:
    """Both sets of pairs, each once, ordered by row and column."""
    experts = max(1, len(instance.experts))
    flat = np.concatenate((pairs, more))
    codes = np.sort(flat[:, 0] * experts + flat[:, 1], kind="stable")
    return np.column_stack(np.divmod(codes[_changes(codes)], experts))


def _changes(ordered: Integers) -> Mask:
    """True where a sorted array begins another number."""
    new = np.ones(len(ordered), dtype=np.bool_)
    new[1:] = ordered[1:] != ordered[:-1]
    return new


def _solve_on(instance: Instance, goal: Goal, pairs: Integers) -> tuple[Solution, Integers]:
    arcs = _arcs(instance, goal, pairs)
    flows = min_cost(arcs)
    chosen = pairs[flows[: len(pairs)] > 0]
    proof, wanted = prove(instance, goal, expert_prices(instance, arcs, flows))
    value = plan_value(instance, goal.weights, chosen[:, 0], chosen[:, 1])
    return Solution(chosen[:, 0], chosen[:, 1], value, proof), wanted


def _arcs(instance: Instance, goal: Goal, pairs: Integers) -> Arcs:
    """Nodes: submissions, experts, the sink, then the group nodes that can bind."""
    submissions, experts = len(instance.submissions), len(instance.experts)
    sink = submissions + experts
    column_nodes = submissions + pairs[:, 1]
    tails, group_tail, group_head, group_room = group_arcs(instance, pairs, sink + 1)
    works = np.arange(submissions)
    most = np.maximum(1, np.bincount(pairs[:, 1], minlength=experts))  # one unit carries a price
    levels = balance.levels(instance, goal.weights, goal.scale, most=most)
    nodes = int(max(sink, group_head.max(initial=0))) + 1
    supply = np.zeros(nodes, dtype=np.int64)
    supply[:submissions] = instance.demand
    supply[sink] = -instance.demand.sum()
    to_sink = np.full(len(levels.expert) + submissions, sink)
    single = np.ones(len(pairs), dtype=np.int64)
    return Arcs(
        tail=np.concatenate((tails, group_tail, submissions + levels.expert, works)),
        head=np.concatenate((column_nodes, group_head, to_sink)),
        capacity=np.concatenate((single, group_room, levels.units, instance.demand)),
        cost=np.concatenate((costs(instance, goal, pairs), 0 * group_room, levels.cost, 0 * works)),
        supply=supply,
    )


def group_arcs(
    instance: Instance, pairs: Integers, first: int, *, share: float = 1
) -> tuple[Integers, Integers, Integers, Integers]:
    """Tails of the pair arcs, and the arcs submission -> group where a group could overflow.

    ``share`` is how much of a place one pair can take: below 1 for probabilities.
    """
    groups = max(1, len(instance.starts))
    code = pairs[:, 0] * groups + instance.group[pairs[:, 1]]
    new = _changes(code)  # pairs are ordered and groups stand side by side, so codes are sorted
    first_pair, number = np.flatnonzero(new), np.cumsum(new) - 1
    codes, size = code[first_pair], np.diff(np.append(first_pair, len(code)))
    rows, columns = np.divmod(codes, groups)
    room = np.maximum(instance.room[rows, columns], 0) if len(codes) else codes
    binds = size * share > room
    node = first + np.cumsum(binds) - 1
    tails = np.where(binds[number], node[number], pairs[:, 0])
    return tails, rows[binds], node[binds], room[binds]


def costs(instance: Instance, goal: Goal, pairs: Integers) -> Integers:
    """Of each pair of positions, in 1/``scale``: what it is worth, negated."""
    return -pair_worths(instance, goal, pairs)


def min_cost(arcs: Arcs) -> Integers:
    """Units on every arc of the cheapest flow."""
    solver = min_cost_flow.SimpleMinCostFlow()
    numbers = solver.add_arcs_with_capacity_and_unit_cost(
        arcs.tail, arcs.head, arcs.capacity, arcs.cost
    )
    solver.set_nodes_supplies(np.arange(len(arcs.supply)), arcs.supply)
    status = solver.solve()
    if status != solver.OPTIMAL:
        raise RuntimeError(f"min-cost flow ended with status {status}")
    return np.asarray(solver.flows(numbers), dtype=np.int64)


def expert_prices(instance: Instance, arcs: Arcs, flows: Integers) -> Integers:
    """Each expert's price: the sink's distance minus the expert's in the residual network.

    Bellman-Ford from all nodes at once; an optimal flow leaves no negative cycle, so it ends.
    """
    forward, backward = flows < arcs.capacity, flows > 0
    tail = np.concatenate((arcs.tail[forward], arcs.head[backward]))
    order = np.argsort(tail, kind="stable")
    head = np.concatenate((arcs.head[forward], arcs.tail[backward]))[order]
    cost = np.concatenate((arcs.cost[forward], -arcs.cost[backward]))[order]
    first = np.searchsorted(tail[order], np.arange(len(arcs.supply) + 1))
    distance = _distances(first, head, cost)
    sink = len(instance.submissions) + len(instance.experts)
    prices: Integers = distance[sink] - distance[len(instance.submissions) : sink]
    return prices


def _distances(first: Integers, head: Integers, cost: Integers) -> Integers:
    """Shortest way to each node from anywhere; only what has changed is looked at again."""
    distance = np.zeros(len(first) - 1, dtype=np.int64)
    changed = np.arange(len(distance))
    while len(changed):
        count = first[changed + 1] - first[changed]
        skipped = first[changed] - (np.cumsum(count) - count)
        arc = np.arange(int(count.sum())) + np.repeat(skipped, count)
        reached = np.repeat(distance[changed], count) + cost[arc]
        better = reached < distance[head[arc]]
        changed = np.flatnonzero(np.bincount(head[arc[better]], minlength=0))
        np.minimum.at(distance, head[arc[better]], reached[better])
    return distance
