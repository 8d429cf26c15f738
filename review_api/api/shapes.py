"""What programs send and get. Answers are built from schemas by what the caller may see."""

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from review_api.api.sent import Day, Moment, Zone
from schemas.assignment import Assignment, DeclineReason
from schemas.base import Schema
from schemas.collection import Artefact, Edition
from schemas.decision import Decision
from schemas.errors import BadInput
from schemas.isbn import digits_of
from schemas.marathon import (
    AssignmentPolicy,
    DecisionPolicy,
    Imprint,
    Marathon,
    NewMarathon,
    Phase,
    ProgrammePolicy,
    Track,
)
from schemas.outbox import Run, RunState
from schemas.people import Category
from schemas.review import Review, ReviewDraft
from schemas.rubric import Code
from schemas.submission import Children, ConsentKind, FileStatus, Submission, SubmissionFile


def printable(text: str) -> str:
    """Refuses what no database or page can carry: NUL and halves of characters."""
    if "\0" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
        raise ValueError("unprintable")
    return text


Words = Annotated[str, AfterValidator(printable)]


class AuthorData(Schema):
    """``municipality`` is a name (however spelt) or an id of the registry."""

    name: Words = Field(min_length=2, max_length=200)
    position: Words = Field(default="", max_length=200)
    category: Category = Category.NONE
    organisation: Words = Field(default="", max_length=300)
    municipality: Words = Field(max_length=200)
    email: Words | None = Field(default=None, max_length=254)


class SubmissionData(Schema):
    """The ``data`` part of a submission; everything may still be missing."""

    title: Words = Field(default="", max_length=300)
    abstract: Words = Field(default="", max_length=5000)
    track: int | None = Field(default=None, ge=1, le=99, strict=True)
    subject: Words = Field(default="", max_length=200)
    level: Words = Field(default="", max_length=100)
    format: Words = Field(default="", max_length=100)
    mentor: Words = Field(default="", max_length=200)
    keywords: tuple[Words, ...] = Field(default=(), max_length=50)
    authors: tuple[AuthorData, ...] = Field(default=(), max_length=50)
    children: Children = Children.UNANSWERED
    publication_only: bool = Field(default=False, strict=True)
    consents: tuple[ConsentKind, ...] = ()


class SubmissionChange(Schema):
    """Only the given fields change; ``response`` is the author's word to the next round."""

    title: Words | None = Field(default=None, max_length=300)
    abstract: Words | None = Field(default=None, max_length=5000)
    track: int | None = Field(default=None, ge=1, le=99, strict=True)
    subject: Words | None = Field(default=None, max_length=200)
    level: Words | None = Field(default=None, max_length=100)
    format: Words | None = Field(default=None, max_length=100)
    mentor: Words | None = Field(default=None, max_length=200)
    keywords: tuple[Words, ...] | None = Field(default=None, max_length=50)
    authors: tuple[AuthorData, ...] | None = Field(default=None, max_length=50)
    children: Children | None = None
    publication_only: bool | None = Field(default=None, strict=True)
    response: Words | None = Field(default=None, max_length=5000)
    consents: tuple[ConsentKind, ...] | None = None


class FileAnswer(Schema):
    id: str
    name: str
    size: int
    sha256: str
    status: FileStatus
    reason: str | None = None
    warnings: tuple[str, ...] = ()
    advice: tuple[str, ...] = ()
    parts: tuple[str, ...] | None = None
    cleared_at: datetime | None = None

    @classmethod
    def of(cls, file: SubmissionFile, advice: tuple[str, ...] = ()) -> "FileAnswer":
        """``advice`` are all codes said of the file: what reading and what the work tell."""
        found = file.extraction
        return cls(
            id=file.id,
            name=file.name,
            size=file.size,
            sha256=file.sha256,
            status=file.status,
            reason=found.reason.value if found and found.reason else None,
            warnings=tuple(code.value for code in found.warnings) if found else (),
            advice=advice,
            parts=file.parts,
            cleared_at=file.cleared_at,
        )


class StretchAnswer(Schema):
    """A shared passage in one text: its place in characters and its words."""

    start: int
    end: int
    text: str


class PassageAnswer(Schema):
    here: StretchAnswer
    there: StretchAnswer | None


class OverlapAnswer(Schema):
    """What a work shares with another; ``submission`` only where the caller may open it."""

    code: str
    year: int
    share: float
    words: int
    submission: str | None = None
    title: str = ""
    passages: tuple[PassageAnswer, ...] = ()


class OverlapList(Schema):
    items: tuple[OverlapAnswer, ...]


class SubmissionAnswer(Schema):
    submission: Submission
    files: tuple[FileAnswer, ...] = ()
    missing: tuple[str, ...] = ()


