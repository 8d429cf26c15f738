"""Letters that ask an expert to answer or to send a review."""

from datetime import datetime

from schemas.assignment import Assignment, AssignmentStatus
from storage.work import Work


def write_reminder(work: Work, item: Assignment, *, occasion: str, now: datetime) -> None:
    """Put the letter into the outbox; one with the same ``occasion`` is not written again."""
    for person_id in work.assignments.recipients(item):
        work.notices.tell(
            template_of(item),
            f"{item.id}/{occasion}",
            about=("assignment", item.id),
            person_id=person_id,
            marathon_id=item.marathon_id,
            now=now,
        )


def was_reminded(work: Work, item: Assignment, *, occasion: str) -> bool:
    return work.notices.keyed(f"{template_of(item)}/{item.id}/{occasion}") is not None


def template_of(item: Assignment) -> str:
    return "answer_reminder" if item.status is AssignmentStatus.INVITED else "review_reminder"
