"""Numbers of protocols: one for a meeting however often its button is pressed, no gaps in a year."""

from datetime import date, datetime
from itertools import count

from schemas.council import Meeting
from schemas.errors import Conflict
from schemas.people import Actor
from storage.work import Work


def called(
    work: Work, marathon_id: str, *, held_on: date, place: str, theme: str
) -> Meeting | None:
    """The open meeting that was called so already."""
    wanted = (held_on, place, theme)
    return next(
        (
            one
            for one in work.meetings.of_marathon(marathon_id)
            if one.closed_at is None and (one.held_on, one.place, one.theme) == wanted
        ),
        None,
    )


def next_number(work: Work, cluster_id: str, year: int) -> int:
    """The first free one: protocols are numbered anew every year, and a cancelled one is free."""
    meetings = work.meetings.of_cluster(cluster_id)
    taken = {one.number for one in meetings if one.held_on.year == year}
    return next(number for number in count(1) if number not in taken)


def cancel(work: Work, meeting_id: str, *, by: Actor, now: datetime) -> Meeting:
    """Take a meeting called by mistake away; returns it as it was.

    Raises ``Conflict`` when it is closed or somebody has voted.
    """
    work.journal.lock()
    meeting = work.meetings.get(meeting_id)
    if meeting.closed_at is not None:
        raise Conflict("Заседание закрыто: его протокол остаётся.", code="meeting_closed")
    if work.votes.of_meeting(meeting_id):
        raise Conflict(
            "На заседании уже голосовали: отменить его нельзя, его можно только закрыть.",
            code="meeting_voted",
        )
    work.journal.write(
        by,
        action="meeting_cancelled",
        kind="meeting",
        subject_id=meeting_id,
        now=now,
        details={"number": str(meeting.number), "held_on": meeting.held_on.isoformat()},
    )
    work.meetings.remove(meeting_id)
    return meeting
