"""Marathons, submissions with their files, assignments, reviews, decisions."""

from datetime import date, datetime

from sqlalchemy import Column, Index, UniqueConstraint
from sqlmodel import Field

from schemas.advice import Part
from schemas.assignment import (
    AssignmentStatus,
    DeclineReason,
    Edit,
    PlanFigures,
    PlanKind,
    PlanStatus,
    WhatIf,
    Wish,
)
from schemas.conflict import ConflictSource, SuspicionStatus
from schemas.decision import DecisionStatus
from schemas.decision_trace import DecisionTrace
from schemas.design import Design
from schemas.extraction import Extraction
from schemas.marathon import (
    AssignmentPolicy,
    CommonRound,
    DecisionPolicy,
    Imprint,
    MarathonTexts,
    Phase,
    ProgrammePolicy,
)
from schemas.people import Category
from schemas.review import ReviewDraft, SentDraft
from schemas.scanning import ScanVerdict
from schemas.submission import (
    Children,
    ConsentKind,
    DerivativeKind,
    FileStatus,
    SubmissionStatus,
)
from storage.columns import JsonOf, enum_of
from storage.tables.row import PartRow, Row, belongs, by_code_points, link, moment, shape


class MarathonRow(Row, table=True):
    __tablename__ = "marathon"
    cluster_id: str = link("cluster.id")
    title: str
    theme: str
    year: int
    phase: Phase = Field(sa_type=enum_of(Phase))
    zone: str
    opens_at: datetime = moment()
    submissions_until: datetime = moment()
    reviews_until: datetime = moment()
    live_on: date
    rubric: str
    assignment: AssignmentPolicy = shape(AssignmentPolicy)
    decision: DecisionPolicy = shape(DecisionPolicy)
    common_round: CommonRound = shape(CommonRound)
    programme: ProgrammePolicy = shape(ProgrammePolicy)
    imprint: Imprint = shape(Imprint)
    design: Design = shape(Design)
    texts: MarathonTexts = shape(MarathonTexts)
    contact: str
    cloned_from: str | None = link("marathon.id", nullable=True)
    version: int


class TrackRow(PartRow, table=True):
    __tablename__ = "track"
    __table_args__ = (UniqueConstraint("marathon_id", "place"),)
    marathon_id: str = belongs("marathon.id")
    number: int
    title: str
    live_slots: int


class SubmissionRow(Row, table=True):
    __tablename__ = "submission"
    __table_args__ = (
        UniqueConstraint("marathon_id", "number"),
        Index("ix_submission_marathon_status", "marathon_id", "status"),
        Index("ix_submission_marathon_title", "marathon_id", "title_key"),
    )
    marathon_id: str = link("marathon.id")
    number: int
    owner_id: str = link("person.id")
    status: SubmissionStatus = Field(sa_type=enum_of(SubmissionStatus))
    title: str
    abstract: str
    track: int | None = None
    subject: str
    level: str
    format: str
    mentor: str
    keywords: tuple[str, ...] = shape(tuple[str, ...])
    children: Children = Field(sa_type=enum_of(Children))
    publication_only: bool
    print_as_is: bool
    round: int
    extra_reviews: int
    reviews_closed: bool
    response: str
    withdrawal_reason: str
    return_reason: str
    entered_by: str | None = link("person.id", nullable=True)
    created_at: datetime = moment()
    submitted_at: datetime | None = moment(nullable=True)
    search_key: str
    title_key: str = by_code_points()
    version: int


class AuthorRow(PartRow, table=True):
    __tablename__ = "author"
    __table_args__ = (UniqueConstraint("submission_id", "place"),)
    submission_id: str = belongs("submission.id")
    name: str
    name_key: str = by_code_points()
    position: str
    category: Category = Field(sa_type=enum_of(Category))
    organisation: str
    organisation_id: str | None = link("organisation.id", nullable=True)
    municipality_id: str = link("municipality.id")
    email: str | None = None
    person_id: str | None = link("person.id", nullable=True)
    confirmed_at: datetime | None = moment(nullable=True)


class ConsentRow(PartRow, table=True):
    __tablename__ = "consent"
    __table_args__ = (UniqueConstraint("submission_id", "place"),)
    submission_id: str = belongs("submission.id")
    kind: ConsentKind = Field(sa_type=enum_of(ConsentKind))
    text_version: str
    given_at: datetime = moment()


class SubmissionFileRow(Row, table=True):
    __tablename__ = "submission_file"
    submission_id: str = link("submission.id")
    marathon_id: str = link("marathon.id")
    name: str
    sha256: str = Field(index=True)
    size: int
    status: FileStatus = Field(sa_type=enum_of(FileStatus), index=True)
    extraction: Extraction | None = Field(sa_column=Column(JsonOf(Extraction)))
    uploaded_at: datetime = moment()
    claimed_until: datetime | None = moment(nullable=True)
    parts: tuple[Part, ...] | None = Field(sa_column=Column(JsonOf(tuple[Part, ...])))
    cleared_at: datetime | None = moment(nullable=True)
    scan: ScanVerdict | None = Field(sa_type=enum_of(ScanVerdict))
    scanned_at: datetime | None = moment(nullable=True)
    virus: str


