"""The pair of independent outcomes for a work, with reasons and trace."""

from datetime import datetime
from enum import StrEnum

from schemas.base import Entity, Schema
from schemas.decision_trace import DecisionTrace


class DecisionStatus(StrEnum):
    PROPOSED = "proposed"
    CONFIRMED = "confirmed"


class Decision(Entity):
    """``outcome`` is the engine's word on publication: yes, no, extra_review or council."""

    marathon_id: str
    submission_id: str
    round: int = 1
    status: DecisionStatus = DecisionStatus.PROPOSED
    outcome: str
    publication: bool
    live: bool
    revise: bool = False
    raw: float | None = None
    score: float | None = None
    sd: float | None = None
    p_publication: float | None = None
    reviews: int = 0
    stable: bool = False
    reasons: tuple[str, ...] = ()
    explanation: str = ""
    policy_version: int = 1
    trace: DecisionTrace = DecisionTrace()
    overridden_by: str | None = None
    override_reason: str = ""
    proposed_at: datetime
    confirmed_at: datetime | None = None
    version: int = 1


class Ruling(Schema):
    """What a person decides instead of the proposal, and why; ``council``: so it was voted."""

    publication: bool
    live: bool
    revise: bool = False
    council: bool = False
    reason: str
