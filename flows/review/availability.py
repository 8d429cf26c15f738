"""What an expert takes: how many works, on which days none, and turns to be passed over."""

from collections.abc import Sequence
from datetime import date, datetime

from schemas.cluster import Absence, Expert
from schemas.errors import BadInput
from schemas.people import Actor
from storage.work import Work

MOST_WORKS = 50
MOST_ABSENCES = 12
MOST_TURNS = 3
LONGEST_DAYS = 366


def set_availability(
    work: Work,
    expert_id: str,
    *,
    capacity: int,
    active: bool,
    skip_next: int = 0,
    by: Actor,
    now: datetime,
) -> Expert:
    """Counts for the next assignment; works the expert already holds stay theirs."""
    if not 1 <= capacity <= MOST_WORKS:
        raise BadInput(f"Напишите число работ от 1 до {MOST_WORKS}.", field="capacity")
    if not 0 <= skip_next <= MOST_TURNS:
        raise BadInput(f"Пропустить можно не больше {MOST_TURNS} раз подряд.", field="skip_next")
    expert = work.experts.get(expert_id)
    changes: dict[str, object] = {
        "capacity": capacity,
        "active": active,
        "minimum": min(expert.minimum, capacity),
        "skip_next": skip_next,
    }
    said = {
        "capacity": str(capacity),
        "active": "yes" if active else "no",
        "skip_next": str(skip_next),
    }
    return keep(work, expert, changes, said, by=by, now=now)


def keep(
    work: Work,
    expert: Expert,
    changes: dict[str, object],
    said: dict[str, str],
    *,
    by: Actor,
    now: datetime,
) -> Expert:
    """The expert with ``changes``, written to the journal in the words of ``said``."""
    work.journal.write(
        by, action="availability_set", kind="expert", subject_id=expert.id, now=now, details=said
    )
    return work.experts.save(expert.model_copy(update=changes))


def add_absence(
    work: Work, expert_id: str, absence: Absence, *, by: Actor, now: datetime
) -> Expert:
    """Days away, both ends included; the same days again change nothing.

    Raises ``BadInput`` for days that end before they begin, are over, or are too many.
    """
    expert = work.experts.get(expert_id)
    require_days(absence, today=now.date())
    if absence in expert.absences:
        return expert
    kept = current(expert.absences, today=now.date())
    if len(kept) >= MOST_ABSENCES:
        raise BadInput(
            f"Отлучек уже {MOST_ABSENCES}: удалите лишние или сделайте перерыв.", field="first"
        )
    absences = tuple(sorted((*kept, absence), key=lambda one: (one.first, one.last)))
    said = {"away": f"{absence.first} — {absence.last}"}
    return keep(work, expert, {"absences": absences}, said, by=by, now=now)


def require_days(absence: Absence, *, today: date) -> None:
    if absence.last < absence.first:
        raise BadInput("Последний день раньше первого. Проверьте даты.", field="last")
    if absence.last < today:
        raise BadInput("Эти дни уже прошли. Укажите будущие.", field="last")
    if (absence.last - absence.first).days >= LONGEST_DAYS:
        raise BadInput(
            "Это больше года. Если вы пока не берёте работы, выберите перерыв.", field="last"
        )


def current(absences: Sequence[Absence], *, today: date) -> tuple[Absence, ...]:
    """Days away that are not over."""
    return tuple(one for one in absences if one.last >= today)


def drop_absence(
    work: Work, expert_id: str, absence: Absence, *, by: Actor, now: datetime
) -> Expert:
    """The days are free again; dropping what is not there changes nothing."""
    expert = work.experts.get(expert_id)
    left = tuple(one for one in expert.absences if one != absence)
    if left == expert.absences:
        return expert
    said = {"back": f"{absence.first} — {absence.last}"}
    return keep(work, expert, {"absences": left}, said, by=by, now=now)
