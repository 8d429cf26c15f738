"""Versions of a material: what was sent is written down, and any two versions are compared."""

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from pydantic import ValidationError

from flows.documents.difference import (
    Counts,
    Gap,
    Passage,
    Piece,
    difference,
    folded,
    lines_of,
    pictures,
    tables,
    word_pieces,
)
from flows.documents.preflight.privacy import mask, mask_lines
from schemas.base import Schema
from schemas.document import Document
from schemas.errors import NotFound
from schemas.marathon import Marathon
from schemas.people import Actor
from schemas.submission import (
    Author,
    Derivative,
    DerivativeKind,
    Submission,
    SubmissionDraft,
    SubmissionFile,
    SubmissionStatus,
    SubmissionVersion,
)
from storage.files import FileStore
from storage.reports import hidden_names
from storage.work import Work

FIELDS: Mapping[str, str] = {
    "title": "Название материала",
    "track": "Направление",
    "abstract": "Аннотация",
    "subject": "Предмет или область",
    "level": "Уровень образования",
    "keywords": "Ключевые слова",
    "format": "Форма практики",
    "mentor": "Наставник или консультант",
    "authors": "Авторы",
}
BLIND_FIELDS = ("title", "track", "abstract", "subject", "level", "keywords")


class FieldChange(Schema):
    """One field of the form with the words that went and came."""

    label: str
    pieces: tuple[Piece, ...]


class TextChange(Schema):
    """The difference of two documents, unchanged stretches folded."""

    parts: tuple[Passage | Gap, ...]
    tables: Counts
    pictures: Counts


class Comparison(Schema):
    """Two versions side by side. ``text`` is None while a file's text is not (yet) known.

    ``names`` of the files are told only where the file itself may be seen.
    """

    before: int
    after: int
    fields: tuple[FieldChange, ...]
    text: TextChange | None
    same_file: bool
    file_before: str = ""
    file_after: str = ""

    @property
    def is_empty(self) -> bool:
        counts = (self.text.tables, self.text.pictures) if self.text else ()
        moved = any(one.before != one.after for one in counts)
        return not self.fields and not (self.text and self.text.parts) and not moved


class Pair(NamedTuple):
    """A version and the one it is compared with."""

    before: SubmissionVersion
    after: SubmissionVersion


def keep(work: Work, submission: Submission, *, by: Actor, now: datetime) -> None:
    """Write down what has been sent, unless the newest version says the same."""
    newest = work.submission_versions.newest(submission.id)
    file = file_that_counts(work, submission)
    if newest is not None and says_the_same(work, newest, submission, file):
        return
    work.submission_versions.keep(
        submission, file_id=file.id if file else None, by=by.person_id, now=now
    )


def keep_as_it_was(work: Work, submission: Submission) -> None:
    """The first version of a material that was sent before versions were kept."""
    if submission.submitted_at is None or work.submission_versions.of(submission.id):
        return
    file = file_that_counts(work, submission)
    revising = submission.status is SubmissionStatus.REVISING
    work.submission_versions.keep(
        submission.model_copy(update={"response": ""}),
        file_id=file.id if file else None,
        by=submission.owner_id,
        now=submission.submitted_at,
        round_=submission.round - 1 if revising else submission.round,
    )


def file_that_counts(work: Work, submission: Submission) -> SubmissionFile | None:
    files = work.files.of(submission.id)
    return files[-1] if files else None


def says_the_same(
    work: Work, version: SubmissionVersion, submission: Submission, file: SubmissionFile | None
) -> bool:
    content = version.content
    same = all(
        getattr(content, name) == getattr(submission, name) for name in SubmissionDraft.model_fields
    )
    before = work.files.find(version.file_id) if version.file_id else None
    digests = [one.sha256 if one else "" for one in (before, file)]
    return same and version.round == submission.round and digests[0] == digests[1]


def version_of(work: Work, submission_id: str, number: int) -> SubmissionVersion:
    """Raises ``NotFound``."""
    for version in work.submission_versions.of(submission_id):
        if version.number == number:
            return version
    raise NotFound("Такой версии у материала нет.")


def between_rounds(work: Work, submission_id: str, round_: int) -> Pair | None:
    """The last version of ``round_`` with the last one of an earlier round, if both are known."""
    versions = work.submission_versions.of(submission_id)
    now = [one for one in versions if one.round == round_]
    earlier = [one for one in versions if one.round < round_]
    return Pair(earlier[-1], now[-1]) if now and earlier else None


def compare(work: Work, files: FileStore, pair: Pair, marathon: Marathon) -> Comparison:
    """Everything that differs, for the authors and the organisers."""
    names = [name_of(work, version) for version in pair]
    return Comparison(
        before=pair.before.number,
        after=pair.after.number,
        fields=fields_changed(pair, marathon, tuple(FIELDS)),
        text=text_changed(work, files, pair, DerivativeKind.DOCUMENT),
        same_file=same_file(work, pair),
        file_before=names[0],
        file_after=names[1],
    )


