"""How the collection and the certificates look: what an institute may choose for its print.

Contrast is that of WCAG 2.2 (relative luminance of sRGB): small coloured letters on white paper
and white letters on the colour are read at 4.5 and above.
"""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, Field

from schemas.base import Schema

MIN_CONTRAST = 4.5
BLACK_STEPS = 100
Channels = tuple[int, int, int]


class Template(StrEnum):
    CLASSIC = "classic"
    MODERN = "modern"
    COMPACT = "compact"


class CertificateDesign(StrEnum):
    CLASSIC = "classic"
    MODERN = "modern"
    FESTIVE = "festive"


TEMPLATE_NAMES: Mapping[Template, str] = {
    Template.CLASSIC: "Классический",
    Template.MODERN: "Современный",
    Template.COMPACT: "Экономный",
}
CERTIFICATE_DESIGN_NAMES: Mapping[CertificateDesign, str] = {
    CertificateDesign.CLASSIC: "Классический",
    CertificateDesign.MODERN: "Современный",
    CertificateDesign.FESTIVE: "Праздничный",
}


def contrast_with_white(colour: str) -> float:
    """WCAG contrast of ``#rrggbb`` with white paper, 1 (white) to 21 (black)."""
    red, green, blue = (_linear(channel) for channel in _channels(colour))
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def darkened(colour: str) -> str:
    """Return the lightest shade of ``colour`` towards black that is read on white."""
    for step in range(BLACK_STEPS + 1):
        red, green, blue = (
            channel * (BLACK_STEPS - step) // BLACK_STEPS for channel in _channels(colour)
        )
        shade = f"#{red:02x}{green:02x}{blue:02x}"
        if contrast_with_white(shade) >= MIN_CONTRAST:
            return shade
    return "#000000"


def legible(colour: str) -> str:
    """Return ``colour`` as ``#rrggbb``; ``ValueError`` says in Russian what is wrong with it."""
    written = colour.strip().lower()
    if not re.fullmatch(r"#[0-9a-f]{6}", written):
        message = "Цвет записывают как # и шесть знаков 0–9, a–f, например #1b4b7a."
        raise ValueError(message)
    if contrast_with_white(written) < MIN_CONTRAST:
        message = (
            f"Цвет {written} на белой бумаге не прочесть: возьмите темнее, {darkened(written)}."
        )
        raise ValueError(message)
    return written


Colour = Annotated[str, AfterValidator(legible)]


class Look(Schema):
    """``accent`` is ``#rrggbb`` and dark enough to be read on white."""

    template: Template = Template.CLASSIC
    accent: Colour = "#1b4b7a"


class Design(Look):
    """A marathon's choice. ``logo`` is the SHA-256 of a picture in the file store."""

    logo: str | None = Field(default=None, pattern=r"^[0-9a-f]{64}$")
    certificate: CertificateDesign = CertificateDesign.CLASSIC


def _channels(colour: str) -> Channels:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _linear(channel: int) -> float:
    share = channel / 255
    return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4  # noqa: PLR2004
