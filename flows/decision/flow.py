"""Proposing decisions on request; people confirm them."""

from prefect import flow

from flows.decision import operations
from flows.runtime.conduct import clock, conducted, installation, require_marathon
from flows.runtime.steps import step


@step(retries=2, retry_delay_seconds=2)
def propose(marathon: str) -> dict[str, int]:
    """How many decisions there are and how many of each kind."""
    with installation().begin() as work:
        decisions = operations.propose(work, marathon, now=clock())
    return {
        "all": len(decisions),
        "publication": sum(decision.publication for decision in decisions),
        "live": sum(decision.live for decision in decisions),
        "unsettled": sum(decision.outcome in operations.UNSETTLED for decision in decisions),
    }


@flow
async def propose_decisions(
    marathon: str | None = None, request: str | None = None
) -> dict[str, int]:
    """Scores the reviewed works and proposes both outcomes for each."""
    with conducted(request) as progress:
        progress.say(0.1, "Считаем баллы")
        counts = propose(require_marathon(marathon))
        progress.say(
            0.9,
            f"Решений предложено: {counts['all']}, к публикации: {counts['publication']}, "
            f"к очному представлению: {counts['live']}, у порога: {counts['unsettled']}",
        )
        return counts
