"""Checking a file once more: its names have changed, or the check has learned to see more."""

from collections.abc import Sequence
from datetime import datetime

from flows.intake import rules
from schemas.errors import Conflict
from schemas.extraction import Extraction
from schemas.people import Actor
from schemas.submission import (
    UNSENT,
    Derivative,
    DerivativeKind,
    FileStatus,
    Submission,
    SubmissionFile,
    SubmissionStatus,
)
from storage.identifiers import new_id
from storage.reports import hidden_names
from storage.work import Work

CHECK = "check_new_submissions"
COPY = DerivativeKind.BLIND_PDF

Verdict = tuple[Extraction, Sequence[Derivative]]


def ask_check(work: Work, submission: Submission, *, by: Actor, now: datetime) -> None:
    work.runs.ask(CHECK, marathon_id=submission.marathon_id, by=by.person_id, now=now)


def check_again(work: Work, submission_id: str, *, by: Actor, now: datetime) -> int:
    """Have the accepted files of a sent material checked anew; return how many.

    Findings, copies for experts and the text that is compared are all made again. Raises
    ``Conflict`` when there is nothing to check.
    """
    work.journal.lock()
    submission = work.submissions.get(submission_id)
    reason = why_not(work, submission)
    if reason:
        raise Conflict(f"Проверить заново нельзя: {reason}.", code="nothing_to_check")
    accepted = [one for one in work.files.of(submission.id) if one.status is FileStatus.ACCEPTED]
    work.journal.write(
        by, action="checked_again", kind="submission", subject_id=submission.id, now=now
    )
    return renew(work, submission, accepted, by=by, now=now)


def why_not(work: Work, submission: Submission) -> str:
    """Why the files cannot be checked again; nothing when they can."""
    if submission.status in UNSENT:
        return "материал ещё у автора, его файл проверится при отправке"
    if submission.status is SubmissionStatus.WITHDRAWN:
        return "материал отозван"
    statuses = {one.status for one in work.files.of(submission.id)}
    if FileStatus.RECEIVED in statuses:
        return "файл уже ждёт проверки"
    return "" if FileStatus.ACCEPTED in statuses else "принятого файла нет"


def renew_stale_files(work: Work, submission: Submission, *, by: Actor, now: datetime) -> int:
    """Have files checked again whose copy for experts hides other names than it must by now."""
    mark = mark_of(work, submission)
    stale = [
        file
        for file in work.files.of(submission.id)
        if file.status is FileStatus.ACCEPTED and not hides(work, file, mark)
    ]
    return renew(work, submission, stale, by=by, now=now)


def renew(
    work: Work,
    submission: Submission,
    files: Sequence[SubmissionFile],
    *,
    by: Actor,
    now: datetime,
) -> int:
    """Put the same bytes in place of checked files, to be checked by the next sweep."""
    for file in files:
        work.files.move(file, to=FileStatus.REPLACED, by=by, now=now)
        fresh = {"id": new_id(), "status": FileStatus.RECEIVED, "claimed_until": None}
        unseen = {"scan": None, "scanned_at": None, "virus": ""}
        work.files.add(file.model_copy(update=fresh | unseen | {"uploaded_at": now}))
    if files:
        ask_check(work, submission, by=by, now=now)
    return len(files)


def mark_of(work: Work, submission: Submission) -> str:
    return rules.mark_of_hidden(submission.title, hidden_names(work, submission))


def hides(work: Work, file: SubmissionFile, mark: str) -> bool:
    """Whether every copy for experts hides what ``mark`` tells."""
    return all(copy.name == mark for copy in work.derivatives.of(file.id, COPY))


def earlier_verdict(work: Work, file: SubmissionFile) -> Verdict | None:
    """What an earlier check of the same bytes accepted, hiding the same names.

    A busy machine may refuse at the second look what it has read before: that takes nothing back.
    """
    mark = mark_of(work, work.submissions.get(file.submission_id))
    for one in reversed(work.files.ever(file.submission_id)):
        found = one.extraction
        is_same = one.id != file.id and one.sha256 == file.sha256
        if is_same and found is not None and found.status == "ok" and hides(work, one, mark):
            return found, tuple(copied(work, one, file))
    return None


def copied(work: Work, source: SubmissionFile, target: SubmissionFile) -> list[Derivative]:
    return [
        made.model_copy(update={"id": new_id(), "file_id": target.id})
        for kind in DerivativeKind
        for made in work.derivatives.of(source.id, kind)
    ]
