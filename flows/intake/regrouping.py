"""Moving a work to another track of its marathon, while nobody reads it yet."""

from collections.abc import Mapping
from datetime import datetime

from schemas.errors import BadInput, Conflict
from schemas.marathon import Marathon
from schemas.people import Actor
from schemas.submission import SUBMISSION_STATUS_NAMES, Submission, SubmissionStatus
from storage.work import Work

MOVABLE = frozenset(
    {SubmissionStatus.SUBMITTED, SubmissionStatus.RETURNED, SubmissionStatus.CHECKED}
)
WHY: Mapping[SubmissionStatus, str] = {
    SubmissionStatus.DRAFT: "это черновик: направление выбирает автор",
    SubmissionStatus.WITHDRAWN: "работа отозвана",
}


def why_not(submission: Submission) -> str:
    """Why the work stays where it is, or nothing."""
    if submission.status in MOVABLE:
        return ""
    told = SUBMISSION_STATUS_NAMES[submission.status]
    return WHY.get(submission.status, f"работа уже у экспертов или решена: {told}")


def change_track(
    work: Work, marathon: Marathon, submission_id: str, track: int, *, by: Actor, now: datetime
) -> Submission:
    """The work in another track; the same track changes nothing.

    Raises ``BadInput`` for a track that is not there, ``Conflict`` once experts have the work.
    """
    if track not in {one.number for one in marathon.tracks}:
        raise BadInput("Выберите направление из списка.", field="value")
    submission = work.submissions.get(submission_id)
    if submission.track == track:
        return submission
    reason = why_not(submission)
    if reason:
        raise Conflict(f"Направление не изменить: {reason}.", code="track_settled")
    details = {"from": str(submission.track or ""), "to": str(track)}
    work.journal.write(
        by,
        action="track_changed",
        kind="submission",
        subject_id=submission.id,
        details=details,
        now=now,
    )
    return work.submissions.save(submission.model_copy(update={"track": track}))
