"""QR codes as drawings for paper."""

import io

import segno

MASK = 2
"""Of the eight patterns this one spreads dark and light best under addresses: in nine codes of ten
it is what weighing all eight chooses, which takes four times as long, and in none is it far from
it. Readers take any (ISO/IEC 18004, 7.8)."""


def qr(address: str) -> str:
    """A QR code of ``address`` as SVG; medium correction survives a bad printer."""
    picture = io.BytesIO()
    segno.make(address, error="m", micro=False, mask=MASK).save(
        picture, kind="svg", border=0, xmldecl=False, svgns=True, dark="#1c1c1c"
    )
    return picture.getvalue().decode().strip()
