"""The proof: with a price on every expert's time, no lawful plan can be worth more than a bound.

For any integer prices the best legal panel of each work, priced, plus what the prices cost in
all, is an upper bound over *all* pairs (Lagrangian duality). When it equals the value of the plan
the plan is optimal, whoever found it. Everything here is integer arithmetic in 1/``scale`` of a
unit; prices may come from anywhere, even from rounded floating-point duals.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from flows.assignment.affinity_arrays import rows_at_once
from flows.assignment.engine import balance
from flows.assignment.engine.instance import Instance, Integers
from schemas.assignment_problem import Weights

NEVER = -(2**30)  # only what is above zero is ever chosen
LONG_NEVER = -(2**40)
ROWS_AT_ONCE = 2_000_000  # matrix cells worked on at a time
SHORT = 2**29  # worth below this is added up in 32 bits

Worths: TypeAlias = NDArray[np.signedinteger[Any]]


def _none() -> Integers:
    return np.zeros(0, dtype=np.int64)


def _no_tolls() -> Integers:
    return np.zeros((0, 3), dtype=np.int64)


@dataclass(frozen=True)
class Goal:
    """A linear goal: weights, and per-submission multipliers (1/scale) that defend floors.

    ``tolls`` are rows (submission, municipality of experts, price in 1/scale): what each expert
    from there pays on that panel, because the opposite direction may be the better one.
    """

    weights: Weights
    scale: int = 1
    multipliers: Integers = field(default_factory=_none)
    floors: Integers = field(default_factory=_none)
    tolls: Integers = field(default_factory=_no_tolls)


@dataclass(frozen=True)
class Proof:
    """Prices in 1/scale: of each expert's unit of load, of each pair of rival pairs."""

    goal: Goal
    prices: Integers
    rival_prices: Integers
    bound: int


@dataclass(frozen=True)
class Panels:
    """The best legal panels of some rows: worth of the places taken, and who takes them.

    ``worth`` and ``column`` are (rows x places), best first; empty places are 0 and -1.
    """

    rows: Integers
    worth: Integers
    column: Integers


def plan_value(instance: Instance, weights: Weights, rows: Integers, columns: Integers) -> int:
    """What the chosen (not fixed) pairs are worth under the weights."""
    loads = np.bincount(columns, minlength=len(instance.experts))
    stayed = _kept_among(instance, rows, columns).sum()
    return int(
        weights.coverage * len(rows)
        + weights.minimum * np.minimum(loads, instance.minimum).sum()
        + weights.kept * stayed
        + weights.affinity * instance.affinity[rows, columns].astype(np.int64).sum()
        - weights.affinity * balance.load_cost(instance, loads)
    )


def worths(
    instance: Instance, goal: Goal, rows: slice, prices: Integers, rival_prices: Integers
) -> Worths:
    """Priced worth of every pair of the rows, in 1/scale; NEVER where the pair is not allowed."""
    kind = _kind(instance, goal, prices, rival_prices)
    affinity = instance.affinity[rows]
    worth: Worths = np.array(affinity, dtype=kind)
    per_unit: Worths = np.array(_per_unit(goal, len(instance.demand))[rows], dtype=kind)
    if (per_unit != 1).any():
        worth *= per_unit[:, None]
    worth += (goal.scale * goal.weights.coverage - prices).astype(kind)
    _add(worth, rows, instance.kept, goal.scale * goal.weights.kept)
    for half in (instance.rivals[:, :2], instance.rivals[:, 2:]):
        _add(worth, rows, half, -rival_prices)
    if len(goal.tolls):
        worth -= _toll_table(instance, goal)[rows][:, instance.place].astype(kind)
    np.copyto(worth, NEVER if kind is np.int32 else LONG_NEVER, where=affinity < 0)
    return worth


def pair_worths(instance: Instance, goal: Goal, pairs: Integers) -> Integers:
    """The same for some lawful pairs (n x 2) at no prices, tolls included."""
    rows, columns = pairs[:, 0], pairs[:, 1]
    worth: Integers = instance.affinity[rows, columns].astype(np.int64)
    worth *= _per_unit(goal, len(instance.demand))[rows]
    worth += goal.scale * goal.weights.coverage
    worth += goal.scale * goal.weights.kept * _kept_among(instance, rows, columns)
    if len(goal.tolls):
        worth -= _toll_table(instance, goal)[rows, instance.place[columns]]
    return worth


