"""What killed processes have left: contents that nobody names, folders that nobody works in."""

from datetime import datetime, timedelta

from prefect import flow

from flows.runtime.conduct import clock, conducted, installation
from flows.runtime.steps import step
from schemas.base import Schema
from storage import desks
from storage.files import FileStore
from storage.installation import Installation
from storage.work import Work

# Much longer than any request or run lasts between keeping a file and writing the row of it.
SAFE_AGE = timedelta(days=2)


class Swept(Schema):
    """How many contents, half-written files and folders of dead processes were removed."""

    contents: int = 0
    unfinished: int = 0
    desks: int = 0


def orphans(work: Work, files: FileStore, *, now: datetime) -> tuple[str, ...]:
    """Digests of contents older than the safe age that stand nowhere in the database."""
    before = (now - SAFE_AGE).timestamp()
    return tuple(sorted(work.belongings.unmentioned(files.untouched(before=before))))


def clear_away(files: FileStore, digests: tuple[str, ...], *, now: datetime) -> Swept:
    """Remove the contents that nobody has saved again meanwhile, and what was half-written."""
    before = (now - SAFE_AGE).timestamp()
    gone = sum(files.sweep_away(sha256, before=before) for sha256 in digests)
    return Swept(contents=gone, unfinished=files.sweep(before=before))


def sweep(opened: Installation, *, now: datetime) -> Swept:
    """Look for orphans while nobody waits, then clear them away; safe to repeat and to break off."""
    with opened.begin(read_only=True) as work:
        digests = orphans(work, opened.files, now=now)
    swept = clear_away(opened.files, digests, now=now)
    return swept.model_copy(update={"desks": abandoned_desks(opened)})


def abandoned_desks(opened: Installation) -> int:
    """Clear away the folders of dead processes; those of living ones are held and stay."""
    places = (desks.place_of_desks(), opened.settings.data)
    return sum(desks.clear_abandoned(place) for place in places)


@step(retries=2, retry_delay_seconds=2)
def sweep_store() -> Swept:
    return sweep(installation(), now=clock())


@flow
async def sweep_files(
    marathon: str | None = None,  # noqa: ARG001  (every deployment takes the same parameters)
    request: str | None = None,
) -> dict[str, int]:
    """Removes contents that nobody names, once a day."""
    with conducted(request) as progress:
        swept = sweep_store()
        progress.say(0.9, f"Удалено файлов, которые никому не принадлежат: {swept.contents}")
        return swept.model_dump()
