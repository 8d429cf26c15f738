"""What stands behind decisions: versions of the rules, trials, frozen corrections, screenings."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from schemas.decision_policy import TrialOutcome, TrialStatus
from schemas.marathon import DecisionPolicy
from storage.columns import enum_of
from storage.tables.row import Row, link, moment, shape


class PolicyVersionRow(Row, table=True):
    __tablename__ = "policy_version"
    __table_args__ = (UniqueConstraint("marathon_id", "number"),)
    marathon_id: str = link("marathon.id")
    number: int
    policy: DecisionPolicy = shape(DecisionPolicy)
    made_by: str | None = link("person.id", nullable=True)
    made_at: datetime = moment()
    approved_by: str | None = link("person.id", nullable=True)
    approved_at: datetime | None = moment(nullable=True)


class PolicyTrialRow(Row, table=True):
    __tablename__ = "policy_trial"
    marathon_id: str = link("marathon.id")
    source_id: str = link("marathon.id")
    status: TrialStatus = Field(sa_type=enum_of(TrialStatus))
    policy: DecisionPolicy = shape(DecisionPolicy)
    asked_by: str | None = link("person.id", nullable=True)
    asked_at: datetime = moment()
    made_at: datetime | None = moment(nullable=True)
    message: str
    outcome: TrialOutcome = shape(TrialOutcome)


class FrozenCalibrationRow(Row, table=True):
    __tablename__ = "frozen_calibration"
    marathon_id: str = Field(foreign_key="marathon.id", unique=True)
    frozen_at: datetime | None = moment(nullable=True)
    applied: bool
    likelihood_ratio: float
    corrections: dict[str, float] = shape(dict[str, float])


class ScreeningRow(Row, table=True):
    __tablename__ = "screening"
    marathon_id: str = Field(foreign_key="marathon.id", unique=True)
    made_at: datetime = moment()
    report: dict[str, object] = shape(dict[str, object])
