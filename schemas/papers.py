"""Documents the stages write for people: programmes, protocols, reports."""

from datetime import datetime
from enum import StrEnum

from schemas.base import Entity


class PaperKind(StrEnum):
    PROGRAMME = "programme"
    PROTOCOL = "protocol"
    REPORT = "report"


class Paper(Entity):
    """The newest version of a file; ``subject_id`` is the marathon's or the meeting's id.

    ``size`` is in bytes; the file store holds the content under ``sha256``.
    """

    kind: PaperKind
    subject_id: str
    path: str
    sha256: str
    size: int
    made_at: datetime
