"""Assigning experts: a proposal on request, replacements as a sweep every quarter of an hour."""

from prefect import flow

from flows.assignment import operations
from flows.assignment.planning import plan
from flows.runtime.conduct import clock, conducted, installation, marathons, require_marathon
from flows.runtime.steps import step
from schemas.assignment_problem import Result
from schemas.people import Actor

SWEEP = Actor(part="replace_experts")


@step(retries=2, retry_delay_seconds=2)
def propose(marathon: str) -> str:
    """The id of the new proposal."""
    with installation().begin(read_only=True) as work:
        problem = operations.waiting(work, marathon, now=clock())
    result = plan(problem)
    with installation().begin() as work:
        return operations.keep(work, marathon, problem, result, now=clock()).id


@step()
def outcome(proposal: str) -> str:
    """The proposal in one sentence."""
    with installation().begin(read_only=True) as work:
        result = Result.model_validate(work.plans.get(proposal).result)
    if result.deficits:
        return "План составлен, но экспертов не хватает: " + " ".join(
            deficit.text for deficit in result.deficits
        )
    return f"План составлен, назначений: {len(result.pairs)}. Приглашения уйдут после применения плана."


@step(retries=2, retry_delay_seconds=2)
def replace(marathon: str) -> int:
    """How many experts were invited in place of others."""
    with installation().begin(read_only=True) as work:
        problem = operations.gaps(work, marathon, now=clock())
    if problem is None:
        return 0
    result = plan(problem)
    with installation().begin() as work:
        return operations.fill(work, marathon, problem, result, by=SWEEP, now=clock())


@flow
async def assign_experts(marathon: str | None = None, request: str | None = None) -> str:
    """Proposes a plan; a person looks at it and applies it."""
    with conducted(request) as progress:
        progress.say(0.1, "Подбираем экспертов")
        proposal = propose(require_marathon(marathon))
        progress.say(0.9, outcome(proposal))
        return proposal


@flow
async def replace_experts(marathon: str | None = None, request: str | None = None) -> int:
    """Finds others for invitations that were declined or have expired."""
    with conducted(request) as progress:
        invited = sum(replace(one.id) for one in marathons(marathon))
        progress.say(0.9, f"Приглашено взамен: {invited}")
        return invited
