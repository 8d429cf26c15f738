"""Figures and points of every marathon under way: hourly and on request, with the reports."""

from collections.abc import Callable
from datetime import datetime

from prefect import flow

from flows.analytics import operations, report, workbook
from flows.runtime.conduct import clock, conducted, installation, marathons
from flows.runtime.steps import step
from schemas.errors import Conflict
from schemas.papers import PaperKind
from storage.installation import Installation

XLSX, DOCX = "report.xlsx", "report.docx"


TRIES = 3


@step(retries=2, retry_delay_seconds=2)
def refresh(marathon: str) -> int:
    """How many works the figures are about."""
    return refreshed(installation(), marathon, clock, tries=TRIES)


def refreshed(
    opened: Installation, marathon: str, now: Callable[[], datetime], *, tries: int
) -> int:
    """Counted while others write, kept in a short transaction; counted anew for a moved ledger."""
    with opened.begin(read_only=True) as work:
        counted = operations.count(work, opened.files, marathon, now=now())
    try:
        with opened.begin() as work:
            operations.keep(work, marathon, counted, now=now())
            figures = operations.figures(work, marathon)
    except Conflict as moved:
        if moved.code != "ledger_changed" or tries == 1:
            raise
        return refreshed(opened, marathon, now, tries=tries - 1)
    return figures.works if figures else 0


@step(retries=1)
def write(marathon: str) -> None:
    """Write the workbook and the report; unchanged figures give the same files."""
    opened = installation()
    with opened.begin(read_only=True) as work:
        view = operations.view(work, marathon)
    papers = {XLSX: workbook.workbook(view), DOCX: report.write(view)}
    stored = {path: opened.files.save_bytes(content) for path, content in papers.items()}
    with opened.begin() as work:
        for path, kept in stored.items():
            work.papers.record(PaperKind.REPORT, marathon, path, kept, now=clock())


@flow
async def refresh_analytics(marathon: str | None = None, request: str | None = None) -> int:
    """Refreshes figures and automatic points, then the papers made of them."""
    with conducted(request) as progress:
        chosen = marathons(marathon)
        for done, one in enumerate(chosen):
            progress.say(0.1 + 0.8 * done / len(chosen), "Пересчитываем показатели")
            refresh(one.id)
            write(one.id)
        progress.say(0.95, f"Показатели обновлены, марафонов: {len(chosen)}")
        return len(chosen)
