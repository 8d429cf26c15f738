"""An accepted file comes back after its replacement was refused."""

from datetime import datetime

from flows.intake import operations
from schemas.people import Actor
from schemas.submission import FileStatus, SubmissionFile
from storage.files import Stored
from storage.work import Work


def former_file(work: Work, submission_id: str) -> SubmissionFile | None:
    """The last file that had passed its check before one that has not; None unless it was so.

    What a virus was found in never comes back.
    """
    files = work.files.ever(submission_id)
    if not files or files[-1].status is not FileStatus.REFUSED:
        return None
    passed = (one for one in reversed(files) if one.extraction and one.extraction.status == "ok")
    return next((one for one in passed if work.files.virus_in(one.sha256) is None), None)


def restore_former(
    work: Work, submission_id: str, *, by: Actor, now: datetime
) -> SubmissionFile | None:
    """Take the former file again, as if it were uploaded; None when there is none.

    The check recalls what it found before, so that a busy machine cannot refuse it now.
    Raises ``Conflict`` when the material can no longer be changed.
    """
    former = former_file(work, submission_id)
    if former is None:
        return None
    stored = Stored(sha256=former.sha256, size=former.size)
    return operations.add_file(work, submission_id, name=former.name, stored=stored, by=by, now=now)
