"""The sweep over assignments: reminders, expiry, works that have all their reviews."""

from collections import Counter

from prefect import flow

from flows.review import operations
from flows.runtime.conduct import clock, conducted, installation, marathons
from flows.runtime.steps import step

AT_ONCE = 200  # works in one transaction


@step(retries=2, retry_delay_seconds=2)
def collect(marathon: str) -> dict[str, int]:
    """Counts of what was expired, reminded and closed.

    What is due is looked up while nobody waits, and done in short transactions: experts send
    their reviews meanwhile.
    """
    opened, total = installation(), Counter[str]()
    with opened.begin(read_only=True) as work:
        due = operations.to_collect(work, marathon, now=clock())
    for start in range(0, max(1, len(due)), AT_ONCE):
        with opened.begin() as work:
            some = due[start : start + AT_ONCE]
            total.update(operations.collect(work, marathon, some, now=clock()))
    return dict(total)


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
