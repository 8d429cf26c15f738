"""Delivering the outbox every minute and after every act that writes a letter; daily reminders."""

from collections import Counter
from email.message import EmailMessage

from prefect import flow

from flows.notices import operations, reminders, returning, stuck
from flows.notices.delivery import deliver, returned_for_good
from flows.runtime.conduct import clock, conducted, installation, marathons
from flows.runtime.steps import step
from schemas.outbox import Notice

AT_ONCE = 10  # letters are written out while nobody else may write


@step()
def deliver_due() -> dict[str, int]:
    """Counts of letters sent and not sent; each letter is recorded in a transaction of its own."""
    sent = failed = 0
    while put_together():
        continue
    while ready := due():
        outcomes = [deliver_one(notice, message) for notice, message in ready]
        sent += sum(outcomes)
        failed += len(outcomes) - sum(outcomes)
    return {"sent": sent, "failed": failed}


def put_together() -> int:
    """A transaction for some experts at a time: after a plan is applied thousands have letters."""
    with installation().begin() as work:
        return operations.put_together(work, now=clock())


def due() -> list[tuple[Notice, EmailMessage]]:
    """The next letters to hand over; a failed one is due again only after its pause."""
    opened = installation()
    with opened.begin() as work:
        return operations.prepare(
            work, settings=opened.settings, now=clock(), limit=AT_ONCE, signer=opened.signer
        )


def deliver_one(notice: Notice, message: EmailMessage) -> bool:
    """Without a mail server the letter stays where ``/dev/mail`` shows it."""
    opened = installation()
    server = opened.settings.mail_server
    try:
        if server is not None:
            deliver(message, server)
    except OSError as error:
        record(notice, error)
        return False
    with opened.begin() as work:
        operations.record_sent(work, notice, now=clock(), keep_secrets=server is None)
    return True


def record(notice: Notice, error: OSError) -> None:
    """An address that takes no letters is told to the organisers; anything else is tried again."""
    refusal = returned_for_good(error)
    with installation().begin() as work:
        if refusal:
            returning.record(work, notice, refusal, now=clock())
        else:
            operations.record_failure(work, notice, str(error), now=clock())


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


@step(retries=2, retry_delay_seconds=2)
def remind(marathon: str) -> dict[str, int]:
    """Counts of reminders and digests written for one marathon."""
    with installation().begin() as work:
        reminded = reminders.write(work, marathon, now=clock())
        digests = stuck.write_digests(work, marathon, now=clock())
    return {"reminded": reminded, "digests": digests}


@flow
async def remind_people(marathon: str | None = None, request: str | None = None) -> dict[str, int]:
    """Reminders before and after a date, and the organisers' digest; in the morning of the place."""
    total: Counter[str] = Counter()
    with conducted(request) as progress:
        for one in marathons(marathon):
            total.update(remind(one.id))
        progress.say(0.9, f"Напоминаний: {total['reminded']}, сводок: {total['digests']}")
        return dict(total)
