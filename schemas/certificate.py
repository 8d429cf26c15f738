"""Verifiable documents for people."""

from datetime import datetime
from enum import StrEnum

from schemas.base import Entity


class CertificateKind(StrEnum):
    PARTICIPANT = "participant"
    SPEAKER = "speaker"
    PUBLICATION = "publication"
    EXPERT = "expert"
    THANKS = "thanks"


CERTIFICATE_NAMES = {
    CertificateKind.PARTICIPANT: "Сертификат участника",
    CertificateKind.SPEAKER: "Сертификат докладчика",
    CertificateKind.PUBLICATION: "Свидетельство о публикации",
    CertificateKind.EXPERT: "Справка эксперта",
    CertificateKind.THANKS: "Благодарственное письмо",
}
CERTIFICATES_IN_ENGLISH = {
    CertificateKind.PARTICIPANT: "Certificate of participation",
    CertificateKind.SPEAKER: "Certificate of presentation",
    CertificateKind.PUBLICATION: "Certificate of publication",
    CertificateKind.EXPERT: "Certificate of expert review",
    CertificateKind.THANKS: "Letter of thanks",
}


class Certificate(Entity):
    """One per person, kind and work; ``number`` is what the QR code leads to.

    ``sha256`` is the file, ``drawn_from`` the fingerprint of everything it was drawn from.
    """

    marathon_id: str
    number: str
    kind: CertificateKind
    person_id: str | None = None
    holder: str
    submission_id: str | None = None
    text: str
    issued_at: datetime
    sha256: str | None = None
    drawn_from: str | None = None
    revoked_at: datetime | None = None
