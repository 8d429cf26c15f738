"""Files that arrive in parts: each part that was acknowledged outlives a cut line and a closed page.

A part is kept on the upload's own shelf of the file store before its row says that it has come.
When the last one is there, the parts are joined into one file like any other.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from flows.intake import operations
from schemas.base import Schema
from schemas.errors import BadFile, BadInput, Conflict, NotFound
from schemas.extraction import RejectCode, sentence
from schemas.intake_access import Upload
from schemas.people import Actor
from schemas.submission import SubmissionFile
from storage.files import FileStore, Stored, too_large
from storage.identifiers import new_id
from storage.repositories.rows import MISSING
from storage.work import Work

PART = 1024 * 1024
"""Bytes that are sent again when a line is cut; each part costs the server a transaction."""
KINDS = (".docx", ".odt", ".pptx", ".pdf", ".jpg", ".jpeg", ".png", ".webp")
MOST_AT_ONCE = 5
KEPT = timedelta(days=2)


class Sent(Schema):
    """What the browser says about a file before sending it; ``size`` is in bytes."""

    name: str
    size: int


def require_fit(sent: Sent, *, limit: int) -> None:
    """Raises ``BadFile`` for what would be refused anyway, before any of it is sent."""
    if sent.size < 1:
        raise BadFile(sentence(RejectCode.EMPTY), code="empty", field="file")
    if not sent.name.casefold().endswith(KINDS):
        raise BadFile(sentence(RejectCode.UNSUPPORTED_TYPE), code="unsupported_type", field="file")
    if sent.size > limit:
        raise too_large(limit)


def begin(work: Work, submission_id: str, sent: Sent, *, by: Actor, now: datetime) -> Upload:
    """A new upload, or the unfinished one of the same file; the oldest of too many is given up."""
    operations.editable(work, submission_id, now=now)
    name, person = operations.clean_name(sent.name), by.person_id or ""
    unfinished = work.uploads.unfinished(submission_id, person)
    for one in unfinished:
        if (one.name, one.size) == (name, sent.size) and one.started_at > now - KEPT:
            return one
    for one in unfinished[: max(0, len(unfinished) - MOST_AT_ONCE + 1)]:
        work.uploads.remove(one.id)
    return work.uploads.add(
        Upload(
            id=new_id(),
            submission_id=submission_id,
            person_id=person,
            name=name,
            size=sent.size,
            started_at=now,
        )
    )


def own(work: Work, submission_id: str, upload_id: str, *, by: Actor) -> Upload:
    """The upload if this person began it for this material; raises ``NotFound``."""
    found = work.uploads.get(upload_id)
    if found.submission_id != submission_id or found.person_id != by.person_id:
        raise NotFound(MISSING)
    return found


def part_size(upload: Upload, offset: int) -> int:
    """How many bytes the part at ``offset`` has: every part but the last is full."""
    return min(PART, upload.size - offset)


def require_turn(upload: Upload, *, offset: int) -> None:
    """Raises as ``add_part`` would, before anything of the part is read."""
    if offset != upload.received and not has_come(upload, offset):
        raise wrong_offset()


def has_come(upload: Upload, offset: int) -> bool:
    return offset < upload.received and offset % PART == 0


def require_expected(upload: Upload, *, offset: int, part: Stored) -> None:
    """Raises as ``add_part`` would, before anything is kept: what is refused fills no disk."""
    require_turn(upload, offset=offset)
    if has_come(upload, offset):
        require_same(upload, offset, part.sha256)
    elif part.size != part_size(upload, offset):
        raise torn_part()


def torn_part() -> BadInput:
    return BadInput("Часть файла пришла не целиком. Отправьте её ещё раз.", code="bad_part")


def add_part(work: Work, upload: Upload, *, offset: int, part: Stored, now: datetime) -> Upload:
    """The upload one part further; a part that has come before changes nothing.

    Raises ``Conflict`` when this is not the part that is waited for, ``BadInput`` when it is too
    long or too short, and when the material may not be changed any more.
    """
    operations.editable(work, upload.submission_id, now=now)
    upload = work.uploads.lock(upload.id)
    require_expected(upload, offset=offset, part=part)
    if has_come(upload, offset):
        return upload
    further = {"received": offset + part.size, "parts": (*upload.parts, part.sha256)}
    return work.uploads.save(upload.model_copy(update=further))


def wrong_offset() -> Conflict:
    return Conflict(
        "Эта часть файла сейчас не ожидается: загрузка уже идёт из другого окна или ушла вперёд.",
        code="wrong_offset",
    )


def require_same(upload: Upload, offset: int, sha256: str) -> None:
    if upload.parts[offset // PART] != sha256:
        raise Conflict(
            "Файл изменился с прошлого раза. Отмените начатую загрузку и загрузите его заново.",
            code="other_file",
        )


def joined(files: FileStore, upload: Upload, *, limit: int) -> Stored:
    """The whole file in the store; raises ``Conflict`` while parts are missing."""
    if upload.received != upload.size:
        raise Conflict("Файл ещё не передан целиком. Продолжите загрузку.", code="unfinished")
    return files.save(content(files.shelf(upload.id), upload), limit=limit)


def content(shelf: FileStore, upload: Upload) -> Iterator[bytes]:
    return (shelf.read(sha256) for sha256 in upload.parts)


def finish(
    work: Work, upload: Upload, stored: Stored, *, by: Actor, now: datetime
) -> SubmissionFile:
    """The material's new file; finishing twice is finishing once."""
    upload = work.uploads.lock(upload.id)
    if upload.file_id:
        return work.files.get(upload.file_id)
    file = operations.add_file(
        work, upload.submission_id, name=upload.name, stored=stored, by=by, now=now
    )
    work.uploads.save(upload.model_copy(update={"file_id": file.id}))
    return file


def cancel(work: Work, upload: Upload) -> None:
    """Forget it; its parts go with the next sweep."""
    if upload.file_id is None:
        work.uploads.remove(upload.id)


def sweep(work: Work, files: FileStore, *, now: datetime) -> int:
    """Give up what was left behind and clear the shelves that nobody needs; returns how many."""
    for upload in work.uploads.left_behind(before=now - KEPT):
        work.uploads.remove(upload.id)
    files.sweep(before=(now - KEPT).timestamp())
    shelves = files.shelves()
    kept = work.uploads.many(shelves)
    done = [name for name in shelves if name not in kept or kept[name].file_id]
    for name in done:
        files.clear_shelf(name)
    return len(done)
