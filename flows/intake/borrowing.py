"""Borrowed text: each checked text is held against all others of the installation.

Everything is compared with everything, drafts too, so that it does not matter which came first;
what somebody is told depends on what they may know: see ``known_to_author`` and
``known_to_organisers``.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from flows.documents.preflight.fingerprints import count_words, text_fingerprints
from flows.documents.preflight.overlap import passages, share, turned
from flows.documents.preflight.parts import parts_of
from schemas.advice import Part
from schemas.base import Schema
from schemas.document import Document
from schemas.errors import NotFound
from schemas.overlap import KnownText, Overlap, Passage
from schemas.submission import (
    DerivativeKind,
    FileStatus,
    Submission,
    SubmissionFile,
    SubmissionStatus,
)
from storage.files import FileStore
from storage.identifiers import new_id
from storage.work import Work

COMMON = 12  # texts: what more of them share is a formula
MOST_COMPARED = 30
AT_ONCE = 20
UNKNOWN_TO_OTHERS = frozenset({SubmissionStatus.DRAFT, SubmissionStatus.WITHDRAWN})


class Candidate(Schema):
    """A text that shares fingerprints with the one that is compared."""

    known: KnownText
    sha256: str


class Comparison(Schema):
    """What is compared: a text, its candidates, fingerprints that prove nothing."""

    known: KnownText
    sha256: str
    candidates: tuple[Candidate, ...]
    common: frozenset[int]


class Unread(Schema):
    """A file nobody has looked through, with the digests of its text and structure."""

    file: SubmissionFile
    text: str
    document: str


class Learned(Schema):
    """What is kept of a text: its parts, fingerprints and count of words."""

    file_id: str
    parts: tuple[Part, ...]
    fingerprints: tuple[int, ...]
    words: int


class Match(Schema):
    """What a work shares with ``other``; ``is_own`` when its owner wrote the other too."""

    other: Submission
    year: int
    is_own: bool
    is_published: bool
    overlap: Overlap


def keep(
    work: Work,
    file_id: str,
    *,
    parts: tuple[Part, ...] | None,
    fingerprints: Sequence[int],
    words: int,
) -> KnownText | None:
    """What was found in a text that has just been checked; None when there is none to compare."""
    file = work.files.get(file_id)
    if file.status is not FileStatus.ACCEPTED:
        return None
    kept = work.files.save(file.model_copy(update={"parts": parts}))
    return work.texts.keep(kept, fingerprints, words=words)


def text_sha(work: Work, file_id: str) -> str:
    """Where the file's text is kept; empty when it has none."""
    return sha_of(work, file_id, DerivativeKind.TEXT)


def sha_of(work: Work, file_id: str, kind: DerivativeKind) -> str:
    found = work.derivatives.of(file_id, kind)
    return found[0].sha256 if found else ""


def prepare(work: Work, known: KnownText) -> Comparison:
    """Who has to be looked at; only reads."""
    hashes = work.texts.hashes_of(known)
    common = work.texts.common(hashes, most=COMMON)
    others = work.texts.sharing(
        set(hashes) - common, limit=MOST_COMPARED, beside=known.submission_id
    )
    found = ((one, text_sha(work, one.file_id)) for one in others)
    return Comparison(
        known=known,
        sha256=text_sha(work, known.file_id),
        candidates=tuple(Candidate(known=one, sha256=sha) for one, sha in found if sha),
        common=common,
    )


def compare(files: FileStore, comparison: Comparison) -> tuple[Overlap, ...]:
    """The overlaps from both sides; reads the texts and no database."""
    text = text_in(files, comparison.sha256)
    found: list[Overlap] = []
    for one in comparison.candidates:
        shared = passages(text, text_in(files, one.sha256), common=comparison.common)
        if shared:
            found.append(overlap(comparison.known, one.known, shared))
            found.append(overlap(one.known, comparison.known, turned(shared)))
    return tuple(found)


def text_in(files: FileStore, sha256: str) -> str:
    """Empty when it has gone from the store."""
    try:
        return files.read(sha256).decode("utf-8", "replace") if sha256 else ""
    except (NotFound, OSError):
        return ""


def overlap(known: KnownText, other: KnownText, shared: tuple[Passage, ...]) -> Overlap:
    return Overlap(
        id=new_id(),
        file_id=known.file_id,
        other_id=other.file_id,
        share=share(shared, known.words),
        words=sum(one.words for one in shared),
        passages=shared,
    )


def record(work: Work, known: KnownText, found: Sequence[Overlap], *, now: datetime) -> None:
    """Keep what was found, unless the file has gone meanwhile."""
    if work.texts.of_file(known.file_id) is None:
        return
    there = work.files.many(one.other_id for one in found if one.file_id == known.file_id)
    # Whoever compares one of the others at this moment would write the same pairs.
    work.files.locked_column("id", sorted({known.file_id, *there}))
    kept = [one for one in found if {one.file_id, one.other_id} <= {known.file_id, *there}]
    work.overlaps.replace(known.file_id, kept)
    work.texts.mark_compared(known, now=now)


