"""How many works an expert takes at once, and whether they take any now."""

from datetime import datetime

from schemas.cluster import Expert
from schemas.errors import BadInput
from schemas.people import Actor
from storage.work import Work

MOST_WORKS = 50


def set_availability(
    work: Work, expert_id: str, *, capacity: int, active: bool, by: Actor, now: datetime
) -> Expert:
    """Counts for the next assignment; works the expert already holds stay theirs."""
    if not 1 <= capacity <= MOST_WORKS:
        raise BadInput(f"Напишите число работ от 1 до {MOST_WORKS}.", field="capacity")
    expert = work.experts.get(expert_id)
    minimum = min(expert.minimum, capacity)
    changes: dict[str, object] = {"capacity": capacity, "active": active, "minimum": minimum}
    work.journal.write(
        by,
        action="availability_set",
        kind="expert",
        subject_id=expert_id,
        now=now,
        details={"capacity": str(capacity), "active": "yes" if active else "no"},
    )
    return work.experts.save(expert.model_copy(update=changes))
