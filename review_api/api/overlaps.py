"""Shared passages of a submission, as much of them as the caller may know; children's data cleared."""

from fastapi import APIRouter

from flows.intake import borrowing, clearing
from flows.intake.borrowing import Match
from review_api.advice_view import code_of, text_of
from review_api.api.call import Call, CallDep
from review_api.api.shapes import (
    OverlapAnswer,
    OverlapList,
    PassageAnswer,
    StretchAnswer,
    SubmissionAnswer,
)
from review_api.api.shown import answer
from schemas.overlap import Stretch
from schemas.submission import Submission

router = APIRouter(tags=["submissions"])


@router.get("/submissions/{submission_id}/overlaps")
def overlaps(call: CallDep, submission_id: str) -> OverlapList:
    """Organisers: all sent works. Authors: published works and their own, nothing else."""
    submission = call.work.submissions.get(submission_id)
    call.require("submission.original", submission)
    judges = call.can("submission.judge", submission)
    if judges:
        found = borrowing.known_to_organisers(call.work, submission)
    else:
        found = borrowing.known_to_author(call.work, submission, call.viewer.id)
    return OverlapList(items=tuple(told(call, one, to_author=not judges) for one in found))


def told(call: Call, match: Match, *, to_author: bool) -> OverlapAnswer:
    is_open = to_author or is_known(call, match.other)
    ours = text_of(call.work, call.files, match.overlap.file_id)
    theirs = text_of(call.work, call.files, match.overlap.other_id) if is_open else ""
    return OverlapAnswer(
        code=code_of(match, to_author=to_author).value,
        year=match.year,
        share=match.overlap.share,
        words=match.overlap.words,
        submission=match.other.id if is_open else None,
        title=match.other.title if is_open else "",
        passages=tuple(
            PassageAnswer(
                here=stretch(one.here, ours),
                there=stretch(one.there, theirs) if is_open else None,
            )
            for one in match.overlap.passages
        ),
    )


def is_known(call: Call, other: Submission) -> bool:
    marathon = call.work.marathons.get(other.marathon_id)
    return call.can("submission.list", marathon) or borrowing.is_published(other)


def stretch(one: Stretch, text: str) -> StretchAnswer:
    return StretchAnswer(start=one.start, end=one.end, text=text[one.start : one.end])


@router.post("/submissions/{submission_id}/clear-children")
def clear_children(call: CallDep, submission_id: str) -> SubmissionAnswer:
    """What seems to be children's data in the newest file is none; whoever says so has looked."""
    submission = call.work.submissions.get(submission_id)
    call.require("submission.see", submission)
    call.require("submission.edit", submission)
    clearing.clear_children(call.work, submission_id, by=call.actor, now=call.now)
    return answer(call, call.work.submissions.get(submission_id))
