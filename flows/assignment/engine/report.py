"""The plan as the contract's result: pairs by id, totals, certificate, metrics."""

from typing import Literal

import numpy as np

from flows.assignment.engine.certificate import Proof
from flows.assignment.engine.extras import panel_sums
from flows.assignment.engine.fairness import FairPlan
from flows.assignment.engine.goals import Optimum, ceilings
from flows.assignment.engine.instance import Instance, Integers
from flows.assignment.engine.network import Solution
from schemas.assignment_problem import Certificate, Metrics, ProofRecord, Result

Goal = Literal["reach", "fairness", "total"]
RULES = (
    "own_municipality",
    "own_organisation",
    "authorship",
    "conflict",
    "forbidden",
    "track",
    "duplicate",
    "max_per_municipality",
    "capacity",
    "reviews",
    "senior",
    "reciprocity",
    "municipal_reciprocity",
    "fixed",
)


def compose(instance: Instance, optimum: Optimum, fair: FairPlan) -> Result:
    """Result without deficits; integers become affinity only here, so a zero gap is zero."""
    solution = fair.solution
    total = total_units(instance, solution)
    bound = total + max(0, solution.gap)
    proofs = [record(instance, "total", solution.proof)]
    proofs = [*(record(instance, "fairness", proof) for proof in fair.proofs), *proofs]
    if optimum.reach is not None:
        proofs.insert(0, record(instance, "reach", optimum.reach.proof))
    kept = tuple(_ids(instance, pair) for pair in instance.kept.tolist())
    return Result(
        status=_status(instance, optimum, proven=bound == total and fair.proven),
        pairs=pairs(instance, solution),
        total=total / instance.unit,
        bound=bound / instance.unit,
        gap=(bound - total) / instance.unit,
        certificate=Certificate(unit=instance.unit, kept=kept, proofs=tuple(proofs)),
        metrics=metrics(instance, solution),
    )


def _status(
    instance: Instance, optimum: Optimum, *, proven: bool
) -> Literal["optimal", "feasible", "infeasible"]:
    if optimum.attained.coverage < ceilings(instance).coverage:
        return "infeasible"
    return "optimal" if proven else "feasible"


def total_units(instance: Instance, solution: Solution) -> int:
    """Total affinity of the plan, fixed pairs included."""
    chosen = instance.affinity[solution.rows, solution.columns].astype(np.int64)
    return int(chosen.sum() + instance.fixed_affinity.sum())


def _ids(instance: Instance, pair: list[int]) -> tuple[str, str]:
    return instance.submissions[pair[0]].id, instance.experts[pair[1]].id


def pairs(instance: Instance, solution: Solution) -> tuple[tuple[str, str, float], ...]:
    chosen = np.column_stack((solution.rows, solution.columns))
    values = instance.affinity[solution.rows, solution.columns].astype(np.int64)
    every = np.concatenate((instance.fixed, chosen)).tolist()
    affinity = (np.concatenate((instance.fixed_affinity, values)) / instance.unit).tolist()
    listed = [(*_ids(instance, pair), a) for pair, a in zip(every, affinity, strict=True)]
    return tuple(sorted(listed))


def record(instance: Instance, goal: Goal, proof: Proof) -> ProofRecord:
    submissions = [row.id for row in instance.submissions]
    return ProofRecord(
        goal=goal,
        weights=proof.goal.weights,
        scale=proof.goal.scale,
        prices=_named([row.id for row in instance.experts], proof.prices),
        rivals=_rivals(instance, proof),
        tolls=_tolls(instance, proof),
        multipliers=_named(submissions, proof.goal.multipliers),
        floors=_named(submissions, proof.goal.floors),
        bound=proof.bound,
    )


def _named(ids: list[str], numbers: Integers) -> dict[str, int]:
    listed = zip(ids, numbers.tolist(), strict=False)
    return dict(sorted((key, number) for key, number in listed if number))


def _rivals(instance: Instance, proof: Proof) -> tuple[tuple[str, str, str, str, int], ...]:
    listed = zip(instance.rivals.tolist(), proof.rival_prices.tolist(), strict=True)
    return tuple(
        (*_ids(instance, rival[:2]), *_ids(instance, rival[2:]), price)
        for rival, price in listed
        if price
    )


def _tolls(instance: Instance, proof: Proof) -> tuple[tuple[str, str, int], ...]:
    """Municipalities go by the name of their first expert's."""
    first = np.flatnonzero(np.diff(instance.place, prepend=-1))
    return tuple(
        sorted(
            (instance.submissions[row].id, instance.experts[first[place]].municipality, price)
            for row, place, price in proof.goal.tolls.tolist()
        )
    )


def metrics(instance: Instance, solution: Solution) -> Metrics:
    reviews = instance.reviews
    panels = panel_sums(instance, solution)[reviews > 0] / reviews[reviews > 0] / instance.unit
    count = len(instance.fixed) + len(solution.rows)
    loads = np.bincount(
        np.concatenate((instance.fixed[:, 1], solution.columns)), minlength=len(instance.experts)
    )
    return Metrics(
        mean=total_units(instance, solution) / instance.unit / count if count else 0.0,
        min=float(panels.min(initial=1.0)) if len(panels) else 0.0,
        p5=float(np.percentile(panels, 5)) if len(panels) else 0.0,
        load_gini=gini(loads),
        violations=dict.fromkeys(RULES, 0),
    )


def gini(loads: Integers) -> float:
    """Gini coefficient of the loads: 0 when all carry the same."""
    count, total = len(loads), int(loads.sum())
    if not total:
        return 0.0
    ranked = np.sort(loads)
    return float((2 * np.arange(1, count + 1) - count - 1) @ ranked / (count * total))
