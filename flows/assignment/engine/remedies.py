"""What would help a plan that cannot be full: every change is made and solved again.

A change is a changed problem (``applied``), so its figures are those of a real plan. What a
newcomer would do is one more column of the same market and needs no new problem.
"""

import heapq
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

import numpy as np

from flows.assignment import rules
from flows.assignment.engine import goals
from flows.assignment.engine.certificate import Goal
from flows.assignment.engine.instance import NOT_ALLOWED, Instance, Integers, prepare
from flows.assignment.engine.shortages import Market, market, missing
from schemas.assignment_problem import Problem, Reviewer, Trial, Weights
from schemas.errors import BadInput

Code = Literal["newcomers", "fewer_reviews", "more_per_municipality", "more_load", "drop_rule"]
COVERAGE = Goal(Weights(coverage=1))
NEWCOMERS = 50  # no organiser looks for more than that at once
MORE_LOAD = 20
PLACES_NAMED = 3
SMALL = 2_000  # pairs; with rules no network carries, above this only the rules are tried
EXTRA_RULES = ("senior_required", "no_reciprocity", "no_municipal_reciprocity")


@dataclass(frozen=True)
class Change:
    """A remedy to try; fields as in ``schemas.assignment_problem.Trial``."""

    code: Code
    count: int = 1
    municipality: str | None = None
    capacity: int | None = None
    rule: str | None = None


@dataclass(frozen=True)
class Lack:
    """A deficit to be mended: its works (rows), none where only the extra rules are in the way."""

    rows: Integers | None
    missing: int


def applied(problem: Problem, change: Change) -> Problem:
    """The problem with the change made."""
    return _MAKING[change.code](problem, change)


def remedies(problem: Problem, instance: Instance, lacks: Iterable[Lack]) -> list[list[Trial]]:
    """For each lack what helps it, the most helpful first."""
    lacks = list(lacks)
    trials = _Trials(problem, instance, sum(lack.missing for lack in lacks))
    return [sorted(trials.helping(lack), key=_most_helpful) for lack in lacks]


def usual_capacity(problem: Problem) -> int:
    """The load a newcomer is taken to accept: the median of the others."""
    capacities = [expert.capacity for expert in problem.experts if expert.capacity > 0]
    return int(np.median(capacities)) if capacities else max(1, len(problem.submissions))


def _most_helpful(trial: Trial) -> tuple[int, int, int, int]:
    return trial.left_here, trial.left_total, trial.count, list(_MAKING).index(trial.code)


def _with_policy(problem: Problem, **changes: object) -> Problem:
    policy = problem.policy.model_copy(update=changes)
    return problem.model_copy(update={"policy": policy})


def _fewer_reviews(problem: Problem, change: Change) -> Problem:
    """Also for the works that asked for more themselves."""
    reviews = max(0, problem.policy.reviews - change.count)
    capped = tuple(
        work
        if work.reviews is None
        else work.model_copy(update={"reviews": min(work.reviews, reviews)})
        for work in problem.submissions
    )
    return _with_policy(problem.model_copy(update={"submissions": capped}), reviews=reviews)


def _more_per_municipality(problem: Problem, change: Change) -> Problem:
    limit = problem.policy.max_per_municipality
    more = None if limit is None else limit + change.count
    return _with_policy(problem, max_per_municipality=more)


def _more_load(problem: Problem, change: Change) -> Problem:
    experts = tuple(
        expert.model_copy(update={"capacity": expert.capacity + change.count})
        for expert in problem.experts
    )
    return problem.model_copy(update={"experts": experts})


def _newcomers(problem: Problem, change: Change) -> Problem:
    """Seniors for every track who know nobody; without a municipality each from another new one."""
    capacity = change.capacity or usual_capacity(problem)
    names = [f"\x01new-{number}" for number in range(change.count)]
    fresh = tuple(
        Reviewer(
            id=name,
            person=name,
            municipality=change.municipality or name,
            organisation="",
            capacity=capacity,
            senior=True,
        )
        for name in names
    )
    return problem.model_copy(update={"experts": (*problem.experts, *fresh)})


def _drop_rule(problem: Problem, change: Change) -> Problem:
    if change.rule != "tracks":
        return _with_policy(problem, **{str(change.rule): False})
    experts = tuple(expert.model_copy(update={"tracks": ()}) for expert in problem.experts)
    return problem.model_copy(update={"experts": experts})


