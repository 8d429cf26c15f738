"""Ceilings of the weakest panel, with proofs: of the worst-off work alone, and of all together.

A proof puts a multiplier on works: the sum of their panels, so weighted, can be no larger than the
bound, hence the smallest mean among them is no larger than the bound over the weighted seats.
"""

from dataclasses import replace

import numpy as np
from scipy.sparse import csr_array, hstack

from flows.assignment.engine import programme
from flows.assignment.engine.certificate import Goal, Proof, prove
from flows.assignment.engine.instance import Floats, Instance, Integers
from flows.assignment.engine.network import candidates, union
from flows.assignment.engine.programme import Active, Programme
from flows.assignment.rules import Mask
from schemas.assignment_problem import Weights

STEEPEST = 10**6  # the largest multiplier
PRICINGS = 8


def of_one(instance: Instance, row: int) -> Proof:
    """One multiplier on one work: no plan gives it more than its own best panel."""
    multipliers = np.zeros(len(instance.demand), dtype=np.int64)
    multipliers[row] = 1
    goal = Goal(Weights(), 1, multipliers, 0 * multipliers)
    return prove(instance, goal, np.zeros(len(instance.experts), dtype=np.int64))[0]


def of_all(instance: Instance, works: Mask) -> tuple[int, Proof]:
    """The highest level (mean in units, rounded down) these works can have in common at most."""
    pairs = candidates(instance)
    nothing = Active(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))
    floors = np.zeros(len(instance.demand), dtype=np.int64)
    for _ in range(PRICINGS):
        built = programme.build(instance, Goal(Weights(), floors=floors), pairs, nothing)
        _, _, marginals = programme.relaxed(_with_level(instance, built, works))
        proof, wanted = _proven(instance, built, marginals)
        wider = union(instance, pairs, wanted)
        if len(wider) == len(pairs):
            break
        pairs = wider
    seats = int((proof.goal.multipliers * instance.reviews).sum())
    return proof.bound // max(1, seats), proof


def _with_level(instance: Instance, built: Programme, works: Mask) -> Programme:
    """Floors are one level times the seats, a column of its own; nothing may fall short of it."""
    row = 0
    column = np.zeros(built.matrix.shape[0])
    for name, family in built.families.items():
        if name == "floor":
            column[row + family.of] = np.where(works, instance.reviews, 0)
        row += len(family.of)
    upper = built.upper.copy()
    upper[built.blocks[2] : built.blocks[3]] = 0
    return replace(
        built,
        worth=np.append(0 * built.worth, 1.0),
        upper=np.append(upper, 1.0),
        matrix=csr_array(hstack((built.matrix, csr_array(column[:, None])))),
    )


def _proven(instance: Instance, built: Programme, marginals: Floats) -> tuple[Proof, Integers]:
    duals = programme.duals(instance, built, marginals)
    share = instance.unit * max(float(duals.multiplier.max(initial=0)), 1e-9)
    factor = STEEPEST / share * instance.unit
    multipliers = np.rint(duals.multiplier * factor).astype(np.int64)
    prices = np.rint(duals.price * factor).astype(np.int64)
    goal = Goal(Weights(), 1, multipliers, 0 * multipliers)
    return prove(instance, goal, prices)
