"""The linear and integer programme behind the rules that no network carries.

Columns: the pairs, the units of every expert's load by cost, what panels lack to their floors,
and the direction of every two municipalities that could review each other. Reviews in return are
many and few of them bind, so only the ``Active`` ones have rows.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import coo_array, csr_array

from flows.assignment.engine import balance
from flows.assignment.engine.balance import Levels
from flows.assignment.engine.certificate import Goal, pair_worths
from flows.assignment.engine.instance import Instance, Integers

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

PROVEN, INFEASIBLE = 0, 2  # answers of scipy's milp
SHORTFALL = 10**4  # what one affinity below a floor costs: floors are elastic, never infeasible


@dataclass(frozen=True)
class Active:
    """Positions in the instance's ``rivals`` and ``crossings`` that have rows."""

    rivals: Integers
    crossings: Integers

    def joined(self, other: "Active") -> "Active":
        return Active(
            np.union1d(self.rivals, other.rivals), np.union1d(self.crossings, other.crossings)
        )

    def __len__(self) -> int:
        return len(self.rivals) + len(self.crossings)


@dataclass(frozen=True)
class Family:
    """Rows of one kind: ``of`` names the submission, expert, rivals ... of each row."""

    of: Integers
    row: Integers
    column: Integers
    value: Floats
    limit: Floats


@dataclass(frozen=True)
class Programme:
    """Maximise ``worth``; ``blocks`` are the first columns of pairs, levels, floors, directions."""

    worth: Floats
    upper: Floats
    integral: Bools
    blocks: tuple[int, int, int, int]
    families: dict[str, Family]
    matrix: csr_array
    limit: Floats


@dataclass(frozen=True)
class Duals:
    """Floating-point duals: one per submission, expert, rivals, (submission, group or place)."""

    demand: Floats
    price: Floats
    rival: Floats
    multiplier: Floats
    group: Floats
    senior: Floats
    toll: Floats


def build(instance: Instance, goal: Goal, pairs: Integers, active: Active) -> Programme:
    """The programme over these pairs; ``goal.floors`` become elastic rows."""
    most = np.maximum(1, np.bincount(pairs[:, 1], minlength=len(instance.experts)))
    levels = balance.levels(instance, goal.weights, most=most)
    floors = len(goal.floors)
    sizes = (len(pairs), len(levels.units), floors, len(active.crossings))
    first = np.cumsum((0, *sizes))
    families = _families(instance, goal, pairs, levels, active, first)
    matrix, limit = _stacked(families, int(first[-1]))
    worth = pair_worths(instance, Goal(goal.weights), pairs) / instance.unit
    shortfall = np.full(floors, -float(SHORTFALL))
    ways = np.ones(sizes[3])
    return Programme(
        worth=np.concatenate((worth, -levels.cost / instance.unit, shortfall, 0 * ways)),
        upper=np.concatenate((np.ones(len(pairs)), levels.units, np.full(floors, np.inf), ways)),
        integral=np.repeat(np.array([True, False, False, True]), sizes),
        blocks=(0, int(first[1]), int(first[2]), int(first[3])),
        families=families,
        matrix=matrix,
        limit=limit,
    )


def relaxed(programme: Programme) -> tuple[Floats, float, Floats]:
    """Columns, value and row duals of the linear optimum."""
    answer = linprog(
        -programme.worth,
        A_ub=programme.matrix,
        b_ub=programme.limit,
        bounds=np.column_stack((np.zeros_like(programme.upper), programme.upper)),
        method="highs",
    )
    if answer.x is None:
        raise RuntimeError(f"linear programme ended with: {answer.message}")
    return answer.x, -answer.fun, -answer.ineqlin.marginals


@dataclass(frozen=True)
class Branched:
    """Integral columns, if any were found; ``complete`` when nothing better exists."""

    values: Floats | None
    complete: bool


def branched(
    programme: Programme, lower: Floats, upper: Floats, nodes: int, *, only_ways: bool = False
) -> Branched:
    """The best integral columns between the bounds that so many nodes find.

    ``only_ways`` branches on directions alone: what is left when they are chosen is a network,
    or nearly one, and mostly integral by itself.
    """
    if not len(programme.worth):
        return Branched(np.zeros(0), complete=True)
    integral = programme.integral.astype(np.int64)
    if only_ways:
        integral[: programme.blocks[3]] = 0
    answer = milp(
        -programme.worth,
        integrality=integral,
        bounds=Bounds(lower, upper),
        constraints=LinearConstraint(programme.matrix, -np.inf, programme.limit),
        options={"node_limit": nodes, "mip_rel_gap": 0},
    )
    return Branched(answer.x, complete=answer.status in {PROVEN, INFEASIBLE})


def duals(instance: Instance, programme: Programme, marginals: Floats) -> Duals:
    """Row duals by what they belong to, in units of affinity."""
    submissions, experts = len(instance.submissions), len(instance.experts)
    places = int(instance.place.max(initial=-1)) + 1
    sizes = {
        "demand": submissions,
        "load": experts,
        "group": submissions * max(1, len(instance.starts)),
        "senior": submissions,
        "rival": len(instance.rivals),
        "minimum": experts,
        "floor": submissions,
        "toll": submissions * places,
    }
    full = {name: np.zeros(size) for name, size in sizes.items()}
    first = 0
    for name, family in programme.families.items():
        part = marginals[first : first + len(family.of)] * instance.unit
        full[name][family.of] = np.maximum(part, 0)
        first += len(family.of)
    return Duals(
        demand=full["demand"],
        price=full["load"] - full["minimum"],
        rival=full["rival"],
        multiplier=full["floor"] / instance.unit,
        group=full["group"].reshape(submissions, -1),
        senior=full["senior"],
        toll=full["toll"].reshape(submissions, places),
    )


