"""A certificate as it is printed, and what anybody may learn by its number."""

import hashlib
from datetime import datetime

from schemas.base import Schema
from schemas.certificate import CertificateKind
from schemas.design import CertificateDesign
from schemas.letter_template import Language


class Signatory(Schema):
    """A line to sign on."""

    role: str
    name: str


class CertificateView(Schema):
    """``verify_url`` is what the QR code leads to, ``logo`` the SHA-256 of a picture.

    ``intro`` stands before a name in the dative; without it the name is in the nominative.
    """

    number: str
    kind: CertificateKind
    name: str
    intro: str = ""
    holder: str
    about: str
    text: str
    marathon: str
    cluster: str
    signers: tuple[Signatory, ...] = ()
    issued_at: datetime
    zone: str
    verify_url: str
    design: CertificateDesign = CertificateDesign.CLASSIC
    accent: str = "#1b4b7a"
    logo: str | None = None
    language: Language = "ru"

    @property
    def fingerprint(self) -> str:
        """SHA-256 of all that is printed but the address, which moves with the installation."""
        return hashlib.sha256(self.model_dump_json(exclude={"verify_url"}).encode()).hexdigest()


class Verification(Schema):
    """Public facts; of a revoked certificate nothing personal is told.

    Of a paper whose names are not public anyway, ``holder`` is only initials and ``text`` is empty
    unless the mark fits.

    ``printed`` says whether the address came from a QR code of ours that was printed with these
    very words; None when it was only the number.
    """

    number: str
    valid: bool
    name: str
    marathon: str
    issued_at: datetime
    holder: str = ""
    text: str = ""
    revoked_at: datetime | None = None
    printed: bool | None = None
