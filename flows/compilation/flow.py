"""The collection: a new edition on request whenever something in it has changed.

Nothing here is a Prefect task: what the steps hand on names authors, and Prefect must not see it.
"""

import tempfile
from pathlib import Path

from prefect import flow

from flows.compilation import errata, gathering, operations
from flows.compilation.compiling import assemble
from flows.compilation.gathering import Gathered
from flows.documents.printing import cache
from flows.runtime.conduct import Progress, clock, conducted, installation, require_marathon
from schemas.collection import Edition
from schemas.people import Actor
from schemas.volume import Volume

SWEEP = Actor(part="compile_collection")


def gather(marathon: str) -> Gathered:
    """What may be printed, by digests."""
    with installation().begin(read_only=True) as work:
        return operations.gather(work, marathon)


def unchanged(gathered: Gathered) -> Edition | None:
    """The latest edition if nothing in it would change."""
    with installation().begin(read_only=True) as work:
        return operations.unchanged(work, installation().files, gathered)


def volume_of(gathered: Gathered) -> Volume:
    """The volume to be set, with what its readers are told of earlier editions."""
    files = installation().files
    volume = gathering.volume_of(gathered, files)
    with installation().begin(read_only=True) as work:
        return errata.corrected(work, gathered, volume, files)


def build(gathered: Gathered, progress: Progress) -> Edition:
    """Set the volume in a folder of its own and keep what comes out as a new edition."""
    opened = installation()
    with tempfile.TemporaryDirectory(prefix="edition-") as folder:
        out = Path(folder) / "out"
        made = assemble(
            volume_of(gathered),
            out,
            inputs=gathered.inputs(),
            progress=lambda share, message: progress.say(0.1 + 0.8 * share, message),
            cache=opened.settings.data / cache.TYPESET,
        )
        artefacts = operations.store(out, opened.files)
    with opened.begin() as work:
        return operations.keep(
            work, gathered, made, artefacts, files=opened.files, by=SWEEP, now=clock()
        )


@flow
async def compile_collection(
    marathon: str | None = None, request: str | None = None
) -> dict[str, int]:
    """Compiles the approved works; an unchanged volume is not compiled again."""
    with conducted(request) as progress:
        progress.say(0.02, "Собираем утверждённые материалы")
        gathered = gather(require_marathon(marathon))
        same = unchanged(gathered)
        edition = same or build(gathered, progress)
        word = "не изменился" if same else "готов"
        progress.say(
            0.95,
            f"Выпуск {edition.number} {word}: статей {len(edition.articles)}, "
            f"замечаний {len(edition.problems)}",
        )
        return {"edition": edition.number, "articles": len(edition.articles)}
