"""Proposing decisions on request; people confirm them."""

import logging

from prefect import flow
from prefect.artifacts import create_table_artifact
from prefect.context import FlowRunContext

from flows.decision import operations, screening_operations
from flows.decision.artefacts import by_track
from flows.decision.engine.deciding import decide
from flows.decision.posing import pose
from flows.runtime.conduct import clock, conducted, installation, require_marathon
from flows.runtime.steps import step
from schemas.errors import Conflict

log = logging.getLogger("marathon.flows")
TRIES = 3


@step(retries=2, retry_delay_seconds=2)
def propose(marathon: str) -> dict[str, int]:
    """How many decisions there are and how many of each kind."""
    return counts(proposed(marathon, tries=TRIES))


def proposed(marathon: str, *, tries: int) -> operations.Kept:
    """Counted outside any transaction, and counted anew when the rules change meanwhile."""
    with installation().begin(read_only=True) as work:
        posed = pose(work, marathon, now=clock())
    posed.require_open()
    result = decide(posed.problem)
    try:
        with installation().begin() as work:
            return operations.keep(work, posed, result, now=clock())
    except Conflict as changed:
        if changed.code != "rules_changed" or tries == 1:
            raise
        log.info("marathon=%s counted anew: %s", marathon, changed.code)
    return proposed(marathon, tries=tries - 1)


def counts(kept: operations.Kept) -> dict[str, int]:
    decisions = kept.decisions
    return {
        "all": len(decisions),
        "publication": sum(decision.publication for decision in decisions),
        "live": sum(decision.live for decision in decisions),
        "unsettled": sum(decision.outcome in operations.UNSETTLED for decision in decisions),
        "moved": kept.moved,
    }


def told(found: dict[str, int]) -> str:
    """What was proposed, in one sentence; works that moved meanwhile in another."""
    sentence = (
        f"Решений предложено: {found['all']}, к публикации: {found['publication']}, "
        f"к очному выступлению: {found['live']}, не определено: {found['unsettled']}"
    )
    if not found["moved"]:
        return sentence
    return (
        f"{sentence}. Работ изменилось, пока шёл счёт: {found['moved']}; "
        "предложите решения по ним ещё раз."
    )


@step()
def publish(marathon: str) -> None:
    """The proposals in numbers for whoever looks into Prefect, under a key that stays the same."""
    if FlowRunContext.get() is None:
        return
    with installation().begin(read_only=True) as work:
        found = work.marathons.get(marathon)
        every = work.decisions.of_marathon(marathon)
        works = work.submissions.many(one.submission_id for one in every)
    current = [one for one in every if one.round == works[one.submission_id].round]
    table = by_track(found, current, {one.id: one.track for one in works.values()})
    key = f"decisions-{marathon}".lower()
    create_table_artifact(key=key, table=table, description="Решения по направлениям")


@step(retries=2, retry_delay_seconds=2)
def ask_screening(marathon: str) -> None:
    """The report on the reviews the proposals rest on, made apart: nobody waits for it."""
    with installation().begin() as work:
        screening_operations.ask(work, marathon, now=clock())


@flow
async def propose_decisions(
    marathon: str | None = None, request: str | None = None
) -> dict[str, int]:
    """Scores the reviewed works and proposes both outcomes for each."""
    with conducted(request) as progress:
        progress.say(0.1, "Считаем баллы")
        chosen = require_marathon(marathon)
        found = propose(chosen)
        publish(chosen)
        ask_screening(chosen)
        progress.say(0.9, told(found))
        return found
