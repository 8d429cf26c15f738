"""What comes first: fill panels, honour minimum loads, keep pairs, then the total affinity.

The order is kept by weights. Modest weights are tried first; when the plan does not reach what
can be reached (the ceilings, or failing that a separate solution of the higher goals alone) they
are raised and the problem is solved again, so the order is exact and the numbers stay small.
"""

from dataclasses import dataclass

import numpy as np

from flows.assignment.engine import extras, network
from flows.assignment.engine.certificate import Goal
from flows.assignment.engine.instance import Instance
from flows.assignment.engine.network import Solution
from schemas.assignment_problem import Weights

STEP = 4  # each goal starts this many affinity units above the next one
RAISE = 16


@dataclass(frozen=True)
class Attained:
    """Reviews placed, units of minimum load met, pairs kept (fixed pairs not counted)."""

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
    return Attained(int(instance.demand.sum()), int(instance.minimum.sum()), len(instance.kept))


def attained(instance: Instance, solution: Solution) -> Attained:
    loads = np.bincount(solution.columns, minlength=len(instance.experts))
    kept = set(map(tuple, instance.kept.tolist()))
    pairs = zip(solution.rows.tolist(), solution.columns.tolist(), strict=True)
    return Attained(
        len(solution.rows),
        int(np.minimum(loads, instance.minimum).sum()),
        sum(pair in kept for pair in pairs),
    )


def solve(instance: Instance, goal: Goal) -> Solution:
    """Network where the rules allow it, exact integer programme where they do not."""
    if instance.has_extras or len(goal.floors):
        return extras.solve(instance, goal)
    return network.solve(instance, goal)


def optimise(instance: Instance) -> Optimum:
    """The plan that is best in the order of the goals."""
    weights = modest(instance)
    solution = solve(instance, Goal(weights))
    best = ceilings(instance)
    if attained(instance, solution) == best:
        return Optimum(solution, best)
    reach = solve(instance, Goal(reach_weights(instance)))
    best = attained(instance, reach)
    while attained(instance, solution) != best:
        weights = raised(weights)
        solution = solve(instance, Goal(weights))
    return Optimum(solution, best, reach)


def reach_weights(instance: Instance) -> Weights:
    """Exact order of the goals above affinity: no sum of lower ones outweighs one unit."""
    top = ceilings(instance)
    minimum = top.kept + 1
    return Weights(coverage=minimum * top.minimum + top.kept + 1, minimum=minimum, kept=1)


def modest(instance: Instance) -> Weights:
    top = ceilings(instance)
    kept = STEP * instance.unit if top.kept else 0
    minimum = STEP * max(kept, instance.unit) if top.minimum else 0
    coverage = STEP * max(minimum, kept, instance.unit)
    return Weights(coverage=coverage, minimum=minimum, kept=kept, affinity=1)


def raised(weights: Weights) -> Weights:
    kept = weights.kept * RAISE
    minimum = weights.minimum * RAISE**2
    return Weights(coverage=weights.coverage * RAISE**3, minimum=minimum, kept=kept, affinity=1)
