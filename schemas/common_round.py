"""The calibration round as every stage sees it: which assignments are its, and while it runs."""

from datetime import datetime

from schemas.assignment import Assignment
from schemas.marathon import CommonRound, Marathon

MOST_WORKS = 2


def is_common(item: Assignment, marathon: Marathon) -> bool:
    """Whether the assignment was given by the round; later ones of the same work are ordinary."""
    held = marathon.common_round
    return item.submission_id in held.submission_ids and item.proposed_at == held.opened_at


def has_been_opened(held: CommonRound) -> bool:
    return bool(held.submission_ids)


def is_open(held: CommonRound) -> bool:
    """Opened and closed by nobody; plans leave the works alone meanwhile."""
    return has_been_opened(held) and held.closed_at is None


def is_running(held: CommonRound, now: datetime) -> bool:
    """Open, and its time has not passed: real works wait for the common ones."""
    return is_open(held) and (held.until is None or now <= held.until)


def is_over(held: CommonRound, now: datetime) -> bool:
    """The marks may be shown to those who have given theirs."""
    return has_been_opened(held) and not is_running(held, now)
