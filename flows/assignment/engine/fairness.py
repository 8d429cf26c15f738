"""Panels nobody is left behind in: the weakest panel first, the total affinity second.

A panel is measured by its mean affinity, rounded down to a unit. ``maxmin`` raises the weakest
panel as far as possible and then maximises the total; ``leximin`` goes on with the next weakest,
and so on. Works whose own best panel is worth nothing hold nobody down: nothing can be done for
them, so the others rise without them. Two ceilings prove a level: what the worst-off work would
get were it alone (usually reached), and a linear programme for the common level of all. Small
problems are solved level by level exactly (``leximin``). In large ones as many of the weakest works
as possible get their own best panel, which is exact so far, and the levels above are approached.
"""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from flows.assignment.engine import common_level, extras, goals, leximin, network
from flows.assignment.engine.certificate import Goal, Proof, own_best_panels, plan_value
from flows.assignment.engine.extras import panel_sums
from flows.assignment.engine.goals import Optimum
from flows.assignment.engine.instance import Instance, Integers
from flows.assignment.engine.network import Solution
from flows.assignment.rules import Mask

Fairness = Literal["none", "maxmin", "leximin"]
SMALL = 1_500  # pairs; up to this all levels are solved by integer programmes
PROGRAMMED = 200_000  # pairs; above this floors are defended by boosted flows alone
TRIES = 3  # levels tried between the one that is reached and the ceiling
BOOST_SCALE = 8
BOOSTS = 20
LEVELS = 2  # of leximin above the own best panels of a large problem; small ones go to the end
NO_LEVEL = np.iinfo(np.int64).max


@dataclass(frozen=True)
class FairPlan:
    """The plan chosen for its panels; ``proven`` when no lawful plan has fairer ones."""

    solution: Solution
    proofs: tuple[Proof, ...] = ()
    proven: bool = True


def defend(instance: Instance, optimum: Optimum, fairness: Fairness) -> FairPlan:
    """The plan that ``fairness`` asks for among the plans that reach what the optimum reaches."""
    own_best = _own_best_means(instance)
    wanted = (instance.demand > 0) & (own_best > 0)
    if fairness == "none" or not wanted.any():
        return FairPlan(optimum.solution)
    search = _Search(instance, optimum, own_best, wanted)
    search.raise_level()
    smallest, complete = search.level, fairness == "maxmin"
    if instance.affinity.size <= SMALL:
        smallest, complete = search.climb(1 if fairness == "maxmin" else len(own_best))
    elif fairness == "leximin":
        search.climb_own_bests()
        complete = search.raise_the_rest()
    return FairPlan(search.best, (search.proof,), proven=complete and smallest >= search.ceiling)


def _own_best_means(instance: Instance) -> Integers:
    """Mean (rounded down, in units) of the best panel each work could have, were it alone."""
    sums = own_best_panels(instance) + instance.fixed_sums
    means: Integers = sums // np.maximum(instance.reviews, 1)
    return means


