"""The sweep over assignments: reminders, expiry, works that have all their reviews."""

from collections import Counter

from prefect import flow

from flows.review import operations
from flows.runtime.conduct import clock, conducted, installation, marathons
from flows.runtime.steps import step


@step(retries=2, retry_delay_seconds=2)
def collect(marathon: str) -> dict[str, int]:
    """Counts of what was expired, reminded and closed."""
    with installation().begin() as work:
        return operations.collect(work, marathon, now=clock())


@flow
async def collect_reviews(
    marathon: str | None = None, request: str | None = None
) -> dict[str, int]:
    """Reminds, expires and closes; every quarter of an hour and after each sent review."""
    total: Counter[str] = Counter()
    with conducted(request) as progress:
        for one in marathons(marathon):
            total.update(collect(one.id))
        progress.say(
            0.9,
            f"Закрыта экспертиза работ: {total['reviewed']}, напоминаний: {total['reminded']}, "
            f"истёк срок: {total['expired']}",
        )
    return dict(total)
