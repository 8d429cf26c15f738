"""Rules that no network carries: a senior in every panel, nobody reviews in return, panel floors.

First the network alone: when its optimum happens to keep the extra rules it is the answer. If
not, a linear programme over pruned columns, priced over all pairs until none can improve it; its
duals become the certificate's prices. Where it is not integral, an integer programme frees the
works it left in fractions, then their neighbours, and in small problems all of them: that is
exact. Large problems close one direction between municipalities at a time (``reciprocity``).
"""

from dataclasses import dataclass, replace

import numpy as np

from flows.assignment.engine import network, programme, reciprocity
from flows.assignment.engine.certificate import Goal, Proof, plan_value, prove, worths
from flows.assignment.engine.instance import Instance, Integers
from flows.assignment.engine.network import Solution, union
from flows.assignment.engine.programme import Active, Bools, Duals, Floats, Programme

BRANCHED = 6_000  # columns; an integer programme with more is not tried as a whole
FREED = 2_000  # columns that may be free at once in a larger one
WORK = 150_000  # columns times nodes of one search
MOST_NODES = 400
WAY_NODES = 200  # of a search over directions alone
ROUNDS = 3
PRICINGS = 20
LAZY = 2  # pricings in which only what is answered gets rows
MOST_WAYS = 6_000
WHOLE_ROADS = 5_000  # pairs; above this municipal directions are closed one by one
INTEGRAL = 1e-6
HALF = 0.5
PRECISION = 10**15  # worth times scale times experts stays far below 64 bits


@dataclass(frozen=True)
class Relaxed:
    """The linear optimum over all pairs, the programme it belongs to, and what it proves."""

    pairs: Integers
    active: Active
    programme: Programme
    values: Floats
    proof: Proof
    duals: Duals

    @property
    def chosen(self) -> Floats:
        return self.values[: len(self.pairs)]


def solve(instance: Instance, goal: Goal, known: Solution | None = None) -> Solution:
    """The best plan that keeps the extra rules and, as far as it can, the panel floors.

    ``known`` is a lawful plan to fall back on; it is returned when nothing better can exist.
    """
    start = network.solve(instance, Goal(goal.weights))
    if keeps_extras(instance, start) and meets_floors(instance, start, goal.floors):
        return start
    enough = None if known is None else _worth(instance, goal, known)
    if known is not None and enough is not None and enough >= start.proof.bound:
        return replace(known, value=enough, proof=start.proof)
    pairs = union(instance, network.candidates(instance), _pairs(start))
    relaxed = _price_out(instance, goal, pairs, _active(instance, start), enough)
    if known is not None and enough is not None and enough >= relaxed.proof.bound:
        return replace(known, value=enough, proof=relaxed.proof)
    return _from_relaxed(instance, goal, relaxed)


def _from_relaxed(instance: Instance, goal: Goal, relaxed: Relaxed) -> Solution:
    """Integral already, or by branching; where that finds nothing, some lawful plan."""
    if _integral(relaxed.chosen) and not _answered(instance, relaxed.pairs, relaxed.chosen):
        return _solution(instance, goal, relaxed, relaxed.values)
    if len(relaxed.active.crossings) and instance.affinity.size > WHOLE_ROADS:
        return _one_way(instance, goal, relaxed)
    found = _integer(instance, goal, relaxed)
    if found is not None:
        return found
    return replace(_lawful_part(instance, goal), proof=relaxed.proof)


def _answered(instance: Instance, pairs: Integers, values: Floats) -> bool:
    return bool(len(reciprocity.answered(instance, pairs, values)))


def _one_way(instance: Instance, goal: Goal, relaxed: Relaxed) -> Solution:
    """Municipal directions as the linear optimum leans; the other rules are solved each time."""
    roads = replace(instance, rivals=instance.rivals[:0])
    leaning = relaxed.values[relaxed.programme.blocks[3] :]
    torn = np.flatnonzero(np.abs(leaning - np.rint(leaning)) > INTEGRAL)
    doubt = torn[np.argsort(np.abs(leaning[torn] - HALF), kind="stable")]
    found = reciprocity.one_way(
        roads,
        goal,
        lambda closed, goal: _inner(replace(closed, rivals=instance.rivals), goal),
        ways=reciprocity.leaning(relaxed.active, leaning),
        undecided=relaxed.active.crossings[doubt],
        enough=relaxed.proof.bound,
    )
    return replace(found, proof=relaxed.proof)