def unread(work: Work, *, limit: int = AT_ONCE) -> list[Unread]:
    """Accepted files that came before texts were compared; only reads."""
    waiting = work.files.many(work.texts.unknown_files(limit=limit)).values()
    return [
        Unread(
            file=file,
            text=sha_of(work, file.id, DerivativeKind.TEXT),
            document=sha_of(work, file.id, DerivativeKind.DOCUMENT),
        )
        for file in waiting
    ]


def look_through(files: FileStore, one: Unread) -> Learned:
    """What the file's text has in it; reads the text and no database."""
    text, parts = text_in(files, one.text), one.file.parts
    return Learned(
        file_id=one.file.id,
        parts=parts_in(files, one.document) if parts is None else parts,
        fingerprints=text_fingerprints(text),
        words=count_words(text),
    )


def learn(work: Work, one: Learned) -> KnownText | None:
    """Keep what was found, unless the file no longer counts."""
    return keep(work, one.file_id, parts=one.parts, fingerprints=one.fingerprints, words=one.words)


def parts_in(files: FileStore, sha256: str) -> tuple[Part, ...]:
    return parts_of(Document.model_validate_json(files.read(sha256))) if sha256 else ()


# --- who is told what ---------------------------------------------------------------------


def matches(work: Work, submission: Submission) -> tuple[Match, ...]:
    """Everything the work's file shares with works others know of, the largest share first.

    For organisers alone. Drafts and works taken back are nobody's but their authors'.
    """
    file = counting_file(work, submission)
    if file is None:
        return ()
    found = work.overlaps.of_file(file.id)
    files = work.files.many(one.other_id for one in found)
    works = work.submissions.many(one.submission_id for one in files.values())
    told = (
        match(work, submission, works[files[one.other_id].submission_id], one)
        for one in found
        if is_counting(files[one.other_id])
    )
    known = (one for one in told if one.is_own or one.other.status not in UNKNOWN_TO_OTHERS)
    return tuple(sorted(known, key=lambda one: (-one.overlap.share, one.other.id)))


def counting_file(work: Work, submission: Submission) -> SubmissionFile | None:
    found = [one for one in work.files.of(submission.id) if is_counting(one)]
    return found[-1] if found else None


def match(work: Work, submission: Submission, other: Submission, found: Overlap) -> Match:
    return Match(
        other=other,
        year=work.marathons.get(other.marathon_id).year,
        is_own=is_own(submission, other),
        is_published=is_published(other),
        overlap=found,
    )


def is_own(submission: Submission, other: Submission) -> bool:
    """Whether the owner of the first wrote the second too."""
    return is_written_by(other, submission.owner_id)


def is_written_by(work: Submission, person_id: str) -> bool:
    """As its owner or as an author whom its owner has named."""
    named = (one.person_id for one in work.authors)
    return bool(person_id) and person_id in {work.owner_id, *named}


def is_published(other: Submission) -> bool:
    """Out in a collection that everybody can read."""
    return other.status is SubmissionStatus.PUBLISHED and not other.withheld


def known_to_organisers(work: Work, submission: Submission) -> tuple[Match, ...]:
    """All works but drafts and those taken back; a draft of the same author's tells nothing."""
    return tuple(
        one for one in matches(work, submission) if one.other.status not in UNKNOWN_TO_OTHERS
    )


def known_to_author(work: Work, submission: Submission, reader_id: str) -> tuple[Match, ...]:
    """What is published, and what this author wrote: never that an unpublished work exists."""
    return tuple(
        one
        for one in matches(work, submission)
        if one.is_published or is_written_by(one.other, reader_id)
    )


def covered(found: Iterable[Overlap], words: int) -> float:
    """The share of the text that stands in any of the overlaps, each word once."""
    return share((passage for one in found for passage in one.passages), words)


def shares(work: Work, marathon_id: str) -> Mapping[str, float]:
    """For organisers: by the id of the work, the share of its text that others have too.

    The author's own works do not count. Works without any are left out.
    """
    found = work.overlaps.of_marathon(marathon_id)
    files = work.files.many(key for one in found for key in (one.file_id, one.other_id))
    works = work.submissions.many(one.submission_id for one in files.values())
    counted: dict[str, list[Overlap]] = {}
    for one in found:
        other = files[one.other_id]
        ours = works[files[one.file_id].submission_id]
        if is_counting(other) and is_foreign(ours, works[other.submission_id]):
            counted.setdefault(one.file_id, []).append(one)
    words = {key: one.words for key, one in work.texts.of_files(counted).items()}
    return {
        files[key].submission_id: covered(each, words.get(key, 0)) for key, each in counted.items()
    }


def is_counting(file: SubmissionFile) -> bool:
    return file.status is FileStatus.ACCEPTED


def is_foreign(submission: Submission, other: Submission) -> bool:
    return other.status not in UNKNOWN_TO_OTHERS and not is_own(submission, other)
