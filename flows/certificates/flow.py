"""Certificates: numbered, drawn and offered by letter to everybody who is entitled."""

from prefect import flow

from flows.certificates import operations, render, viewing
from flows.runtime.conduct import Progress, clock, conducted, installation, require_marathon
from flows.runtime.steps import step
from schemas.people import Actor

SWEEP = Actor(part="issue_certificates")
AT_ONCE = 100


@step(retries=2, retry_delay_seconds=2)
def issue(marathon: str) -> list[str]:
    """Ids of the certificates whose file has yet to be drawn."""
    with installation().begin() as work:
        waiting = operations.issue(work, marathon, by=SWEEP, now=clock())
        return [one.id for one in waiting]


@step(retries=1)
def draw(identifiers: list[str]) -> int:
    """Draw and keep the files of a batch; a batch that breaks is drawn by the next run."""
    opened = installation()
    with opened.begin(read_only=True) as work:
        certificates = [work.certificates.get(identifier) for identifier in identifiers]
        shown = viewing.views(
            work, certificates, base_url=opened.settings.base_url, signer=opened.signer
        )
    drawn = render.pdfs(shown, files=opened.files)
    stored = [opened.files.save_bytes(pdf).sha256 for pdf in drawn]
    with opened.begin() as work:
        for certificate, view, sha256 in zip(certificates, shown, stored, strict=True):
            operations.keep(work, certificate, sha256, view.fingerprint)
    return len(stored)


@flow
async def issue_certificates(marathon: str | None = None, request: str | None = None) -> int:
    """Issues what is due; who has a certificate keeps its number."""
    with conducted(request) as progress:
        progress.say(0.05, "Определяем, кому что положено")
        waiting = issue(require_marathon(marathon))
        drawn = draw_all(waiting, progress)
        progress.say(0.95, f"Сертификатов готово: {drawn}")
        return drawn


def draw_all(waiting: list[str], progress: Progress) -> int:
    for start in range(0, len(waiting), AT_ONCE):
        progress.say(0.1 + 0.8 * start / len(waiting), f"Готово {start} из {len(waiting)}")
        draw(waiting[start : start + AT_ONCE])
    return len(waiting)