def _inner(instance: Instance, goal: Goal) -> Solution:
    if instance.has_extras or len(goal.floors):
        return solve(instance, goal)
    return network.solve(instance, goal)


def keeps_extras(instance: Instance, solution: Solution) -> bool:
    """True when every full panel that needs a senior has one and nobody reviews in return."""
    return not len(_active(instance, solution)) and not _unled(instance, solution).any()


def _unled(instance: Instance, solution: Solution) -> Bools:
    size = len(instance.demand)
    weights = ~instance.senior[solution.columns]
    juniors = np.bincount(solution.rows, weights=weights, minlength=size)
    unled: Bools = instance.needs_senior & (juniors > instance.demand - 1)
    return unled


def _active(instance: Instance, solution: Solution) -> Active:
    return reciprocity.answered(instance, _pairs(solution), np.ones(len(solution.rows)))


def meets_floors(instance: Instance, solution: Solution, floors: Integers) -> bool:
    return not len(floors) or bool((panel_sums(instance, solution) >= floors).all())


def panel_sums(instance: Instance, solution: Solution) -> Integers:
    """Sum of affinity per submission in units, fixed pairs included."""
    sums = instance.fixed_sums
    values = instance.affinity[solution.rows, solution.columns].astype(np.int64)
    np.add.at(sums, solution.rows, values)
    return sums


def _pairs(solution: Solution) -> Integers:
    return np.column_stack((solution.rows, solution.columns))


def _integral(values: Floats) -> bool:
    return bool((np.abs(values - np.rint(values)) < INTEGRAL).all())


def _worth(instance: Instance, goal: Goal, plan: Solution) -> int:
    return plan_value(instance, goal.weights, plan.rows, plan.columns)


def _price_out(
    instance: Instance, goal: Goal, pairs: Integers, active: Active, enough: int | None
) -> Relaxed:
    """The linear optimum over all pairs: add what priced panels want and what is answered.

    Ends early when the bound comes down to ``enough``.
    """
    for turn in range(PRICINGS):
        built = programme.build(instance, goal, pairs, active)
        values, value, marginals = programme.relaxed(built)
        duals = programme.duals(instance, built, marginals)
        proof, wanted = _prove(instance, goal, duals)
        more = active.joined(reciprocity.answered(instance, pairs, values[: len(pairs)]))
        closed = proof.bound <= value * instance.unit + INTEGRAL
        wider = pairs if closed else union(instance, pairs, wanted)
        grown = len(more) > len(active) or len(wider) > len(pairs)
        if not grown or (enough is not None and proof.bound <= enough):
            break
        if turn + 1 < PRICINGS:
            pairs, active = wider, more if turn < LAZY else _all_ways(instance, more)
    return Relaxed(pairs, active, built, values, proof, duals)


def _all_ways(instance: Instance, active: Active) -> Active:
    """Rows for everything that could be answered, where it is not too much."""
    every = Active(np.arange(len(instance.rivals)), np.arange(len(instance.crossings)))
    return every if len(every) <= MOST_WAYS else active


