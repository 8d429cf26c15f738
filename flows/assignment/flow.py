"""Assigning experts: plans on request, replacements as a sweep every quarter of an hour."""

import logging
from datetime import datetime

from prefect import flow
from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.context import FlowRunContext

from flows.assignment import comparing, conflict_operations, operations
from flows.assignment.affinity import encoder
from flows.assignment.artefacts import artefacts, labels_of
from flows.runtime.conduct import (
    BROKE,
    Progress,
    asked_at,
    clock,
    conducted,
    installation,
    marathons,
    require_marathon,
)
from flows.runtime.steps import step
from schemas.assignment import PLAN_KIND_NAMES, Plan, PlanKind, PlanStatus
from schemas.assignment_problem import Problem
from schemas.errors import BadInput, MarathonError, Unavailable
from schemas.marathon import Marathon
from schemas.people import Actor

log = logging.getLogger("marathon.flows")

SWEEP = Actor(part="replace_experts")
STAGE = Actor(part="assign_experts")
START, END = 0.1, 0.9


def model() -> str:
    """Whose sentence vectors count here; empty for none."""
    return encoder.model_name(installation().settings.text_model)


@step(retries=2, retry_delay_seconds=2)
def learn(marathon: str) -> int:
    """How many texts got their sentence vectors."""
    return comparing.learn(installation(), marathon)


@step(retries=2, retry_delay_seconds=2)
def detect(marathon: str) -> int:
    """How many new potential conflicts a person has to look at."""
    with installation().begin() as work:
        return conflict_operations.detect(work, marathon, now=clock())


@step(retries=2, retry_delay_seconds=2)
def requested(marathon: str, since: datetime | None) -> list[str]:
    """Ids of the plans to be made; a fresh proposal when nothing was made ``since``."""
    with installation().begin() as work:
        waiting = operations.requested(work, marathon)
        made = since is not None and operations.made_since(work, marathon, since)
        if not waiting and not made:
            waiting = [operations.fresh_proposal(work, marathon, by=STAGE, now=clock())]
        return [one.id for one in waiting]


@step(retries=2, retry_delay_seconds=2)
def make(plan_id: str) -> bool:
    """Solve one plan outside any transaction and keep it; False when it cannot be made."""
    try:
        with installation().begin(read_only=True) as work:
            asked = work.plans.get(plan_id)
            posed = operations.waiting(
                work, asked.marathon_id, now=clock(), what_if=asked.what_if, model=model()
            )
        result = operations.solved(posed)
    except Unavailable:
        raise  # tried again
    except MarathonError as error:
        give_up(plan_id, error.sentence)
        return False
    with installation().begin() as work:
        operations.keep(work, plan_id, posed, result, now=clock())
    return True


def give_up(plan_id: str, sentence: str) -> None:
    with installation().begin() as work:
        operations.fail(work, plan_id, sentence)


@step()
def publish(plan_id: str) -> None:
    """The plan's numbers for whoever looks into Prefect, under keys that stay the same."""
    if FlowRunContext.get() is None:
        return
    with installation().begin(read_only=True) as work:
        plan = work.plans.get(plan_id)
        shown = artefacts(plan, labels_of(work, Problem.model_validate(plan.problem)))
    prefix = "trial" if plan.kind is PlanKind.WHAT_IF else "plan"
    key = f"{prefix}-{plan.marathon_id}".lower()
    create_markdown_artifact(key=key, markdown=shown.figures, description="Показатели плана")
    tables = (("places", "Кто кого оценивает", shown.places), ("tracks", "Охват", shown.tracks))
    for name, title, table in tables:
        create_table_artifact(key=f"{key}-{name}", table=table, description=title)


def make_each(plan_ids: list[str], progress: Progress) -> None:
    """One plan after another: what breaks for one does not cost the others theirs."""
    for number, plan_id in enumerate(plan_ids):
        share = START + (END - START) * number / len(plan_ids)
        progress.say(share, f"Подбираем экспертов: план {number + 1} из {len(plan_ids)}")
        try:
            if make(plan_id):
                publish(plan_id)
        except Exception:
            log.exception("plan=%s broke", plan_id)
            give_up(plan_id, BROKE)


def told(plan: Plan) -> str:
    """The plan in one sentence."""
    name = f"План ({PLAN_KIND_NAMES[plan.kind]})"
    if plan.status is PlanStatus.FAILED:
        return f"{name} не составлен. {plan.message}"
    figures = plan.figures
    if figures.missing:
        return (
            f"{name} составлен, но экспертов не хватает: назначений {figures.pairs} из "
            f"{figures.wanted}. Что поможет, сказано в плане."
        )
    return f"{name} составлен, назначений: {figures.pairs}."


@step()
def outcome(plan_ids: list[str]) -> str:
    """What came of the plans; raises ``BadInput`` when none could be made."""
    with installation().begin(read_only=True) as work:
        plans = [work.plans.get(plan_id) for plan_id in plan_ids]
    failed = [one for one in plans if one.status is PlanStatus.FAILED]
    if plans and len(failed) == len(plans):
        raise BadInput(failed[0].message, code="no_plan_made")
    if not plans:
        return "План уже составлен."
    return " ".join(map(told, plans)) + " Приглашения уйдут после применения плана."


def suspicions(found: int) -> list[str]:
    return [f"Новых возможных конфликтов интересов: {found}, посмотрите их."] if found else []


@step(retries=2, retry_delay_seconds=2)
def replace(marathon: str) -> int:
    """How many experts were invited in place of others."""
    with installation().begin(read_only=True) as work:
        if not operations.short_of_reviews(work, work.marathons.get(marathon)):
            return 0
    detect(marathon)
    with installation().begin(read_only=True) as work:
        posed = operations.gaps(work, marathon, now=clock(), model=model())
    if posed is None:
        return 0
    result = operations.solved(posed)
    with installation().begin() as work:
        return operations.fill(work, marathon, posed, result, by=SWEEP, now=clock())


def replace_in_each(chosen: list[Marathon]) -> int:
    """How many were invited; a marathon that cannot be mended does not cost the others theirs.

    The first reason is raised at the end.
    """
    invited, refusals = 0, []
    for one in chosen:
        try:
            invited += replace(one.id)
        except MarathonError as error:
            log.warning("marathon=%s not mended: %s", one.id, error.code)
            refusals.append(error)
    if refusals:
        raise refusals[0]
    return invited


@flow
async def assign_experts(marathon: str | None = None, request: str | None = None) -> list[str]:
    """Makes the plans people asked for, or a proposal; a person looks at them and applies one."""
    with conducted(request) as progress:
        chosen = require_marathon(marathon)
        progress.say(0.0, "Сравниваем тексты работ и экспертов")
        found = detect(chosen)
        learn(chosen)
        plan_ids = requested(chosen, asked_at(request))
        make_each(plan_ids, progress)
        progress.say(END, " ".join((outcome(plan_ids), *suspicions(found))))
        return plan_ids


@flow
async def replace_experts(marathon: str | None = None, request: str | None = None) -> int:
    """Finds others for invitations that were declined or have expired."""
    with conducted(request) as progress:
        invited = replace_in_each(marathons(marathon))
        progress.say(0.9, f"Приглашено взамен: {invited}")
        return invited
