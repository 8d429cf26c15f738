"""Whether an expert is asked for new works now: breaks, days away and turns passed over.

An expert on a break, or away on every day there is to answer in, only finishes what is begun.
One who asked to be passed over keeps unanswered invitations and gets no new ones; every round of
invitations that goes out without them takes one turn off.
"""

from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from schemas.cluster import Absence, Expert
from schemas.marathon import Marathon


class Readiness(StrEnum):
    """``KEEPS`` what they hold, unanswered invitations too; ``FINISHES`` only what is begun."""

    ASKED = "asked"
    KEEPS = "keeps"
    FINISHES = "finishes"


def readiness(expert: Expert, marathon: Marathon, *, now: datetime) -> Readiness:
    """What the expert takes."""
    if not expert.active or is_away(expert, marathon, now=now):
        return Readiness.FINISHES
    return Readiness.KEEPS if expert.skip_next else Readiness.ASKED


def is_away(expert: Expert, marathon: Marathon, *, now: datetime) -> bool:
    """Whether every day on which an invitation could be answered is a day away."""
    zone = ZoneInfo(marathon.zone)
    first = now.astimezone(zone).date()
    last = (now + timedelta(days=marathon.assignment.answer_days)).astimezone(zone).date()
    ends = marathon.reviews_until.astimezone(zone).date()
    return all(
        is_day_away(day, expert.absences) for day in days(first, max(first, min(last, ends)))
    )


def days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def is_day_away(day: date, absences: tuple[Absence, ...]) -> bool:
    return any(absence.first <= day <= absence.last for absence in absences)
