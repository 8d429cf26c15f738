"""What comes first: fill panels, honour minimum loads, keep pairs, then the total affinity.

With a ``keep_bonus`` a kept pair is worth that much affinity and is weighed, not counted first.
The order is kept by weights. Modest weights are tried first; when the plan does not reach what
can be reached (the ceilings, or failing that a separate solution of the higher goals alone) the
goal that fell short is raised, with those above it, and the problem is solved again, so the order
is exact and the numbers stay small.
"""

from dataclasses import dataclass

import numpy as np

from flows.assignment.engine import extras, network
from flows.assignment.engine.certificate import Goal, plan_value
from flows.assignment.engine.instance import Instance
from flows.assignment.engine.network import Solution
from schemas.assignment_problem import Weights

STEP = 4  # each goal starts this many affinity units above the next one
RAISE = 64
RAISES = 3


@dataclass(frozen=True, order=True)
class Attained:
    """Reviews placed, units of minimum load met, pairs kept (fixed pairs not counted).

    ``kept`` stays 0 where a bonus weighs keeping against affinity: it is no goal of its own.
    """

    coverage: int
    minimum: int
    kept: int


@dataclass(frozen=True)
class Optimum:
    """The best plan, and the plan of the higher goals alone where they cannot all be met."""

    solution: Solution
    attained: Attained
    reach: Solution | None = None


def ceilings(instance: Instance) -> Attained:
    kept = len(instance.kept) if instance.keep_bonus is None else 0
    return Attained(int(instance.demand.sum()), int(instance.minimum.sum()), kept)


def attained(instance: Instance, solution: Solution) -> Attained:
    loads = np.bincount(solution.columns, minlength=len(instance.experts))
    counted = instance.kept if instance.keep_bonus is None else instance.kept[:0]
    kept = set(map(tuple, counted.tolist()))
    pairs = zip(solution.rows.tolist(), solution.columns.tolist(), strict=True)
    return Attained(
        len(solution.rows),
        int(np.minimum(loads, instance.minimum).sum()),
        sum(pair in kept for pair in pairs),
    )


def solve(instance: Instance, goal: Goal, known: Solution | None = None) -> Solution:
    """Network where the rules allow it, exact integer programme where they do not.

    ``known`` is a lawful plan that may be returned when the goal cannot be served better.
    """
    if instance.has_extras or len(goal.floors):
        return extras.solve(instance, goal, known)
    return network.solve(instance, goal)


def optimise(instance: Instance) -> Optimum:
    """The plan that is best in the order of the goals."""
    weights = modest(instance)
    solution = solve(instance, Goal(weights))
    best = ceilings(instance)
    if attained(instance, solution) == best:
        return Optimum(solution, best)
    reach = solve(instance, Goal(reach_weights(instance)), known=solution)
    wanted = attained(instance, reach)
    for _ in range(RAISES):
        got = attained(instance, solution)
        if got >= wanted:
            break
        weights = raised(weights, got, wanted)
        solution = solve(instance, Goal(weights))
    return _settled(instance, solution, reach)


def _settled(instance: Instance, solution: Solution, reach: Solution) -> Optimum:
    """Where the search found more for one goal than for the other, the fuller plan stands."""
    if attained(instance, solution) < attained(instance, reach):
        solution = _revalued(instance, reach, solution)
    reach = _revalued(instance, solution, reach)
    return Optimum(solution, attained(instance, solution), reach)


def _revalued(instance: Instance, plan: Solution, goal: Solution) -> Solution:
    """The same plan under the other's goal and proof."""
    value = plan_value(instance, goal.proof.goal.weights, plan.rows, plan.columns)
    return Solution(plan.rows, plan.columns, value, goal.proof)


def reach_weights(instance: Instance) -> Weights:
    """Exact order of the goals above affinity: no sum of lower ones outweighs one unit."""
    top = ceilings(instance)
    minimum = top.kept + 1
    coverage = minimum * top.minimum + top.kept + 1
    return Weights(coverage=coverage, minimum=minimum, kept=min(1, top.kept))


def modest(instance: Instance) -> Weights:
    top = ceilings(instance)
    kept = instance.keep_bonus or (STEP * instance.unit if top.kept else 0)
    minimum = STEP * max(kept, instance.unit) if top.minimum else 0
    coverage = STEP * max(minimum, kept, instance.unit)
    return Weights(coverage=coverage, minimum=minimum, kept=kept, affinity=1)


def raised(weights: Weights, got: Attained, wanted: Attained) -> Weights:
    """The first goal that falls short, and all before it, further above what comes after."""
    filled = got.coverage == wanted.coverage
    loaded = filled and got.minimum == wanted.minimum
    return Weights(
        coverage=weights.coverage * RAISE,
        minimum=weights.minimum * (RAISE if filled else 1),
        kept=weights.kept * (RAISE if loaded else 1),
        affinity=1,
    )
