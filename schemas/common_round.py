"""The calibration round as every stage sees it: which assignments are its, and while it runs."""

from datetime import datetime

from schemas.assignment import Assignment
from schemas.marathon import Marathon

MOST_WORKS = 2


def is_common(item: Assignment, marathon: Marathon) -> bool:
    """Whether the assignment was given by the round; later ones of the same work are ordinary."""
    held = marathon.common_round
    return item.submission_id in held.submission_ids and item.proposed_at == held.opened_at


def has_been_opened(marathon: Marathon) -> bool:
    return bool(marathon.common_round.submission_ids)


def is_open(marathon: Marathon) -> bool:
    """Opened and closed by nobody; plans leave the works alone meanwhile."""
    return has_been_opened(marathon) and marathon.common_round.closed_at is None


def ends_at(marathon: Marathon) -> datetime:
    """When the round ends by itself: never later than the whole expertise."""
    return min(marathon.common_round.until or marathon.reviews_until, marathon.reviews_until)


def is_running(marathon: Marathon, now: datetime) -> bool:
    """Open, and its time has not passed: real works wait for the common ones."""
    return is_open(marathon) and now <= ends_at(marathon)


def is_over(marathon: Marathon, now: datetime) -> bool:
    """The marks may be shown to those who have given theirs."""
    return has_been_opened(marathon) and not is_running(marathon, now)


def changeable_until(item: Assignment, marathon: Marathon) -> datetime:
    """Until when a sent review may be changed; marks of a common work are compared after that."""
    return ends_at(marathon) if is_common(item, marathon) else marathon.reviews_until
