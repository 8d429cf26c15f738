"""Checking what was uploaded: every two minutes and after every submission."""

import logging
from concurrent.futures import ThreadPoolExecutor

from prefect import flow

from flows.intake import borrowing, operations, uploads
from flows.intake.examination import Examined, Subject, examine
from flows.runtime.conduct import Progress, clock, conducted, installation
from flows.runtime.steps import step
from schemas.errors import Unavailable
from schemas.extraction import Limits
from schemas.overlap import KnownText
from schemas.people import Actor
from schemas.submission import SubmissionFile
from storage.installation import Installation
from storage.reports import hidden_names
from storage.work import Work

log = logging.getLogger("marathon.flows")
SWEEP = Actor(part="check_new_submissions")
AT_ONCE = 2
BROKEN = "Из-за ошибки в системе не проверено файлов: {}. Они сохранены, проверка повторится сама."
MOST_ROUNDS = 50  # of comparing in one sweep


@step(retries=2, retry_delay_seconds=2)
def claim() -> list[str]:
    """Ids of the next files to check, taken so that no other run checks them too."""
    with installation().begin() as work:
        operations.move_checked(work, by=SWEEP, now=clock())
        return [file.id for file in operations.claim_files(work, now=clock())]


@step()
def check(file_ids: list[str]) -> list[bool | None]:
    """Check the claimed files side by side; each verdict is a transaction of its own."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(attempt, file_ids))


def attempt(file_id: str) -> bool | None:
    """Whether the file was accepted; None for an error, logged, after which others go on."""
    try:
        return check_one(file_id)
    except Exception:
        log.exception("file %s could not be checked", file_id)
        return None


def subject_of(work: Work, file: SubmissionFile) -> Subject:
    submission = work.submissions.get(file.submission_id)
    return Subject(
        file_id=file.id,
        sha256=file.sha256,
        name=file.name,
        title=submission.title,
        names=hidden_names(work, submission),
    )


def check_one(file_id: str) -> bool:
    """Whether the file was accepted."""
    opened = installation()
    with opened.begin(read_only=True) as work:
        subject = subject_of(work, work.files.get(file_id))
    limits = Limits(size=opened.settings.max_upload)
    found = examine(subject, opened.files, limits=limits)
    with opened.begin() as work:
        operations.record_check(
            work,
            subject.file_id,
            found.extraction,
            found.derivatives,
            by=SWEEP,
            now=clock(),
        )
        is_read = found.extraction.status == "ok"
        known = keep(work, subject.file_id, found) if is_read else None
    if known:
        compare(opened, known)
    return is_read


def keep(work: Work, file_id: str, found: Examined) -> KnownText | None:
    return borrowing.keep(
        work,
        file_id,
        parts=found.parts,
        fingerprints=found.fingerprints,
        words=found.words,
    )


def compare(opened: Installation, known: KnownText) -> None:
    """Hold one text against all others; texts are read while no transaction waits."""
    with opened.begin(read_only=True) as work:
        comparison = borrowing.prepare(work, known)
    found = borrowing.compare(opened.files, comparison)
    with opened.begin() as work:
        borrowing.record(work, known, found, now=clock())


@flow
async def check_new_submissions(
    marathon: str | None = None,  # noqa: ARG001  (files of all marathons are checked alike)
    request: str | None = None,
) -> dict[str, int]:
    """Checks every file that waits; one bad file never keeps the others."""
    with conducted(request) as progress:
        counts = check_all(progress)
        compare_waiting()
        clear_uploads()
        if counts["broken"]:
            raise Unavailable(BROKEN.format(counts["broken"]))
        progress.say(0.95, f"Проверено файлов: {counts['checked']}, принято: {counts['accepted']}")
        return counts


@step()
def compare_waiting() -> int:
    """Texts of earlier years, and those whose comparison was broken off."""
    opened, count = installation(), 0
    for _ in range(MOST_ROUNDS):
        learn(opened)
        with opened.begin(read_only=True) as work:
            waiting = work.texts.uncompared(limit=borrowing.AT_ONCE)
        for known in waiting:
            compare(opened, known)
        count += len(waiting)
        if not waiting:
            break
    return count


def learn(opened: Installation) -> None:
    """Texts are read while no transaction waits; each is written in one of its own."""
    with opened.begin(read_only=True) as work:
        unread = borrowing.unread(work)
    for one in unread:
        learned = borrowing.look_through(opened.files, one)
        with opened.begin() as work:
            borrowing.learn(work, learned)


@step()
def clear_uploads() -> int:
    """Parts of files that nobody will finish any more."""
    opened = installation()
    with opened.begin() as work:
        return uploads.sweep(work, opened.files, now=clock())


def check_all(progress: Progress) -> dict[str, int]:
    verdicts: list[bool | None] = []
    while file_ids := claim():
        checked = len(verdicts)
        progress.say(0.5, f"Проверяем файлы: {checked} готово")
        verdicts += check(file_ids)
    return {
        "checked": len(verdicts) - verdicts.count(None),
        "accepted": verdicts.count(True),
        "broken": verdicts.count(None),
    }
