"""A submission: the material a teacher sends, its authors in order, files and consents."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from pydantic import Field

from schemas.advice import Part
from schemas.base import Entity, Schema
from schemas.extraction import Extraction
from schemas.people import Category
from schemas.scanning import LONGEST_NAME, SILENT_VERDICTS, ScanVerdict


class SubmissionStatus(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    CHECKED = "checked"
    IN_REVIEW = "in_review"
    REVIEWED = "reviewed"
    DECIDED = "decided"
    REVISING = "revising"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


UNSENT = frozenset({SubmissionStatus.DRAFT, SubmissionStatus.RETURNED, SubmissionStatus.REVISING})

SUBMISSION_STATUS_NAMES = {
    SubmissionStatus.DRAFT: "черновик",
    SubmissionStatus.SUBMITTED: "отправлен, файлы проверяются",
    SubmissionStatus.RETURNED: "возвращён автору",
    SubmissionStatus.CHECKED: "принят, ждёт экспертизы",
    SubmissionStatus.IN_REVIEW: "на экспертизе",
    SubmissionStatus.REVIEWED: "экспертиза закончена",
    SubmissionStatus.DECIDED: "решение принято",
    SubmissionStatus.REVISING: "на доработке",
    SubmissionStatus.PUBLISHED: "опубликован",
    SubmissionStatus.WITHDRAWN: "отозван",
}


class ConsentKind(StrEnum):
    PROCESSING = "processing"
    DISTRIBUTION = "distribution"
    LICENCE = "licence"


class Children(StrEnum):
    """«Есть ли фото или фамилии детей?»; ``unanswered`` and ``remove`` block publication."""

    UNANSWERED = "unanswered"
    NONE = "none"
    CONSENTED = "consented"
    REMOVE = "remove"


class Author(Schema):
    """An author line, as it will stand everywhere; ``person_id`` once known by e-mail."""

    name: str = Field(min_length=2, max_length=200)
    position: str = ""
    category: Category = Category.NONE
    organisation: str = ""
    organisation_id: str | None = None
    municipality_id: str
    email: str | None = None
    person_id: str | None = None
    confirmed_at: datetime | None = None


class Consent(Schema):
    kind: ConsentKind
    text_version: str
    given_at: datetime


NEEDED_TO_PUBLISH: Mapping[ConsentKind, str] = {
    ConsentKind.DISTRIBUTION: "no_distribution",
    ConsentKind.LICENCE: "no_licence",
}
CHILDREN_IN_THE_WAY: Mapping[Children, str] = {
    Children.UNANSWERED: "children_unanswered",
    Children.REMOVE: "children_remove",
}


class Submission(Entity):
    """``number`` is the one people use; ``owner_id`` is the person who fills it in.

    ``extra_reviews`` are asked for on top of the marathon's policy. ``format`` is one of the
    practice formats; ``mentor`` names who guided the work and is no author, or nobody. The authors
    of a ``publication_only`` work cannot present it live. ``reviews_closed``: the round's reviews
    are all there will be, because nobody lawful is left to ask. ``response`` tells the experts of
    the next round what was changed. ``entered_by`` is the organiser who typed it in for a teacher.
    ``print_as_is``: the collection prints the pages of the author's PDF instead of setting the text.
    """

    marathon_id: str
    number: int
    owner_id: str
    status: SubmissionStatus = SubmissionStatus.DRAFT
    title: str = Field(default="", max_length=300)
    abstract: str = Field(default="", max_length=5000)
    track: int | None = None
    subject: str = Field(default="", max_length=200)
    level: str = Field(default="", max_length=100)
    format: str = Field(default="", max_length=100)
    mentor: str = Field(default="", max_length=200)
    keywords: tuple[str, ...] = ()
    authors: tuple[Author, ...] = ()
    consents: tuple[Consent, ...] = ()
    children: Children = Children.UNANSWERED
    publication_only: bool = False
    print_as_is: bool = False
    round: int = 1
    extra_reviews: int = 0
    reviews_closed: bool = False
    response: str = Field(default="", max_length=5000)
    withdrawal_reason: str = Field(default="", max_length=1000)
    return_reason: str = Field(default="", max_length=1000)
    entered_by: str | None = None
    created_at: datetime
    submitted_at: datetime | None = None
    version: int = 1

    @property
    def municipality_ids(self) -> frozenset[str]:
        return frozenset(author.municipality_id for author in self.authors)

    @property
    def withheld(self) -> tuple[str, ...]:
        """Codes of what keeps the work from being published, whatever was decided about it."""
        given = {consent.kind for consent in self.consents}
        missing = (code for kind, code in NEEDED_TO_PUBLISH.items() if kind not in given)
        children = CHILDREN_IN_THE_WAY.get(self.children)
        return (*missing, children) if children else tuple(missing)


class SubmissionDraft(Schema):
    """What the form or the API gives; everything may still be missing."""

    title: str = Field(default="", max_length=300)
    abstract: str = Field(default="", max_length=5000)
    track: int | None = None
    subject: str = Field(default="", max_length=200)
    level: str = Field(default="", max_length=100)
    format: str = Field(default="", max_length=100)
    mentor: str = Field(default="", max_length=200)
    keywords: tuple[str, ...] = ()
    authors: tuple[Author, ...] = ()
    children: Children = Children.UNANSWERED
    publication_only: bool = False
    response: str = Field(default="", max_length=5000)


class SubmissionVersion(Entity):
    """What was sent, and when: ``number`` counts from 1 within the work."""

    submission_id: str
    marathon_id: str
    number: int
    round: int
    content: SubmissionDraft
    file_id: str | None = None
    sent_by: str | None = None
    sent_at: datetime


class FileStatus(StrEnum):
    RECEIVED = "received"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    REPLACED = "replaced"


class SubmissionFile(Entity):
    """One uploaded file; ``extraction`` is what the check found.

    ``parts`` are those of a work that its text has, unknown while nobody has looked. Somebody
    answered at ``cleared_at`` for what seems to be children's data in it. ``scan`` is what the virus
    scanner said at ``scanned_at``, None where none was asked; ``virus`` its name of what it found.
    """

    submission_id: str
    marathon_id: str
    name: str = Field(max_length=255)
    sha256: str
    size: int
    status: FileStatus = FileStatus.RECEIVED
    extraction: Extraction | None = None
    uploaded_at: datetime
    claimed_until: datetime | None = None
    parts: tuple[Part, ...] | None = None
    cleared_at: datetime | None = None
    scan: ScanVerdict | None = None
    scanned_at: datetime | None = None
    virus: str = Field(default="", max_length=LONGEST_NAME)

    @property
    def is_unscanned(self) -> bool:
        """Whether a scanner was asked about it and said nothing of use."""
        return self.scan in SILENT_VERDICTS


class DerivativeKind(StrEnum):
    DOCUMENT = "document"
    TEXT = "text"
    FINDINGS = "findings"
    IMAGE = "image"
    BLIND_DOCUMENT = "blind_document"
    BLIND_PDF = "blind_pdf"
    BLIND_PAGE = "blind_page"


class Derivative(Entity):
    """Something made from an uploaded file, kept in the file store under ``sha256``."""

    file_id: str
    kind: DerivativeKind
    number: int = 0
    name: str = ""
    sha256: str
