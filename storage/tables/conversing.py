"""What people say and send beside the main way: versions, ways in, proofs, questions, letters."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from schemas.nomination import NominationStatus
from schemas.proof import ProofStatus
from schemas.question import QuestionStatus
from schemas.submission import SubmissionDraft
from storage.columns import enum_of
from storage.tables.row import Row, link, moment, shape


class SubmissionVersionRow(Row, table=True):
    __tablename__ = "submission_version"
    __table_args__ = (UniqueConstraint("submission_id", "number"),)
    submission_id: str = link("submission.id")
    marathon_id: str = link("marathon.id")
    number: int
    round: int
    content: SubmissionDraft = shape(SubmissionDraft)
    file_id: str | None = link("submission_file.id", nullable=True)
    sent_by: str | None = link("person.id", nullable=True)
    sent_at: datetime = moment()


class ExtensionRow(Row, table=True):
    __tablename__ = "extension"
    marathon_id: str = link("marathon.id")
    person_id: str = link("person.id")
    until: datetime = moment()
    reason: str
    granted_by: str | None = link("person.id", nullable=True)
    granted_at: datetime = moment()
    access_code_id: str | None = link("access_code.id", nullable=True)


class AccessCodeRow(Row, table=True):
    __tablename__ = "access_code"
    __table_args__ = (UniqueConstraint("marathon_id", "code"),)
    marathon_id: str = link("marathon.id")
    code: str
    until: datetime = moment()
    most_uses: int
    uses: int
    tracks: tuple[int, ...] = shape(tuple[int, ...])
    note: str
    made_by: str | None = link("person.id", nullable=True)
    made_at: datetime = moment()
    closed_at: datetime | None = moment(nullable=True)


class UploadRow(Row, table=True):
    __tablename__ = "upload"
    submission_id: str = link("submission.id")
    person_id: str = link("person.id")
    name: str
    size: int
    received: int
    parts: tuple[str, ...] = shape(tuple[str, ...])
    started_at: datetime = moment()
    file_id: str | None = link("submission_file.id", nullable=True)


class ProofRow(Row, table=True):
    __tablename__ = "proof"
    __table_args__ = (UniqueConstraint("submission_id", "edition_id"),)
    submission_id: str = link("submission.id")
    marathon_id: str = link("marathon.id")
    edition_id: str = link("edition.id")
    status: ProofStatus = Field(sa_type=enum_of(ProofStatus))
    asked_at: datetime = moment()
    answered_at: datetime | None = moment(nullable=True)
    answered_by: str | None = link("person.id", nullable=True)
    remarks: str
    version: int


class QuestionRow(Row, table=True):
    __tablename__ = "question"
    assignment_id: str = link("assignment.id")
    submission_id: str = link("submission.id")
    marathon_id: str = link("marathon.id")
    status: QuestionStatus = Field(sa_type=enum_of(QuestionStatus))
    text: str
    asked_at: datetime = moment()
    passed_text: str
    passed_at: datetime | None = moment(nullable=True)
    declined_because: str
    answer: str
    answered_at: datetime | None = moment(nullable=True)
    returned_text: str
    returned_at: datetime | None = moment(nullable=True)
    version: int


class NominationRow(Row, table=True):
    __tablename__ = "nomination"
    municipality_id: str = link("municipality.id")
    name: str
    email: str = Field(index=True)
    position: str
    organisation_id: str | None = link("organisation.id", nullable=True)
    tracks: tuple[int, ...] = shape(tuple[int, ...])
    specialisations: tuple[str, ...] = shape(tuple[str, ...])
    words: str
    status: NominationStatus = Field(sa_type=enum_of(NominationStatus))
    proposed_by: str = link("person.id")
    proposed_at: datetime = moment()
    answered_by: str | None = link("person.id", nullable=True)
    answered_at: datetime | None = moment(nullable=True)
    answer: str


class KeptFormRow(Row, table=True):
    __tablename__ = "kept_form"
    hash: str = Field(unique=True)
    path: str
    entries: tuple[tuple[str, str], ...] = shape(tuple[tuple[str, str], ...])
    kept_at: datetime = moment()
    expires_at: datetime = moment(index=True)


class LetterTemplateRow(Row, table=True):
    __tablename__ = "letter_template"
    __table_args__ = (UniqueConstraint("marathon_id", "code", "language"),)
    marathon_id: str = link("marathon.id")
    code: str
    language: str
    title: str
    text: str
    edited_by: str | None = link("person.id", nullable=True)
    edited_at: datetime = moment()
    version: int
