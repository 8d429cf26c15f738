"""What a later round's expert is shown of the round before: changes, answer, own earlier review.

Everything here is blind: names of all versions are hidden in both texts and in the answer.
"""

from flows.documents.preflight.privacy import mask_lines
from flows.intake import versions
from flows.intake.versions import Comparison
from review_api.pages.visit import Visit
from schemas.assignment import Assignment
from schemas.base import Schema
from schemas.review import Review
from schemas.submission import Submission


class Changes(Schema):
    """``answer`` is what the author says of the changes; ``own`` is the expert's earlier review."""

    comparison: Comparison
    answer: str
    own: Review | None = None


def changes_of(visit: Visit, item: Assignment, submission: Submission) -> Changes | None:
    """None in a first round, in a round that is over, and for works without kept versions."""
    if item.round == 1 or item.round != submission.round:
        return None
    work = visit.work
    pair = versions.between_rounds(work, submission.id, item.round)
    if pair is None:
        return None
    marathon = work.marathons.get(item.marathon_id)
    names = versions.names_of(work, pair, submission)
    return Changes(
        comparison=versions.compare_blind(work, visit.files, pair, submission, marathon),
        answer=mask_lines(pair.after.content.response, names),
        own=own_before(visit, item),
    )


def own_before(visit: Visit, item: Assignment) -> Review | None:
    """The newest review this expert sent of the same work in an earlier round."""
    earlier = [
        one
        for one in visit.viewer.assignments.values()
        if one.submission_id == item.submission_id and one.round < item.round
    ]
    reviews = (visit.work.reviews.of_assignment(one.id) for one in by_round(earlier))
    return next((one for one in reviews if one and one.submitted_at), None)


def by_round(items: list[Assignment]) -> list[Assignment]:
    return sorted(items, key=lambda item: -item.round)