class MarathonData(NewMarathon):
    """What opens a marathon; moments carry their zone and follow each other."""

    theme: str = Field(default="", max_length=500)
    zone: Zone = "Asia/Irkutsk"
    opens_at: Moment
    submissions_until: Moment
    reviews_until: Moment
    live_on: Day
    tracks: tuple[Track, ...] = Field(min_length=1, max_length=99)
    contact: str = Field(default="", max_length=500)

    @model_validator(mode="after")
    def in_order(self) -> "MarathonData":
        if not self.opens_at < self.submissions_until < self.reviews_until:
            raise PydanticCustomError("dates_out_of_order", "dates out of order")
        if len({track.number for track in self.tracks}) < len(self.tracks):
            raise PydanticCustomError("tracks_repeat", "tracks repeat")
        return self


def with_whole_isbn(imprint: Imprint) -> Imprint:
    """Refuses a number that shops and libraries would."""
    if imprint.isbn and not digits_of(imprint.isbn):
        raise PydanticCustomError("isbn", "not an ISBN of 13 digits")
    return imprint


class MarathonChange(Schema):
    title: Words | None = Field(default=None, min_length=3, max_length=300)
    theme: Words | None = None
    year: int | None = None
    zone: str | None = None
    opens_at: Moment | None = None
    submissions_until: Moment | None = None
    reviews_until: Moment | None = None
    live_on: Day | None = None
    tracks: tuple[Track, ...] | None = None
    rubric: Words | None = None
    assignment: AssignmentPolicy | None = None
    decision: DecisionPolicy | None = None
    programme: ProgrammePolicy | None = None
    imprint: Annotated[Imprint, AfterValidator(with_whole_isbn)] | None = None
    contact: Words | None = None
    phase: Phase | None = None


class MarathonList(Schema):
    items: tuple[Marathon, ...]


class SubmissionList(Schema):
    """``next`` is the ``cursor`` of what follows; null at the end. So it is in every list."""

    items: tuple[Submission, ...]
    next: str | None = None


class AssignmentAnswer(Schema):
    """``title`` and ``abstract`` are all an expert learns of a work here; never who wrote it."""

    assignment: Assignment
    title: str
    abstract: str
    track: int | None


class AssignmentList(Schema):
    items: tuple[AssignmentAnswer, ...]
    next: str | None = None


class PlanAnswer(Schema):
    """``result`` is the engine's answer as ``marathon assign`` writes it."""

    id: str
    status: str
    result: dict[str, object]


class Withdrawal(Schema):
    reason: Words = Field(default="", max_length=1000)


class Decline(Schema):
    reason: DeclineReason = DeclineReason.OTHER
    note: Words = Field(default="", max_length=2000)


class ReviewData(Schema):
    levels: dict[Code, Annotated[int, Field(strict=True)]] = {}
    gates: dict[Code, Annotated[bool, Field(strict=True)]] = {}
    comments: dict[Code, Words] = {}
    comment: Words = Field(default="", max_length=10000)
    note: Words = Field(default="", max_length=10000)
    recommendation: str | None = None

    def draft(self) -> ReviewDraft:
        return ReviewDraft.model_validate(self.model_dump())


class ReviewAnswer(Schema):
    review: Review | None = None
    version: int = 0


class DecisionList(Schema):
    items: tuple[Decision, ...]
    next: str | None = None


class Confirm(Schema):
    decisions: tuple[str, ...] = Field(min_length=1, max_length=50_000)


class RunAnswer(Schema):
    run: str


class RunStatus(Schema):
    id: str
    stage: str
    state: RunState
    progress: float
    message: str
    artefacts: tuple[str, ...]

    @classmethod
    def of(cls, run: Run) -> "RunStatus":
        return cls(
            id=run.id,
            stage=run.deployment,
            state=run.state,
            progress=run.progress,
            message=run.message,
            artefacts=run.artefacts,
        )


class EditionAnswer(Schema):
    id: str
    number: int
    status: str
    built_at: datetime
    published_at: datetime | None
    artefacts: tuple[Artefact, ...]

    @classmethod
    def of(cls, edition: Edition) -> "EditionAnswer":
        return cls(
            id=edition.id,
            number=edition.number,
            status=edition.status.value,
            built_at=edition.built_at,
            published_at=edition.published_at,
            artefacts=edition.artefacts,
        )


class EditionList(Schema):
    items: tuple[EditionAnswer, ...]


class ReportAnswer(Schema):
    made_at: datetime | None
    figures: dict[str, object]


def refuse_version(header: str | None) -> int | None:
    """The version in ``If-Match``; raises ``BadInput`` when it is not a number."""
    if header is None:
        return None
    number = header.strip().removeprefix("W/").strip('"')
    if not number.isdecimal() or len(number) > 9:  # noqa: PLR2004
        raise BadInput("Заголовок If-Match: нужна версия, как в поле version.", field="If-Match")
    return int(number)
