"""A drawn plan as the contract's result: the plan, every pair's probability, the proof.

``total`` is what the drawn plan is worth; ``bound`` and ``gap`` speak of the lottery: the most that
any lawful lottery under the cap can expect, and how far ``draw.expected`` is from it. One drawn plan
may be worth more than the bound or less.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

import numpy as np

from flows.assignment import wording
from flows.assignment.engine import lottery, report
from flows.assignment.engine.fairness import FairPlan
from flows.assignment.engine.goals import Attained, Optimum, ceilings
from flows.assignment.engine.infeasibility import deficits
from flows.assignment.engine.instance import Instance
from flows.assignment.engine.links import measured
from flows.assignment.engine.lottery import Lottery, Odds
from flows.assignment.engine.network import Solution
from flows.assignment.engine.sampling import Shares, sample
from flows.assignment.wording import AS_GIVEN, Names
from schemas.assignment_problem import Deficit, Draw, Problem, Result

STEPS = 10  # caps 0.1 ... 1 are tried for the remedy


def compose(problem: Problem, instance: Instance, *, names: Names = AS_GIVEN) -> Result:
    """The best lottery under ``policy.max_probability`` and the plan the seed draws from it."""
    odds = lottery.odds_of(problem.policy.max_probability or 1)
    best = lottery.spread(instance, odds)
    plan = drawn(instance, best, problem.policy.seed)
    reach = None if best.reach is None else Solution(plan.rows, plan.columns, 0, best.reach)
    whole = best.attained.coverage // odds.whole
    optimum = Optimum(plan, replace(best.attained, coverage=whole), reach)
    free = replace(instance, rivals=instance.rivals[:0])  # no proof here prices them
    result = report.compose(free, optimum, FairPlan(plan))
    draw = _draw(instance, best)
    return result.model_copy(
        update={
            "draw": draw,
            "connectivity": measured(instance, plan),
            "bound": draw.bound,
            "gap": (best.bound - best.expected) / (instance.unit * odds.whole),
            "status": _status(instance, best),
            "deficits": tuple(_deficits(problem, instance, plan, best, names)),
        }
    )


def drawn(instance: Instance, best: Lottery, seed: int) -> Solution:
    """The plan that the seed draws, as positions."""
    group = instance.group[best.columns]
    shares = Shares(best.rows, best.columns, group, best.amount, best.odds.whole)
    chosen = sample(shares, seed)
    return Solution(best.rows[chosen], best.columns[chosen], 0, best.proof)


def _draw(instance: Instance, best: Lottery) -> Draw:
    whole = best.odds.whole
    ids = [row.id for row in instance.submissions], [row.id for row in instance.experts]
    fixed = [(row, column, 1.0) for row, column in instance.fixed.tolist()]
    shares = zip(best.rows.tolist(), best.columns.tolist(), best.amount.tolist(), strict=True)
    every = [*fixed, *((row, column, amount / whole) for row, column, amount in shares)]
    certain = int(instance.fixed_affinity.sum()) * whole
    return Draw(
        cap=best.odds.most / whole,
        expected=(best.expected + certain) / (instance.unit * whole),
        bound=(best.bound + certain) / (instance.unit * whole),
        probabilities=tuple(sorted((ids[0][row], ids[1][column], p) for row, column, p in every)),
    )


def _status(instance: Instance, best: Lottery) -> Literal["optimal", "feasible", "infeasible"]:
    if best.attained.coverage < lottery.ceilings(instance, best.odds).coverage:
        return "infeasible"
    return "optimal" if best.bound == best.expected else "feasible"


def _deficits(
    problem: Problem, instance: Instance, plan: Solution, best: Lottery, names: Names
) -> Iterator[Deficit]:
    """What no plan could fill, minimum loads, then what only the cap keeps empty."""
    possible = lottery.most_reviews(instance, Odds(1, 1))
    certain = Optimum(plan, Attained(possible, 0, 0))
    yield from deficits(problem, instance, certain, names=names)
    if best.attained.coverage < possible * best.odds.whole:
        yield _deficit(instance, best, possible - len(plan.rows), names)


def _deficit(instance: Instance, best: Lottery, missing: int, names: Names) -> Deficit:
    whole = best.odds.whole
    placed = np.zeros(len(instance.demand), dtype=np.int64)
    np.add.at(placed, best.rows, best.amount)
    short = np.flatnonzero(placed < whole * instance.demand)
    works = sorted(instance.submissions[row].id for row in short)
    useful = np.flatnonzero((instance.affinity[short] >= 0).any(axis=0))
    listed = wording.listed([names.work(work) for work in works])
    mean = int((whole * instance.demand - placed).sum()) / whole
    mutual = " и запрете взаимных экспертиз" if len(instance.rivals) else ""
    return Deficit(
        submissions=tuple(works),
        experts=tuple(sorted(instance.experts[column].id for column in useful)),
        missing=missing,
        text=(
            f"{_lacking(missing, wording.decimal(mean))} (работы: {listed}). При вероятности пары не больше"
            f" {_written(best.odds)}{mutual} у этих работ слишком мало подходящих экспертов."
        ),
        remedies=tuple(_remedies(instance, best.odds)),
    )


def _lacking(missing: int, mean: str) -> str:
    if not missing:
        return f"В этом жребии хватило всем, но в среднем по жребиям недостаёт экспертиз: {mean}"
    return f"Не хватает {wording.of_reviews(missing)}, в среднем по жребиям {mean}"


def _remedies(instance: Instance, odds: Odds) -> Iterator[str]:
    """The smallest cap that is tried and fills as much as can be filled at all."""
    full = lottery.most_reviews(instance, Odds(1, 1))
    for step in range(1, STEPS + 1):
        higher = lottery.odds_of(step / STEPS)
        if higher.most * odds.whole <= odds.most * higher.whole:
            continue
        if lottery.most_reviews(instance, higher) == full * higher.whole:
            left = int(ceilings(instance).coverage - full)
            outcome = "хватит всем" if not left else f"останется нехватка {left}"
            direction = " (без учёта взаимных экспертиз)" if len(instance.rivals) else ""
            yield f"Наибольшая вероятность пары {_written(higher)}: {outcome}{direction}."
            return


def _written(odds: Odds) -> str:
    return wording.decimal(odds.most / odds.whole)
