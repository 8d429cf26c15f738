"""Extra reviews that ask for themselves: the bridge between deciding and assigning.

Deciding says which works are unsure, assigning whether anybody lawful is left to read them.
Everything is computed outside any writing transaction; people see the reasons in the journal.
"""

import logging

from prefect import flow

from flows.assignment import one_more
from flows.assignment import operations as assignment
from flows.assignment.affinity import encoder
from flows.decision import topping_up
from flows.decision.engine.deciding import decide
from flows.decision.freshness import wants_proposing
from flows.decision.topping_up import Unsure
from flows.runtime.conduct import clock, conducted, installation, marathons
from flows.runtime.steps import step
from schemas.errors import Conflict, MarathonError
from schemas.marathon import Marathon, Phase
from schemas.people import Actor

log = logging.getLogger("marathon.flows")
SWEEP = Actor(part="top_up_reviews")
Counts = tuple[int, int]


@step(retries=2, retry_delay_seconds=2)
def top_up(marathon: str) -> Counts:
    """How many works got one more review asked for, and how many nobody is left to read."""
    with installation().begin(read_only=True) as work:
        posed = topping_up.reviewed(work, marathon, now=clock())
    if posed is None:
        return 0, 0
    unsure = topping_up.unsure(posed, decide(posed.problem))
    wanted = readable(marathon, unsure)
    try:
        with installation().begin() as work:
            asked = topping_up.top_up(work, posed, wanted, by=SWEEP, now=clock())
    except Conflict as changed:
        if changed.code != "rules_changed":
            raise
        return 0, 0  # the next sweep decides by the new rules
    return len(asked), len(unsure) - len(wanted)


def readable(marathon: str, unsure: tuple[Unsure, ...]) -> tuple[Unsure, ...]:
    """Those for which somebody lawful with room is left."""
    if not unsure:
        return ()
    model = encoder.model_name(installation().settings.text_model)
    with installation().begin(read_only=True) as work:
        posed = one_more.pose(
            work, marathon, [one.submission for one in unsure], now=clock(), model=model
        )
    if posed is None:
        return ()
    filled = one_more.filled(posed, assignment.solved(posed))
    return tuple(one for one in unsure if one.submission.id in filled)


def told(asked: int, unread: int) -> str:
    sentence = f"Запрошено дополнительных экспертиз: {asked}"
    if not unread:
        return sentence
    return (
        f"{sentence}. Работ у порога, для которых не осталось экспертов: {unread}; "
        "добавьте экспертов или нагрузку, либо передайте эти работы совету."
    )


def top_up_each(chosen: list[Marathon]) -> Counts:
    """A marathon that cannot be counted does not cost the others theirs.

    The first reason is raised at the end.
    """
    counts: list[Counts] = []
    refusals = []
    for one in chosen:
        try:
            counts.append(top_up(one.id))
        except MarathonError as error:
            log.warning("marathon=%s not topped up: %s", one.id, error.code)
            refusals.append(error)
    if refusals:
        raise refusals[0]
    return sum(asked for asked, _ in counts), sum(unread for _, unread in counts)


@step(retries=2, retry_delay_seconds=2)
def propose_anew(marathon: str) -> bool:
    """Ask for new proposals when reviews have come since the last ones; whether it was asked."""
    with installation().begin() as work:
        wanted = work.marathons.get(marathon).phase is Phase.DECISION and wants_proposing(
            work, marathon
        )
        if wanted:
            work.runs.ask("propose_decisions", marathon_id=marathon, by=None, now=clock())
        return wanted


@flow
async def top_up_reviews(marathon: str | None = None, request: str | None = None) -> int:
    """Asks one more review for every work at the threshold, where the marathon's rules say so.

    Where decisions have been proposed, reviews that came since make them be proposed anew.
    """
    with conducted(request) as progress:
        chosen = marathons(marathon)
        asked, unread = top_up_each(chosen)
        for one in chosen:
            propose_anew(one.id)
        progress.say(0.9, told(asked, unread))
        return asked
