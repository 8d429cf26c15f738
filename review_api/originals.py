"""Whether an author's own file may be given to anybody: the one answer of pages and JSON API."""

from schemas.errors import NotAllowed
from schemas.settings import Settings
from schemas.submission import FileStatus, SubmissionFile
from storage.work import Work

CLOSED = (
    "Антивирус нашёл в этом файле вирус, поэтому скачать его нельзя никому. "
    "Автору нужно проверить свой компьютер и прислать чистый файл."
)
UNSCANNED = "Антивирус ещё не проверил этот файл. Скачать его можно будет после проверки."


def require_given(work: Work, file: SubmissionFile, settings: Settings) -> None:
    """Raises ``NotAllowed`` for bytes a virus was found in, or not scanned where they must be."""
    if work.files.virus_in(file.sha256) is not None:
        raise NotAllowed(CLOSED, code="quarantined")
    must_scan = settings.scanner_required and settings.scanner_address is not None
    if must_scan and file.status is FileStatus.RECEIVED:
        raise NotAllowed(UNSCANNED, code="not_scanned")
