"""A coordinator proposes a teacher of the own municipality for the register of experts."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from pydantic import Field

from schemas.base import Entity


class NominationStatus(StrEnum):
    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    DECLINED = "declined"


NOMINATION_STATUS_NAMES: Mapping[NominationStatus, str] = {
    NominationStatus.PROPOSED: "ждёт решения организаторов",
    NominationStatus.ACCEPTED: "принят в реестр экспертов",
    NominationStatus.DECLINED: "не принят",
}


class Nomination(Entity):
    """``answer`` says why it was declined."""

    municipality_id: str
    name: str = Field(min_length=2, max_length=200)
    email: str = Field(max_length=254)
    position: str = Field(default="", max_length=200)
    organisation_id: str | None = None
    tracks: tuple[int, ...] = ()
    specialisations: tuple[str, ...] = ()
    words: str = Field(default="", max_length=2000)
    status: NominationStatus = NominationStatus.PROPOSED
    proposed_by: str
    proposed_at: datetime
    answered_by: str | None = None
    answered_at: datetime | None = None
    answer: str = Field(default="", max_length=1000)
