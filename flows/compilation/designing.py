"""What an organiser decides of the collection's look: what it would look like, whose PDF stays."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from flows.compilation import operations
from flows.compilation.book import previews
from flows.compilation.versions import versions
from flows.documents.printing.cache import Cache, digest
from schemas.design import Design
from schemas.errors import BadInput
from schemas.extraction import Kind
from schemas.marathon import Marathon
from schemas.people import Actor
from schemas.submission import Submission
from schemas.volume import Volume, VolumeSection
from storage.files import FileStore
from storage.work import Work

ROOM = 50 * 1024 * 1024
"""Bytes of previews kept."""
NOT_PDF = (
    "Как есть печатают только PDF, а файл этой работы другого вида: попросите автора сохранить "
    "его в PDF и загрузить снова."
)


def volume_of(work: Work, marathon: Marathon, design: Design, files: FileStore) -> Volume:
    """The front of the marathon's next volume in ``design``, with its sections and no articles."""
    title, subtitle = operations.titles(marathon)
    sections = tuple(VolumeSection(title=track.title, articles=()) for track in marathon.tracks)
    return Volume(
        title=title,
        subtitle=subtitle,
        year=marathon.year,
        place=marathon.imprint.place,
        cluster=work.clusters.get(marathon.cluster_id).name,
        imprint=operations.imprint(work, marathon),
        design=operations.look_of(design),
        logo=files.existing(design.logo) if design.logo else None,
        sections=sections,
    )


def strip(volume: Volume, *, folder: Path) -> bytes:
    """The picture of pages in the volume's design, from ``folder`` if it was drawn before."""
    return _kept("strip", volume, folder)


def front(volume: Volume, *, folder: Path) -> bytes:
    """The picture of title page and imprint, from ``folder`` if it was drawn before."""
    return _kept("front", volume, folder)


_DRAWN = {"strip": previews.strip, "front": previews.front}


def _kept(name: str, volume: Volume, folder: Path) -> bytes:
    cache = Cache(folder, limit=ROOM)
    words = volume.model_dump(mode="json", exclude={"logo"})
    key = digest(name, versions(), words, volume.logo or "")
    found = cache.find(key)
    if found is not None:
        return found
    drawn = _DRAWN[name](volume)
    cache.keep(key, drawn)
    cache.trim()
    return drawn


def with_pdf(work: Work, submissions: Iterable[Submission]) -> list[Submission]:
    """Those of the works whose accepted file is a PDF."""
    return [one for one in submissions if has_pdf(work, one)]


def has_pdf(work: Work, submission: Submission) -> bool:
    file = operations.accepted_file(work, submission)
    return bool(file and file.extraction and file.extraction.kind is Kind.PDF)


def print_as_is(
    work: Work, submission_id: str, *, wanted: bool, by: Actor, now: datetime
) -> Submission:
    """The work with its author's pages in the collection, or set anew like the others.

    Raises ``BadInput`` when the accepted file is no PDF. Asking twice is asking once.
    """
    before = work.submissions.get(submission_id)
    if before.print_as_is == wanted:
        return before
    if wanted and not has_pdf(work, before):
        raise BadInput(NOT_PDF, code="not_pdf", field="as_is")
    saved = work.submissions.save(before.model_copy(update={"print_as_is": wanted}))
    action = "printed_as_is" if wanted else "set_anew"
    work.journal.write(by, action=action, kind="submission", subject_id=submission_id, now=now)
    return saved
