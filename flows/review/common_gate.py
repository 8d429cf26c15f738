"""What the calibration round keeps closed: real works before own common ones, sent marks after."""

from collections.abc import Iterable
from datetime import datetime

from schemas.assignment import OPEN, Assignment, AssignmentStatus
from schemas.common_round import is_common, is_over, is_running
from schemas.errors import Conflict
from schemas.marathon import Marathon

FIRST_THE_COMMON = (
    "Сначала оцените общую работу: её читают все эксперты, чтобы одинаково понимать шкалу. "
    "Остальные работы откроются, как только вы отправите все общие оценки."
)
MARKS_ARE_SHOWN = (
    "Общий раунд закончился, и его участники видят отметки друг друга: свою оценку общей работы "
    "изменить уже нельзя."
)


def waits_for_common(
    item: Assignment, own: Iterable[Assignment], marathon: Marathon, *, now: datetime
) -> bool:
    """Whether a work opens for its expert only after ``own`` common works have been sent.

    Whoever has none of them (came later, declined, may not score them) waits for nothing.
    """
    if item.status not in OPEN or is_common(item, marathon):
        return False
    running = is_running(marathon, now)
    return running and any(is_common(one, marathon) and one.status in OPEN for one in own)


def require_opened(
    item: Assignment, own: Iterable[Assignment], marathon: Marathon, *, now: datetime
) -> None:
    """Raises ``Conflict`` while the work waits for common ones."""
    if waits_for_common(item, own, marathon, now=now):
        raise Conflict(FIRST_THE_COMMON, code="common_round_first")


def is_settled(item: Assignment, marathon: Marathon, *, now: datetime) -> bool:
    """Whether the sent marks of a common work stand for good: those of others can be seen."""
    sent = item.status is AssignmentStatus.SUBMITTED
    return sent and is_common(item, marathon) and is_over(marathon, now)


def require_unsettled(item: Assignment, marathon: Marathon, *, now: datetime) -> None:
    if is_settled(item, marathon, now=now):
        raise Conflict(MARKS_ARE_SHOWN, code="common_round_over")