def _per_unit(goal: Goal, submissions: int) -> Integers:
    per_unit = np.full(submissions, goal.scale * goal.weights.affinity, dtype=np.int64)
    return per_unit + goal.multipliers if len(goal.multipliers) else per_unit


def _kind(
    instance: Instance, goal: Goal, prices: Integers, rival_prices: Integers
) -> type[np.int32 | np.int64]:
    """32 bits where no sum can leave them: half the memory to read and write."""
    steepest = goal.scale * goal.weights.affinity + int(goal.multipliers.max(initial=0))
    largest = (
        steepest * instance.unit
        + goal.scale * (goal.weights.coverage + goal.weights.kept)
        + int(np.abs(prices).max(initial=0))
        + int(np.abs(rival_prices).sum())
        + int(np.abs(goal.tolls[:, 2]).sum())
    )
    return np.int32 if largest < SHORT else np.int64


def _kept_among(instance: Instance, rows: Integers, columns: Integers) -> NDArray[np.bool_]:
    experts = max(1, len(instance.experts))
    kept = instance.kept[:, 0] * experts + instance.kept[:, 1]
    return np.isin(rows * experts + columns, kept)


def _add(worth: Worths, rows: slice, pairs: Integers, amount: Integers | int) -> None:
    inside = (pairs[:, 0] >= rows.start) & (pairs[:, 0] < rows.stop)
    amounts = np.broadcast_to(amount, len(pairs))[inside].astype(worth.dtype)
    np.add.at(worth, (pairs[inside, 0] - rows.start, pairs[inside, 1]), amounts)


def best_panels(
    instance: Instance, goal: Goal, prices: Integers, rival_prices: Integers
) -> Iterator[Panels]:
    """The best legal panel of every submission at these prices, in blocks of rows."""
    step = rows_at_once(len(instance.experts))
    for start in range(0, len(instance.submissions), step):
        rows = slice(start, min(start + step, len(instance.submissions)))
        yield _panels(instance, rows, worths(instance, goal, rows, prices, rival_prices))


def _panels(instance: Instance, rows: slice, worth: Worths) -> Panels:
    """Place by place the best expert whose municipality has room: greedy is optimal for these."""
    numbers, demand = np.arange(rows.start, rows.stop), instance.demand[rows]
    shape = (len(numbers), max(1, min(int(demand.max(initial=1)), worth.shape[1])))
    panels = Panels(numbers, np.zeros(shape, np.int64), np.full(shape, -1))
    if not worth.shape[1]:
        return panels
    leading = np.maximum.reduceat(worth, instance.starts, axis=1)
    room = np.array(instance.room[rows])
    leading[room <= 0] = NEVER
    for place in range(shape[1]):
        group = leading.argmax(axis=1)
        gain = np.take_along_axis(leading, group[:, None], axis=1)[:, 0]
        lines = np.flatnonzero((gain > 0) & (demand > place))
        if not len(lines):
            break
        group = group[lines]
        column, following = _leader(instance, worth, lines, group)
        panels.worth[lines, place], panels.column[lines, place] = gain[lines], column
        room[lines, group] -= 1
        worth[lines, column] = NEVER
        leading[lines, group] = np.where(room[lines, group] > 0, following, NEVER)
    _give_back(worth, panels)
    return _seat_seniors(instance, worth, panels)


def _leader(
    instance: Instance, worth: Worths, lines: Integers, group: Integers
) -> tuple[Integers, Worths]:
    """The best expert of a group in each line, and the worth of the second best."""
    ends = np.append(instance.starts[1:], worth.shape[1])
    first, last = instance.starts[group], ends[group]
    column = first[:, None] + np.arange(int((last - first).max()))
    values = worth[lines[:, None], np.minimum(column, worth.shape[1] - 1)]
    values[column >= last[:, None]] = NEVER
    best = values.argmax(axis=1)
    values[np.arange(len(lines)), best] = NEVER
    return first + best, values.max(axis=1)


def _give_back(worth: Worths, panels: Panels) -> None:
    line, place = np.nonzero(panels.column >= 0)
    worth[line, panels.column[line, place]] = panels.worth[line, place]


def _seat_seniors(instance: Instance, worth: Worths, panels: Panels) -> Panels:
    """A full panel without the senior it needs gives up its cheapest place, or fills it better."""
    if not (instance.needs_senior.any() and len(instance.experts)):
        return panels
    demand = instance.demand[panels.rows]
    seated = panels.column >= 0
    full = seated.sum(axis=1) == demand
    led = (instance.senior[panels.column] & seated).any(axis=1)
    for line in np.flatnonzero(instance.needs_senior[panels.rows] & full & ~led & (demand > 0)):
        _swap_in_senior(instance, worth[line], panels, int(line))
    return panels


