"""Versions of a material as its pages show them: for the author and for the organisers alike."""

from collections.abc import Callable, Sequence

from flows.intake import versions
from flows.intake.versions import Comparison, Pair
from review_api.formats import marked
from review_api.pages.visit import Visit
from review_api.typed import whole
from schemas.base import Schema
from schemas.errors import NotFound
from schemas.marathon import Marathon
from schemas.submission import Submission, SubmissionVersion
from storage.repositories.rows import MISSING

FIRST = marked("Отправлен впервые")
REVISED = marked("Отправлен после доработки")
CHANGED = marked("Изменён после отправки")
NOW = "now"


class VersionRow(Schema):
    """``differs_from`` is the number of the version before, 0 for the first one."""

    version: SubmissionVersion
    words: str
    who: str
    differs_from: int = 0
    file_name: str = ""


Naming = Callable[[str | None], str]


def rows_of(visit: Visit, submission: Submission, naming: Naming) -> list[VersionRow]:
    """Newest first; ``naming`` says who a person is to whoever looks."""
    kept = visit.work.submission_versions.of(submission.id)
    before: Sequence[SubmissionVersion | None] = [None, *kept][: len(kept)]
    files = visit.work.files.many(one.file_id for one in kept if one.file_id)
    rows = [
        VersionRow(
            version=one,
            words=words_of(one, earlier),
            who=naming(one.sent_by),
            differs_from=earlier.number if earlier else 0,
            file_name=files[one.file_id].name if one.file_id in files else "",
        )
        for one, earlier in zip(kept, before, strict=True)
    ]
    return rows[::-1]


def words_of(version: SubmissionVersion, before: SubmissionVersion | None) -> str:
    if before is None:
        return FIRST
    return REVISED if version.round > before.round else CHANGED


def named_plainly(visit: Visit) -> Naming:
    """Organisers read names."""

    def name(person_id: str | None) -> str:
        person = visit.work.people.find(person_id) if person_id else None
        return person.initials if person else ""

    return name


def named_to_authors(visit: Visit, submission: Submission) -> Naming:
    """Authors read who of them it was; anybody else is the organisers."""
    own = {author.person_id: author.name for author in submission.authors if author.person_id}

    def name(person_id: str | None) -> str:
        if person_id == visit.viewer.id:
            return marked("вы")
        return own.get(person_id or "", marked("организаторы") if person_id else "")

    return name


def compared(
    visit: Visit, submission: Submission, marathon: Marathon, number: str, other: str = ""
) -> Comparison:
    """Version ``number`` («now» is what is not sent yet) with ``other``, or with the one before.

    Raises ``NotFound``.
    """
    after = one_of(visit, submission, number)
    chosen = other if whole(other) is not None else str(after.number - 1)
    before = one_of(visit, submission, chosen)
    return versions.compare(visit.work, visit.files, Pair(before, after), marathon)


def one_of(visit: Visit, submission: Submission, number: str) -> SubmissionVersion:
    if number == NOW:
        return versions.not_sent_yet(visit.work, submission, now=visit.now)
    wanted = whole(number)
    if wanted is None:
        raise NotFound(MISSING)
    return versions.version_of(visit.work, submission.id, wanted)