_MAKING: dict[Code, Callable[[Problem, Change], Problem]] = {
    "newcomers": _newcomers,
    "more_load": _more_load,
    "more_per_municipality": _more_per_municipality,
    "drop_rule": _drop_rule,
    "fewer_reviews": _fewer_reviews,
}


class Tried:
    """A changed problem solved for coverage: with all rules, and without those no network carries."""

    def __init__(self, of: Market, instance: Callable[[], Instance]) -> None:
        self.market = of
        self._instance = instance

    @cached_property
    def network(self) -> int:
        return missing(self.market)

    @cached_property
    def total(self) -> int:
        instance = self._instance()
        if not instance.has_extras:
            return self.network
        first = Goal(Weights(coverage=goals.STEP * instance.unit, affinity=1))
        easy = _unplaced(instance, first)
        return easy if easy == self.network else _unplaced(instance, COVERAGE)

    def here(self, lack: Lack) -> int:
        if lack.rows is None:
            return self.total - self.network
        if not np.delete(self.market.demand, lack.rows).any():
            return self.network
        return missing(self.market, lack.rows)


def _unplaced(instance: Instance, goal: Goal) -> int:
    return int(instance.demand.sum()) - len(goals.solve(instance, goal).rows)


def _smallest(changes: list[Change], left: Callable[[Change], int]) -> Change:
    """The first change that leaves as little as the last one; each helps no less than the former."""
    best = left(changes[-1])
    return changes[bisect_left(changes, -best, key=lambda change: -left(change))]


