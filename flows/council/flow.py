"""The council's protocols: written again whenever a meeting has changed."""

from prefect import flow

from flows.council import operations, render
from flows.runtime.conduct import conducted, installation, marathons
from flows.runtime.papers import keep_drawn
from flows.runtime.steps import step
from schemas.papers import PaperKind


@step()
def meetings(marathon: str) -> list[str]:
    """Ids of the meetings about the marathon."""
    with installation().begin(read_only=True) as work:
        return [meeting.id for meeting in work.meetings.of_marathon(marathon)]


@step(retries=1)
def write(meeting: str) -> int:
    """Write both files of the protocol; returns how many findings it has."""
    protocol = keep_drawn(
        PaperKind.PROTOCOL,
        meeting,
        look=lambda work: operations.view(work, meeting),
        draw=lambda seen: {render.DOCX: render.word(seen), render.PDF: render.pdf(seen)},
    )
    return len(protocol.findings)


@flow
async def write_protocol(marathon: str | None = None, request: str | None = None) -> dict[str, int]:
    """Writes the protocols of the marathon's meetings as DOCX and PDF."""
    with conducted(request) as progress:
        found = [meeting for one in marathons(marathon) for meeting in meetings(one.id)]
        progress.say(0.2, "Пишем протоколы")
        findings = sum(write(meeting) for meeting in found)
        progress.say(0.9, f"Протоколов: {len(found)}, замечаний: {findings}")
        return {"protocols": len(found), "findings": findings}
