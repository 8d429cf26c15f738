"""The calibration round runs and ends: who is waited for, reminders, and the marks afterwards."""

from collections.abc import Sequence
from datetime import datetime

from flows.review import panel_marks
from flows.review.panel_marks import FEWEST_SHOWN, Apart, Spread
from flows.review.reminding import write_reminder
from schemas.assignment import HELD, OPEN, Assignment, AssignmentStatus
from schemas.base import Schema
from schemas.common_round import is_common, is_open, is_over
from schemas.errors import Conflict
from schemas.marathon import Marathon
from schemas.people import Actor
from schemas.review import Review
from storage.work import Work

UNBEGUN = frozenset({AssignmentStatus.INVITED, AssignmentStatus.ACCEPTED})


class WorkMarks(Schema):
    """One common work after the round; no ``spreads`` when too few marks have been sent."""

    submission_id: str
    reviews: int
    spreads: tuple[Spread, ...]


class Outcome(Schema):
    """What the round showed the organisers."""

    works: tuple[WorkMarks, ...]
    experts: tuple[Apart, ...]

    @property
    def unclear(self) -> tuple[str, ...]:
        """Titles of criteria that experts understand differently, each once."""
        titles = (
            one.title
            for work in self.works
            for one in work.spreads
            if one.is_understood_differently
        )
        return tuple(dict.fromkeys(titles))


def items_of(work: Work, marathon: Marathon) -> list[Assignment]:
    """The round's assignments, those that were given up among them."""
    everything = work.assignments.of_marathon(marathon.id)
    return [item for item in everything if is_common(item, marathon)]


def awaited(items: Sequence[Assignment]) -> list[Assignment]:
    return [item for item in items if item.status in OPEN]


def expected(items: Sequence[Assignment]) -> list[Assignment]:
    """Sent and awaited: without those who declined or were let go."""
    return [item for item in items if item.status in HELD]


def remind_all(work: Work, marathon_id: str, *, by: Actor, now: datetime) -> int:
    """Write to everybody whose common work is awaited, once a day at most; returns to how many.

    Raises ``Conflict`` when the round is not open.
    """
    marathon = work.marathons.get(marathon_id)
    require_open(marathon)
    waiting = awaited(items_of(work, marathon))
    for item in waiting:
        write_reminder(work, item, occasion=f"common/{now.date()}", now=now)
    if waiting:
        work.journal.write(
            by, action="common_round_reminded", kind="marathon", subject_id=marathon_id, now=now
        )
    return len({item.expert_id for item in waiting})


def require_open(marathon: Marathon) -> None:
    if not is_open(marathon):
        raise Conflict("Общий раунд не идёт: его ещё не открыли или уже закрыли.", code="no_round")


def close_round(work: Work, marathon_id: str, *, by: Actor, now: datetime) -> Marathon:
    """Real works open for everybody, marks may be compared; closing again changes nothing.

    Who has not begun is let go; a review that is begun may still be sent. Raises ``Conflict``
    when there has been no round.
    """
    work.journal.lock()
    marathon = work.marathons.get(marathon_id)
    if marathon.common_round.closed_at is not None:
        return marathon
    require_open(marathon)
    work.runs.ask("collect_reviews", marathon_id=marathon_id, by=by.person_id, now=now)
    return end(work, marathon, by=by, now=now)


def close_when_due(work: Work, marathon: Marathon, *, by: Actor, now: datetime) -> Marathon:
    """The marathon, its round closed if the time for it has passed."""
    if is_open(marathon) and is_over(marathon, now):
        return end(work, marathon, by=by, now=now)
    return marathon


def end(work: Work, marathon: Marathon, *, by: Actor, now: datetime) -> Marathon:
    for item in items_of(work, marathon):
        if item.status in UNBEGUN:
            work.assignments.move(item, to=AssignmentStatus.REPLACED, by=by, now=now)
    work.journal.write(
        by, action="common_round_closed", kind="marathon", subject_id=marathon.id, now=now
    )
    closed = marathon.common_round.model_copy(update={"closed_at": now})
    return work.marathons.save(marathon.model_copy(update={"common_round": closed}))


def sent_marks(work: Work, marathon: Marathon, submission_id: str) -> list[Review]:
    """Sent reviews of a common work, by the round's own assignments."""
    ids = {item.id for item in items_of(work, marathon)}
    sent = work.reviews.sent_about(submission_id)
    return [review for review in sent if review.assignment_id in ids]


def own_marks(
    work: Work, item: Assignment, marathon: Marathon, *, now: datetime
) -> tuple[Spread, ...]:
    """The expert's own marks against the panel, without names.

    Nothing before the round is over, before own marks are sent, or with fewer than three marks.
    """
    own = is_common(item, marathon) and item.status is AssignmentStatus.SUBMITTED
    if not own or not is_over(marathon, now):
        return ()
    reviews = sent_marks(work, marathon, item.submission_id)
    if len(reviews) < FEWEST_SHOWN:
        return ()
    rubric = work.rubrics.of(marathon.id)
    return panel_marks.spreads(rubric, reviews, expert_id=item.expert_id)


def outcome(work: Work, marathon: Marathon, *, now: datetime) -> Outcome | None:
    """What the organisers see once the round is over; None before."""
    if not is_over(marathon, now):
        return None
    rubric = work.rubrics.of(marathon.id)
    marks = {key: sent_marks(work, marathon, key) for key in marathon.common_round.submission_ids}
    return Outcome(
        works=tuple(
            WorkMarks(
                submission_id=key,
                reviews=len(reviews),
                spreads=panel_marks.spreads(rubric, reviews)
                if len(reviews) >= FEWEST_SHOWN
                else (),
            )
            for key, reviews in marks.items()
        ),
        experts=panel_marks.apart(rubric, list(marks.values())),
    )
