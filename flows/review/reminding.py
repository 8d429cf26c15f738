"""Letters that ask an expert to answer or to send a review."""

from datetime import datetime

from schemas.assignment import Assignment, AssignmentStatus
from schemas.outbox import Notice
from storage.identifiers import new_id
from storage.work import Work


def write_reminder(work: Work, item: Assignment, *, occasion: str, now: datetime) -> None:
    """Put the letter into the outbox; one with the same ``occasion`` is not written again."""
    template = "answer_reminder" if item.status is AssignmentStatus.INVITED else "review_reminder"
    for person_id in work.assignments.recipients(item):
        work.notices.write(
            Notice(
                id=new_id(),
                template=template,
                person_id=person_id,
                marathon_id=item.marathon_id,
                subject_kind="assignment",
                subject_id=item.id,
                dedup_key=f"{template}/{item.id}/{occasion}",
                created_at=now,
            )
        )