def _stacked(families: dict[str, Family], columns: int) -> tuple[csr_array, Floats]:
    offsets = np.cumsum([0, *(len(family.of) for family in families.values())])
    listed = list(zip(families.values(), offsets, strict=False))
    row = np.concatenate([family.row + first for family, first in listed])
    column = np.concatenate([family.column for family, _ in listed])
    value = np.concatenate([family.value for family, _ in listed])
    matrix = coo_array((value, (row, column)), shape=(int(offsets[-1]), columns)).tocsr()
    return matrix, np.concatenate([family.limit for family, _ in listed])


def _families(
    instance: Instance,
    goal: Goal,
    pairs: Integers,
    levels: Levels,
    active: Active,
    first: Integers,
) -> dict[str, Family]:
    rows, columns = pairs[:, 0], pairs[:, 1]
    number = np.arange(len(pairs))
    junior = number[~instance.senior[columns] & instance.needs_senior[rows]]
    families = {
        "demand": _at_most(rows, number, instance.demand),
        "load": _load_rows(columns, levels, int(first[1])),
        "group": _group_rows(instance, rows, columns),
        "senior": _at_most(rows[junior], junior, instance.demand - 1),
        "minimum": _minimum_rows(columns, levels, int(first[1])),
    }
    if len(goal.floors):
        families["floor"] = _floor_rows(instance, goal, pairs, int(first[2]))
    if len(active.rivals):
        families["rival"] = _rival_rows(instance, pairs, active.rivals)
    if len(active.crossings):
        families["toll"] = _toll_rows(instance, pairs, active.crossings, int(first[3]))
    return families


def _at_most(of: Integers, column: Integers, limits: Integers) -> Family:
    """One row "at most its limit" per distinct number in ``of``."""
    numbers, row = np.unique(of, return_inverse=True)
    ones = np.ones(len(column))
    return Family(numbers, row, column, ones, limits[numbers].astype(np.float64))


def _group_rows(instance: Instance, rows: Integers, columns: Integers) -> Family:
    """Only where more candidates of a group stand by than its room."""
    codes = rows * max(1, len(instance.starts)) + instance.group[columns]
    _, number, size = np.unique(codes, return_inverse=True, return_counts=True)
    room = instance.room[rows, instance.group[columns]]
    binds = np.flatnonzero(size[number] > room)
    return _at_most(codes[binds], binds, instance.room.ravel())


def _load_rows(columns: Integers, levels: Levels, first: int) -> Family:
    """Load is no more than the units it is paid by: sum(x) - sum(y) <= 0."""
    experts, row = np.unique(columns, return_inverse=True)
    used = np.flatnonzero(np.isin(levels.expert, experts))
    paid_row = np.searchsorted(experts, levels.expert[used])
    return Family(
        experts,
        np.concatenate((row, paid_row)),
        np.concatenate((np.arange(len(columns)), first + used)),
        np.concatenate((np.ones(len(columns)), -np.ones(len(used)))),
        np.zeros(len(experts)),
    )


def _minimum_rows(columns: Integers, levels: Levels, first: int) -> Family:
    """Units that bring a bonus are no more than the load: sum(y) - sum(x) <= 0."""
    paying = np.flatnonzero(levels.cost < 0)
    experts, row = np.unique(levels.expert[paying], return_inverse=True)
    theirs = np.flatnonzero(np.isin(columns, experts))
    return Family(
        experts,
        np.concatenate((row, np.searchsorted(experts, columns[theirs]))),
        np.concatenate((first + paying, theirs)),
        np.concatenate((np.ones(len(paying)), -np.ones(len(theirs)))),
        np.zeros(len(experts)),
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


def _rival_rows(instance: Instance, pairs: Integers, active: Integers) -> Family:
    """At most one of two pairs, where both are columns."""
    experts = len(instance.experts)
    codes = pairs[:, 0] * experts + pairs[:, 1]
    wanted = instance.rivals[active]
    sides = [wanted[:, side] * experts + wanted[:, side + 1] for side in (0, 2)]
    places = [np.minimum(np.searchsorted(codes, side), len(codes) - 1) for side in sides]
    both = (codes[places[0]] == sides[0]) & (codes[places[1]] == sides[1])
    found = np.flatnonzero(both)
    ones = np.ones(len(found))
    return Family(
        active[found],
        np.tile(np.arange(len(found)), 2),
        np.concatenate([place[found] for place in places]),
        np.tile(ones, 2),
        ones,
    )


def _toll_rows(instance: Instance, pairs: Integers, active: Integers, first: int) -> Family:
    """Experts of a place on a panel: at most their room if the direction is theirs, else none."""
    count = int(instance.place.max(initial=-1)) + 1
    way = np.full((count, count), -1, dtype=np.int64)
    low, high = instance.crossings[active].T
    way[low, high] = np.arange(len(active))
    way[high, low] = np.arange(len(active))
    home, place = instance.home[pairs[:, 0]], instance.place[pairs[:, 1]]
    number = np.where(home >= 0, way[home, place], -1)
    crossing = np.flatnonzero(number >= 0)
    codes, row = np.unique(pairs[crossing, 0] * count + place[crossing], return_inverse=True)
    rows, places = np.divmod(codes, count)
    room = instance.place_room[rows, places].astype(np.float64)
    upward = instance.home[rows] < places
    direction = way[instance.home[rows], places]
    return Family(
        codes,
        np.concatenate((row, np.arange(len(codes)))),
        np.concatenate((crossing, first + direction)),
        np.concatenate((np.ones(len(crossing)), np.where(upward, -room, room))),
        np.where(upward, 0.0, room),
    )
