"""Who reviews what, and how far each assignment has got."""

from datetime import datetime
from enum import StrEnum

from schemas.base import Entity


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


class PlanStatus(StrEnum):
    PROPOSED = "proposed"
    APPLIED = "applied"
    DISCARDED = "discarded"


class Plan(Entity):
    """A proposed assignment to look at before it is applied; ``result`` is the engine's answer."""

    marathon_id: str
    status: PlanStatus = PlanStatus.PROPOSED
    made_at: datetime
    problem: dict[str, object]
    result: dict[str, object]