def compare_blind(
    work: Work, files: FileStore, pair: Pair, submission: Submission, marathon: Marathon
) -> Comparison:
    """What differs as experts may know it: names of both versions are hidden in both."""
    names = names_of(work, pair, submission)
    blind = Pair(*(version.model_copy(update={"content": masked(version.content, names)})
                   for version in pair))  # fmt: skip
    return Comparison(
        before=pair.before.number,
        after=pair.after.number,
        fields=fields_changed(blind, marathon, BLIND_FIELDS),
        text=text_changed(work, files, pair, DerivativeKind.BLIND_DOCUMENT, names),
        same_file=same_file(work, pair),
    )


def names_of(work: Work, pair: Pair, submission: Submission) -> tuple[str, ...]:
    """Everybody named as an author or mentor in either version or now, and where they work."""
    stated = [
        submission.model_copy(update={"authors": one.content.authors, "mentor": one.content.mentor})
        for one in pair
    ]
    every = (name for one in (*stated, submission) for name in hidden_names(work, one))
    return tuple(dict.fromkeys(every))


def masked(content: SubmissionDraft, names: tuple[str, ...]) -> SubmissionDraft:
    """The words of the form that experts see, without names; the rest is left out."""
    typed = {name: getattr(content, name) for name in ("title", "abstract", "subject", "level")}
    words: dict[str, Any] = {name: mask_lines(text, names) for name, text in typed.items()}
    keywords = tuple(mask_lines(word, names) for word in content.keywords)
    # What stands for a name may be longer than the name: lengths were checked when it was typed.
    return SubmissionDraft.model_construct(**words, keywords=keywords, track=content.track)


def fields_changed(
    pair: Pair, marathon: Marathon, fields: tuple[str, ...]
) -> tuple[FieldChange, ...]:
    found = []
    for name in fields:
        before, after = (shown(getattr(one.content, name), marathon, name) for one in pair)
        if before != after:
            found.append(FieldChange(label=FIELDS[name], pieces=word_pieces(before, after)))
    return tuple(found)


def shown(value: object, marathon: Marathon, name: str) -> str:
    """A field's value as one line of text."""
    if name == "track":
        return next((one.title for one in marathon.tracks if one.number == value), "")
    if name == "authors" and isinstance(value, tuple):
        return "; ".join(author_line(author) for author in value)
    return ", ".join(value) if isinstance(value, tuple) else str(value)


def author_line(author: Author) -> str:
    parts = (author.name, author.position, author.organisation)
    return ", ".join(part for part in parts if part)


def text_changed(
    work: Work,
    files: FileStore,
    pair: Pair,
    kind: DerivativeKind,
    names: tuple[str, ...] = (),
) -> TextChange | None:
    sources = [structure_of(work, version, kind) for version in pair]
    before, after = sources
    if before is None or after is None:
        return None
    return text_of(files, before.sha256, after.sha256, names)


def text_of(files: FileStore, before: str, after: str, names: tuple[str, ...]) -> TextChange | None:
    """The difference of two stored structures; None when one of them cannot be read."""
    try:
        return difference_of(files.read(before), files.read(after), names)
    except (NotFound, ValidationError, OSError):
        return None


@lru_cache(maxsize=32)
def difference_of(before: bytes, after: bytes, names: tuple[str, ...]) -> TextChange:
    """Kept for a while: the same two texts are asked for at every look at the page."""
    old, new = (Document.model_validate_json(content) for content in (before, after))
    if names:
        old, new = mask(old, names), mask(new, names)
    passages = difference(lines_of(old), lines_of(new))
    return TextChange(parts=folded(passages), tables=tables(old, new), pictures=pictures(old, new))


def structure_of(work: Work, version: SubmissionVersion, kind: DerivativeKind) -> Derivative | None:
    """The structure read from the version's file, or from the same bytes under another check."""
    own = work.files.find(version.file_id) if version.file_id else None
    if own is None:
        return None
    again = [one for one in work.files.ever(version.submission_id) if one.sha256 == own.sha256]
    for file in (own, *reversed(again)):
        found = work.derivatives.of(file.id, kind)
        if found:
            return found[0]
    return None


def same_file(work: Work, pair: Pair) -> bool:
    found = [work.files.find(one.file_id) if one.file_id else None for one in pair]
    return len({one.sha256 if one else "" for one in found}) == 1


def name_of(work: Work, version: SubmissionVersion) -> str:
    file = work.files.find(version.file_id) if version.file_id else None
    return file.name if file else ""


def not_sent_yet(work: Work, submission: Submission, *, now: datetime) -> SubmissionVersion:
    """The material as it stands on the author's desk, in the form of its next version."""
    file = file_that_counts(work, submission)
    content = {name: getattr(submission, name) for name in SubmissionDraft.model_fields}
    return SubmissionVersion(
        id="",
        submission_id=submission.id,
        marathon_id=submission.marathon_id,
        number=work.submission_versions.next_number(submission.id),
        round=submission.round,
        content=SubmissionDraft.model_validate(content),
        file_id=file.id if file else None,
        sent_at=now,
    )
