"""The sweep over accounts: guests who are gone, forms that were never collected, old sessions."""

from prefect import flow

from flows.accounts.tidying import tidy
from flows.runtime.conduct import clock, conducted, installation
from flows.runtime.steps import step


@step(retries=2, retry_delay_seconds=2)
def tidy_all() -> dict[str, int]:
    """Counts of what was forgotten."""
    with installation().begin() as work:
        return tidy(work, keep_days=installation().settings.retention_days, now=clock())


@flow
async def tidy_accounts(
    marathon: str | None = None,  # noqa: ARG001  (every deployment takes the same parameters)
    request: str | None = None,
) -> dict[str, int]:
    """Forgets what nobody can come back to; every hour."""
    with conducted(request) as progress:
        counts = tidy_all()
        progress.say(0.9, f"Удалено черновиков без владельца: {counts['guests']}")
        return counts
