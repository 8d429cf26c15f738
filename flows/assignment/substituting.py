"""One standing assignment given to another expert by an organiser, before its reading has begun."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from flows.assignment import drafts, inviting
from flows.assignment.comparing import compare
from flows.assignment.engine import editing
from flows.assignment.naming import names_of
from flows.assignment.operations import problem_to_mend
from flows.assignment.posing import pair_of
from schemas.assignment import Assignment, AssignmentStatus
from schemas.assignment_problem import Problem
from schemas.errors import BadInput, Conflict
from schemas.marathon import Marathon
from schemas.people import Actor
from schemas.plan_reasons import Option
from storage.work import Work

NOT_BEGUN = frozenset(
    {AssignmentStatus.PROPOSED, AssignmentStatus.INVITED, AssignmentStatus.ACCEPTED}
)
NOBODY_LEFT = (
    "Заменить некем: ни один другой эксперт по правилам не подходит. "
    "Увеличьте нагрузку экспертов, позовите новых или смягчите правила."
)


class Standing(NamedTuple):
    """The marathon's works on review as they stand, the leaver free to go."""

    marathon: Marathon
    problem: Problem
    item: Assignment


def may_replace(item: Assignment, marathon: Marathon, *, now: datetime) -> bool:
    """Whether an organiser may give this assignment to somebody else."""
    return item.status in NOT_BEGUN and now <= marathon.reviews_until


def options(
    work: Work, assignment_id: str, *, now: datetime, model: str = ""
) -> tuple[Option, ...]:
    """Everybody who could read the work instead, lawful ones first by price.

    ``model`` names the sentence vectors. Raises ``Conflict`` when the reading has begun, the work
    is not on review or is one of an open common round; ``DeadlinePassed`` after the reviews.
    """
    found = standing(work, assignment_id, now=now)
    _, problem, item = found
    held = inviting.standing(work, item.marathon_id, problem)
    listed = editing.options_among(
        with_affinity(work, found, model),
        [pair_of(one) for one in held],
        item.submission_id,
        out=item.expert_id,
        names=names_of(work, problem),
    )
    return tuple(one for one in listed if not one.chosen)


def standing(work: Work, assignment_id: str, *, now: datetime) -> Standing:
    item = work.assignments.get(assignment_id)
    marathon = work.marathons.get(item.marathon_id)
    drafts.require_time(marathon, now)
    require_not_begun(item)
    problem = problem_to_mend(work, marathon, now=now)
    pair = pair_of(item)
    known = {one.id for one in problem.submissions}
    if item.submission_id not in known or work.submissions.get(pair[0]).round != item.round:
        raise Conflict(
            "Сейчас в этой работе экспертов не меняют: она не на экспертизе или идёт общий раунд.",
            code="not_on_review",
        )
    fixed = tuple(one for one in problem.fixed if one != pair)
    return Standing(marathon, problem.model_copy(update={"fixed": fixed}), item)


def require_not_begun(item: Assignment) -> None:
    if item.status not in NOT_BEGUN:
        raise Conflict(
            "Этого эксперта уже не заменить: он начал оценивать, закончил или уже заменён.",
            code="already_begun",
        )


def with_affinity(work: Work, found: Standing, model: str) -> Problem:
    """The problem with this one work's affinities: the others cannot change the price."""
    marathon, problem, item = found
    known = work.experts.many(one.id for one in problem.experts)
    experts = [known[one.id] for one in problem.experts]
    submission = work.submissions.get(item.submission_id)
    arrays = compare(work, marathon, [submission], experts, model=model).arrays()
    rows = zip(arrays.column.tolist(), arrays.value.tolist(), strict=True)
    listed = tuple((submission.id, experts[column].id, value) for column, value in rows)
    return problem.model_copy(update={"affinity": listed})


def substitute(
    work: Work,
    assignment_id: str,
    expert_id: str = "",
    *,
    by: Actor,
    now: datetime,
    model: str = "",
) -> Assignment:
    """Invite this expert, or the best one, in the place of whoever holds the assignment.

    The one who leaves is told so, as when a plan withdraws an invitation. Raises what ``options``
    does, ``BadInput`` for an expert whom a rule keeps away, ``Conflict`` when nobody is left.
    """
    work.journal.lock()
    chosen = chosen_of(options(work, assignment_id, now=now, model=model), expert_id)
    item = work.assignments.get(assignment_id)
    marathon = work.marathons.get(item.marathon_id)
    work.assignments.move(item, to=AssignmentStatus.REPLACED, by=by, now=now)
    pair = (item.submission_id, chosen.expert, chosen.affinity)
    [invited] = inviting.invite(work, marathon, [pair], by=by, now=now)
    work.journal.write(
        by,
        action="expert_substituted",
        kind="assignment",
        subject_id=invited.id,
        now=now,
        details={"instead_of": item.id},
    )
    return invited


def chosen_of(found: Sequence[Option], expert_id: str) -> Option:
    """The asked one, or the best of the lawful ones."""
    if not expert_id:
        best = next((one for one in found if not one.broken), None)
        if best is None:
            raise Conflict(NOBODY_LEFT, code="nobody_left")
        return best
    asked = next((one for one in found if one.expert == expert_id), None)
    if asked is None:
        raise BadInput("Выберите эксперта из списка.", field="expert")
    if asked.broken:
        why = "; ".join(rule.text for rule in asked.broken)
        raise BadInput(f"Этого эксперта поставить нельзя: {why}.", field="expert")
    return asked
