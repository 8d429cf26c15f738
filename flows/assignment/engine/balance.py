"""What an uneven load costs, when the policy asks for even ones (``load_balance``).

The n-th unit of an expert's load (fixed pairs counted) costs
``round(load_balance * unit * (n - 1) / max(1, capacity - 1))`` units of affinity, rounded once and
half to even: the first unit is free, the last place of a full load costs ``load_balance``. Costs
never fall, so they stay a network: parallel arcs of rising cost from the expert to the sink.

A linear or integer programme takes the same ``levels``: one column per level with
``0 <= y <= units`` and ``cost`` against it, and per expert the row
``load - (sum of the expert's y) <= 0``, which is the capacity row as well. Minimum loads are
inside (negative cost of the first units), so they need no columns or rows of their own. The dual
of the row is the expert's price in the certificate.
"""

from dataclasses import dataclass

import numpy as np

from flows.assignment.engine.instance import Instance, Integers
from schemas.assignment_problem import Weights


@dataclass(frozen=True)
class Levels:
    """Units of free load in the order of use: ``units`` of ``expert`` (column) at ``cost`` each.

    ``cost`` is in 1/``scale`` of a unit and never falls within an expert; a unit of minimum load
    brings its bonus, a negative cost.
    """

    expert: Integers
    units: Integers
    cost: Integers


def places(instance: Instance) -> Integers:
    """Free load an expert can have at all: never more than there are works."""
    return np.clip(instance.capacity, 0, len(instance.submissions))


def applies(instance: Instance, weights: Weights) -> bool:
    """Balance is weighed against affinity, so it counts only where affinity does."""
    return bool(instance.load_balance and weights.affinity)


def levels(
    instance: Instance, weights: Weights, scale: int = 1, *, most: Integers | None = None
) -> Levels:
    """Every expert's units of free load by cost; ``most`` caps how many of each can matter."""
    room = places(instance)
    room = room if most is None else np.minimum(room, most)
    least = np.minimum(instance.minimum, room)
    if not applies(instance, weights):
        return _two_levels(room, least, scale * weights.minimum)
    expert = np.repeat(np.arange(len(room)), room)
    nth = _count_up(room)
    cost = weights.affinity * _unit_costs(instance, expert, nth)
    cost -= weights.minimum * (nth <= least[expert])
    return _merged(expert, scale * cost)


def load_cost(instance: Instance, loads: Integers) -> int:
    """What these free loads cost together, in units of affinity."""
    if not instance.load_balance:
        return 0
    expert = np.repeat(np.arange(len(loads)), loads)
    return int(_unit_costs(instance, expert, _count_up(loads)).sum())


def _two_levels(room: Integers, least: Integers, bonus: int) -> Levels:
    everyone = np.arange(len(room))
    expert = np.concatenate((everyone, everyone))
    units = np.concatenate((least, room - least))
    cost = np.concatenate((np.full(len(room), -bonus, dtype=np.int64), 0 * room))
    used = units > 0
    return Levels(expert[used], units[used], cost[used])


def _unit_costs(instance: Instance, expert: Integers, nth: Integers) -> Integers:
    """Cost of the ``nth`` free unit of each expert; fixed pairs come before it."""
    fixed = instance.fixed_loads
    before = nth - 1 + fixed[expert]
    steps = np.maximum(1, instance.capacity + fixed - 1)[expert]
    costs: Integers = np.rint(instance.load_balance * instance.unit * before / steps).astype(
        np.int64
    )
    return costs


def _count_up(counts: Integers) -> Integers:
    """1, 2 ... up to each count, one after the other."""
    total = int(counts.sum())
    starts = np.cumsum(counts) - counts
    numbers: Integers = np.arange(1, total + 1) - np.repeat(starts, counts)
    return numbers


def _merged(expert: Integers, cost: Integers) -> Levels:
    """Neighbouring units of one cost as one level."""
    new = np.ones(len(expert), dtype=np.bool_)
    new[1:] = (np.diff(expert) != 0) | (np.diff(cost) != 0)
    first = np.flatnonzero(new)
    units = np.diff(np.append(first, len(expert)))
    return Levels(expert[first], units, cost[first])
