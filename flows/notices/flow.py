"""Delivering the outbox: every minute and after every act that writes a letter."""

from email.message import EmailMessage

from prefect import flow

from flows.notices import operations
from flows.notices.delivery import deliver
from flows.runtime.conduct import clock, conducted, installation
from flows.runtime.steps import step
from schemas.outbox import Notice

AT_ONCE = 10  # letters are written out while nobody else may write


@step()
def deliver_due() -> dict[str, int]:
    """Counts of letters sent and not sent; each letter is recorded in a transaction of its own."""
    sent = failed = 0
    while ready := due():
        outcomes = [deliver_one(notice, message) for notice, message in ready]
        sent += sum(outcomes)
        failed += len(outcomes) - sum(outcomes)
    return {"sent": sent, "failed": failed}


def due() -> list[tuple[Notice, EmailMessage]]:
    """The next letters to hand over; a failed one is due again only after its pause."""
    opened = installation()
    with opened.begin() as work:
        return operations.prepare(work, settings=opened.settings, now=clock(), limit=AT_ONCE)


def deliver_one(notice: Notice, message: EmailMessage) -> bool:
    """Without a mail server the letter stays where ``/dev/mail`` shows it."""
    opened = installation()
    server = opened.settings.mail_server
    try:
        if server is not None:
            deliver(message, server)
    except OSError as error:
        with opened.begin() as work:
            operations.record_failure(work, notice, str(error), now=clock())
        return False
    with opened.begin() as work:
        operations.record_sent(work, notice, now=clock(), keep_secrets=server is None)
    return True


@flow
async def deliver_notices(
    marathon: str | None = None,  # noqa: ARG001  (every deployment takes the same parameters)
    request: str | None = None,
) -> dict[str, int]:
    """Sends what is due; a letter that fails is tried again later."""
    with conducted(request) as progress:
        counts = deliver_due()
        progress.say(0.9, f"Отправлено писем: {counts['sent']}, не ушло: {counts['failed']}")
        return counts
