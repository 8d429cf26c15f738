"""A certificate as it is printed, and what anybody may learn by its number."""

from datetime import datetime

from schemas.base import Schema
from schemas.certificate import CertificateKind
from schemas.letter_template import Language


class CertificateView(Schema):
    """``verify_url`` is what the QR code leads to."""

    number: str
    kind: CertificateKind
    name: str
    holder: str
    about: str
    text: str
    marathon: str
    cluster: str
    chair: str
    issued_at: datetime
    zone: str
    verify_url: str
    language: Language = "ru"


class Verification(Schema):
    """Public facts; of a revoked certificate nothing personal is told."""

    number: str
    valid: bool
    name: str
    marathon: str
    issued_at: datetime
    holder: str = ""
    text: str = ""
    revoked_at: datetime | None = None
