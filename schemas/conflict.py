"""Conflicts of interest: the ones found by a rule wait for a person, who confirms or dismisses."""

from datetime import datetime
from enum import StrEnum

from schemas.base import Entity


class ConflictSource(StrEnum):
    """What made the system suspect a conflict; ``BY_HAND``: an organiser knew of it."""

    CO_AUTHOR = "co_author"
    MENTOR = "mentor"
    CLOSE_PERSON = "close_person"
    SURNAME = "surname"
    OWN_PLACE = "own_place"
    BY_HAND = "by_hand"


CONFLICT_SOURCE_NAMES = {
    ConflictSource.CO_AUTHOR: "соавтор",
    ConflictSource.MENTOR: "наставник",
    ConflictSource.CLOSE_PERSON: "назван экспертом",
    ConflictSource.SURNAME: "одна фамилия",
    ConflictSource.OWN_PLACE: "переезд эксперта",
    ConflictSource.BY_HAND: "записан организатором",
}


class SuspicionStatus(StrEnum):
    OPEN = "open"
    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"


SUSPICION_STATUS_NAMES = {
    SuspicionStatus.OPEN: "ждёт проверки",
    SuspicionStatus.CONFIRMED: "конфликт подтверждён",
    SuspicionStatus.DISMISSED: "конфликта нет",
}


class Suspicion(Entity):
    """A potential conflict of a work and an expert; while open the pair is not assigned.

    ``evidence`` is the sentence a person reads before deciding.
    """

    marathon_id: str
    submission_id: str
    expert_id: str
    source: ConflictSource
    evidence: str
    status: SuspicionStatus = SuspicionStatus.OPEN
    found_at: datetime
    decided_by: str | None = None
    decided_at: datetime | None = None
