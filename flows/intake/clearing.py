"""An answer for what seems to be children's data in a file: somebody has looked, and it is none."""

from datetime import datetime

from flows.intake import operations
from flows.intake.preflight import is_unanswered
from schemas.errors import Conflict
from schemas.people import Actor
from schemas.submission import SubmissionFile
from storage.work import Work


def clear_children(work: Work, submission_id: str, *, by: Actor, now: datetime) -> SubmissionFile:
    """Somebody who may change the work has looked: what seems children's data is none.

    Raises ``Conflict`` when there is nothing to answer for.
    """
    submission = operations.editable(work, submission_id, now=now)
    files = work.files.of(submission_id)
    if not files or not is_unanswered(files[-1], submission.children):
        raise Conflict("Подтверждать уже нечего: файл заменён или ответ дан.", code="not_asked")
    work.journal.write(by, action="children_cleared", kind="file", subject_id=files[-1].id, now=now)
    return work.files.save(files[-1].model_copy(update={"cleared_at": now}))
