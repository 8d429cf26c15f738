"""Which decision about a work a person may know, for the pages and the JSON API alike."""

from collections.abc import Iterable

from review_api.access import Outcome, Viewer, can
from schemas.decision import Decision
from schemas.submission import Submission
from storage.work import Work


def released_decision(work: Work, viewer: Viewer, submission: Submission) -> Decision | None:
    """The newest that is out; the one before while a revision is under way."""
    return released_decisions(work, viewer, [submission]).get(submission.id)


def released_decisions(
    work: Work, viewer: Viewer, submissions: Iterable[Submission]
) -> dict[str, Decision]:
    """The same for many works, by their ids; works without one are left out."""
    works = {one.id: one for one in submissions}
    decisions = sorted(work.decisions.of_submissions(works), key=lambda one: one.round)
    return {
        one.submission_id: one
        for one in decisions
        if is_newest(one, works[one.submission_id])
        and can(viewer, "outcome.see", Outcome(works[one.submission_id], one))
    }


def is_newest(decision: Decision, submission: Submission) -> bool:
    return decision.round in {submission.round, submission.round - 1}