class DerivativeRow(Row, table=True):
    __tablename__ = "derivative"
    __table_args__ = (UniqueConstraint("file_id", "kind", "number"),)
    file_id: str = link("submission_file.id")
    kind: DerivativeKind = Field(sa_type=enum_of(DerivativeKind))
    number: int
    name: str
    sha256: str = Field(index=True)


class AssignmentRow(Row, table=True):
    __tablename__ = "assignment"
    __table_args__ = (
        UniqueConstraint("submission_id", "expert_id", "round"),
        Index("ix_assignment_marathon_status", "marathon_id", "status"),
    )
    marathon_id: str = link("marathon.id")
    submission_id: str = link("submission.id")
    expert_id: str = link("expert.id")
    round: int
    status: AssignmentStatus = Field(sa_type=enum_of(AssignmentStatus))
    affinity: float
    proposed_at: datetime = moment()
    answer_until: datetime | None = moment(nullable=True)
    due_at: datetime | None = moment(nullable=True)
    answered_at: datetime | None = moment(nullable=True)
    decline_reason: DeclineReason | None = Field(
        default=None,
        sa_type=enum_of(DeclineReason),
    )
    decline_note: str
    reminded: tuple[int, ...] = shape(tuple[int, ...])


class ConflictRow(Row, table=True):
    __tablename__ = "conflict"
    __table_args__ = (UniqueConstraint("submission_id", "expert_id"),)
    submission_id: str = link("submission.id")
    expert_id: str = link("expert.id")
    reason: str


class SuspicionRow(Row, table=True):
    __tablename__ = "suspicion"
    __table_args__ = (UniqueConstraint("submission_id", "expert_id", "source"),)
    marathon_id: str = link("marathon.id")
    submission_id: str = link("submission.id")
    expert_id: str = link("expert.id")
    source: ConflictSource = Field(sa_type=enum_of(ConflictSource))
    evidence: str
    status: SuspicionStatus = Field(sa_type=enum_of(SuspicionStatus))
    found_at: datetime = moment()
    decided_by: str | None = link("person.id", nullable=True)
    decided_at: datetime | None = moment(nullable=True)


class PreferenceRow(Row, table=True):
    __tablename__ = "preference"
    __table_args__ = (UniqueConstraint("submission_id", "expert_id"),)
    submission_id: str = link("submission.id")
    expert_id: str = link("expert.id")
    wish: Wish = Field(sa_type=enum_of(Wish))
    given_at: datetime = moment()


class MeaningRow(Row, table=True):
    """A text's sentence vector by the hash of the text and the model that made it."""

    __tablename__ = "meaning"
    __table_args__ = (UniqueConstraint("model", "sha256"),)
    model: str
    sha256: str
    vector: bytes


class PlanRow(Row, table=True):
    __tablename__ = "plan"
    marathon_id: str = link("marathon.id")
    status: PlanStatus = Field(sa_type=enum_of(PlanStatus))
    kind: PlanKind = Field(sa_type=enum_of(PlanKind))
    parent_id: str | None = link("plan.id", nullable=True)
    made_at: datetime = moment()
    made_by: str | None = link("person.id", nullable=True)
    what_if: WhatIf = shape(WhatIf)
    edits: tuple[Edit, ...] = shape(tuple[Edit, ...])
    message: str
    figures: PlanFigures = shape(PlanFigures)
    problem: dict[str, object] = shape(dict[str, object])
    result: dict[str, object] = shape(dict[str, object])


class PlanAffinityRow(Row, table=True):
    """The affinities a plan was made from, packed; too many to be listed in its problem."""

    __tablename__ = "plan_affinity"
    plan_id: str = belongs("plan.id", unique=True)
    packed: bytes


class ReviewRow(Row, table=True):
    __tablename__ = "review"
    assignment_id: str = Field(foreign_key="assignment.id", unique=True)
    marathon_id: str = link("marathon.id")
    submission_id: str = link("submission.id")
    expert_id: str = link("expert.id")
    draft: ReviewDraft = shape(ReviewDraft)
    score: float | None = None
    started_at: datetime | None = moment(nullable=True)
    saved_at: datetime = moment()
    submitted_at: datetime | None = moment(nullable=True)
    history: tuple[SentDraft, ...] = shape(tuple[SentDraft, ...])
    version: int


class DecisionRow(Row, table=True):
    __tablename__ = "decision"
    __table_args__ = (UniqueConstraint("submission_id", "round"),)
    marathon_id: str = link("marathon.id")
    submission_id: str = link("submission.id")
    round: int
    status: DecisionStatus = Field(sa_type=enum_of(DecisionStatus))
    outcome: str
    publication: bool
    live: bool
    revise: bool
    raw: float | None = None
    score: float | None = None
    sd: float | None = None
    p_publication: float | None = None
    reviews: int
    stable: bool
    reasons: tuple[str, ...] = shape(tuple[str, ...])
    explanation: str
    policy_version: int
    trace: DecisionTrace = shape(DecisionTrace)
    overridden_by: str | None = None
    override_reason: str
    proposed_at: datetime = moment()
    confirmed_at: datetime | None = moment(nullable=True)
    version: int