def _prove(instance: Instance, goal: Goal, duals: Duals) -> tuple[Proof, Integers]:
    steepest = instance.unit * int(1 + duals.multiplier.max(initial=0))
    weights = goal.weights
    largest = max(weights.coverage + weights.kept + steepest, weights.minimum, 1)
    scale = max(1, min(10**6, PRECISION // largest // max(1, len(instance.experts))))
    scaled = replace(goal, scale=scale, tolls=_tolls(duals, scale))
    if len(goal.floors):
        multipliers = np.rint(duals.multiplier * scale).astype(np.int64)
        scaled = replace(scaled, multipliers=multipliers)
    prices = np.rint(duals.price * scale).astype(np.int64)
    return prove(instance, scaled, prices, np.rint(duals.rival * scale).astype(np.int64))


def _tolls(duals: Duals, scale: int) -> Integers:
    amounts = np.rint(duals.toll * scale).astype(np.int64)
    rows, places = np.nonzero(amounts)
    return np.column_stack((rows, places, amounts[rows, places]))


def _solution(instance: Instance, goal: Goal, relaxed: Relaxed, values: Floats) -> Solution:
    chosen = relaxed.pairs[values[: len(relaxed.pairs)] > HALF]
    value = plan_value(instance, goal.weights, chosen[:, 0], chosen[:, 1])
    return Solution(chosen[:, 0], chosen[:, 1], value, relaxed.proof)


def _integer(instance: Instance, goal: Goal, relaxed: Relaxed) -> Solution | None:
    """The best integral plan: more and more works are free to change, if need be all."""
    best: Solution | None = None
    relaxed = _with_all_ways(instance, goal, relaxed)
    free = _unsettled(instance, relaxed)
    for _ in range(ROUNDS):
        found = _branch(instance, goal, relaxed, free)
        best = found if best is None or (found and found.value > best.value) else best
        wider = _neighbours(instance, relaxed, free)
        if (best and best.gap <= 0) or not (wider & ~free).any():
            break
        free = wider
    if best and best.gap > 0 and free.all() and len(relaxed.pairs) <= BRANCHED:
        return _over_all_pairs(instance, goal, relaxed, best)
    return best


def _with_all_ways(instance: Instance, goal: Goal, relaxed: Relaxed) -> Relaxed:
    every = _all_ways(instance, relaxed.active)
    if len(every) == len(relaxed.active):
        return relaxed
    return _rebuilt(instance, goal, relaxed, every)


def _rebuilt(instance: Instance, goal: Goal, relaxed: Relaxed, active: Active) -> Relaxed:
    """With more ways active; their directions are open, the other columns stand where they did."""
    built = programme.build(instance, goal, relaxed.pairs, active)
    values = np.full(len(built.worth), HALF)
    first = relaxed.programme.blocks[3]
    values[:first] = relaxed.values[:first]
    old = np.searchsorted(active.crossings, relaxed.active.crossings)
    values[first + old] = relaxed.values[first:]
    return replace(relaxed, active=active, programme=built, values=values)


def _over_all_pairs(
    instance: Instance, goal: Goal, relaxed: Relaxed, best: Solution
) -> Solution | None:
    """Columns beyond the gap by reduced cost cannot help; all others join."""
    wider = union(instance, relaxed.pairs, _within(instance, goal, relaxed.duals, best.gap))
    if len(wider) == len(relaxed.pairs) or len(wider) > BRANCHED:
        return best
    built = programme.build(instance, goal, wider, relaxed.active)
    padded = np.ones(len(built.worth))
    again = replace(relaxed, pairs=wider, programme=built, values=padded)
    found = _branch(instance, goal, again, np.ones(len(instance.demand), dtype=np.bool_))
    return found if found and found.value > best.value else best


def _unsettled(instance: Instance, relaxed: Relaxed) -> Bools:
    """Works that the linear optimum leaves in fractions or short; all of a small problem."""
    works = len(instance.demand)
    if len(relaxed.pairs) <= FREED:
        return np.ones(works, dtype=np.bool_)
    values = relaxed.chosen
    torn = np.abs(values - np.rint(values)) > INTEGRAL
    served = np.bincount(relaxed.pairs[:, 0], weights=values, minlength=works)
    unsettled: Bools = served < instance.demand - INTEGRAL
    unsettled[relaxed.pairs[torn, 0]] = True
    unsettled |= _on_torn_roads(instance, relaxed)
    return unsettled


def _on_torn_roads(instance: Instance, relaxed: Relaxed) -> Bools:
    """Works of two municipalities whose direction is not decided."""
    used = np.zeros(instance.affinity.shape)
    used[relaxed.pairs[:, 0], relaxed.pairs[:, 1]] = relaxed.chosen > INTEGRAL
    torn = reciprocity.crossed(instance, used)
    return np.isin(instance.home, instance.crossings[torn])


def _neighbours(instance: Instance, relaxed: Relaxed, free: Bools) -> Bools:
    """Also the works whose experts the free ones could use, as far as the search allows."""
    rows, columns = relaxed.pairs[:, 0], relaxed.pairs[:, 1]
    if len(rows) <= BRANCHED:
        return np.ones_like(free)
    wanted = np.zeros(len(instance.experts), dtype=np.bool_)
    wanted[columns[free[rows]]] = True
    near = relaxed.chosen > HALF
    shared = np.bincount(rows[near], weights=wanted[columns[near]], minlength=len(free))
    order = np.argsort(-(shared + 1e9 * free), kind="stable")
    sizes = np.cumsum(np.bincount(rows, minlength=len(free))[order])
    allowed = np.zeros_like(free)
    allowed[order[(sizes <= FREED) & (shared[order] > 0)]] = True
    return free | allowed


def _branch(instance: Instance, goal: Goal, relaxed: Relaxed, free: Bools) -> Solution | None:
    """Integer optimum where only the free works may change; answered ways join until none is."""
    while True:
        built, values = relaxed.programme, relaxed.values
        lower, upper = np.zeros_like(built.upper), built.upper.copy()
        held = np.flatnonzero(~free[relaxed.pairs[:, 0]])
        lower[held] = upper[held] = np.rint(values[held])
        columns = len(relaxed.pairs) - len(held)
        nodes = int(np.clip(WORK // max(1, columns), 1, MOST_NODES))
        found = _searched(relaxed, lower, upper, nodes)
        if found is None:
            return None
        answered = reciprocity.answered(instance, relaxed.pairs, found[: len(relaxed.pairs)])
        if not len(answered):
            return _solution(instance, goal, relaxed, found)
        relaxed = _rebuilt(instance, goal, relaxed, relaxed.active.joined(answered))


def _searched(relaxed: Relaxed, lower: Floats, upper: Floats, nodes: int) -> Floats | None:
    """Directions first; everything only where that leaves reviews in fractions."""
    built = relaxed.programme
    if len(relaxed.active.crossings):
        found = programme.branched(built, lower, upper, WAY_NODES, only_ways=True).values
        if found is not None and _integral(found[: len(relaxed.pairs)]):
            return found
    return programme.branched(built, lower, upper, nodes).values


def _within(instance: Instance, goal: Goal, duals: Duals, gap: int) -> Integers:
    """Pairs whose reduced cost does not exclude them from a plan inside the gap."""
    rows = slice(0, len(instance.submissions))
    nobody = np.zeros(len(instance.experts), dtype=np.int64)
    no_rivals = np.zeros(len(instance.rivals), dtype=np.int64)
    unpriced = replace(goal, scale=1, multipliers=nobody[:0])
    worth = worths(instance, unpriced, rows, nobody, no_rivals).astype(np.float64)
    worth += duals.multiplier[:, None] * instance.affinity
    worth -= duals.price + duals.demand[:, None] + duals.group[:, instance.group]
    worth -= np.outer(duals.senior, ~instance.senior)
    worth -= duals.toll[:, instance.place]
    for half in (instance.rivals[:, :2], instance.rivals[:, 2:]):
        np.subtract.at(worth, (half[:, 0], half[:, 1]), duals.rival)
    return np.argwhere((worth >= -gap - 1) & (instance.affinity >= 0))


def _lawful_part(instance: Instance, goal: Goal) -> Solution:
    """Ways closed by the network alone, less the weakest review of full panels without a senior."""
    plain = replace(instance, needs_senior=np.zeros_like(instance.needs_senior))
    found = reciprocity.one_way(plain, Goal(goal.weights), network.solve)
    values = instance.affinity[found.rows, found.columns]
    order = np.lexsort((values, found.rows))
    first = order[np.unique(found.rows[order], return_index=True)[1]]
    drop = first[_unled(instance, found)[found.rows[first]]]
    rows, columns = np.delete(found.rows, drop), np.delete(found.columns, drop)
    value = plan_value(instance, goal.weights, rows, columns)
    return Solution(rows, columns, value, found.proof)
