"""The virus scanner's part of a check: asked before anything opens the file.

What was found stays in the file store for the administrator, since scanners err and these may be
the author's only bytes; nobody is given them any more.
"""

from datetime import datetime

from flows.intake.examination import Examined, Subject
from schemas.extraction import Extraction, RejectCode
from schemas.scanning import Scan, ScanVerdict
from schemas.submission import FileStatus
from storage.installation import Installation
from storage.work import Work


def scan(opened: Installation, sha256: str, *, known: str | None) -> Scan | None:
    """What is said of these bytes, None where no scanner is set.

    A virus found in them before (``known``) stands until the scanner calls them clean.
    """
    scanner = opened.scanner
    said = scanner.scan_file(opened.files.existing(sha256)) if scanner else None
    if known is not None and not (said and said.is_conclusive):
        return Scan(verdict=ScanVerdict.VIRUS, virus=known)
    return said


def must_wait(said: Scan | None, *, required: bool) -> bool:
    return required and said is not None and not said.is_conclusive


def wait(work: Work, file_id: str, said: Scan, *, now: datetime) -> None:
    """The file goes on waiting, visibly; it is taken again when its claim is over."""
    file = work.files.get(file_id)
    if file.status is FileStatus.RECEIVED:
        work.files.change(file, scan=said.verdict, scanned_at=now, virus="")


def is_virus(said: Scan | None) -> bool:
    return said is not None and said.verdict is ScanVerdict.VIRUS


def closed(subject: Subject) -> Examined:
    """The verdict on a file that nothing has opened."""
    extraction = Extraction(file=subject.name, status="rejected", reason=RejectCode.VIRUS)
    return Examined(extraction=extraction)
