"""Rules that no network carries: a senior in every panel, no mutual reviews, panel floors.

First the network alone: when its optimum happens to keep the extra rules it is the answer. If
not, a linear programme over pruned columns, priced over all pairs until none can improve it; its
duals become the certificate's prices. Where it is not integral, an integer programme over every
column that could still matter (reduced cost within the gap) is exact.
"""

from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, OptimizeResult, linprog, milp
from scipy.sparse import coo_array, csr_array

from flows.assignment.engine import network
from flows.assignment.engine.certificate import Goal, Proof, plan_value, prove, worths
from flows.assignment.engine.instance import Floats, Instance, Integers
from flows.assignment.engine.network import Solution, union
from schemas.errors import Unavailable

NODE_LIMIT = 20_000
FLOOR_NODE_LIMIT = 300  # floors are tried many times, and a miss only means a lower floor
INTEGRAL = 1e-6
HALF = 0.5
PRECISION = 10**15  # worth times scale times experts stays far below 64 bits
SHORTFALL = 10**4  # what one affinity below a floor costs: floors are elastic, never infeasible


class NoPlanFound(Unavailable):
    """The integer programme reached its node limit before it had any plan."""

    code = "no_plan_found"


@dataclass(frozen=True)
class Family:
    """Rows of one kind: ``of`` names the submission, expert or pair of rivals of each row."""

    of: Integers
    row: Integers
    column: Integers
    value: Floats
    limit: Floats


@dataclass(frozen=True)
class Programme:
    """Maximise ``worth``: columns are the pairs, then minimums met, then floors missed."""

    worth: Floats
    upper: Floats
    families: dict[str, Family]
    matrix: csr_array
    limit: Floats


@dataclass(frozen=True)
class Duals:
    """Floating-point duals: one per submission, expert, rival pair and (submission, group)."""

    demand: Floats
    price: Floats
    rival: Floats
    multiplier: Floats
    group: Floats
    senior: Floats


def solve(instance: Instance, goal: Goal) -> Solution:
    """The best plan that keeps the extra rules and, as far as it can, the panel floors."""
    plain = Goal(goal.weights)
    start = network.solve(instance, plain)
    lawful = start.gap == 0 and keeps_extras(instance, start)
    if lawful and meets_floors(instance, start, goal.floors):
        return start
    pairs = union(instance, network.candidates(instance), _pairs(start))
    relaxed, pairs, proof, duals = _price_out(instance, goal, pairs)
    if _integral(relaxed.x[: len(pairs)]):
        return _solution(instance, goal, pairs, relaxed.x, proof)
    return _integer(instance, goal, pairs, proof, duals)


def keeps_extras(instance: Instance, solution: Solution) -> bool:
    """True when every full panel that needs a senior has one and no two people swap reviews."""
    chosen = set(map(tuple, _pairs(solution).tolist()))
    mutual = any(
        (row, column) in chosen and (other, expert) in chosen
        for row, column, other, expert in instance.rivals.tolist()
    )
    size = np.bincount(solution.rows, minlength=len(instance.demand))
    juniors = np.bincount(
        solution.rows, weights=~instance.senior[solution.columns], minlength=len(size)
    )
    led = ~instance.needs_senior | (juniors <= instance.demand - 1)
    return not mutual and bool(led.all())


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


def _price_out(
    instance: Instance, goal: Goal, pairs: Integers
) -> tuple[OptimizeResult, Integers, Proof, Duals]:
    """The linear optimum over all pairs: add the pairs of priced panels until none is new."""
    while True:
        programme = _programme(instance, goal, pairs)
        answer = linprog(
            -programme.worth,
            A_ub=programme.matrix,
            b_ub=programme.limit,
            bounds=np.column_stack((np.zeros_like(programme.upper), programme.upper)),
            method="highs",
        )
        duals = _duals(instance, programme, -answer.ineqlin.marginals * instance.unit)
        proof, wanted = _prove(instance, goal, duals)
        wider = union(instance, pairs, wanted)
        if len(wider) == len(pairs) or proof.bound <= -answer.fun * instance.unit + INTEGRAL:
            return answer, pairs, proof, duals
        pairs = wider