def _swap_in_senior(instance: Instance, worth: Worths, panels: Panels, line: int) -> None:
    row, size = int(panels.rows[line]), int((panels.column[line] >= 0).sum())
    members = panels.column[line, :size]
    groups = instance.group[members]
    options = [(-int(panels.worth[line, size - 1]), size - 1, -1)]  # leave the place empty
    for expert in np.flatnonzero(instance.senior & (worth > 0)):
        same = np.flatnonzero(groups == instance.group[expert])
        crowded = len(same) >= instance.room[row, instance.group[expert]]
        out = int(same[-1]) if crowded else size - 1
        options.append((int(worth[expert] - panels.worth[line, out]), out, int(expert)))
    _, place, chosen = max(options, key=lambda option: option[0])
    panels.column[line, place] = chosen
    panels.worth[line, place] = worth[chosen] if chosen >= 0 else 0


def prove(
    instance: Instance, goal: Goal, prices: Integers, rival_prices: Integers | None = None
) -> tuple[Proof, Integers]:
    """The bound these prices prove, and the pairs (n x 2) of all best panels at these prices.

    A price below the cost of an expert's first unit of load proves nothing better, so it is raised
    to that: no negative prices but for experts whose minimum load brings a bonus.
    """
    if rival_prices is None:
        rival_prices = np.zeros(len(instance.rivals), dtype=np.int64)
    prices = np.maximum(prices, _first_costs(instance, goal))
    worth = int(rival_prices.sum())
    wanted = []
    for panels in best_panels(instance, goal, prices, rival_prices):
        worth += int(panels.worth.sum())
        line, place = np.nonzero(panels.column >= 0)
        wanted.append(np.column_stack((panels.rows[line], panels.column[line, place])))
    worth += _load_term(instance, goal, prices) - _floor_term(instance, goal)
    worth += _toll_term(instance, goal)
    proof = Proof(goal, prices, rival_prices, bound=worth // goal.scale)
    return proof, np.concatenate(wanted) if wanted else np.zeros((0, 2), dtype=np.int64)


def _first_costs(instance: Instance, goal: Goal) -> Integers:
    first = np.zeros(len(instance.experts), dtype=np.int64)
    levels = balance.levels(instance, goal.weights, goal.scale, most=0 * first + 1)
    first[levels.expert] = levels.cost
    return first


def _load_term(instance: Instance, goal: Goal, prices: Integers) -> int:
    """The most that the experts' loads can earn: every unit priced above its cost is taken."""
    levels = balance.levels(instance, goal.weights, goal.scale)
    return int((levels.units * np.maximum(0, prices[levels.expert] - levels.cost)).sum())


def _toll_table(instance: Instance, goal: Goal) -> Integers:
    """Price per (submission, municipality of experts)."""
    table = np.zeros((len(instance.demand), int(instance.place.max(initial=-1)) + 1), np.int64)
    np.add.at(table, (goal.tolls[:, 0], goal.tolls[:, 1]), goal.tolls[:, 2])
    return table


def _toll_term(instance: Instance, goal: Goal) -> int:
    """What the tolls bring at most: of two opposite directions only one is ever travelled."""
    if not len(goal.tolls):
        return 0
    dearest = _toll_table(instance, goal) * instance.place_room
    travelled = np.zeros((dearest.shape[1], dearest.shape[1]), dtype=np.int64)
    known = instance.home >= 0
    np.add.at(travelled, instance.home[known], dearest[known])
    return int(np.triu(np.maximum(travelled, travelled.T), 1).sum())


def _floor_term(instance: Instance, goal: Goal) -> int:
    if not len(goal.multipliers):
        return 0
    return int((goal.multipliers * (goal.floors - instance.fixed_sums)).sum())


def own_best_panels(instance: Instance) -> Integers:
    """Affinity (in units) of each work's best legal panel, were it alone, fixed pairs not counted."""
    free = np.zeros(len(instance.experts), dtype=np.int64)
    no_rivals = np.zeros(len(instance.rivals), dtype=np.int64)
    goal = Goal(Weights(affinity=1))
    blocks = [panels.worth.sum(axis=1) for panels in best_panels(instance, goal, free, no_rivals)]
    return np.concatenate(blocks) if blocks else free[:0]
