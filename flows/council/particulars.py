"""When, where and about what a meeting is held, and who leads it and writes it down."""

from datetime import date, datetime

from flows.council.calling import next_number
from flows.council.operations import meeting_to_change
from schemas.base import Schema
from schemas.council import Meeting
from schemas.errors import BadInput
from schemas.people import Actor
from storage.work import Work

LONGEST = 300


class Particulars(Schema):
    """What stands in the head of the protocol."""

    held_on: date
    place: str
    theme: str = ""
    chair: str = ""
    secretary: str = ""


def set_particulars(
    work: Work, meeting_id: str, said: Particulars, *, version: int, by: Actor, now: datetime
) -> Meeting:
    """Moved to another year the protocol takes a number of that year.

    Raises ``Conflict`` for a closed meeting or a stale version, ``BadInput`` for words that are
    missing or too long for the head of a protocol.
    """
    meeting = meeting_to_change(work, meeting_id)
    require_words(said)
    changes = {**said.model_dump(), "version": version}
    if said.held_on.year != meeting.held_on.year:
        changes["number"] = next_number(work, meeting.cluster_id, said.held_on.year)
    work.journal.write(by, action="particulars_set", kind="meeting", subject_id=meeting_id, now=now)
    return work.meetings.save(meeting.model_copy(update=changes))


def require_words(said: Particulars) -> None:
    if not said.place:
        raise BadInput("Укажите место или «ВКС».", field="place")
    for field in ("place", "theme", "chair", "secretary"):
        if len(getattr(said, field)) > LONGEST:
            raise BadInput(f"Слишком длинно: нужно до {LONGEST} знаков.", field=field)
