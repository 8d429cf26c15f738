"""The author's last look at the typeset article before the collection is published."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from pydantic import Field

from schemas.base import Entity


class ProofStatus(StrEnum):
    ASKED = "asked"
    CONFIRMED = "confirmed"
    CORRECTED = "corrected"


PROOF_STATUS_NAMES: Mapping[ProofStatus, str] = {
    ProofStatus.ASKED: "ждём ответа автора",
    ProofStatus.CONFIRMED: "автор подтвердил",
    ProofStatus.CORRECTED: "автор исправил",
}


class Proof(Entity):
    """What an author said of the article in an edition; ``remarks`` are for the organisers."""

    submission_id: str
    marathon_id: str
    edition_id: str
    status: ProofStatus = ProofStatus.ASKED
    asked_at: datetime
    answered_at: datetime | None = None
    answered_by: str | None = None
    remarks: str = Field(default="", max_length=5000)
    version: int = 1
