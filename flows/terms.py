"""People whose data nobody needs any more: told a month before, then erased by themselves.

Only those are meant who hold no role, are named in nothing public and have done nothing for the
term that the installation sets (``MARATHON_IDLE_DAYS``); without a term nobody is.
"""

import logging
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from prefect import flow

from flows import erasing
from flows.documents.printing import cache
from flows.notices.moments import day
from flows.runtime.conduct import clock, conducted, installation
from flows.runtime.steps import step
from schemas.base import Schema
from schemas.people import Actor, Person
from schemas.settings import Settings
from storage.installation import Installation
from storage.work import Work

TOLD_BEFORE = timedelta(days=30)
LETTER = "erasing_soon"
BY = Actor(part="end of term")

log = logging.getLogger("marathon.terms")


class Ended(Schema):
    """How many people were told that they will be erased, and how many were."""

    told: int = 0
    erased: int = 0


def end_terms(opened: Installation, *, now: datetime) -> Ended:
    """Tell or erase whoever is due, each in a transaction of their own; safe to repeat."""
    if not opened.settings.idle_days:
        return Ended()
    since = now - timedelta(days=opened.settings.idle_days)
    with opened.begin(read_only=True) as work:
        silent = [person.id for person in work.people.idle(since=since)]
    ended = [end_term(opened, person_id, since=since, now=now) for person_id in silent]
    return Ended(told=ended.count("told"), erased=ended.count("erased"))


def end_term(opened: Installation, person_id: str, *, since: datetime, now: datetime) -> str:
    """What happened to the person: ``told``, ``erased``, or nothing yet."""
    with opened.begin() as work:
        work.journal.lock()  # whoever comes back just now is not idle
        found = work.people.idle(since=since, among=(person_id,))
        told_at = work.notices.newest_to(person_id, LETTER, since=since)
        if not found or (told_at and told_at > now - TOLD_BEFORE):
            return ""
        if found[0].email and told_at is None:
            warn(work, found[0], opened.settings, now=now)
            return "told"
        caches = [opened.settings.data / name for name in cache.FOLDERS]
        erasing.forget(work, found[0], by=BY, files=opened.files, caches=caches, now=now)
        log.info("erased at the end of the term: %s", person_id)
        return "erased"


def warn(work: Work, person: Person, settings: Settings, *, now: datetime) -> None:
    last = (now + TOLD_BEFORE).astimezone(ZoneInfo(settings.timezone)).date()
    work.notices.tell(
        LETTER,
        f"{person.id}/{last}",
        about=("person", person.id),
        person_id=person.id,
        values={"until": day(last, person.language)},
        now=now,
    )


@step(retries=2, retry_delay_seconds=2)
def end_all_terms() -> Ended:
    return end_terms(installation(), now=clock())


@flow
async def forget_people(
    marathon: str | None = None,  # noqa: ARG001  (every deployment takes the same parameters)
    request: str | None = None,
) -> dict[str, int]:
    """Erases whom nobody needs to know any more, once a day."""
    with conducted(request) as progress:
        ended = end_all_terms()
        progress.say(0.9, f"Предупреждено: {ended.told}, удалено: {ended.erased}")
        return ended.model_dump()
