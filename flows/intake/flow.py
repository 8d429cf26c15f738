"""Checking what was uploaded: every two minutes and after every submission."""

import logging
from concurrent.futures import ThreadPoolExecutor
from enum import StrEnum

from prefect import flow

from flows.intake import borrowing, operations, scanning, uploads
from flows.intake.examination import Examined, Subject, examine
from flows.runtime.conduct import Progress, clock, conducted, installation
from flows.runtime.steps import step
from schemas.errors import Unavailable
from schemas.extraction import Limits
from schemas.overlap import KnownText
from schemas.people import Actor
from schemas.scanning import Scan
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


class Fate(StrEnum):
    """What came of checking one file; one that waits or broke is taken again by itself."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    WAITING = "waiting"
    BROKEN = "broken"


@step()
def check(file_ids: list[str]) -> list[Fate]:
    """Check the claimed files side by side; each verdict is a transaction of its own."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(attempt, file_ids))


def attempt(file_id: str) -> Fate:
    """The file's fate; an error is logged, and others go on."""
    try:
        return check_one(file_id)
    except Exception:
        log.exception("file %s could not be checked", file_id)
        return Fate.BROKEN


def subject_of(work: Work, file: SubmissionFile) -> Subject:
    submission = work.submissions.get(file.submission_id)
    return Subject(
        file_id=file.id,
        sha256=file.sha256,
        name=file.name,
        title=submission.title,
        names=hidden_names(work, submission),
    )


def check_one(file_id: str) -> Fate:
    """The file's fate; nothing reads it before the virus scanner, where one is set, has."""
    opened = installation()
    with opened.begin(read_only=True) as work:
        file = work.files.get(file_id)
        subject, known = subject_of(work, file), work.files.virus_in(file.sha256)
    scan = scanning.scan(opened, subject.sha256, known=known)
    if scan and scanning.must_wait(scan, required=opened.settings.scanner_required):
        log.warning("file %s waits for the virus scanner", file_id)
        with opened.begin() as work:
            scanning.wait(work, file_id, scan, now=clock())
        return Fate.WAITING
    return record(opened, subject, scan)


def record(opened: Installation, subject: Subject, scan: Scan | None) -> Fate:
    """Examine what may be opened and write down what came of it."""
    found = examined(opened, subject, scan)
    with opened.begin() as work:
        operations.record_check(
            work,
            subject.file_id,
            found.extraction,
            found.derivatives,
            by=SWEEP,
            now=clock(),
            scan=scan,
        )
        is_read = found.extraction.status == "ok"
        known = keep(work, subject.file_id, found) if is_read else None
    if known:
        compare(opened, known)
    return Fate.ACCEPTED if is_read else Fate.REFUSED


def examined(opened: Installation, subject: Subject, scan: Scan | None) -> Examined:
    if scanning.is_virus(scan):
        log.warning("file %s: a virus was found", subject.file_id)
        return scanning.closed(subject)
    return examine(subject, opened.files, limits=Limits(size=opened.settings.max_upload))


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
        progress.say(0.95, told(counts))
        return counts


def told(counts: dict[str, int]) -> str:
    said = f"Проверено файлов: {counts['checked']}, принято: {counts['accepted']}"
    return f"{said}, ждут антивируса: {counts['waiting']}" if counts["waiting"] else said


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
    fates: list[Fate] = []
    while file_ids := claim():
        checked = len(fates)
        progress.say(0.5, f"Проверяем файлы: {checked} готово")
        fates += check(file_ids)
    accepted, refused = fates.count(Fate.ACCEPTED), fates.count(Fate.REFUSED)
    return {
        "checked": accepted + refused,
        "accepted": accepted,
        "waiting": fates.count(Fate.WAITING),
        "broken": fates.count(Fate.BROKEN),
    }
