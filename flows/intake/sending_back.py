"""Returning a material to its author before experts read it, with words that say what to mend."""

from datetime import datetime

from schemas.errors import BadInput, Conflict
from schemas.people import Actor
from schemas.submission import SUBMISSION_STATUS_NAMES, Submission, SubmissionStatus
from storage.work import Work

RETURNABLE = frozenset({SubmissionStatus.SUBMITTED, SubmissionStatus.CHECKED})
SHORTEST = 20
LONGEST = 1000


def send_back(
    work: Work, submission_id: str, words: str, *, by: Actor, now: datetime
) -> Submission:
    """The material with its author again, who may send it even after the deadline.

    Returning it twice is returning it once. Raises ``BadInput`` for words the author could not
    act upon, ``Conflict`` once experts have the material.
    """
    work.journal.lock()
    submission = work.submissions.get(submission_id)
    if submission.status is SubmissionStatus.RETURNED:
        return submission
    if submission.status not in RETURNABLE:
        told = SUBMISSION_STATUS_NAMES[submission.status]
        raise Conflict(f"Вернуть материал нельзя: {told}.", code="not_returnable")
    reason = " ".join(words.split())
    require_words(reason)
    work.journal.write(by, action="sent_back", kind="submission", subject_id=submission_id, now=now)
    return work.submissions.move(
        submission, to=SubmissionStatus.RETURNED, by=by, now=now, return_reason=reason
    )


def require_words(reason: str) -> None:
    if len(reason) < SHORTEST:
        raise BadInput(
            "Напишите одним-двумя предложениями, что исправить: автор прочтёт это в письме.",
            field="words",
        )
    if len(reason) > LONGEST:
        raise BadInput(
            f"Слишком длинно: {len(reason)} знаков, нужно не больше {LONGEST}.", field="words"
        )
