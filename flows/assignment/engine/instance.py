"""A problem as arrays: integer affinities, what is left of demand, load and room per municipality.

Rows and columns are in an order of their own (ids sorted, then shuffled by ``policy.seed``), so
the order of the input never matters and the seed decides between equally good plans. Experts of
one municipality stand side by side: group maxima are then one ``reduceat``.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from flows.assignment import rules
from flows.assignment.affinity_arrays import Affinity
from flows.assignment.engine import mutual
from flows.assignment.engine.affinities import Affinities, whole
from flows.assignment.engine.fixing import refuse_unlawful
from schemas.assignment_problem import Candidate, Pair, Problem, Reviewer

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]

NOT_ALLOWED = -1


def _none() -> Integers:
    return np.zeros(0, dtype=np.int64)


def _no_crossings() -> Integers:
    return np.zeros((0, 2), dtype=np.int64)


@dataclass(frozen=True)
class Instance:
    """``affinity`` is ``NOT_ALLOWED`` where a rule forbids the pair or it is fixed already.

    ``demand``, ``capacity``, ``minimum`` and ``room`` (submissions x groups) are what the fixed
    pairs leave. ``starts`` are the first columns of the groups. ``rivals`` are quadruples
    (row, column, row, column) of which at most one pair may be chosen. ``load_balance`` is the
    policy's: ``balance`` turns it into costs. ``place`` and ``home`` number the municipalities of
    experts and works (-1: nobody from there is an expert); ``crossings`` are pairs of them that
    may review in one direction only. ``keep_bonus`` is what a kept pair is worth in units; none
    puts keeping before affinity.
    """

    submissions: tuple[Candidate, ...]
    experts: tuple[Reviewer, ...]
    unit: int
    affinity: Affinities
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
    place: Integers = field(default_factory=_none)
    home: Integers = field(default_factory=_none)
    crossings: Integers = field(default_factory=_no_crossings)
    keep_bonus: int | None = None

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
    def place_room(self) -> Integers:
        """How many experts of each municipality a panel could still take (works x places)."""
        room = np.zeros((len(self.demand), int(self.place.max(initial=-1)) + 1), dtype=np.int64)
        np.add.at(room.T, self.place[self.starts], np.maximum(self.room, 0).T)
        members = np.tile(np.bincount(self.place, minlength=room.shape[1]), (len(room), 1))
        np.subtract.at(members, (self.fixed[:, 0], self.place[self.fixed[:, 1]]), 1)
        return np.minimum(np.minimum(room, members), self.demand[:, None])

    @property
    def has_extras(self) -> bool:
        """True when a rule is in force that a network cannot carry."""
        return bool(self.needs_senior.any() or len(self.rivals) or len(self.crossings))


def prepare(
    problem: Problem, *, affinity: Affinity | None = None, kept: Iterable[Pair] = ()
) -> Instance:
    """Arrays of the problem; raises BadInput when the fixed pairs themselves break a rule."""
    facts = rules.Facts(problem)
    submissions = _shuffled(problem.submissions, problem.policy.seed)
    experts = _side_by_side(facts, _shuffled(problem.experts, problem.policy.seed))
    place = _Positions(submissions, experts)
    unit, values = whole(problem, affinity, *place.moved(problem))
    fixed = place.of(dict.fromkeys(problem.fixed))
    refuse_unlawful(facts, fixed, submissions, experts)
    fixed_affinity = values[fixed[:, 0], fixed[:, 1]].astype(np.int64)
    for forbidden in rules.unlawful(facts, submissions, experts):
        values[forbidden] = NOT_ALLOWED
    group, starts = _groups(facts, experts)
    used = np.bincount(fixed[:, 1], minlength=len(experts))
    given = np.bincount(fixed[:, 0], minlength=len(submissions))
    room = _room(facts, fixed, group, (len(submissions), len(starts)))
    capacity = np.array([expert.capacity for expert in experts], dtype=np.int64) - used
    rivals = _rivals(problem, submissions, experts, values)
    places, home = _municipalities(facts, submissions, experts)
    _close(values, fixed, room, group, capacity)
    mutual.close_rivals(values, fixed, rivals)
    crossings = _crossings(problem, fixed, values, home, places)
    kept_at, bonus = place.of(dict.fromkeys(kept)), problem.policy.keep_bonus
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
        rivals=mutual.still_open(values, rivals),
        fixed=fixed,
        fixed_affinity=fixed_affinity,
        kept=kept_at[values[kept_at[:, 0], kept_at[:, 1]] != NOT_ALLOWED],
        load_balance=problem.policy.load_balance,
        place=places,
        home=home,
        crossings=crossings,
        keep_bonus=None if bonus is None else round(bonus * unit),
    )


class _Positions:
    """Row and column of every id."""

    def __init__(self, submissions: tuple[Candidate, ...], experts: tuple[Reviewer, ...]) -> None:
        self.row = {submission.id: number for number, submission in enumerate(submissions)}
        self.column = {expert.id: number for number, expert in enumerate(experts)}

    def of(self, pairs: Iterable[Pair]) -> Integers:
        found = [(self.row[submission], self.column[expert]) for submission, expert in pairs]
        return np.array(found, dtype=np.int64).reshape(-1, 2)

    def moved(self, problem: Problem) -> tuple[Integers, Integers]:
        """Where the works and the experts of the problem's lists stand here."""
        rows = [self.row[work.id] for work in problem.submissions]
        columns = [self.column[expert.id] for expert in problem.experts]
        return np.array(rows, dtype=np.int64), np.array(columns, dtype=np.int64)


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
    limit = facts.problem.policy.max_per_municipality
    if limit is None:  # everybody is a group of one, which a fixed pair closes by itself
        return np.broadcast_to(np.int64(1), shape)
    room = np.full(shape, limit, dtype=np.int64)
    np.subtract.at(room, (fixed[:, 0], group[fixed[:, 1]]), 1)
    return room


def _close(
    values: Affinities, fixed: Integers, room: Integers, group: Integers, capacity: Integers
) -> None:
    """Forbid what the fixed pairs leave no place for."""
    values[fixed[:, 0], fixed[:, 1]] = NOT_ALLOWED
    values[:, capacity <= 0] = NOT_ALLOWED
    for row in np.unique(fixed[:, 0]):
        values[row, room[row][group] <= 0] = NOT_ALLOWED


def _municipalities(
    facts: rules.Facts, submissions: tuple[Candidate, ...], experts: tuple[Reviewer, ...]
) -> tuple[Integers, Integers]:
    names = [facts.places.of(row.municipality) for row in experts]
    return mutual.numbered(names, [facts.places.of(row.municipality) for row in submissions])


def _rivals(
    problem: Problem,
    submissions: tuple[Candidate, ...],
    experts: tuple[Reviewer, ...],
    values: Affinities,
) -> Integers:
    if not problem.policy.no_reciprocity:
        return np.zeros((0, 4), dtype=np.int64)
    return mutual.rivals(submissions, experts, values)


def _crossings(
    problem: Problem,
    fixed: Integers,
    values: Affinities,
    home: Integers,
    place: Integers,
) -> Integers:
    if not problem.policy.no_municipal_reciprocity:
        return _no_crossings()
    mutual.close_crossings(values, fixed, home, place)
    return mutual.crossings(values, home, place)


def _needs_senior(
    problem: Problem, fixed: Integers, senior: NDArray[np.bool_], demand: Integers
) -> NDArray[np.bool_]:
    if not problem.policy.senior_required:
        return np.zeros(len(demand), dtype=np.bool_)
    needs = demand > 0
    needs[fixed[senior[fixed[:, 1]], 0]] = False
    return needs
