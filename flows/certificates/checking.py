"""Whether a certificate is genuine: its number, and the mark its QR code bears."""

import hmac

from flows.certificates.view import Verification
from schemas.certificate import CERTIFICATE_NAMES, Certificate, CertificateKind
from schemas.errors import NotFound
from schemas.signing import Signer
from storage.work import Work

UNKNOWN = "Сертификата с таким номером нет. Проверьте номер: он напечатан под QR-кодом."
PURPOSE = "certificate"
SHOWN = 16
"""Signs of a mark in an address: 64 bits, beyond guessing and still a small code."""
PUBLIC = frozenset({CertificateKind.PUBLICATION, CertificateKind.SPEAKER})
"""What collection and programme tell everybody with the same names."""


def mark_of(certificate: Certificate, signer: Signer) -> str:
    """What only this installation can make of the number, the name and the words."""
    parts = (certificate.number, certificate.holder, certificate.text)
    return signer.mark(PURPOSE, *parts)[:SHOWN]


def address_of(certificate: Certificate, *, base_url: str, signer: Signer) -> str:
    """Where the QR code leads."""
    mark = mark_of(certificate, signer)
    return f"{base_url.rstrip('/')}/verify/{certificate.number}?s={mark}"


def verify(
    work: Work, number: str, *, mark: str = "", signer: Signer | None = None
) -> Verification:
    """What anybody may know of the certificate with this number; raises ``NotFound``.

    Numbers can be walked one by one, so names and words that are not public anyway are for those
    who have the paper: whose ``mark`` fits.
    """
    certificate = work.certificates.by_number(number.strip().upper())
    if certificate is None:
        raise NotFound(UNKNOWN)
    valid = certificate.revoked_at is None
    printed = fits(certificate, mark, signer) if mark and signer else None
    is_whole = bool(printed) or certificate.kind in PUBLIC
    return Verification(
        number=certificate.number,
        valid=valid,
        name=CERTIFICATE_NAMES[certificate.kind],
        marathon=work.marathons.get(certificate.marathon_id).title,
        issued_at=certificate.issued_at,
        holder=told(certificate.holder, whole=is_whole) if valid else "",
        text=certificate.text if valid and is_whole else "",
        revoked_at=certificate.revoked_at,
        printed=printed,
    )


def told(holder: str, *, whole: bool) -> str:
    """The name; by its number alone «В… Д. О.», which whoever has the paper can compare."""
    if whole:
        return holder
    surname, *names = holder.split() or [""]
    return " ".join([f"{surname[:1]}…", *(f"{name[:1]}." for name in names)])


def fits(certificate: Certificate, mark: str, signer: Signer) -> bool:
    """Takes the same time for every wrong mark; one of words changed since does not fit."""
    given = mark.encode("utf-8", "surrogatepass")
    return hmac.compare_digest(given, mark_of(certificate, signer).encode())
