"""Letters, runs, the journal and remembered answers."""

from datetime import datetime

from sqlalchemy import Column, Integer, UniqueConstraint
from sqlmodel import Field

from schemas.heartbeat import LivePart
from schemas.outbox import NoticeStatus, RunState
from storage.columns import enum_of
from storage.tables.row import Row, link, moment, shape


class NoticeRow(Row, table=True):
    __tablename__ = "notice"
    template: str
    person_id: str | None = link("person.id", nullable=True)
    address: str | None = None
    marathon_id: str | None = link("marathon.id", nullable=True)
    subject_kind: str
    subject_id: str
    values: dict[str, str] = shape(dict[str, str])
    dedup_key: str = Field(unique=True)
    status: NoticeStatus = Field(sa_type=enum_of(NoticeStatus), index=True)
    created_at: datetime = moment()
    title: str
    body: str
    tries: int
    next_at: datetime | None = moment(nullable=True)
    sent_at: datetime | None = moment(nullable=True)
    error: str


class RunRow(Row, table=True):
    __tablename__ = "run"
    deployment: str = Field(index=True)
    marathon_id: str | None = link("marathon.id", nullable=True)
    requested_by: str | None = None
    requested_at: datetime = moment()
    state: RunState = Field(sa_type=enum_of(RunState), index=True)
    progress: float
    message: str
    artefacts: tuple[str, ...] = shape(tuple[str, ...])
    prefect_run_id: str | None = None
    dispatch_tries: int
    started_at: datetime | None = moment(nullable=True)
    finished_at: datetime | None = moment(nullable=True)


class HeartbeatRow(Row, table=True):
    __tablename__ = "heartbeat"
    __table_args__ = (UniqueConstraint("part", "name"),)
    part: LivePart = Field(sa_type=enum_of(LivePart))
    name: str
    at: datetime = moment()


class JournalRow(Row, table=True):
    __tablename__ = "journal"
    number: int = Field(sa_column=Column(Integer, unique=True, nullable=False))
    at: datetime = moment()
    person_id: str | None = None
    on_behalf_of: str | None = None
    part: str
    action: str
    subject_kind: str
    subject_id: str = Field(index=True)
    details: dict[str, str] = shape(dict[str, str])
    previous_hash: str
    hash: str


class IdempotencyRow(Row, table=True):
    __tablename__ = "idempotency"
    __table_args__ = (UniqueConstraint("person_id", "key"),)
    person_id: str = link("person.id")
    key: str = Field(max_length=255)
    fingerprint: str
    subject_id: str
    created_at: datetime = moment()
