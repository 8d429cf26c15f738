"""An expert's answers to invitations beyond one yes or no: fewer works, and when to ask again."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from flows.review import availability, operations
from schemas.assignment import HELD, Assignment, AssignmentStatus, DeclineReason
from schemas.cluster import Absence, Expert
from schemas.common_round import is_common
from schemas.errors import BadInput, Conflict
from schemas.people import Actor
from storage.work import Work

ASKED_LATER = "Просил спросить позже"


def choosable(work: Work, expert: Expert, marathon_id: str) -> list[Assignment]:
    """Invitations of a marathon the expert may choose among, closest to their field first."""
    marathon = work.marathons.get(marathon_id)
    invited = [
        item
        for item in work.assignments.of_expert(expert.id)
        if item.marathon_id == marathon_id
        and item.status is AssignmentStatus.INVITED
        and not is_common(item, marathon)
    ]
    return sorted(invited, key=lambda item: (-item.affinity, item.id))


def accept_some(
    work: Work, first_id: str, *, count: int, by: Actor, now: datetime
) -> tuple[list[Assignment], list[Assignment]]:
    """Take ``count`` of the marathon's invitations and no more; returns taken and declined.

    ``first_id`` is taken in any case, then those closest to the expert's field; with fewer than
    all the capacity becomes what the expert now holds, so that nobody sends the rest again. Raises ``Conflict``
    when the invitation waits no more, ``BadInput`` for a count that is none of the choices.
    """
    first = work.assignments.get(first_id)
    if first.status is not AssignmentStatus.INVITED:
        raise Conflict("На это приглашение вы уже ответили.", code="already_answered")
    expert = work.experts.get(first.expert_id)
    ordered = sorted(
        choosable(work, expert, first.marathon_id), key=lambda item: item.id != first_id
    )
    if not 1 <= count <= len(ordered):
        raise BadInput(f"Выберите число от 1 до {len(ordered)}.", field="count")
    taken = [operations.accept(work, item.id, by=by, now=now) for item in ordered[:count]]
    refused = [let_go(work, item, count, by=by, now=now) for item in ordered[count:]]
    if refused:
        keep_load(work, expert, first.marathon_id, by=by, now=now)
    return taken, refused


def let_go(work: Work, item: Assignment, count: int, *, by: Actor, now: datetime) -> Assignment:
    note = f"Взял меньше работ: {count}."
    return operations.decline(
        work, item.id, reason=DeclineReason.NOT_NOW, note=note, by=by, now=now
    )


def keep_load(work: Work, expert: Expert, marathon_id: str, *, by: Actor, now: datetime) -> None:
    """The capacity becomes the works of the marathon the expert holds now, if that is less."""
    items = work.assignments.of_expert(expert.id)
    held = sum(item.marathon_id == marathon_id and item.status in HELD for item in items)
    if held < expert.capacity:
        availability.set_availability(
            work,
            expert.id,
            capacity=held,
            active=expert.active,
            skip_next=expert.skip_next,
            by=by,
            now=now,
        )


def not_now(
    work: Work,
    assignment_id: str,
    *,
    after: date | None,
    note: str = "",
    by: Actor,
    now: datetime,
) -> Assignment:
    """Decline for now; until ``after`` the expert is not asked for other works either.

    Raises ``BadInput`` for a day that has passed or is more than a year away.
    """
    item = work.assignments.get(assignment_id)
    words = [f"Спросите после {after:%d.%m.%Y}."] if after else []
    if after is not None:
        away = Absence(first=now.date(), last=after - timedelta(days=1), note=ASKED_LATER)
        keep_away(work, item.expert_id, away, by=by, now=now)
    text = " ".join([*words, *filter(None, [note.strip()])])
    return operations.decline(
        work, assignment_id, reason=DeclineReason.NOT_NOW, note=text, by=by, now=now
    )


def keep_away(work: Work, expert_id: str, away: Absence, *, by: Actor, now: datetime) -> None:
    """As a day away; the longest of those asked for in this way stands."""
    if away.last < away.first:
        raise BadInput("Этот день уже наступил. Укажите более поздний.", field="until")
    try:
        availability.require_days(away, today=now.date())
        expert = work.experts.get(expert_id)
        if not covered(away, expert.absences):
            availability.add_absence(work, expert_id, away, by=by, now=now)
    except BadInput as error:
        raise BadInput(error.sentence, field="until") from None


def covered(away: Absence, absences: Sequence[Absence]) -> bool:
    return any(one.first <= away.first and away.last <= one.last for one in absences)
