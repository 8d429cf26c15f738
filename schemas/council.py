"""The methodical council: meetings, attendance, agenda, votes, resolutions, action items."""

from datetime import date, datetime
from enum import StrEnum

from pydantic import Field

from schemas.base import Entity, Schema


class Attendance(StrEnum):
    IN_PERSON = "in_person"
    REMOTE = "remote"
    ABSENT = "absent"


ATTENDANCE_NAMES = {
    Attendance.IN_PERSON: "очно",
    Attendance.REMOTE: "ВКС",
    Attendance.ABSENT: "отсутствует",
}


class Choice(StrEnum):
    FOR = "for"
    AGAINST = "against"
    ABSTAINED = "abstained"


CHOICE_NAMES = {
    Choice.FOR: "За",
    Choice.AGAINST: "Против",
    Choice.ABSTAINED: "Воздержались",
}


class Member(Schema):
    """A municipality at a meeting, by its representative."""

    municipality_id: str
    representative: str = ""
    attendance: Attendance = Attendance.IN_PERSON
    absence_reason: str = ""


class ActionItem(Schema):
    task: str
    executor: str
    deadline: date | None = None


class Vote(Entity):
    meeting_id: str
    item: int
    municipality_id: str
    choice: Choice


class Delegate(Schema):
    """Who votes in the seat of a municipality that is barred from its own work's ballot.

    ``home_id`` is the delegate's municipality, None for somebody from outside the cluster; it is
    never one of the work's own.
    """

    municipality_id: str
    name: str
    home_id: str | None = None


class AgendaItem(Schema):
    """``heard`` is the report, ``spoke`` what others said on it («выступили»).

    ``submission_id`` is set on a ballot about a disputed work, which may have delegates.
    """

    number: int = Field(ge=1)
    title: str
    speaker: str = ""
    heard: str = ""
    spoke: str = ""
    resolution: str = ""
    needs_vote: bool = True
    action_items: tuple[ActionItem, ...] = ()
    delegates: tuple[Delegate, ...] = ()
    submission_id: str | None = None


class Meeting(Entity):
    cluster_id: str
    marathon_id: str | None = None
    number: int
    body: str
    theme: str
    place: str
    held_on: date
    chair: str = ""
    secretary: str = ""
    members: tuple[Member, ...] = ()
    agenda: tuple[AgendaItem, ...] = ()
    closed_at: datetime | None = None
    version: int = 1
