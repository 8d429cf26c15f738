"""Certificates as PDF: A4 landscape, a QR code that leads to the page of verification."""

import io
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import segno
from babel.dates import format_date

from flows.certificates.view import CertificateView
from flows.documents.papers import papers_pdf
from flows.documents.wording import day
from schemas.letter_template import Language

TEMPLATES = Path(__file__).parent / "templates"
LABELS: Mapping[Language, Mapping[str, str]] = {
    "ru": {"chair_label": "Председатель методического совета", "check": "Проверить подлинность:"},
    "en": {"chair_label": "Chair of the methodical council", "check": "Check that it is genuine:"},
}


def pdfs(certificates: Sequence[CertificateView], *, made_at: datetime) -> list[bytes]:
    """One tagged PDF/A each, in the given order, by one run of the typesetter."""
    items = [data_of(one) for one in certificates]
    return papers_pdf("certificate.typ", items, templates=TEMPLATES, made_at=made_at)


def data_of(certificate: CertificateView) -> dict[str, str]:
    issued = certificate.issued_at.astimezone(ZoneInfo(certificate.zone)).date()
    return {
        "name": certificate.name,
        "number": certificate.number,
        "holder": certificate.holder,
        "about": certificate.about,
        "text": certificate.text,
        "cluster": certificate.cluster,
        "chair": certificate.chair,
        "date": written(issued, certificate.language),
        "language": certificate.language,
        **LABELS[certificate.language],
        "url": certificate.verify_url,
        "qr": qr(certificate.verify_url),
    }


def written(issued: date, language: Language) -> str:
    english = language == "en"
    return format_date(issued, "d MMMM y", locale="en") if english else day(issued)


def qr(address: str) -> str:
    """A QR code of ``address`` as SVG; medium correction survives a bad printer."""
    picture = io.BytesIO()
    segno.make(address, error="m", micro=False).save(
        picture, kind="svg", border=0, xmldecl=False, svgns=True, dark="#1c1c1c"
    )
    return picture.getvalue().decode().strip()
