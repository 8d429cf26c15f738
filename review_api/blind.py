"""What an expert may know of a work: its words without names, and a code instead of a number."""

import base64
import hashlib
from collections.abc import Iterable
from functools import lru_cache

from flows.documents.preflight.privacy import mask_words
from schemas.assignment import Assignment
from schemas.base import Schema
from schemas.marathon import Marathon
from schemas.submission import Submission
from storage.reports import Names, hidden_names, hidden_names_by_work
from storage.work import Work

CODE_LENGTH = 4
SIMILAR = str.maketrans("IO", "89")  # letters that are read as digits


class BlindWork(Schema):
    """``code`` names the work to this expert only and says nothing of other works."""

    code: str
    title: str
    abstract: str
    track: str
    subject: str
    level: str
    keywords: str


def code_of(assignment_id: str) -> str:
    digest = hashlib.sha256(f"work for review {assignment_id}".encode()).digest()
    return base64.b32encode(digest).decode()[:CODE_LENGTH].translate(SIMILAR)


def blind_work(
    work: Work, assignment: Assignment, submission: Submission, marathon: Marathon
) -> BlindWork:
    """An assigned work as its expert may know it."""
    return blind(work, submission, marathon, code=code_of(assignment.id))


def blind_works(
    work: Work, assigned: Iterable[tuple[Assignment, Submission, Marathon]]
) -> dict[str, BlindWork]:
    """Many assigned works by their assignments' ids, with as many questions as for one."""
    items = list(assigned)
    names = hidden_names_by_work(work, (submission for _, submission, _ in items))
    return {
        item.id: without_names(submission, marathon, names[submission.id], code=code_of(item.id))
        for item, submission, marathon in items
    }


def blind(work: Work, submission: Submission, marathon: Marathon, *, code: str) -> BlindWork:
    return without_names(submission, marathon, hidden_names(work, submission), code=code)


def without_names(
    submission: Submission, marathon: Marathon, names: Names, *, code: str
) -> BlindWork:
    """Every word that the author typed goes through the mask of the anonymised copy."""
    typed = (
        submission.title,
        submission.abstract,
        submission.subject,
        submission.level,
        ", ".join(submission.keywords),
    )
    title, abstract, subject, level, keywords = masked(typed, names)
    return BlindWork(
        code=code,
        title=title,
        abstract=abstract,
        track=track_title(marathon, submission.track),
        subject=subject,
        level=level,
        keywords=keywords,
    )


def track_title(marathon: Marathon, number: int | None) -> str:
    return next((track.title for track in marathon.tracks if track.number == number), "")


@lru_cache(maxsize=2048)
def masked(texts: tuple[str, ...], names: tuple[str, ...]) -> tuple[str, ...]:
    """The texts without ``names``, telephones, addresses and children's names."""
    return tuple(mask_words(text, names) for text in texts)
