"""Screening reviews on request and after decisions are proposed; a report, never a sanction."""

from prefect import flow

from flows.decision import screening_operations as operations
from flows.decision.screening.screening import screen
from flows.runtime.conduct import clock, conducted, installation, require_marathon
from flows.runtime.steps import step
from schemas.screening import Attention, ScreeningReport


@step(retries=2, retry_delay_seconds=2)
def screened(marathon: str) -> dict[str, int]:
    """Computed outside any transaction; how many experts and works there are to look at."""
    with installation().begin(read_only=True) as work:
        asked = operations.gather(work, marathon)
    report = screen(asked.question, asked.titles)
    with installation().begin() as work:
        operations.keep(work, marathon, report, now=clock())
    return counts(report)


def counts(report: ScreeningReport) -> dict[str, int]:
    return {
        "reviews": report.panel.reviews,
        "experts": sum(bool(expert.flags) for expert in report.experts),
        "pairs": sum(pair.attention is not Attention.NONE for pair in report.pairs),
        "works": len(report.suggestions),
    }


@flow
async def screen_reviews(marathon: str | None = None, request: str | None = None) -> dict[str, int]:
    """Looks over all reviews and suggests where another opinion may matter."""
    with conducted(request) as progress:
        progress.say(0.1, "Сверяем экспертизы между собой")
        found = screened(require_marathon(marathon))
        progress.say(
            0.9,
            f"Экспертиз: {found['reviews']}, экспертов с отметками: {found['experts']}, "
            f"работ, которым полезна ещё одна экспертиза: {found['works']}",
        )
        return found
