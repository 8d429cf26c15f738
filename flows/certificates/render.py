"""Certificates as PDF: A4 landscape, a QR code that leads to the page of verification."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date

from flows.certificates.view import CertificateView
from flows.documents.printing.codes import qr
from flows.documents.printing.papers import papers_pdf
from flows.documents.wording import day
from schemas.letter_template import Language
from storage.files import FileStore

TEMPLATES = Path(__file__).parent / "templates"
CHECK: Mapping[Language, str] = {
    "ru": "Проверить подлинность:",
    "en": "Check that it is genuine:",
}
NUMBERED: Mapping[Language, str] = {"ru": "№ {}", "en": "No. {}"}


def pdfs(certificates: Sequence[CertificateView], *, files: FileStore) -> list[bytes]:
    """One tagged PDF/A each, in the given order; the day of issue is the files' own date."""
    by_moment: dict[datetime, list[int]] = {}
    for place, one in enumerate(certificates):
        by_moment.setdefault(one.issued_at, []).append(place)
    drawn: dict[int, bytes] = {}
    for moment, places in by_moment.items():
        shown = [certificates[place] for place in places]
        drawn |= zip(places, drawn_at(shown, files, moment), strict=True)
    return [drawn[place] for place in range(len(certificates))]


def drawn_at(
    certificates: Sequence[CertificateView], files: FileStore, moment: datetime
) -> list[bytes]:
    """Certificates of one moment, by one run of the typesetter."""
    logos = sorted({one.logo for one in certificates if one.logo})
    names = {sha256: f"logo{number}" for number, sha256 in enumerate(logos)}
    return papers_pdf(
        "certificate.typ",
        [data_of(one, names) for one in certificates],
        templates=TEMPLATES,
        made_at=moment,
        files={name: files.existing(sha256) for sha256, name in names.items()},
    )


def data_of(certificate: CertificateView, logos: Mapping[str, str]) -> dict[str, Any]:
    issued = certificate.issued_at.astimezone(ZoneInfo(certificate.zone)).date()
    address = certificate.verify_url
    facts = ("name", "intro", "holder", "about", "text", "cluster", "design", "accent", "language")
    return {
        **certificate.model_dump(mode="json", include=set(facts)),
        "numbered": NUMBERED[certificate.language].format(certificate.number),
        "signers": [one.model_dump() for one in certificate.signers],
        "date": written(issued, certificate.language),
        "check": CHECK[certificate.language],
        "logo": logos.get(certificate.logo or "", ""),
        "url": address,
        "address": address.partition("?")[0],
        "qr": qr(address),
    }


def written(issued: date, language: Language) -> str:
    english = language == "en"
    return format_date(issued, "d MMMM y", locale="en") if english else day(issued)
