"""The programme of the live day: built on request and after every change of decisions."""

from prefect import flow

from flows.programme import docx, operations, render, viewing
from flows.programme.view import ProgrammeView
from flows.runtime.conduct import clock, conducted, installation, require_marathon
from flows.runtime.papers import keep_drawn
from flows.runtime.steps import step
from schemas.papers import PaperKind
from schemas.people import Actor
from storage.installation import Installation

SWEEP = Actor(part="build_programme")


@step(retries=2, retry_delay_seconds=2)
def build(marathon: str) -> int:
    """How many talks the programme has."""
    with installation().begin() as work:
        return len(operations.build(work, marathon, by=SWEEP, now=clock()))


@step()
def draw(marathon: str) -> int:
    """Write the PDF and the calendar; returns how many clashes people still have to solve."""
    opened = installation()
    programme = keep_drawn(
        PaperKind.PROGRAMME,
        marathon,
        look=lambda work: viewing.view(work, marathon),
        draw=lambda seen: written(seen, opened),
    )
    return len(programme.clashes)


def written(programme: ProgrammeView, opened: Installation) -> dict[str, bytes]:
    """Every file of the programme by its path, those in English beside the Russian ones."""
    base = opened.settings.base_url.rstrip("/")
    logo = opened.files.existing(programme.logo) if programme.logo else None
    papers = {render.CALENDAR: render.calendar(programme), docx.DOCX: docx.write(programme)}
    for language, suffix in render.SUFFIXES.items():
        look = render.Look(f"{base}/marathons/{programme.marathon_id}/programme", language, logo)
        for path, draw in render.PRINTED.items():
            papers[path.replace(".", f"{suffix}.")] = draw(programme, look)
    return papers


@flow
async def build_programme(
    marathon: str | None = None, request: str | None = None
) -> dict[str, int]:
    """Lays out the live day from confirmed decisions and draws its papers."""
    with conducted(request) as progress:
        chosen = require_marathon(marathon)
        progress.say(0.1, "Составляем программу")
        talks = build(chosen)
        progress.say(0.5, "Верстаем программу")
        clashes = draw(chosen)
        again = f", накладок: {clashes}" if clashes else ""
        progress.say(0.9, f"Программа готова: выступлений {talks}{again}")
        return {"talks": talks, "clashes": clashes}
