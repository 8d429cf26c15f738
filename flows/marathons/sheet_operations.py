"""The expert sheet of a marathon: who may still change it, and putting a new one in its place."""

from datetime import datetime

from flows.marathons import operations, sheet
from schemas.errors import BadInput, Conflict
from schemas.marathon import Marathon
from schemas.people import Actor
from schemas.rubric import Rubric
from schemas.rubric_draft import RubricDraft
from storage.repositories.rows import STALE
from storage.work import Work

LOCKED = (
    "Эксперты уже начали оценивать по этому листу (начато оценок: {count}), поэтому менять его "
    "нельзя: прежние и новые оценки стали бы несравнимы."
)


def lock_of(work: Work, marathon_id: str) -> str:
    """Why the sheet may not be changed any more, or nothing."""
    count = work.reviews.begun(marathon_id)
    return LOCKED.format(count=count) if count else ""


def require_unlocked(work: Work, marathon_id: str) -> None:
    """Raises ``Conflict`` once somebody has begun to mark."""
    why = lock_of(work, marathon_id)
    if why:
        raise Conflict(why, code="rubric_in_use")


def keep(
    work: Work, marathon_id: str, draft: RubricDraft, *, version: int, by: Actor, now: datetime
) -> Rubric:
    """The marathon's sheet from now on.

    ``version`` is the marathon's as the person saw it. Raises ``BadInput`` for a sheet that is not
    ready, ``Conflict`` for a stale version and once somebody has begun to mark.
    """
    work.journal.lock()
    marathon = work.marathons.get(marathon_id)
    if version != marathon.version:
        raise Conflict(STALE, code="stale_version")
    require_unlocked(work, marathon_id)
    for field, sentence in sheet.all_faults(draft):
        raise BadInput(sentence, field=field)
    rubric = sheet.finished(draft)
    operations.note(work, marathon_id, "sheet", by=by, now=now)
    work.marathons.save(marathon)
    work.rubrics.keep(marathon_id, rubric)
    return rubric


def last_year(work: Work, marathon: Marathon) -> list[Marathon]:
    """Other marathons whose sheet one may begin with, the newest first."""
    return [one for one in reversed(work.marathons.all()) if one.id != marathon.id]
