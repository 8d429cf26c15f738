"""Assignments and reviews: listed, answered, drafted, sent."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Header

from flows.review import operations
from review_api.api.call import Call, CallDep
from review_api.api.paging import MOST, After, Limit, Pages
from review_api.api.sent import Sent
from review_api.api.shapes import (
    AssignmentAnswer,
    AssignmentList,
    Decline,
    ReviewAnswer,
    ReviewData,
    refuse_version,
)
from review_api.blind import BlindWork, blind_works
from schemas.assignment import Assignment
from schemas.errors import BadInput
from schemas.review import ReviewDraft
from schemas.submission import Submission

router = APIRouter(tags=["reviews"])
IfMatch = Annotated[str | None, Header()]


@router.get("/marathons/{marathon_id}/assignments")
def listed(
    call: CallDep, marathon_id: str, cursor: After = "", limit: Limit = MOST
) -> AssignmentList:
    """All for organisers, their own for experts."""
    marathon = call.work.marathons.get(marathon_id)
    call.require("marathon.see", marathon)
    expert = call.viewer.expert
    own = None if call.can("assignment.list", marathon) else expert.id if expert else ""

    def read(after: str | None, most: int) -> list[Assignment]:
        return call.work.assignments.page_of(marathon_id, expert_id=own, after=after, limit=most)

    pages = Pages(read, key=lambda one: one.id)
    items, rest = pages.seen(partial(all_as_seen, call), after=cursor or None, limit=limit)
    return AssignmentList(items=items, next=rest)


def all_as_seen(call: Call, items: Sequence[Assignment]) -> list[AssignmentAnswer | None]:
    seen = [item for item in items if call.can("assignment.see", item)]
    shown = {item.id: one for item, one in zip(seen, answers(call, seen), strict=True)}
    return [shown.get(item.id) for item in items]


def answer(call: Call, item: Assignment) -> AssignmentAnswer:
    return next(answers(call, [item]))


def answers(call: Call, items: Sequence[Assignment]) -> Iterator[AssignmentAnswer]:
    """Organisers see the title as written; an expert sees it with names hidden."""
    works = call.work.submissions.many(item.submission_id for item in items)
    marathons = call.work.marathons.many(item.marathon_id for item in items)
    open_ = {item.id for item in items if call.can("submission.judge", item)}
    closed = [
        (item, works[item.submission_id], marathons[item.marathon_id])
        for item in items
        if item.id not in open_
    ]
    blind = blind_works(call.work, closed)
    for item in items:
        submission = works[item.submission_id]
        if item.id in open_:
            yield as_written(item, submission)
        else:
            yield without_names(item, submission, blind[item.id])


def as_written(item: Assignment, submission: Submission) -> AssignmentAnswer:
    return AssignmentAnswer(
        assignment=item,
        title=submission.title,
        abstract=submission.abstract,
        track=submission.track,
    )


def without_names(item: Assignment, submission: Submission, blind: BlindWork) -> AssignmentAnswer:
    hidden = item.model_copy(update={"submission_id": blind.code})
    return AssignmentAnswer(
        assignment=hidden, title=blind.title, abstract=blind.abstract, track=submission.track
    )


def held(call: Call, assignment_id: str, action: str) -> Assignment:
    item = call.work.assignments.get(assignment_id)
    call.require(action, item)
    return item


@router.post("/assignments/{assignment_id}/accept")
def accept(call: CallDep, assignment_id: str) -> AssignmentAnswer:
    held(call, assignment_id, "assignment.answer")
    item = operations.accept(call.work, assignment_id, by=call.actor, now=call.now)
    return answer(call, item)


@router.post("/assignments/{assignment_id}/decline")
def decline(call: CallDep, assignment_id: str, given: Sent[Decline]) -> AssignmentAnswer:
    held(call, assignment_id, "assignment.answer")
    item = operations.decline(
        call.work,
        assignment_id,
        reason=given.reason,
        note=given.note,
        by=call.actor,
        now=call.now,
    )
    return answer(call, item)


@router.get("/assignments/{assignment_id}/review")
def draft(call: CallDep, assignment_id: str) -> ReviewAnswer:
    item = held(call, assignment_id, "review.read")
    review = call.work.reviews.of_assignment(assignment_id)
    if review is None:
        return ReviewAnswer()
    judges = call.can("submission.judge", item)
    shown = review if judges else review.model_copy(update={"submission_id": ""})
    return ReviewAnswer(review=shown, version=review.version)


@router.put("/assignments/{assignment_id}/review")
def save(
    call: CallDep, assignment_id: str, given: Sent[ReviewData], if_match: IfMatch = None
) -> ReviewAnswer:
    """A draft; ``If-Match`` holds the version it was begun from."""
    held(call, assignment_id, "review.write")
    review = operations.save_draft(
        call.work,
        assignment_id,
        drafted(given),
        version=refuse_version(if_match),
        by=call.actor,
        now=call.now,
    )
    return ReviewAnswer(
        review=review.model_copy(update={"submission_id": ""}), version=review.version
    )


@router.post("/assignments/{assignment_id}/review/submit")
def submit(
    call: CallDep,
    assignment_id: str,
    given: Sent[ReviewData | None] = None,
    if_match: IfMatch = None,
) -> ReviewAnswer:
    """Sends the given review, or the saved draft when no body comes."""
    held(call, assignment_id, "review.write")
    saved = call.work.reviews.of_assignment(assignment_id)
    content = drafted(given) if given else (saved.draft if saved else ReviewDraft())
    review = operations.submit(
        call.work,
        assignment_id,
        content,
        version=refuse_version(if_match),
        by=call.actor,
        now=call.now,
    )
    return ReviewAnswer(
        review=review.model_copy(update={"submission_id": ""}), version=review.version
    )


def drafted(given: ReviewData) -> ReviewDraft:
    try:
        return given.draft()
    except ValueError as error:
        raise BadInput("Такой рекомендации нет.", field="recommendation") from error
