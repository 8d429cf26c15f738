"""What an organiser does about overdue experts: ask them once more, or let them go for others."""

from datetime import datetime

from flows.review.deadlines import due
from flows.review.reminding import was_reminded, write_reminder
from schemas.assignment import OPEN, Assignment, AssignmentStatus
from schemas.marathon import Marathon
from schemas.people import Actor
from storage.work import Work


def is_overdue(item: Assignment, *, now: datetime) -> bool:
    """Whether the expert still owes an answer or a review whose time has passed."""
    until = due(item)
    return item.status in OPEN and until is not None and now > until


def not_to_be_let_go(item: Assignment, marathon: Marathon, *, now: datetime) -> str:
    """Why nobody is sought in this expert's place; nothing when somebody may be."""
    if not is_overdue(item, now=now):
        return "срок ещё не прошёл или экспертиза закончена"
    if item.status is AssignmentStatus.IN_PROGRESS:
        return "эксперт уже начал оценивать: начатое не передают, лучше напомнить"
    if now > marathon.reviews_until:
        return "экспертиза марафона закончена: новых экспертов не зовут"
    return ""


def ask_again(work: Work, item: Assignment, *, by: Actor, now: datetime) -> bool:
    """Write to the expert, once a day at most; returns whether the letter was written now."""
    occasion = f"asked/{now.date()}"
    if was_reminded(work, item, occasion=occasion):
        return False
    write_reminder(work, item, occasion=occasion, now=now)
    work.journal.write(by, action="reminded", kind="assignment", subject_id=item.id, now=now)
    return True


def let_go(work: Work, item: Assignment, *, by: Actor, now: datetime) -> None:
    """End the assignment as overdue; the expert is told, and somebody else is sought."""
    work.assignments.move(item, to=AssignmentStatus.EXPIRED, by=by, now=now)
