"""Carrying a plan out: invitations that it leaves out are withdrawn, new ones go out."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from flows.assignment.posing import UNANSWERED, pair_of
from schemas.assignment import Assignment, AssignmentStatus
from schemas.assignment_problem import Problem, Result
from schemas.base import Schema
from schemas.common_round import ends_at, is_common, is_running
from schemas.marathon import Marathon
from schemas.people import Actor
from schemas.submission import SubmissionStatus
from storage.identifiers import new_id
from storage.work import Work


class CarriedOut(Schema):
    """What a plan changed: who was invited and whose invitation was withdrawn."""

    invited: tuple[Assignment, ...]
    withdrawn: tuple[Assignment, ...]


class Effect(Schema):
    """What applying a plan would do: new pairs, and invitations that would be withdrawn."""

    invited: tuple[tuple[str, str, float], ...]
    withdrawn: tuple[Assignment, ...]


def effect(work: Work, marathon_id: str, problem: Problem, result: Result) -> Effect:
    """Only invitations that nobody has answered are ever withdrawn."""
    held = standing(work, marathon_id, problem)
    there = {pair_of(item) for item in held}
    wanted = {(pair[0], pair[1]) for pair in result.pairs}
    return Effect(
        invited=tuple(pair for pair in result.pairs if (pair[0], pair[1]) not in there),
        withdrawn=tuple(
            item for item in held if item.status in UNANSWERED and pair_of(item) not in wanted
        ),
    )


def carry_out(
    work: Work, marathon: Marathon, problem: Problem, result: Result, *, by: Actor, now: datetime
) -> CarriedOut:
    """Make the assignments of the problem's works those of ``result``, with letters to experts."""
    due = effect(work, marathon.id, problem, result)
    withdrawn = work.assignments.move_all(
        due.withdrawn, to=AssignmentStatus.REPLACED, by=by, now=now
    )
    invited = invite(work, marathon, due.invited, by=by, now=now)
    put_on_review(work, {pair[0] for pair in due.invited}, by=by, now=now)
    if invited:
        count_turns(work, marathon)
    return CarriedOut(invited=tuple(invited), withdrawn=tuple(withdrawn))


def count_turns(work: Work, marathon: Marathon) -> None:
    """A round of invitations has gone out: who asked to be passed over has one turn less."""
    for expert in work.experts.of_cluster(marathon.cluster_id):
        if expert.skip_next:
            work.experts.save(expert.model_copy(update={"skip_next": expert.skip_next - 1}))


def standing(work: Work, marathon_id: str, problem: Problem) -> list[Assignment]:
    """What stands for the works of the problem in their present round."""
    submissions = work.submissions.many(one.id for one in problem.submissions)
    rounds = {one.id: one.round for one in submissions.values()}
    held = work.assignments.held(marathon_id)
    return [item for item in held if rounds.get(item.submission_id) == item.round]


def put_on_review(work: Work, submission_ids: set[str], *, by: Actor, now: datetime) -> None:
    works = work.submissions.many(submission_ids)
    waiting = [works[key] for key in sorted(works) if works[key].status is SubmissionStatus.CHECKED]
    work.submissions.move_all(waiting, to=SubmissionStatus.IN_REVIEW, by=by, now=now)


def invite(
    work: Work,
    marathon: Marathon,
    pairs: Sequence[tuple[str, str, float]],
    *,
    by: Actor,
    now: datetime,
) -> list[Assignment]:
    """Invitations for pairs of work and expert, with their affinity."""
    works = work.submissions.many(submission_id for submission_id, _, _ in pairs)
    proposed = [
        Assignment(
            id=new_id(),
            marathon_id=marathon.id,
            submission_id=submission_id,
            expert_id=expert_id,
            round=works[submission_id].round,
            affinity=affinity,
            proposed_at=now,
        )
        for submission_id, expert_id, affinity in pairs
    ]
    work.assignments.add_many(proposed)

    def dates(item: Assignment) -> dict[str, object]:
        answer_until, due_at = terms(marathon, item, now)
        return {"answer_until": answer_until, "due_at": due_at}

    return work.assignments.move_all(
        proposed, to=AssignmentStatus.INVITED, by=by, now=now, changes=dates
    )


def terms(marathon: Marathon, assignment: Assignment, now: datetime) -> tuple[datetime, datetime]:
    """Until when to answer and to send: both the round's own date for a common work.

    Days for other works begin when the round ends, because they may wait for it. They are whole:
    nobody is late on the day named in the letter.
    """
    policy = marathon.assignment
    until = ends_at(marathon) if is_running(marathon, now) else now
    if is_common(assignment, marathon):
        return until, until
    answer_until, due_at = (
        marathon.end_of_day(until + timedelta(days=days))
        for days in (policy.answer_days, policy.review_days)
    )
    due_at = min(marathon.reviews_until, due_at)
    return min(answer_until, due_at), due_at
