"""Panels nobody is left behind in: the weakest panel first, the total affinity second.

A panel is measured by its mean affinity. ``maxmin`` raises the smallest panel as far as possible
and then maximises the total; ``leximin`` goes on with the second smallest, and so on. The ceiling
of the smallest panel is what the worst-off work would get were it alone: usually it is reached,
which proves itself. Small problems are solved exactly by integer programmes, large ones by flows
in which the rows below the floor weigh more and more.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from flows.assignment.engine import extras, goals, network
from flows.assignment.engine.certificate import Goal, Proof, own_best_panels, prove
from flows.assignment.engine.extras import panel_sums
from flows.assignment.engine.goals import Optimum
from flows.assignment.engine.instance import Instance, Integers
from flows.assignment.engine.network import Solution
from flows.assignment.rules import Mask
from schemas.assignment_problem import Weights

Fairness = Literal["none", "maxmin", "leximin"]
EXACT = 25_000  # pairs; above this floors are defended by boosted flows
SMALL = 2_000  # pairs; with seniors or rivals above this only a few levels are tried
FEW_TRIES = 3
BOOST_SCALE = 8
BOOSTS = 20
LEVELS = 12  # of leximin in a large problem; small ones go to the end


@dataclass(frozen=True)
class FairPlan:
    """The plan chosen for its panels; ``proven`` when its smallest panel is the largest possible."""

    solution: Solution
    proofs: tuple[Proof, ...] = ()
    proven: bool = True


def defend(instance: Instance, optimum: Optimum, fairness: Fairness) -> FairPlan:
    """The plan that ``fairness`` asks for among the plans that reach what the optimum reaches."""
    if fairness == "none" or not instance.demand.any():
        return FairPlan(optimum.solution)
    search = _Search(instance, optimum)
    search.raise_level()
    smallest = search.level
    if fairness == "leximin":
        search.raise_the_rest()
    proof = _ceiling_proof(instance)
    return FairPlan(search.best, (proof,), proven=smallest == search.ceiling)


def _ceiling_proof(instance: Instance) -> Proof:
    """One multiplier on the work whose own best panel is the weakest: no plan does better."""
    multipliers = np.zeros(len(instance.demand), dtype=np.int64)
    multipliers[int(np.argmin(_own_best_means(instance)))] = 1
    goal = Goal(Weights(), 1, multipliers, 0 * multipliers)
    return prove(instance, goal, np.zeros(len(instance.experts), dtype=np.int64))[0]


def _own_best_means(instance: Instance) -> Integers:
    """Mean (rounded down, in units) of the best panel each work could have, were it alone."""
    sums = own_best_panels(instance) + instance.fixed_sums
    means = sums // np.maximum(instance.reviews, 1)
    return np.where(instance.demand > 0, means, np.iinfo(np.int64).max)


class _Search:
    """Floors per work (means in units), raised level by level; ``best`` always meets them."""

    def __init__(self, instance: Instance, optimum: Optimum) -> None:
        self.instance = instance
        self.optimum = optimum
        self.best = optimum.solution
        self.own_best = _own_best_means(instance)
        self.open: Mask = instance.demand > 0
        self.floors = np.zeros(len(instance.demand), dtype=np.int64)
        self.ceiling = int(self.own_best.min())
        self.level = 0
        self.exact = instance.affinity.size <= EXACT or instance.has_extras

    def raise_level(self) -> None:
        """The highest level that all open works can reach together."""
        top = int(self.own_best[self.open].min())
        low = int(self._means(self.best)[self.open].min())
        self.level = self._highest(min(low, top), top)
        self.floors = np.where(self.open, self.level, self.floors)

    def raise_the_rest(self) -> None:
        """Close the works that can go no higher, raise the others; repeat."""
        levels = len(self.open) if self.exact else LEVELS
        for _ in range(levels):
            self.open &= ~self._stuck()
            if not self.open.any():
                return
            self.raise_level()

    def _highest(self, low: int, high: int) -> int:
        """Bisection between a level that is reached and one that may be; tries ``high`` first."""
        middle = high
        hard = self.instance.has_extras and self.instance.affinity.size > SMALL
        for _ in range(FEW_TRIES if hard else high.bit_length() + 1):
            if low >= high:
                break
            if self._reach(np.where(self.open, middle, self.floors)):
                low = middle
            else:
                high = middle - 1
            middle = (low + high + 1) // 2
        return low

    def _stuck(self) -> Mask:
        """Open works that cannot rise above the level; at least one, so that the search ends."""
        stuck: Mask = self.open & (self.own_best <= self.level)
        if stuck.any():
            return stuck
        tight = np.flatnonzero(self.open & (self._means(self.best) <= self.level))
        for work in tight:
            higher = self.floors.copy()
            higher[work] = self.level + 1
            stuck[work] = not self._reach(higher)
        if not stuck.any() and len(tight):
            stuck[tight[0]] = True  # they could rise one by one but not together
        return stuck

    def _means(self, solution: Solution) -> Integers:
        sums = panel_sums(self.instance, solution)
        return sums // np.maximum(self.instance.reviews, 1)

    def _reach(self, means: Integers) -> bool:
        """Solve with these floors; keep the plan when it meets them and loses no review."""
        floors = means * self.instance.reviews
        solver: Callable[[Instance, Goal], Solution] = extras.solve if self.exact else _boosted
        goal = Goal(self.optimum.solution.proof.goal.weights, floors=floors)
        found = solver(self.instance, goal)
        reached = goals.attained(self.instance, found) == self.optimum.attained
        if reached and extras.meets_floors(self.instance, found, floors):
            self.best = found
            return True
        return False


def _boosted(instance: Instance, goal: Goal) -> Solution:
    """Flows in which rows below their floor weigh more each time, until all floors are met."""
    multipliers = np.zeros(len(instance.demand), dtype=np.int64)
    for _ in range(BOOSTS):
        boosted = replace(goal, scale=BOOST_SCALE, multipliers=multipliers)
        found = network.solve(instance, boosted)
        below = panel_sums(instance, found) < goal.floors
        if not below.any():
            return found
        multipliers = np.where(below, np.maximum(1, 2 * multipliers), multipliers)
    return found
