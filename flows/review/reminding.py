"""Letters that ask an expert to answer or to send a review."""

from datetime import datetime

from schemas.assignment import Assignment, AssignmentStatus
from schemas.outbox import Notice
from storage.identifiers import new_id
from storage.work import Work


def write_reminder(work: Work, item: Assignment, *, occasion: str, now: datetime) -> None:
    """Put the letter into the outbox; one with the same ``occasion`` is not written again."""
    template = template_of(item)
    for person_id in work.assignments.recipients(item):
        work.notices.write(
            Notice(
                id=new_id(),
                template=template,
                person_id=person_id,
                marathon_id=item.marathon_id,
                subject_kind="assignment",
                subject_id=item.id,
                dedup_key=key_of(item, occasion),
                created_at=now,
            )
        )


def was_reminded(work: Work, item: Assignment, *, occasion: str) -> bool:
    return work.notices.keyed(key_of(item, occasion)) is not None


def template_of(item: Assignment) -> str:
    return "answer_reminder" if item.status is AssignmentStatus.INVITED else "review_reminder"


def key_of(item: Assignment, occasion: str) -> str:
    return f"{template_of(item)}/{item.id}/{occasion}"
