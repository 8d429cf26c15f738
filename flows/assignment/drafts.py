"""A plan in the store: read under a lock, described in numbers, checked before it is applied."""

from datetime import datetime

from flows.assignment import trials
from flows.assignment.affinity_arrays import AffinityArrays
from flows.assignment.packing import unpack
from flows.assignment.posing import pair_of, problem_of, require_agreeing
from schemas.assignment import (
    ELSEWHERE,
    AssignmentStatus,
    Plan,
    PlanFigures,
    PlanStatus,
    WhatIf,
)
from schemas.assignment_problem import Pair, Problem, Result
from schemas.errors import BadInput, Conflict, DeadlinePassed, NotFound
from schemas.marathon import Marathon
from storage.work import Work


def plan_of(work: Work, plan_id: str) -> Plan:
    """Raises ``NotFound``."""
    found = work.plans.find(plan_id)
    if found is None:
        raise NotFound("Такого плана назначения нет.")
    return found


def locked_plan(work: Work, plan_id: str) -> Plan:
    """The plan as it is now; nobody else changes any plan until this transaction ends."""
    work.journal.lock()
    plan_of(work, plan_id)
    work.plans.locked(plan_id)
    return plan_of(work, plan_id)


def made(plan: Plan) -> tuple[Problem, Result]:
    """What was asked and answered. Raises ``Conflict`` while nothing has been answered."""
    if not plan.result:
        raise Conflict("Этот план ещё не составлен: смотреть пока нечего.", code="plan_not_made")
    return Problem.model_validate(plan.problem), Result.model_validate(plan.result)


def affinity_of(work: Work, plan: Plan) -> AffinityArrays | None:
    """What the plan was made from; None for plans that list affinities in their problem."""
    packed = work.plans.affinity(plan.id)
    return unpack(packed) if packed else None


def answered(asked: Plan, problem: Problem, result: Result, now: datetime) -> Plan:
    """The plan with an answer, to be looked at."""
    return asked.model_copy(
        update={
            "status": PlanStatus.PROPOSED,
            "made_at": now,
            "problem": problem.model_dump(mode="json"),
            "result": result.model_dump(mode="json"),
            "figures": figures(problem, result),
        }
    )


def figures(problem: Problem, result: Result) -> PlanFigures:
    usual = problem.policy.reviews
    wanted = sum(usual if one.reviews is None else one.reviews for one in problem.submissions)
    return PlanFigures(
        status=result.status,
        pairs=len(result.pairs),
        wanted=wanted,
        missing=max(0, wanted - len(result.pairs)),
        total=result.total,
        bound=result.bound,
        gap=result.gap,
        mean=result.metrics.mean,
        lowest=result.metrics.min,
        p5=result.metrics.p5,
        load_gini=result.metrics.load_gini,
        deficits=len(result.deficits),
        seed=problem.policy.seed,
    )


def require_time(marathon: Marathon, now: datetime) -> None:
    if now > marathon.reviews_until:
        raise DeadlinePassed(
            "Срок экспертизы закончился: приглашать экспертов поздно. Перенесите его в настройках "
            "марафона и повторите.",
            code="reviews_closed",
        )


def require_something(problem: Problem) -> None:
    if not problem.submissions:
        raise BadInput(
            "Нет работ, которые ждут экспертизы: сначала закончится проверка файлов.",
            code="nothing_to_assign",
        )
    if not problem.experts:
        raise BadInput(
            "В реестре нет экспертов. Загрузите список экспертов и повторите.", code="no_experts"
        )


def require_proposed(plan: Plan) -> None:
    if plan.status is not PlanStatus.PROPOSED:
        raise Conflict(
            "Этот план уже не ждёт решения: его применили, отложили или ещё не составили. "
            "Откройте список планов.",
            code="stale_plan",
        )


def causes(work: Work, marathon_id: str) -> dict[Pair, str]:
    """Pairs that experts gave up, with the status that says how."""
    gone = work.assignments.of_marathon(
        marathon_id, status=(AssignmentStatus.DECLINED, AssignmentStatus.EXPIRED)
    )
    return {pair_of(item): item.status.value for item in gone}


def require_lawful_trial(work: Work, marathon: Marathon, what_if: WhatIf) -> None:
    """Raises ``BadInput`` for a trial of what is not there, at odds with itself or of nothing."""
    if what_if == WhatIf():
        raise BadInput(
            "В пробе ничего не изменено: поменяйте хотя бы одно правило или нагрузку.",
            code="empty_trial",
        )
    require_agreeing(trials.changed_policy(marathon.assignment, what_if))
    experts = {one.id for one in work.experts.of_cluster(marathon.cluster_id)}
    if not set(what_if.without) <= experts:
        raise BadInput(
            "Эксперта, которого проба убирает, нет в реестре. Обновите страницу и выберите снова.",
            field="without",
        )
    places = {one.id for one in work.municipalities.of_cluster(marathon.cluster_id)}
    named = {group.municipality_id for group in what_if.newcomers}
    if not named <= places | {ELSEWHERE}:
        raise BadInput(
            "Муниципалитета новых экспертов нет в реестре. Выберите его из списка.",
            field="newcomers",
        )


def require_real(marathon: Marathon, plan: Plan) -> None:
    """Raises ``Conflict`` when the plan supposes what the marathon does not have."""
    if trials.imagines(plan.what_if):
        raise Conflict(
            "Это проба с другими экспертами или нагрузкой: применить её нельзя. Внесите изменения "
            "в реестр экспертов и составьте план заново.",
            code="imagined_plan",
        )
    if trials.changed_policy(marathon.assignment, plan.what_if) != marathon.assignment:
        raise Conflict(
            "Правила пробы ещё не приняты. Сначала примите их для марафона, потом примените план.",
            code="not_adopted",
        )


def require_fresh(work: Work, marathon: Marathon, plan: Plan, *, now: datetime) -> None:
    """Raises ``Conflict`` when works, experts, rules or answers are not what they were."""
    current = problem_of(work, marathon, now=now)
    if plan.status is PlanStatus.PROPOSED and current == Problem.model_validate(plan.problem):
        return
    raise Conflict(
        "С тех пор как план был составлен, данные изменились. Составьте план ещё раз.",
        code="stale_plan",
    )
