"""The engine's front door: a problem in, the best lawful plan with its proof out."""

from collections.abc import Iterable

from flows.assignment.affinity_arrays import Affinity
from flows.assignment.engine import goals, report
from flows.assignment.engine.fairness import defend
from flows.assignment.engine.infeasibility import deficits
from flows.assignment.engine.instance import prepare
from schemas.assignment_problem import Pair, Problem, Result


def plan(
    problem: Problem, *, affinity: Affinity | None = None, kept: Iterable[Pair] = ()
) -> Result:
    """The best plan under all hard rules; ``seconds`` stays 0, the caller has the clock.

    ``affinity`` replaces the problem's list (the arrays of ``affinity_file``). ``kept`` pairs
    stay whenever that costs no review. Raises BadInput when fixed pairs break a rule.
    """
    instance = prepare(problem, affinity=affinity, kept=kept)
    optimum = goals.optimise(instance)
    fair = defend(instance, optimum, problem.policy.fairness)
    result = report.compose(instance, optimum, fair)
    missing = deficits(problem, instance, optimum, affinity=affinity)
    return result.model_copy(update={"deficits": missing})


def replan(
    problem: Problem, kept_preferred: Iterable[Pair], *, affinity: Affinity | None = None
) -> Result:
    """A plan with as few changes as possible first and the best total among those second.

    Accepted and started pairs belong in ``problem.fixed``, declined ones in ``problem.forbidden``.
    """
    return plan(problem, affinity=affinity, kept=kept_preferred)
