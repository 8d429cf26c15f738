"""QR codes as drawings for paper."""

import io

import segno


def qr(address: str) -> str:
    """A QR code of ``address`` as SVG; medium correction survives a bad printer."""
    picture = io.BytesIO()
    segno.make(address, error="m", micro=False).save(
        picture, kind="svg", border=0, xmldecl=False, svgns=True, dark="#1c1c1c"
    )
    return picture.getvalue().decode().strip()