class _Trials:
    """Every change is solved once, however many deficits ask about it."""

    def __init__(self, problem: Problem, instance: Instance, short: int) -> None:
        self.short = short
        self.problem = problem.model_copy(update={"affinity": (), "affinity_file": None})
        self.instance = instance
        self.capacity = usual_capacity(problem)
        self.facts = rules.Facts(problem)
        self._tried: dict[Change, Tried] = {}

    def helping(self, lack: Lack) -> Iterator[Trial]:
        for change in self._worth_trying(lack):
            trial = self.trial(change, lack)
            if trial.left_here < lack.missing and trial.left_total <= self.short:
                yield trial

    def _worth_trying(self, lack: Lack) -> Iterator[Change]:
        large = self.instance.affinity.size > SMALL
        if large and len(self.instance.crossings):
            yield Change("drop_rule", rule="no_municipal_reciprocity")
            return  # directions between municipalities are too hard to settle again and again
        yield from self._rules()
        if self._tangled:
            return
        if large and self.instance.has_extras:
            yield from (Change("more_load"), Change("newcomers", capacity=self.capacity))
            return  # every other change would be one more integer programme
        yield from self._loads(lack)
        yield from self._newcomers(lack)

    @property
    def _tangled(self) -> bool:
        """Directions between municipalities beside another extra rule take seconds to settle."""
        instance = self.instance
        return bool(
            len(instance.crossings) and (len(instance.rivals) or instance.needs_senior.any())
        )

    def trial(self, change: Change, lack: Lack) -> Trial:
        tried = self.tried(change)
        return Trial(
            code=change.code,
            municipality=change.municipality,
            count=change.count,
            capacity=change.capacity,
            rule=change.rule,
            left_here=tried.here(lack),
            left_total=tried.total,
        )

    def tried(self, change: Change) -> Tried:
        if change not in self._tried:
            self._tried[change] = self._solve(change)
        return self._tried[change]

    def _solve(self, change: Change) -> Tried:
        changed = applied(self.problem, change)
        if change.code == "newcomers":
            return Tried(self._joined(change), lambda: self._valued(prepare(changed)))
        if change.code == "more_load" and change.count > 1:
            more = self._loaded(change.count - 1)
            return Tried(more, lambda: self._valued(prepare(changed)))
        try:
            instance = prepare(changed)
        except BadInput:  # the fixed pairs do not allow this change: it helps nobody
            instance = prepare(self.problem)
        return Tried(market(instance), lambda: self._valued(instance))

    def _valued(self, changed: Instance) -> Instance:
        """With the affinity that is known: where every pair is worth the same a solver wanders."""
        columns = {expert.id: number for number, expert in enumerate(self.instance.experts)}
        values = np.zeros(changed.affinity.shape, dtype=self.instance.affinity.dtype)
        for column, expert in enumerate(changed.experts):
            if expert.id in columns:
                values[:, column] = np.maximum(self.instance.affinity[:, columns[expert.id]], 0)
        values[changed.affinity == NOT_ALLOWED] = NOT_ALLOWED
        return replace(
            changed, affinity=values, unit=self.instance.unit, minimum=0 * changed.minimum
        )

    @cached_property
    def _now(self) -> Market:
        return market(self.instance)

    def _loaded(self, more: int) -> Market:
        """With one more place everybody is open already; further ones only count."""
        first = self.tried(Change("more_load")).market
        return replace(first, capacity=first.capacity + more)

    def _joined(self, change: Change) -> Market:
        """The market with newcomers; somebody from a known municipality joins its group."""
        now, count = self._now, change.count
        place = None if change.municipality is None else self.facts.places.of(change.municipality)
        group, room = self._seats_for(place, count)
        home = [self.facts.places.of(work.municipality) for work in self.instance.submissions]
        away = np.array([name != place for name in home], dtype=np.bool_)
        able = away | (not self.problem.policy.cross_municipal)
        able &= room[:, group[0]] > 0
        return Market(
            open=np.column_stack((now.open, np.repeat(able[:, None], count, axis=1))),
            demand=now.demand,
            capacity=np.append(now.capacity, np.full(count, change.capacity)),
            group=np.append(now.group, group),
            room=room,
        )

    def _seats_for(self, place: str | None, count: int) -> tuple[Integers, Integers]:
        """Group of each newcomer, and the room of all groups."""
        now, limit = self._now, self.problem.policy.max_per_municipality
        if limit is not None and place in self._groups:
            return np.full(count, self._groups[place]), now.room
        shared = place is not None and limit is not None
        fresh = 1 if shared else count
        room = np.full((len(now.demand), fresh), limit or 1, dtype=np.int64)
        first = now.room.shape[1]
        group = np.full(count, first) if shared else first + np.arange(count)
        return group, np.column_stack((now.room, room))

    @cached_property
    def _groups(self) -> dict[str | None, int]:
        named = zip(self.instance.experts, self.instance.group.tolist(), strict=True)
        return {self.facts.places.of(expert.municipality): group for expert, group in named}

    def _rules(self) -> Iterator[Change]:
        policy = self.problem.policy
        if policy.reviews > 1:
            yield Change("fewer_reviews")
        if policy.max_per_municipality is not None:
            yield Change("more_per_municipality")
        for rule in EXTRA_RULES:
            if getattr(policy, rule):
                yield Change("drop_rule", rule=rule)
        if any(expert.tracks for expert in self.problem.experts):
            yield Change("drop_rule", rule="tracks")

    def _loads(self, lack: Lack) -> Iterator[Change]:
        """One more work each, and as many as help as far as load can."""
        loads = [Change("more_load", count) for count in range(1, MORE_LOAD + 1)]
        yield from self._first_and_enough(loads, lack)

    def _newcomers(self, lack: Lack) -> Iterator[Change]:
        fresh = [
            Change("newcomers", count, capacity=self.capacity) for count in range(1, NEWCOMERS + 1)
        ]
        yield from self._first_and_enough(fresh, lack)
        yield from self._from_known_places(lack)

    def _first_and_enough(self, changes: list[Change], lack: Lack) -> list[Change]:
        """The smallest change, and the smallest that helps as much as the largest does.

        Once for this lack, once for the whole plan.
        """
        if self.tried(changes[-1]).here(lack) >= lack.missing:
            return []
        enough = _smallest(changes, lambda change: self.tried(change).here(lack))
        for_all = _smallest(changes, lambda change: self.tried(change).network)
        return list(dict.fromkeys((changes[0], enough, for_all)))

    def _from_known_places(self, lack: Lack) -> list[Change]:
        """The best few municipalities that one more expert could come from."""
        if lack.rows is None:
            return []
        named = [work.municipality for work in self.problem.submissions]
        named += [expert.municipality for expert in self.problem.experts]
        known = {self.facts.places.of(name): name for name in sorted(set(named), reverse=True)}
        changes = [
            Change("newcomers", municipality=name, capacity=self.capacity)
            for name in sorted(known.values())
        ]
        return heapq.nsmallest(PLACES_NAMED, self._until_best(changes, lack), key=self._left(lack))

    def _left(self, lack: Lack) -> Callable[[Change], tuple[int, int]]:
        return lambda change: (self.tried(change).here(lack), self.tried(change).network)

    def _until_best(self, changes: list[Change], lack: Lack) -> Iterator[Change]:
        """Nobody helps more than somebody from a new municipality: enough such places suffice."""
        left, found = self._left(lack), 0
        best = left(Change("newcomers", capacity=self.capacity))
        for change in changes:
            yield change
            found += left(change) == best
            if found == PLACES_NAMED:
                return
