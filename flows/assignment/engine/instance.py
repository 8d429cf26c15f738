"""A problem as arrays: integer affinities, what is left of demand, load and room per municipality.

Rows and columns are in an order of their own (ids sorted, then shuffled by ``policy.seed``), so
the order of the input never matters and the seed decides between equally good plans. Experts of
one municipality stand side by side: group maxima are then one ``reduceat``.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations, pairwise, product
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from flows.assignment import rules
from flows.assignment.affinity_arrays import AffinityArrays
from flows.assignment.engine.fixing import refuse_unlawful
from schemas.assignment_problem import Candidate, Pair, Problem, Reviewer

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]

# The first unit that holds every affinity exactly is taken; costs stay far from 64 bits.
UNITS = (10_000, 1_000_000, 100_000_000)
EXACT = 1e-6  # of a unit: what counts as held exactly
NOT_ALLOWED = -1


@dataclass(frozen=True)
class Instance:
    """``affinity`` is ``NOT_ALLOWED`` where a rule forbids the pair or it is fixed already.

    ``demand``, ``capacity``, ``minimum`` and ``room`` (submissions x groups) are what the fixed
    pairs leave. ``starts`` are the first columns of the groups. ``rivals`` are quadruples
    (row, column, row, column) of which at most one pair may be chosen. ``load_balance`` is the
    policy's: ``balance`` turns it into costs.
    """

    submissions: tuple[Candidate, ...]
    experts: tuple[Reviewer, ...]
    unit: int
    affinity: NDArray[np.int32]
    demand: Integers
    capacity: Integers
    minimum: Integers
    group: Integers
    starts: Integers
    room: Integers
    senior: NDArray[np.bool_]
    needs_senior: NDArray[np.bool_]
    rivals: Integers
    fixed: Integers
    fixed_affinity: Integers
    kept: Integers
    load_balance: float = 0.0

    @property
    def reviews(self) -> Integers:
        """Size of each full panel, fixed pairs included."""
        return self.demand + np.bincount(self.fixed[:, 0], minlength=len(self.demand))

    @property
    def fixed_loads(self) -> Integers:
        """How many fixed pairs each expert has."""
        return np.bincount(self.fixed[:, 1], minlength=len(self.experts))

    @property
    def fixed_sums(self) -> Integers:
        """Sum of fixed affinities per submission, in units."""
        sums = np.zeros(len(self.demand), dtype=np.int64)
        np.add.at(sums, self.fixed[:, 0], self.fixed_affinity)
        return sums

    @property
    def has_extras(self) -> bool:
        """True when a rule is in force that a network cannot carry."""
        return bool(self.needs_senior.any() or len(self.rivals))


def prepare(
    problem: Problem, *, affinity: AffinityArrays | None = None, kept: Iterable[Pair] = ()
) -> Instance:
    """Arrays of the problem; raises BadInput when the fixed pairs themselves break a rule."""
    facts = rules.Facts(problem)
    submissions = _shuffled(problem.submissions, problem.policy.seed)
    experts = _side_by_side(facts, _shuffled(problem.experts, problem.policy.seed))
    place = _Positions(submissions, experts)
    unit, values = _values(problem, affinity, place)
    fixed = place.of(dict.fromkeys(problem.fixed))
    refuse_unlawful(facts, fixed, submissions, experts)
    fixed_affinity = values[fixed[:, 0], fixed[:, 1]].astype(np.int64)
    values[~rules.lawful(facts, submissions, experts)] = NOT_ALLOWED
    group, starts = _groups(facts, experts)
    used = np.bincount(fixed[:, 1], minlength=len(experts))
    given = np.bincount(fixed[:, 0], minlength=len(submissions))
    room = _room(facts, fixed, group, (len(submissions), len(starts)))
    capacity = np.array([expert.capacity for expert in experts], dtype=np.int64) - used
    rivals = _rivals(problem, submissions, experts, values)
    _close(values, fixed, room, group, capacity)
    _close_rivals(values, fixed, rivals)
    kept_at = place.of(dict.fromkeys(kept))
    senior = np.array([expert.senior for expert in experts], dtype=np.bool_)
    demand = np.maximum(_reviews(problem, submissions) - given, 0)
    return Instance(
        submissions=submissions,
        experts=experts,
        unit=unit,
        affinity=values,
        demand=demand,
        capacity=capacity,
        minimum=np.maximum(np.array([row.minimum for row in experts], dtype=np.int64) - used, 0),
        group=group,
        starts=starts,
        room=room,
        senior=senior,
        needs_senior=_needs_senior(problem, fixed, senior, demand),
        rivals=_open(values, rivals),
        fixed=fixed,
        fixed_affinity=fixed_affinity,
        kept=kept_at[values[kept_at[:, 0], kept_at[:, 1]] != NOT_ALLOWED],
        load_balance=problem.policy.load_balance,
    )


class _Positions:
    """Row and column of every id."""

    def __init__(self, submissions: tuple[Candidate, ...], experts: tuple[Reviewer, ...]) -> None:
        self.row = {submission.id: number for number, submission in enumerate(submissions)}
        self.column = {expert.id: number for number, expert in enumerate(experts)}

    def of(self, pairs: Iterable[Pair]) -> Integers:
        found = [(self.row[submission], self.column[expert]) for submission, expert in pairs]
        return np.array(found, dtype=np.int64).reshape(-1, 2)


Row = TypeVar("Row", Candidate, Reviewer)


def _shuffled(rows: tuple[Row, ...], seed: int) -> tuple[Row, ...]:
    ordered = sorted(rows, key=lambda row: row.id)
    if not seed:
        return tuple(ordered)
    order = np.random.default_rng(seed).permutation(len(ordered))
    return tuple(ordered[number] for number in order)


def _side_by_side(facts: rules.Facts, experts: tuple[Reviewer, ...]) -> tuple[Reviewer, ...]:
    return tuple(sorted(experts, key=lambda expert: facts.places.of(expert.municipality)))


def _reviews(problem: Problem, submissions: tuple[Candidate, ...]) -> Integers:
    usual = problem.policy.reviews
    wanted = [usual if row.reviews is None else row.reviews for row in submissions]
    return np.array(wanted, dtype=np.int64)


def _values(
    problem: Problem, affinity: AffinityArrays | None, place: _Positions
) -> tuple[int, NDArray[np.int32]]:
    rows, columns, listed = _listed(problem, affinity, place)
    default = problem.policy.default_affinity
    unit = next((unit for unit in UNITS if _exact(listed, default, unit)), UNITS[-1])
    shape = (len(problem.submissions), len(problem.experts))
    values = np.full(shape, round(default * unit), dtype=np.int32)
    values[rows, columns] = np.rint(listed * unit)
    return unit, values


def _listed(
    problem: Problem, affinity: AffinityArrays | None, place: _Positions
) -> tuple[Integers, Integers, Floats]:
    if affinity is None:
        at = place.of((submission, expert) for submission, expert, _ in problem.affinity)
        return at[:, 0], at[:, 1], np.array([row[2] for row in problem.affinity], dtype=np.float64)
    rows = np.array([place.row[row.id] for row in problem.submissions], dtype=np.int64)
    columns = np.array([place.column[row.id] for row in problem.experts], dtype=np.int64)
    return rows[affinity.row], columns[affinity.column], affinity.value


def _exact(listed: Floats, default: float, unit: int) -> bool:
    scaled = np.append(listed, default) * unit
    return bool(np.abs(scaled - np.rint(scaled)).max() < EXACT)


def _groups(facts: rules.Facts, experts: tuple[Reviewer, ...]) -> tuple[Integers, Integers]:
    """Group number of each expert and first column of each group; alone when nothing limits."""
    if not experts:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    if facts.problem.policy.max_per_municipality is None:
        return np.arange(len(experts)), np.arange(len(experts))
    names = [facts.places.of(expert.municipality) for expert in experts]
    new = np.array([True, *(left != right for left, right in pairwise(names))])
    return np.cumsum(new) - 1, np.flatnonzero(new)


def _room(facts: rules.Facts, fixed: Integers, group: Integers, shape: tuple[int, int]) -> Integers:
    limit = facts.problem.policy.max_per_municipality or 1
    room = np.full(shape, limit, dtype=np.int64)
    np.subtract.at(room, (fixed[:, 0], group[fixed[:, 1]]), 1)
    return room


def _close(
    values: NDArray[np.int32], fixed: Integers, room: Integers, group: Integers, capacity: Integers
) -> None:
    """Forbid what the fixed pairs leave no place for."""
    values[fixed[:, 0], fixed[:, 1]] = NOT_ALLOWED
    values[:, capacity <= 0] = NOT_ALLOWED
    for row in np.unique(fixed[:, 0]):
        values[row, room[row][group] <= 0] = NOT_ALLOWED


def _rivals(
    problem: Problem,
    submissions: tuple[Candidate, ...],
    experts: tuple[Reviewer, ...],
    values: NDArray[np.int32],
) -> Integers:
    """Pairs of pairs in which two people would review each other."""
    if not problem.policy.no_reciprocity:
        return np.zeros((0, 4), dtype=np.int64)
    authors = _author_experts(submissions, experts)
    found = [
        (theirs, mine_column, mine, theirs_column)
        for (mine_column, written), (theirs_column, other) in combinations(authors, 2)
        for mine, theirs in product(written, other)
        if values[theirs, mine_column] >= 0 and values[mine, theirs_column] >= 0
    ]
    return np.array(found, dtype=np.int64).reshape(-1, 4)


def _author_experts(
    submissions: tuple[Candidate, ...], experts: tuple[Reviewer, ...]
) -> list[tuple[int, list[int]]]:
    written = defaultdict(list)
    for row, submission in enumerate(submissions):
        for person in {rules.tidy(author) for author in submission.authors}:
            written[person].append(row)
    named = ((column, rules.tidy(expert.person)) for column, expert in enumerate(experts))
    return [(column, written[person]) for column, person in named if person in written]


def _close_rivals(values: NDArray[np.int32], fixed: Integers, rivals: Integers) -> None:
    taken = set(map(tuple, fixed.tolist()))
    for row, column, other_row, other_column in rivals.tolist():
        if (row, column) in taken:
            values[other_row, other_column] = NOT_ALLOWED
        if (other_row, other_column) in taken:
            values[row, column] = NOT_ALLOWED


def _open(values: NDArray[np.int32], rivals: Integers) -> Integers:
    both = (values[rivals[:, 0], rivals[:, 1]] >= 0) & (values[rivals[:, 2], rivals[:, 3]] >= 0)
    return rivals[both]


def _needs_senior(
    problem: Problem, fixed: Integers, senior: NDArray[np.bool_], demand: Integers
) -> NDArray[np.bool_]:
    if not problem.policy.senior_required:
        return np.zeros(len(demand), dtype=np.bool_)
    needs = demand > 0
    needs[fixed[senior[fixed[:, 1]], 0]] = False
    return needs
