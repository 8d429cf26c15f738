"""Who reviews what, and how far each assignment has got."""

from datetime import datetime
from enum import StrEnum

from pydantic import Field

from schemas.base import Entity, Schema
from schemas.marathon import AssignmentChanges


class AssignmentStatus(StrEnum):
    PROPOSED = "proposed"
    INVITED = "invited"
    ACCEPTED = "accepted"
    IN_PROGRESS = "in_progress"
    SUBMITTED = "submitted"
    DECLINED = "declined"
    EXPIRED = "expired"
    REPLACED = "replaced"


ASSIGNMENT_STATUS_NAMES = {
    AssignmentStatus.PROPOSED: "предложено",
    AssignmentStatus.INVITED: "приглашён",
    AssignmentStatus.ACCEPTED: "согласился",
    AssignmentStatus.IN_PROGRESS: "оценивает",
    AssignmentStatus.SUBMITTED: "оценка отправлена",
    AssignmentStatus.DECLINED: "отказался",
    AssignmentStatus.EXPIRED: "срок вышел",
    AssignmentStatus.REPLACED: "заменён",
}

OPEN = frozenset(
    {
        AssignmentStatus.PROPOSED,
        AssignmentStatus.INVITED,
        AssignmentStatus.ACCEPTED,
        AssignmentStatus.IN_PROGRESS,
    }
)
HELD = OPEN | {AssignmentStatus.SUBMITTED}
TO_SCORE = frozenset({AssignmentStatus.ACCEPTED, AssignmentStatus.IN_PROGRESS})


class DeclineReason(StrEnum):
    NOT_NOW = "not_now"
    CONFLICT = "conflict"
    OTHER = "other"


class Assignment(Entity):
    marathon_id: str
    submission_id: str
    expert_id: str
    round: int = 1
    status: AssignmentStatus = AssignmentStatus.PROPOSED
    affinity: float = 0.0
    proposed_at: datetime
    answer_until: datetime | None = None
    due_at: datetime | None = None
    answered_at: datetime | None = None
    decline_reason: DeclineReason | None = None
    decline_note: str = ""
    reminded: tuple[int, ...] = ()


class Wish(StrEnum):
    """What an expert says about a work before assignment; silence is ``WILLING``."""

    EAGER = "eager"
    WILLING = "willing"
    RELUCTANT = "reluctant"


class Preference(Entity):
    """An expert's wish about one work; it moves affinity and never breaks a rule."""

    submission_id: str
    expert_id: str
    wish: Wish
    given_at: datetime


class PlanStatus(StrEnum):
    REQUESTED = "requested"
    PROPOSED = "proposed"
    APPLIED = "applied"
    DISCARDED = "discarded"
    FAILED = "failed"


PLAN_STATUS_NAMES = {
    PlanStatus.REQUESTED: "составляется",
    PlanStatus.PROPOSED: "ждёт решения",
    PlanStatus.APPLIED: "применён",
    PlanStatus.DISCARDED: "отложен",
    PlanStatus.FAILED: "не составлен",
}


class PlanKind(StrEnum):
    PROPOSAL = "proposal"
    WHAT_IF = "what_if"
    MANUAL = "manual"


PLAN_KIND_NAMES = {
    PlanKind.PROPOSAL: "по правилам марафона",
    PlanKind.WHAT_IF: "проба",
    PlanKind.MANUAL: "с правками от руки",
}


ELSEWHERE = "new"  # a municipality that is not in the registry yet


class Newcomers(Schema):
    """Experts who do not exist yet, to see what they would change.

    Those of ``ELSEWHERE`` come from a new municipality each.
    """

    municipality_id: str
    count: int = Field(default=1, ge=1, le=50)
    capacity: int = Field(default=6, ge=1)


class WhatIf(Schema):
    """What a trial plan changes; ``policy`` names only the fields that differ."""

    policy: AssignmentChanges = AssignmentChanges()
    capacity_change: int = Field(default=0, ge=-20, le=20)
    without: tuple[str, ...] = ()
    newcomers: tuple[Newcomers, ...] = ()


class Edit(Schema):
    """One change by hand in a plan: ``out`` leaves the work's panel, ``into`` joins it."""

    submission_id: str
    out: str | None = None
    into: str | None = None


class PlanFigures(Schema):
    """A made plan in numbers; ``wanted`` reviews in all, ``missing`` of them not placed.

    ``seed`` is the one it was made with.
    """

    status: str = ""
    pairs: int = 0
    wanted: int = 0
    missing: int = 0
    total: float = 0
    bound: float = 0
    gap: float = 0
    mean: float = 0
    lowest: float = 0
    p5: float = 0
    load_gini: float = 0
    deficits: int = 0
    seed: int | None = None


class PlanOutline(Entity):
    """What a list of plans shows: how a plan came about, where it stands, its numbers.

    A trial keeps what it changed, a plan by hand what was edited in its ``parent_id``.
    ``message`` says why a plan could not be made.
    """

    marathon_id: str
    status: PlanStatus = PlanStatus.PROPOSED
    kind: PlanKind = PlanKind.PROPOSAL
    parent_id: str | None = None
    made_at: datetime
    made_by: str | None = None
    what_if: WhatIf = WhatIf()
    edits: tuple[Edit, ...] = ()
    message: str = ""
    figures: PlanFigures = PlanFigures()


class Plan(PlanOutline):
    """A plan to look at before it is applied; ``result`` is the engine's answer to ``problem``."""

    problem: dict[str, object] = {}
    result: dict[str, object] = {}
