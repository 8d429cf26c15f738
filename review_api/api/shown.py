"""What of a submission its caller gets to see: the same as on the pages."""

from flows.intake import rules
from review_api.advice_view import advice_of
from review_api.api.call import Call
from review_api.api.shapes import FileAnswer, SubmissionAnswer
from schemas.people import Role
from schemas.submission import Submission, SubmissionFile, SubmissionStatus


def shown(call: Call, submission: Submission) -> Submission:
    """Organisers see all; authors not how many opinions were asked for; coordinators their own."""
    if call.can("submission.judge", submission):
        return submission
    if call.can("submission.original", submission):
        return submission.model_copy(update={"extra_reviews": 0, "reviews_closed": False})
    return of_own_municipality(submission, call.viewer.scopes(Role.COORDINATOR))


def of_own_municipality(submission: Submission, places: frozenset[str]) -> Submission:
    """That the work is there, who of theirs wrote it and how far it has got; nothing inside it."""
    reviewed = submission.status is SubmissionStatus.REVIEWED
    return Submission(
        id=submission.id,
        marathon_id=submission.marathon_id,
        number=submission.number,
        owner_id="",
        # What has been found is not told before it is released: reviewed looks like in review.
        status=SubmissionStatus.IN_REVIEW if reviewed else submission.status,
        title=submission.title,
        track=submission.track,
        authors=tuple(
            author.model_copy(update={"email": None, "person_id": None})
            for author in submission.authors
            if author.municipality_id in places
        ),
        created_at=submission.created_at,
        submitted_at=submission.submitted_at,
    )


def advice_codes(call: Call, submission: Submission, file: SubmissionFile) -> tuple[str, ...]:
    """As on the page of the file; borrowed text is told apart, for it depends on who asks."""
    marathon = call.work.marathons.get(submission.marathon_id)
    return advice_of(call.work, call.files, submission, marathon, file).codes


def answer(call: Call, submission: Submission) -> SubmissionAnswer:
    """With files and what is missing for those who may open the material."""
    seen = shown(call, submission)
    if not call.can("submission.original", submission):
        return SubmissionAnswer(submission=seen)
    files = call.work.files.of(submission.id)
    return SubmissionAnswer(
        submission=seen,
        files=tuple(FileAnswer.of(file, advice_codes(call, submission, file)) for file in files),
        missing=tuple(gap.sentence for gap in rules.missing(submission, files)),
    )
