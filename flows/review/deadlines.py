"""What time does to assignments: reminders, expiry, and when a work has its reviews."""

from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from schemas.assignment import OPEN, Assignment, AssignmentStatus
from schemas.common_round import is_common, is_running
from schemas.marathon import Marathon
from schemas.submission import Submission

MORNING = time(9)


def due(item: Assignment) -> datetime | None:
    """Until when the expert is expected to act: to answer, then to send the review."""
    if item.status is AssignmentStatus.PROPOSED:
        return None
    return item.answer_until if item.status is AssignmentStatus.INVITED else item.due_at


def has_expired(item: Assignment, marathon: Marathon, *, now: datetime) -> bool:
    """An invitation expires when unanswered; accepted work gets the policy's extra days."""
    until = due(item)
    if until is None or item.status not in OPEN:
        return False
    extra = 0 if item.status is AssignmentStatus.INVITED else marathon.assignment.expire_after_days
    return now > until + timedelta(days=extra)


def reminders_due(item: Assignment, marathon: Marathon, *, now: datetime) -> tuple[int, ...]:
    """Reminder days (before the due date positive, after it negative) reached and not yet used.

    None once the marathon takes no reviews any more: nobody is asked for what would be refused.
    """
    until = due(item)
    if until is None or now > marathon.reviews_until:
        return ()
    reached = [
        days
        for days in marathon.assignment.reminder_days
        if now >= morning(until, days, marathon) and days not in item.reminded
    ]
    return tuple(sorted(reached, reverse=True))


def morning(until: datetime, days: int, marathon: Marathon) -> datetime:
    """When a reminder goes out: on the morning so many days before the day of ``until``."""
    zone = ZoneInfo(marathon.zone)
    day = until.astimezone(zone).date() - timedelta(days=days)
    return datetime.combine(day, MORNING, zone)


def is_reviewed(
    submission: Submission,
    assignments: Sequence[Assignment],
    marathon: Marathon,
    *,
    now: datetime,
) -> bool:
    """All asked-for reviews are in; after the deadline, at least one is and none is coming.

    A common work also waits for everybody who holds it, as long as its round runs.
    """
    current = [item for item in assignments if item.round == submission.round]
    if is_running(marathon, now) and awaits_common(current, marathon):
        return False
    sent = count_sent(current)
    if sent >= marathon.assignment.reviews + submission.extra_reviews:
        return True
    return now > marathon.reviews_until and sent > 0


def awaits_common(items: Iterable[Assignment], marathon: Marathon) -> bool:
    return any(is_common(item, marathon) and item.status in OPEN for item in items)


def count_sent(items: Iterable[Assignment]) -> int:
    return sum(item.status is AssignmentStatus.SUBMITTED for item in items)


def everybody_was_asked(
    submission: Submission, assignments: Iterable[Assignment], marathon: Marathon
) -> bool:
    """Whether the round's reviews are those of the calibration round, which left nobody out."""
    current = [item for item in assignments if item.round == submission.round]
    return bool(current) and all(is_common(item, marathon) for item in current)
