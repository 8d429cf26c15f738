"""The season in one readable list: every stage in order.

People act between the sweeps: they apply the plan of experts, confirm decisions, hold the
council's meeting, publish the collection. A sweep does only what their acts have made possible.
"""

import logging
from collections.abc import Callable, Coroutine
from typing import Any, NamedTuple

from prefect import flow

from flows.analytics.flow import refresh_analytics
from flows.assignment.flow import assign_experts, replace_experts
from flows.certificates.flow import issue_certificates
from flows.compilation.flow import compile_collection
from flows.council.flow import write_protocol
from flows.decision.flow import propose_decisions
from flows.intake.flow import check_new_submissions
from flows.notices.flow import deliver_notices
from flows.programme.flow import build_programme
from flows.review.flow import collect_reviews
from flows.runtime.conduct import conducted, installation, require_marathon
from flows.topping_up import top_up_reviews
from schemas.errors import BadInput, DeadlinePassed
from schemas.marathon import Marathon, Phase

log = logging.getLogger("marathon.flows")

REVIEWING = frozenset({Phase.EXPERTISE, Phase.DECISION})
LATE = frozenset({Phase.DECISION, Phase.RESULTS})
ALWAYS = frozenset(Phase)
Body = Callable[..., Coroutine[Any, Any, object]]


class Stage(NamedTuple):
    """A stage's sweep and the phases in which it has anything to do."""

    name: str
    body: Body
    phases: frozenset[Phase]


SEASON = (
    Stage("Проверка файлов", check_new_submissions.fn, frozenset({Phase.INTAKE}) | REVIEWING),
    Stage("Назначение экспертов", assign_experts.fn, REVIEWING),
    Stage("Замена экспертов", replace_experts.fn, REVIEWING),
    Stage("Сбор экспертиз", collect_reviews.fn, REVIEWING),
    Stage("Дополнительные экспертизы", top_up_reviews.fn, REVIEWING),
    Stage("Проекты решений", propose_decisions.fn, frozenset({Phase.DECISION})),
    Stage("Программа", build_programme.fn, LATE),
    Stage("Сборник", compile_collection.fn, LATE),
    Stage("Протокол совета", write_protocol.fn, LATE),
    Stage("Сертификаты", issue_certificates.fn, frozenset({Phase.RESULTS})),
    Stage("Показатели", refresh_analytics.fn, ALWAYS),
    Stage("Письма", deliver_notices.fn, ALWAYS),
)


@flow
async def season(marathon: str | None = None, request: str | None = None) -> dict[str, str]:
    """Runs the sweeps of the marathon's phase in order; says of each what came of it."""
    chosen = require_marathon(marathon)
    outcomes: dict[str, str] = {}
    with conducted(request) as progress:
        for done, stage in enumerate(SEASON):
            progress.say(done / len(SEASON), stage.name)
            outcomes[stage.name] = await outcome(stage, chosen)
        said = "; ".join(f"{name}: {words}" for name, words in outcomes.items() if words != "—")
        progress.say(0.99, said)
    return outcomes


async def outcome(stage: Stage, marathon_id: str) -> str:
    """«готово», «—» outside its phases, or the sentence why there was nothing to do."""
    with installation().begin(read_only=True) as work:
        marathon = work.marathons.get(marathon_id)
        is_looked_at = work.plans.proposed(marathon_id) is not None
    if not is_due(stage, marathon, is_looked_at=is_looked_at):
        return "—"
    try:
        await stage.body(marathon=marathon_id)
    except (BadInput, DeadlinePassed) as nothing:
        log.info("skipped stage=%s code=%s", stage.name, nothing.code)
        return nothing.sentence
    return "готово"


def is_due(stage: Stage, marathon: Marathon, *, is_looked_at: bool) -> bool:
    """A plan that a person is looking at is never replaced by a new one."""
    if stage.body is assign_experts.fn and is_looked_at:
        return False
    return marathon.phase in stage.phases
