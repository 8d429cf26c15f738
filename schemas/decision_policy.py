"""The rules of decision over time: versions with their approval, trials, frozen corrections."""

from datetime import datetime
from enum import StrEnum

from schemas.base import Entity, Schema
from schemas.marathon import DecisionPolicy


class PolicyVersion(Entity):
    """The rules as they stood; ``made_by`` and ``approved_by`` are people, None for the system."""

    marathon_id: str
    number: int
    policy: DecisionPolicy
    made_by: str | None = None
    made_at: datetime
    approved_by: str | None = None
    approved_at: datetime | None = None


class TrialStatus(StrEnum):
    REQUESTED = "requested"
    MADE = "made"
    FAILED = "failed"


TRIAL_STATUS_NAMES = {
    TrialStatus.REQUESTED: "считается",
    TrialStatus.MADE: "посчитано",
    TrialStatus.FAILED: "не посчитано",
}


class Counts(Schema):
    """How many works a set of rules takes, refuses and leaves open."""

    works: int = 0
    publication: int = 0
    live: int = 0
    refused: int = 0
    extra_review: int = 0
    council: int = 0
    fragile: int = 0


class Change(Schema):
    """A work that comes out differently; outcomes are the words of ``Publication``."""

    submission_id: str
    before: str
    after: str
    live_before: bool
    live_after: bool
    score: float | None = None
    p_publication: float | None = None


class TrialOutcome(Schema):
    """What the tried rules would do to the same marks, beside the rules in force."""

    before: Counts = Counts()
    after: Counts = Counts()
    changes: tuple[Change, ...] = ()


class PolicyTrial(Entity):
    """Rules tried on the real marks of ``source_id``, this marathon or an earlier one.

    A trial never changes a decision.
    """

    marathon_id: str
    source_id: str
    status: TrialStatus = TrialStatus.REQUESTED
    policy: DecisionPolicy
    asked_by: str | None = None
    asked_at: datetime
    made_at: datetime | None = None
    message: str = ""
    outcome: TrialOutcome = TrialOutcome()


class FrozenCalibration(Entity):
    """Corrections for strictness behind the newest proposals, points by expert id.

    The first final decision sets ``frozen_at``; later reviews never move them.
    """

    marathon_id: str
    frozen_at: datetime | None = None
    applied: bool
    likelihood_ratio: float
    corrections: dict[str, float] = {}


class Screening(Entity):
    """The newest screening of a marathon's reviews; ``report`` is a ``ScreeningReport``."""

    marathon_id: str
    made_at: datetime
    report: dict[str, object] = {}
