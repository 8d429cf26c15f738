"""The collection: a new edition on request whenever something in it has changed.

Nothing here is a Prefect task: what the steps hand on names authors, and Prefect must not see it.
"""

import logging
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from prefect import flow

from flows.compilation import errata, gathering, operations
from flows.compilation.compiling import assemble
from flows.compilation.gathering import Gathered
from flows.documents.printing import cache
from flows.runtime.conduct import Progress, clock, conducted, installation, require_marathon
from schemas.collection import Artefact, Edition
from schemas.errors import Conflict, Unavailable
from schemas.people import Actor
from schemas.volume import Volume

log = logging.getLogger("marathon.compilation")

SWEEP = Actor(part="compile_collection")
ATTEMPTS = 3
CHANGED = (
    "Пока собирали сборник, авторы несколько раз отзывали работы: соберите его ещё раз немного "
    "позже."
)


def gather(marathon: str) -> Gathered:
    """What may be printed, by digests; what is sent from this moment on is not in it."""
    moment = clock()
    with installation().begin(read_only=True) as work:
        return operations.gather(work, marathon).model_copy(update={"gathered_at": moment})


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
    """Build the edition; where a work or a person leaves meanwhile, anew and without them.

    Raises ``Conflict`` (``changed_meanwhile``) when somebody left during every attempt.
    """
    for _ in range(ATTEMPTS):
        edition = attempt(gathered, progress)
        if edition is not None:
            return edition
        progress.say(0.1, "Пока собирали сборник, одну из работ отозвали: собираем без неё")
        gathered = gather(gathered.marathon_id)
    raise Conflict(CHANGED, code="changed_meanwhile")


def attempt(gathered: Gathered, progress: Progress) -> Edition | None:
    """Set the volume in a folder of its own and keep what comes out; None if somebody left."""
    opened = installation()
    with forgetting(gathered), tempfile.TemporaryDirectory(prefix="edition-") as folder:
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
            work.journal.lock()
            if operations.has_lost(work, gathered):
                work.afterwards.append(partial(discard, artefacts))
                return None
            return operations.keep(
                work, gathered, made, artefacts, files=opened.files, by=SWEEP, now=clock()
            )


@contextmanager
def forgetting(gathered: Gathered) -> Iterator[None]:
    """Empty the cache afterwards if it was filled again with words of somebody who left."""
    try:
        yield
    finally:
        with installation().begin(read_only=True) as work:
            lost = operations.has_lost(work, gathered)
        if lost:
            cache.clear(installation().settings.data / cache.TYPESET)


def discard(artefacts: tuple[Artefact, ...]) -> None:
    """Remove from the file store what no edition names."""
    opened = installation()
    with opened.begin(read_only=True) as work:
        unnamed = work.belongings.unnamed(one.sha256 for one in artefacts)
    for sha256 in sorted(unnamed):
        try:
            opened.files.discard(sha256)
        except Unavailable:
            log.exception("content of an edition that was not kept stays in the store: %s", sha256)


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