class _Search:
    """Floors per work (means in units), raised level by level; ``best`` always meets them."""

    def __init__(
        self, instance: Instance, optimum: Optimum, own_best: Integers, wanted: Mask
    ) -> None:
        self.instance = instance
        self.optimum = optimum
        self.best = optimum.solution
        self.own_best = own_best
        self.open = wanted
        self.floors = np.zeros(len(instance.demand), dtype=np.int64)
        self.proof = common_level.of_one(
            instance, int(np.where(wanted, own_best, NO_LEVEL).argmin())
        )
        self.ceiling = int(own_best[wanted].min())
        self.level = 0

    def raise_level(self) -> None:
        """The highest level that all open works can reach together; total affinity after it."""
        low = int(self._means(self.best)[self.open].min())
        top = max(low, int(self.own_best[self.open].min()))
        self.level = low if top == low or self._reach_level(top) else self._below(low, top)
        self.floors = np.where(self.open, np.maximum(self.floors, self.level), self.floors)
        if self._means(self.best)[self.open].min() > self.level:
            self.level = int(self._means(self.best)[self.open].min())

    def _below(self, low: int, top: int) -> int:
        """The own best of the worst-off is out of reach: bisection under the common ceiling."""
        if self.instance.affinity.size <= PROGRAMMED:
            bound, proof = common_level.of_all(self.instance, self.open)
            if bound < top and not self.floors.any():
                self.ceiling, self.proof = max(low, bound), proof
            top = min(top, max(low, bound + 1))
        for _ in range(TRIES):
            middle = max(low, top - 1) if top - low <= 1 or _ == 0 else (low + top) // 2
            if middle <= low:
                break
            if self._reach_level(middle):
                low = middle
            else:
                top = middle
        return low

    def _reach_level(self, level: int) -> bool:
        return self._reach(np.where(self.open, level, self.floors))

    def climb(self, depth: int) -> tuple[int, bool]:
        """Levels by exact programmes; the smallest level, and whether nothing was cut short."""
        lifted = leximin.lift(
            self.instance, self.best, self.optimum.attained, self.own_best, depth=depth
        )
        found = lifted.plan
        floors = np.minimum(lifted.floors, self._means(found)) * self.instance.reviews
        goal = Goal(self.optimum.solution.proof.goal.weights, floors=floors)
        proven = extras.solve(self.instance, goal)
        if self._fairer(proven, found):
            found = proven
        self.best = replace(found, value=self._worth(found), proof=proven.proof)
        return int(self._means(self.best)[self.open].min()), lifted.complete

    def _fairer(self, plan: Solution, other: Solution) -> bool:
        """No review less, no level lower, and at least the same worth."""
        full = goals.attained(self.instance, plan) >= goals.attained(self.instance, other)
        levels = [np.sort(self._means(one)[self.open]).tolist() for one in (plan, other)]
        return full and levels[0] >= levels[1] and self._worth(plan) >= self._worth(other)

    def _worth(self, plan: Solution) -> int:
        weights = self.optimum.solution.proof.goal.weights
        return plan_value(self.instance, weights, plan.rows, plan.columns)

    def climb_own_bests(self) -> None:
        """As far up as all works can have their own best panel, or else the level.

        Nobody can have a better one, so every level up to there is the highest possible.
        """
        ladder = np.unique(self.own_best[self.open])
        low, high = int(np.searchsorted(ladder, self.level, side="right")), len(ladder)
        while low < high:
            middle = (low + high) // 2
            floors = np.minimum(self.own_best, ladder[middle])
            if self._reach(np.where(self.open, floors, self.floors)):
                self.level, self.floors = int(ladder[middle]), np.where(self.open, floors, 0)
                low = middle + 1
            else:
                high = middle

    def raise_the_rest(self) -> bool:
        """Close the works that can go no higher, raise the others; True when none is left."""
        certain = True
        for _ in range(LEVELS):
            stuck, known = self._stuck()
            certain &= known
            self.open = self.open & ~stuck
            if not self.open.any():
                return certain
            self.raise_level()
        return False

    def _stuck(self) -> tuple[Mask, bool]:
        """Open works that stay at the level, and whether that is certain for each."""
        means = self._means(self.best)
        stuck: Mask = self.open & (self.own_best <= self.level)
        tight = self.open & (means <= self.level)
        if stuck.any():
            return stuck, True
        return tight, False

    def _means(self, solution: Solution) -> Integers:
        sums = panel_sums(self.instance, solution)
        means: Integers = sums // np.maximum(self.instance.reviews, 1)
        return means

    def _reach(self, means: Integers) -> bool:
        """Solve with these floors; keep the plan when it meets them and loses no review."""
        floors = means * self.instance.reviews
        goal = Goal(self.optimum.solution.proof.goal.weights, floors=floors)
        if self.instance.affinity.size <= PROGRAMMED or self.instance.has_extras:
            return self._accepted(extras.solve(self.instance, goal), floors)
        return self._accepted(_boosted(self.instance, goal), floors)

    def _accepted(self, found: Solution, floors: Integers) -> bool:
        reached = goals.attained(self.instance, found) >= self.optimum.attained
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
