"""What a marathon leaves: programme, editions, meetings, certificates, points, papers."""

from datetime import date, datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from schemas.certificate import CertificateKind
from schemas.collection import Artefact, EditionStatus, WorkProblem
from schemas.council import Attendance, Choice
from schemas.ledger import Indicator
from schemas.papers import PaperKind
from storage.columns import enum_of
from storage.tables.row import PartRow, Row, belongs, link, moment, shape


class ProgrammeSessionRow(Row, table=True):
    __tablename__ = "programme_session"
    __table_args__ = (UniqueConstraint("marathon_id", "track"),)
    marathon_id: str = link("marathon.id")
    track: int
    title: str
    starts_at: datetime = moment()
    moderator: str
    link: str


class SlotRow(Row, table=True):
    __tablename__ = "slot"
    __table_args__ = (UniqueConstraint("marathon_id", "submission_id"),)
    session_id: str = link("programme_session.id")
    marathon_id: str = link("marathon.id")
    submission_id: str = link("submission.id")
    number: int
    starts_at: datetime = moment()
    minutes: int
    moved: bool = False
    confirmed_at: datetime | None = moment(nullable=True)
    declined_at: datetime | None = moment(nullable=True)


class EditionRow(Row, table=True):
    __tablename__ = "edition"
    __table_args__ = (UniqueConstraint("marathon_id", "number"),)
    marathon_id: str = link("marathon.id")
    number: int
    status: EditionStatus = Field(sa_type=enum_of(EditionStatus))
    built_at: datetime = moment()
    published_at: datetime | None = moment(nullable=True)
    artefacts: tuple[Artefact, ...] = shape(tuple[Artefact, ...])
    problems: tuple[WorkProblem, ...] = shape(tuple[WorkProblem, ...])
    changes: str


class ArticleRow(PartRow, table=True):
    __tablename__ = "article"
    __table_args__ = (UniqueConstraint("edition_id", "place"),)
    edition_id: str = belongs("edition.id")
    submission_id: str = link("submission.id")


class MeetingRow(Row, table=True):
    __tablename__ = "meeting"
    __table_args__ = (UniqueConstraint("cluster_id", "number", "held_on"),)
    cluster_id: str = link("cluster.id")
    marathon_id: str | None = link("marathon.id", nullable=True)
    number: int
    body: str
    theme: str
    place: str
    held_on: date
    chair: str
    secretary: str
    closed_at: datetime | None = moment(nullable=True)
    version: int


class MeetingMemberRow(PartRow, table=True):
    __tablename__ = "meeting_member"
    __table_args__ = (UniqueConstraint("meeting_id", "place"),)
    meeting_id: str = belongs("meeting.id")
    municipality_id: str = link("municipality.id")
    representative: str
    attendance: Attendance = Field(sa_type=enum_of(Attendance))
    absence_reason: str


class AgendaItemRow(PartRow, table=True):
    __tablename__ = "agenda_item"
    __table_args__ = (UniqueConstraint("meeting_id", "place"),)
    meeting_id: str = belongs("meeting.id")
    number: int
    title: str
    speaker: str
    heard: str
    spoke: str
    resolution: str
    needs_vote: bool
    submission_id: str | None = link("submission.id", nullable=True)


class ActionItemRow(PartRow, table=True):
    __tablename__ = "action_item"
    __table_args__ = (UniqueConstraint("agenda_item_id", "place"),)
    agenda_item_id: str = belongs("agenda_item.id")
    task: str
    executor: str
    deadline: date | None = None


class DelegateRow(PartRow, table=True):
    __tablename__ = "delegate"
    __table_args__ = (
        UniqueConstraint("agenda_item_id", "place"),
        UniqueConstraint("agenda_item_id", "municipality_id"),
    )
    agenda_item_id: str = belongs("agenda_item.id")
    municipality_id: str = link("municipality.id")
    name: str
    home_id: str | None = link("municipality.id", nullable=True)


class VoteRow(Row, table=True):
    __tablename__ = "vote"
    __table_args__ = (UniqueConstraint("meeting_id", "item", "municipality_id"),)
    meeting_id: str = link("meeting.id")
    item: int
    municipality_id: str = link("municipality.id")
    choice: Choice = Field(sa_type=enum_of(Choice))


class CertificateRow(Row, table=True):
    __tablename__ = "certificate"
    __table_args__ = (UniqueConstraint("marathon_id", "kind", "holder", "submission_id"),)
    marathon_id: str = link("marathon.id")
    number: str = Field(unique=True)
    kind: CertificateKind = Field(sa_type=enum_of(CertificateKind))
    person_id: str | None = link("person.id", nullable=True)
    holder: str
    submission_id: str | None = link("submission.id", nullable=True)
    text: str
    issued_at: datetime = moment()
    sha256: str | None = None
    drawn_from: str | None = None
    revoked_at: datetime | None = moment(nullable=True)


class LedgerEntryRow(Row, table=True):
    __tablename__ = "ledger_entry"
    __table_args__ = (UniqueConstraint("marathon_id", "municipality_id", "indicator", "evidence"),)
    marathon_id: str = link("marathon.id")
    municipality_id: str = link("municipality.id")
    indicator: Indicator = Field(sa_type=enum_of(Indicator))
    count: int
    evidence: str
    by_hand: bool
    approved_at: datetime | None = moment(nullable=True)


class ReportRow(Row, table=True):
    __tablename__ = "report"
    marathon_id: str = Field(foreign_key="marathon.id", unique=True)
    made_at: datetime = moment()
    figures: dict[str, object] = shape(dict[str, object])


class PaperRow(Row, table=True):
    __tablename__ = "paper"
    __table_args__ = (UniqueConstraint("kind", "subject_id", "path"),)
    kind: PaperKind = Field(sa_type=enum_of(PaperKind))
    subject_id: str = Field(index=True)
    path: str
    sha256: str
    size: int
    made_at: datetime = moment()
