"""The engine's front door: a problem in, the best lawful plan with its proof out."""

from collections.abc import Iterable
from dataclasses import replace

from flows.assignment.affinity_arrays import Affinity
from flows.assignment.engine import connectivity, goals, lottery, lottery_result, report
from flows.assignment.engine.fairness import defend
from flows.assignment.engine.infeasibility import deficits
from flows.assignment.engine.instance import prepare
from flows.assignment.wording import AS_GIVEN, Names
from schemas.assignment_problem import Pair, Problem, Result


def plan(problem: Problem, *, affinity: Affinity | None = None, names: Names = AS_GIVEN) -> Result:
    """The best plan under all hard rules; ``seconds`` stays 0, the caller has the clock.

    ``affinity`` replaces the problem's list (the arrays of ``affinity_file``). Pairs of
    ``problem.kept`` stay whenever that costs no review, or for what ``policy.keep_bonus`` says.
    ``names`` are what the deficits call works, experts and places. Raises BadInput when fixed
    pairs break a rule.
    """
    instance = prepare(problem, affinity=affinity, kept=problem.kept)
    if lottery.asked(problem.policy):
        return lottery_result.compose(problem, instance, names=names)
    optimum = goals.optimise(instance)
    fair = defend(instance, optimum, problem.policy.fairness)
    linking = connectivity.link_up if problem.policy.connected else connectivity.as_it_is
    solution, links = linking(instance, fair.solution)
    result = report.compose(instance, optimum, replace(fair, solution=solution))
    missing = deficits(problem, instance, optimum, names=names)
    return result.model_copy(update={"deficits": missing, "connectivity": links})


def replan(
    problem: Problem,
    kept: Iterable[Pair],
    *,
    affinity: Affinity | None = None,
    names: Names = AS_GIVEN,
) -> Result:
    """A plan that keeps as many of these pairs as it can (or as ``keep_bonus`` makes worth it).

    Pairs of works and experts that are no longer there are passed over. Accepted and started
    pairs belong in ``problem.fixed``, declined ones in ``problem.forbidden``.
    """
    works = {work.id for work in problem.submissions}
    experts = {expert.id for expert in problem.experts}
    known = {pair for pair in kept if pair[0] in works and pair[1] in experts}
    posed = problem.model_copy(update={"kept": tuple(sorted(known - set(problem.fixed)))})
    return plan(posed, affinity=affinity, names=names)