def _prove(instance: Instance, goal: Goal, duals: Duals) -> tuple[Proof, Integers]:
    steepest = instance.unit * int(1 + duals.multiplier.max(initial=0))
    weights = goal.weights
    largest = max(weights.coverage + weights.kept + steepest, weights.minimum, 1)
    scale = max(1, min(10**6, PRECISION // largest // max(1, len(instance.experts))))
    scaled = replace(goal, scale=scale)
    if len(goal.floors):
        multipliers = np.rint(duals.multiplier * scale).astype(np.int64)
        scaled = replace(scaled, multipliers=multipliers)
    prices = np.rint(duals.price * scale).astype(np.int64)
    return prove(instance, scaled, prices, np.rint(duals.rival * scale).astype(np.int64))


def _solution(
    instance: Instance, goal: Goal, pairs: Integers, values: Floats, proof: Proof
) -> Solution:
    chosen = pairs[values[: len(pairs)] > HALF]
    value = plan_value(instance, goal.weights, chosen[:, 0], chosen[:, 1])
    return Solution(chosen[:, 0], chosen[:, 1], value, proof)


def _integer(
    instance: Instance, goal: Goal, pairs: Integers, proof: Proof, duals: Duals
) -> Solution:
    """Integer optimum over all pairs: columns beyond the gap by reduced cost cannot help."""
    while True:
        best = _branch(instance, goal, pairs, proof)
        wider = union(instance, pairs, _within(instance, goal, duals, best.gap))
        if len(wider) == len(pairs):
            return best
        pairs = wider


def _branch(instance: Instance, goal: Goal, pairs: Integers, proof: Proof) -> Solution:
    programme = _programme(instance, goal, pairs)
    integral = np.zeros(len(programme.worth))
    integral[: len(pairs)] = 1
    nodes = FLOOR_NODE_LIMIT if len(goal.floors) else NODE_LIMIT
    answer = milp(
        -programme.worth,
        integrality=integral,
        bounds=Bounds(0, programme.upper),
        constraints=LinearConstraint(programme.matrix, -np.inf, programme.limit),
        options={"node_limit": nodes, "mip_rel_gap": 0},
    )
    if answer.x is None:
        raise NoPlanFound("Поиск плана с такими правилами не уложился в отведённый предел.")
    return _solution(instance, goal, pairs, answer.x, proof)


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
    for half in (instance.rivals[:, :2], instance.rivals[:, 2:]):
        np.subtract.at(worth, (half[:, 0], half[:, 1]), duals.rival)
    return np.argwhere((worth >= -gap - 1) & (instance.affinity >= 0))


def _programme(instance: Instance, goal: Goal, pairs: Integers) -> Programme:
    least = np.flatnonzero((instance.minimum > 0) & (goal.weights.minimum > 0))
    families = _families(instance, goal, pairs, least)
    offsets = np.cumsum([0, *(len(family.of) for family in families.values())])
    row = np.concatenate(
        [family.row + first for family, first in zip(families.values(), offsets, strict=False)]
    )
    column = np.concatenate([family.column for family in families.values()])
    value = np.concatenate([family.value for family in families.values()])
    floors = len(goal.floors)
    shape = (int(offsets[-1]), len(pairs) + len(least) + floors)
    bonus = np.full(len(least), goal.weights.minimum / instance.unit)
    worth = -network.costs(instance, Goal(goal.weights), pairs) / instance.unit
    return Programme(
        worth=np.concatenate((worth, bonus, np.full(floors, -float(SHORTFALL)))),
        upper=np.concatenate(
            (np.ones(len(pairs)), instance.minimum[least], np.full(floors, np.inf))
        ),
        families=families,
        matrix=coo_array((value, (row, column)), shape=shape).tocsr(),
        limit=np.concatenate([family.limit for family in families.values()]),
    )


def _families(
    instance: Instance, goal: Goal, pairs: Integers, least: Integers
) -> dict[str, Family]:
    rows, columns = pairs[:, 0], pairs[:, 1]
    number = np.arange(len(pairs))
    capacity = np.maximum(instance.capacity, 0)
    groups = max(1, len(instance.starts))
    junior = number[~instance.senior[columns] & instance.needs_senior[rows]]
    families = {
        "demand": _at_most(rows, number, instance.demand),
        "load": _at_most(columns, number, capacity),
        "group": _at_most(rows * groups + instance.group[columns], number, instance.room.ravel()),
        "senior": _at_most(rows[junior], junior, instance.demand - 1),
        "rival": _rival_rows(instance, pairs),
        "minimum": _minimum_rows(columns, least, len(pairs)),
    }
    if len(goal.floors):
        families["floor"] = _floor_rows(instance, goal, pairs, len(pairs) + len(least))
    return families


def _at_most(of: Integers, column: Integers, limits: Integers) -> Family:
    """One row "at most its limit" per distinct number in ``of``."""
    numbers, row = np.unique(of, return_inverse=True)
    ones = np.ones(len(column))
    return Family(numbers, row, column, ones, limits[numbers].astype(np.float64))


def _rival_rows(instance: Instance, pairs: Integers) -> Family:
    at = {pair: number for number, pair in enumerate(map(tuple, pairs.tolist()))}
    found = [
        (number, at[row, column], at[other, expert])
        for number, (row, column, other, expert) in enumerate(instance.rivals.tolist())
        if (row, column) in at and (other, expert) in at
    ]
    table = np.array(found, dtype=np.int64).reshape(-1, 3)
    row = np.repeat(np.arange(len(table)), 2)
    ones = np.ones(len(table))
    return Family(table[:, 0], row, table[:, 1:].ravel(), np.repeat(ones, 2), ones)


def _minimum_rows(columns: Integers, least: Integers, first: int) -> Family:
    """Rewarded units of minimum load are no more than the load: u - sum(x) <= 0."""
    place = {expert: number for number, expert in enumerate(least.tolist())}
    at = np.array([place.get(expert, -1) for expert in columns.tolist()], dtype=np.int64)
    pairs = np.flatnonzero(at >= 0)
    numbers = np.arange(len(least))
    return Family(
        least,
        np.concatenate((at[pairs], numbers)),
        np.concatenate((pairs, first + numbers)),
        np.concatenate((-np.ones(len(pairs)), np.ones(len(least)))),
        np.zeros(len(least)),
    )


def _floor_rows(instance: Instance, goal: Goal, pairs: Integers, first: int) -> Family:
    """-(affinity of the panel) - shortfall <= -(floor left after the fixed pairs)."""
    left = (goal.floors - instance.fixed_sums) / instance.unit
    affinity = instance.affinity[pairs[:, 0], pairs[:, 1]] / instance.unit
    works = np.arange(len(left))
    return Family(
        works,
        np.concatenate((pairs[:, 0], works)),
        np.concatenate((np.arange(len(pairs)), first + works)),
        np.concatenate((-affinity, -np.ones(len(left)))),
        -left,
    )


def _duals(instance: Instance, programme: Programme, marginals: Floats) -> Duals:
    submissions, experts = len(instance.submissions), len(instance.experts)
    sizes = {
        "demand": submissions,
        "load": experts,
        "group": submissions * max(1, len(instance.starts)),
        "senior": submissions,
        "rival": len(instance.rivals),
        "minimum": experts,
        "floor": submissions,
    }
    full = {name: np.zeros(size) for name, size in sizes.items()}
    first = 0
    for name, family in programme.families.items():
        full[name][family.of] = np.maximum(marginals[first : first + len(family.of)], 0)
        first += len(family.of)
    return Duals(
        demand=full["demand"],
        price=full["load"] - full["minimum"],
        rival=full["rival"],
        multiplier=full["floor"] / instance.unit,
        group=full["group"].reshape(submissions, -1),
        senior=full["senior"],
    )
