"""An expert's way through a work: answer, draft, send; and what time does to assignments."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from flows.review import deadlines, rules
from flows.review.common_gate import require_opened, require_unsettled
from flows.review.common_round import close_when_due
from flows.review.reminding import write_reminder
from flows.review.rules import Fault, FieldFault
from schemas.assignment import (
    OPEN,
    TO_SCORE,
    Assignment,
    AssignmentStatus,
    DeclineReason,
)
from schemas.decision_problem import FEWEST_REVIEWS
from schemas.errors import BadInput, Conflict, DeadlinePassed
from schemas.marathon import Marathon
from schemas.people import Actor
from schemas.review import Review, ReviewDraft, SentDraft
from schemas.rubric import Rubric
from schemas.submission import Submission, SubmissionStatus
from storage.identifiers import new_id
from storage.work import Work

SWEEP = Actor(part="collect_reviews")
NOT_EVEN_IN_A_DRAFT = frozenset({Fault.UNKNOWN, Fault.OUT_OF_RANGE})
PAST_REVIEW = frozenset(
    {
        SubmissionStatus.DECIDED,
        SubmissionStatus.REVISING,
        SubmissionStatus.PUBLISHED,
        SubmissionStatus.WITHDRAWN,
    }
)


def accept(work: Work, assignment_id: str, *, by: Actor, now: datetime) -> Assignment:
    """Agree to review; agreeing again changes nothing.

    Raises ``Conflict`` while the expert's common works are not sent.
    """
    assignment = work.assignments.get(assignment_id)
    if assignment.status in TO_SCORE:
        return assignment
    require_its_turn(work, assignment, work.marathons.get(assignment.marathon_id), now=now)
    return work.assignments.move(
        assignment, to=AssignmentStatus.ACCEPTED, by=by, now=now, answered_at=now, reminded=()
    )


def require_its_turn(
    work: Work, assignment: Assignment, marathon: Marathon, *, now: datetime
) -> None:
    """Raises ``Conflict`` for a work that the calibration round keeps closed."""
    own = work.assignments.of_expert(assignment.expert_id)
    require_opened(assignment, own, marathon, now=now)
    require_unsettled(assignment, marathon, now=now)


def decline(
    work: Work,
    assignment_id: str,
    *,
    reason: DeclineReason,
    note: str = "",
    by: Actor,
    now: datetime,
) -> Assignment:
    """Refuse the work; a conflict is remembered, and a replacement sweep is asked for."""
    assignment = work.assignments.get(assignment_id)
    if assignment.status is AssignmentStatus.DECLINED:
        return assignment
    if reason is DeclineReason.CONFLICT:
        work.conflicts.declare(assignment.submission_id, assignment.expert_id, "declared")
    return work.assignments.move(
        assignment,
        to=AssignmentStatus.DECLINED,
        by=by,
        now=now,
        answered_at=now,
        decline_reason=reason,
        decline_note=note[:2000],
    )


def save_draft(
    work: Work,
    assignment_id: str,
    draft: ReviewDraft,
    *,
    version: int | None,
    by: Actor,
    now: datetime,
) -> Review:
    """Keep an unfinished review. ``version`` is what the form was opened with, None at first.

    Raises ``Conflict`` when another tab saved in between or the work is not (any more) theirs,
    ``BadInput`` when a level is not on the rubric's scale.
    """
    review = work.reviews.of_assignment(assignment_id)
    if review is not None and review.submitted_at is not None:
        work.journal.lock()  # nobody decides from marks that are just changing
    assignment = scoreable(work, assignment_id, by=by, now=now)
    rubric = work.rubrics.of(assignment.marathon_id)
    require_on_scale(rubric, draft)
    if review is None:
        return work.reviews.add(first_draft(assignment, draft, now))
    if review.submitted_at is not None:
        return revise_sent(work, rubric, review, draft, version=version, now=now)
    changes: dict[str, object] = {"draft": draft, "saved_at": now}
    return work.reviews.save(review.model_copy(update=changes | seen(version)))


def seen(version: int | None) -> dict[str, object]:
    return {} if version is None else {"version": version}


def first_draft(assignment: Assignment, draft: ReviewDraft, now: datetime) -> Review:
    return Review(
        id=new_id(),
        assignment_id=assignment.id,
        marathon_id=assignment.marathon_id,
        submission_id=assignment.submission_id,
        expert_id=assignment.expert_id,
        draft=draft,
        started_at=now,
        saved_at=now,
    )


def scoreable(work: Work, assignment_id: str, *, by: Actor, now: datetime) -> Assignment:
    """The assignment, begun if it was only accepted; an invitation opened for scoring is a yes."""
    assignment = work.assignments.get(assignment_id)
    marathon = work.marathons.get(assignment.marathon_id)
    if now > marathon.reviews_until:
        raise DeadlinePassed(
            "Срок экспертизы закончился. Черновик сохранён; если нужно ещё время, "
            "напишите организаторам.",
            code="reviews_closed",
        )
    if is_over(assignment, work.submissions.get(assignment.submission_id)):
        raise Conflict(
            "По этой работе уже есть решение, или её отозвали: оценка больше не нужна.",
            code="review_over",
        )
    require_its_turn(work, assignment, marathon, now=now)
    if assignment.status is AssignmentStatus.INVITED:
        assignment = accept(work, assignment_id, by=by, now=now)
    if assignment.status is AssignmentStatus.ACCEPTED:
        return work.assignments.move(assignment, to=AssignmentStatus.IN_PROGRESS, by=by, now=now)
    if assignment.status in {AssignmentStatus.IN_PROGRESS, AssignmentStatus.SUBMITTED}:
        return assignment
    raise Conflict("Эта работа вам больше не назначена.", code="not_assigned")


def is_over(assignment: Assignment, submission: Submission) -> bool:
    """Whether the round the assignment belongs to has ended with a decision or a withdrawal."""
    return submission.status in PAST_REVIEW or assignment.round < submission.round


def revise_sent(
    work: Work,
    rubric: Rubric,
    review: Review,
    draft: ReviewDraft,
    *,
    version: int | None,
    now: datetime,
) -> Review:
    """Change a sent review while the phase lasts: it must stay complete, the old text is kept."""
    require_complete(rubric, draft)
    changes: dict[str, object] = {
        "draft": draft,
        "saved_at": now,
        "score": rules.score(rubric, draft.levels),
        "history": (*review.history, as_sent(review)),
    }
    return work.reviews.save(review.model_copy(update=changes | seen(version)))


def as_sent(review: Review) -> SentDraft:
    """What the review says now, for its history."""
    return SentDraft(**dict(review.draft), sent_at=review.saved_at)


def submit(
    work: Work,
    assignment_id: str,
    draft: ReviewDraft,
    *,
    version: int | None = None,
    by: Actor,
    now: datetime,
) -> Review:
    """Send the review; sending the same again changes nothing. Raises ``BadInput`` if incomplete."""
    assignment = work.assignments.get(assignment_id)
    sent = work.reviews.of_assignment(assignment_id)
    if sent is not None and sent.submitted_at is not None and sent.draft == draft:
        return sent
    rubric = work.rubrics.of(assignment.marathon_id)
    require_complete(rubric, draft)
    review = save_draft(work, assignment_id, draft, version=version, by=by, now=now)
    if review.submitted_at is not None:
        return review
    score = rules.score(rubric, draft.levels)
    review = work.reviews.save(review.model_copy(update={"score": score, "submitted_at": now}))
    work.assignments.move(
        work.assignments.get(assignment_id), to=AssignmentStatus.SUBMITTED, by=by, now=now
    )
    return review


def require_on_scale(rubric: Rubric, draft: ReviewDraft) -> None:
    """A draft may have gaps, but what stands in it must exist on the expert sheet."""
    refuse_first(
        fault for fault in rules.faults(rubric, draft) if fault.fault in NOT_EVEN_IN_A_DRAFT
    )


def require_complete(rubric: Rubric, draft: ReviewDraft) -> None:
    refuse_first(rules.faults(rubric, draft))


def refuse_first(faults: Iterable[FieldFault]) -> None:
    for fault in faults:
        raise BadInput(fault.sentence, code="review_incomplete", field=fault.field)


def to_collect(work: Work, marathon_id: str, *, now: datetime) -> list[str]:
    """Ids of works about which ``collect`` may have something to do; reads only.

    While a calibration round is open that is every work with assignments.
    """
    marathon = work.marathons.get(marathon_id)
    common = marathon.common_round
    if common.submission_ids and not common.closed_at:
        return sorted({one.submission_id for one in work.assignments.of_marathon(marathon_id)})
    longest = max((0, *marathon.assignment.reminder_days)) + 1
    return work.assignments.of_due_works(
        marathon,
        over=PAST_REVIEW,
        soon=now + timedelta(days=longest),
        closed=now > marathon.reviews_until,
    )


def collect(
    work: Work, marathon_id: str, works: Iterable[str] | None = None, *, now: datetime
) -> dict[str, int]:
    """The sweep: let go and expire, remind, close works that have all their reviews.

    Only about ``works``, or about all. Nobody answers or sends in the middle of it: what is read
    here is what stands.
    """
    work.journal.lock()
    marathon = close_when_due(work, work.marathons.get(marathon_id), by=SWEEP, now=now)
    chosen = to_collect(work, marathon_id, now=now) if works is None else list(works)
    held = work.assignments.of_submissions(chosen)
    submissions = work.submissions.many(chosen)
    waiting = let_go(work, [one for one in held if one.status in OPEN], submissions, now=now)
    expired = [item for item in waiting if deadlines.has_expired(item, marathon, now=now)]
    work.assignments.move_all(expired, to=AssignmentStatus.EXPIRED, by=SWEEP, now=now)
    gone = {item.id for item in expired}
    reminded = [remind(work, marathon, item, now=now) for item in waiting if item.id not in gone]
    return {
        "expired": len(expired),
        "reminded": sum(reminded),
        "reviewed": close_reviewed(work, marathon, list(submissions.values()), now=now),
    }


def let_go(
    work: Work,
    waiting: Sequence[Assignment],
    submissions: Mapping[str, Submission],
    *,
    now: datetime,
) -> list[Assignment]:
    """Tell experts who have not finished that their round of the work is over; the others stay."""
    over = [item for item in waiting if is_over(item, submissions[item.submission_id])]
    work.assignments.move_all(over, to=AssignmentStatus.REPLACED, by=SWEEP, now=now)
    gone = {item.id for item in over}
    return [item for item in waiting if item.id not in gone]


def remind(work: Work, marathon: Marathon, item: Assignment, *, now: datetime) -> bool:
    """One letter per reminder day: several missed days make one letter, not a pile."""
    days = deadlines.reminders_due(item, marathon, now=now)
    if not days:
        return False
    work.assignments.change(item, reminded=(*item.reminded, *days))
    write_reminder(work, item, occasion=f"{deadlines.due(item)}/{days[-1]}", now=now)
    return True


def close_reviewed(
    work: Work, marathon: Marathon, submissions: Sequence[Submission], *, now: datetime
) -> int:
    """Move on works with all the reviews they should have; at the deadline, whatever came."""
    assignments = defaultdict(list)
    for item in work.assignments.of_submissions(one.id for one in submissions):
        assignments[item.submission_id].append(item)

    def closed(one: Submission) -> dict[str, object]:
        asked = deadlines.everybody_was_asked(one, assignments[one.id], marathon)
        return {"reviews_closed": one.reviews_closed or asked}

    done = [
        one
        for one in submissions
        if one.status is SubmissionStatus.IN_REVIEW
        and deadlines.is_reviewed(one, assignments[one.id], marathon, now=now)
    ]
    work.submissions.move_all(done, to=SubmissionStatus.REVIEWED, by=SWEEP, now=now, changes=closed)
    return len(done)


def close_as_is(work: Work, submission_id: str, *, by: Actor, now: datetime) -> Submission:
    """End the review of a work with the reviews there are: nobody lawful is left to ask.

    What they cannot settle goes to the council then. Who has begun to score may still send.
    Closing again changes nothing. Raises ``Conflict`` with fewer than two reviews, for one opinion
    decides nothing.
    """
    submission = work.submissions.get(submission_id)
    if submission.status is SubmissionStatus.REVIEWED and submission.reviews_closed:
        return submission
    marathon = work.marathons.get(submission.marathon_id)
    current = work.assignments.of_submission(submission_id, round_=submission.round)
    sent = sum(item.status is AssignmentStatus.SUBMITTED for item in current)
    if sent < FEWEST_REVIEWS:
        raise Conflict(
            f"По работе № {submission.number} меньше двух экспертиз: закрыть её нельзя.",
            code="too_few_reviews",
        )
    for item in current:
        if item.status in {AssignmentStatus.INVITED, AssignmentStatus.ACCEPTED}:
            work.assignments.move(item, to=AssignmentStatus.REPLACED, by=by, now=now)
    extra = max(0, sent - marathon.assignment.reviews)
    return work.submissions.move(
        submission,
        to=SubmissionStatus.REVIEWED,
        by=by,
        now=now,
        extra_reviews=extra,
        reviews_closed=True,
    )


def extend(work: Work, assignment_id: str, *, days: int, by: Actor, now: datetime) -> Assignment:
    """``days`` more for one expert, whole ones, from the due date or from now if that has passed.

    Never past the marathon's own deadline. Raises ``Conflict`` when nothing is awaited any more.
    """
    item = work.assignments.get(assignment_id)
    if item.status not in OPEN:
        raise Conflict("Этой экспертизе срок уже не нужен.", code="assignment_closed")
    marathon = work.marathons.get(item.marathon_id)
    later = marathon.end_of_day(max(now, item.due_at or now) + timedelta(days=days))
    due_at = min(marathon.reviews_until, later)
    extended = work.assignments.change(item, due_at=due_at, reminded=())
    work.journal.write(by, action="extended", kind="assignment", subject_id=item.id, now=now)
    return extended
