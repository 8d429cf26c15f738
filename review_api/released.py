"""Which decision about a work a person may know, for the pages and the JSON API alike."""

from review_api.access import Outcome, Viewer, can
from schemas.decision import Decision
from schemas.submission import Submission
from storage.work import Work


def released_decision(work: Work, viewer: Viewer, submission: Submission) -> Decision | None:
    """The newest that is out; the one before while a revision is under way."""
    for number in (submission.round, submission.round - 1):
        decision = work.decisions.of_submission(submission.id, round_=number)
        if decision and can(viewer, "outcome.see", Outcome(submission, decision)):
            return decision
    return None
