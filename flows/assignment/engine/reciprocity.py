"""Nobody reviews in return: what a plan breaks, and a plan found by closing one way at a time.

Closing one of two opposite pairs (or one of two opposite directions between municipalities)
leaves a problem of the same kind without that rule. Closing the way that carries less, again and
again, ends in a lawful plan; then every decision is turned round once to see whether the plan
gets better. The bound is that of a relaxation, so the gap is true, whatever the search did.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from flows.assignment.engine.certificate import Goal
from flows.assignment.engine.instance import NOT_ALLOWED, Instance, Integers
from flows.assignment.engine.network import Solution
from flows.assignment.engine.programme import Active

Floats = NDArray[np.float64]
Solver = Callable[[Instance, Goal], Solution]
Key = tuple[bool, int]  # is a crossing, position in the instance's list

CELLS = 4_000_000  # matrix cells that turning decisions round may look at in all
MOST_TURNS = 40
TOLERANCE = 1e-6
HALF = 0.5


@dataclass(frozen=True)
class Ways:
    """Which side of each decided pair of opposites is closed: 0 the first, 1 the second."""

    closed: dict[Key, int]

    def turned(self, key: Key) -> "Ways":
        return Ways({**self.closed, key: 1 - self.closed[key]})


def answered(instance: Instance, pairs: Integers, values: Floats) -> Active:
    """Positions of rivals and crossings whose both sides are used (fractions: beyond one)."""
    used = np.zeros(instance.affinity.shape)
    used[pairs[:, 0], pairs[:, 1]] = values
    left, right = instance.rivals[:, :2], instance.rivals[:, 2:]
    both = used[left[:, 0], left[:, 1]] + used[right[:, 0], right[:, 1]]
    return Active(np.flatnonzero(both > 1 + TOLERANCE), crossed(instance, used))


def crossed(instance: Instance, used: Floats) -> Integers:
    """Positions of crossings travelled both ways, beyond one journey together."""
    if not len(instance.crossings):
        return np.zeros(0, dtype=np.int64)
    starts = np.flatnonzero(np.diff(instance.place, prepend=-1))
    share = np.add.reduceat(used, starts, axis=1) / np.maximum(instance.place_room, 1)
    travelled = np.zeros((len(starts), len(starts)))
    known = instance.home >= 0
    np.maximum.at(travelled, instance.home[known], share[known])
    low, high = instance.crossings.T
    # one full seat of several is already a journey, so any use of both ways counts when integral
    both = np.where(
        (travelled[low, high] > TOLERANCE) & (travelled[high, low] > TOLERANCE),
        travelled[low, high] + travelled[high, low],
        0.0,
    )
    whole = _journeys(instance, used, starts) > 1 - TOLERANCE
    return np.flatnonzero((both > 1 + TOLERANCE) | (whole[low, high] & whole[high, low]))


def _journeys(instance: Instance, used: Floats, starts: Integers) -> Floats:
    """The largest single value per direction (home, place)."""
    largest = np.maximum.reduceat(used, starts, axis=1)
    travelled = np.zeros((len(starts), len(starts)))
    known = instance.home >= 0
    np.maximum.at(travelled, instance.home[known], largest[known])
    return travelled


def without_mutual_rules(instance: Instance) -> Instance:
    """The same instance with reviews in return allowed."""
    return replace(instance, rivals=instance.rivals[:0], crossings=instance.crossings[:0])


def one_way(
    instance: Instance,
    goal: Goal,
    solver: Solver,
    *,
    ways: Ways | None = None,
    undecided: Integers | None = None,
    enough: int | None = None,
) -> Solution:
    """A lawful plan by closing ways, then by turning decisions round (``undecided`` crossings).

    ``ways`` are closed from the start; at a value of ``enough`` the search ends.
    """
    best, ways = _settled(instance, goal, solver, ways or Ways({}))
    turns = int(np.clip(CELLS // max(1, instance.affinity.size), 2, MOST_TURNS))
    doubtful = ways.closed if undecided is None else [(True, int(at)) for at in undecided]
    for key in list(doubtful)[:turns]:
        if enough is not None and best.value >= enough:
            break
        other, others = _settled(instance, goal, solver, ways.turned(key))
        if other.value > best.value:
            best, ways = other, others
    return best


def leaning(active: Active, ways: Floats) -> Ways:
    """Directions as a linear optimum leans: the upward way is open from one half on."""
    sides = np.where(ways >= HALF, 1, 0)
    listed = zip(active.crossings.tolist(), sides.tolist(), strict=True)
    return Ways({(True, position): side for position, side in listed})


def _settled(instance: Instance, goal: Goal, solver: Solver, ways: Ways) -> tuple[Solution, Ways]:
    """Close ways until the plan uses no two opposite ones."""
    found = solver(_closed(instance, ways), goal)
    while True:
        pairs = np.column_stack((found.rows, found.columns))
        active = answered(instance, pairs, np.ones(len(pairs)))
        if not len(active):
            return found, ways
        ways = Ways({**ways.closed, **_cheaper(instance, found, active)})
        found = solver(_closed(instance, ways), goal)


def _cheaper(instance: Instance, found: Solution, active: Active) -> dict[Key, int]:
    """The side that carries less affinity, of every answered pair of opposites."""
    chosen = np.zeros(instance.affinity.shape, dtype=np.bool_)
    chosen[found.rows, found.columns] = True
    closed: dict[Key, int] = {}
    for position in active.rivals.tolist():
        row, column, other, reader = instance.rivals[position]
        first, second = instance.affinity[row, column], instance.affinity[other, reader]
        closed[False, position] = int(second < first)
    for position in active.crossings.tolist():
        low, high = instance.crossings[position]
        sums = [
            _carried(instance, chosen, home, place) for home, place in ((low, high), (high, low))
        ]
        closed[True, position] = int(sums[1] < sums[0])
    return closed


def _carried(
    instance: Instance, chosen: NDArray[np.bool_], home: int, place: int
) -> tuple[int, int]:
    """Reviews in this direction, and their affinity."""
    block = np.ix_(instance.home == home, instance.place == place)
    used = chosen[block]
    return int(used.sum()), int(instance.affinity[block][used].sum(dtype=np.int64))


def _closed(instance: Instance, ways: Ways) -> Instance:
    """The instance without the closed ways, and without the rules."""
    values = instance.affinity.copy()
    for (crossing, position), side in ways.closed.items():
        if crossing:
            home, place = instance.crossings[position][:: 1 if side == 0 else -1]
            values[np.ix_(instance.home == home, instance.place == place)] = NOT_ALLOWED
        else:
            row, column = instance.rivals[position][2 * side : 2 * side + 2]
            values[row, column] = NOT_ALLOWED
    kept = instance.kept[values[instance.kept[:, 0], instance.kept[:, 1]] != NOT_ALLOWED]
    return replace(without_mutual_rules(instance), affinity=values, kept=kept)
