"""Whatever is sent as a logo becomes a plain PNG or is refused in words."""

import io
import zlib

import pytest
from PIL import Image

from flows.documents.printing import logos
from schemas.errors import BadFile


def picture(kind: str, size: tuple[int, int] = (600, 300), mode: str = "RGB") -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, "navy").save(out, kind)
    return out.getvalue()


def refused(content: bytes) -> str:
    with pytest.raises(BadFile) as refusal:
        logos.redrawn(content)
    return refusal.value.sentence


@pytest.mark.parametrize(
    "sent", [picture("PNG"), picture("JPEG"), picture("PNG", mode="RGBA"), picture("PNG", mode="P")]
)
def test_png_and_jpeg_become_plain_png(sent: bytes) -> None:
    with Image.open(io.BytesIO(logos.redrawn(sent))) as image:
        assert (image.format, image.mode, image.size) == ("PNG", "RGB", (600, 300))


def test_large_pictures_are_reduced_and_lose_what_was_hidden_in_them() -> None:
    out = io.BytesIO()
    large = Image.new("RGB", (3000, 1500), "navy")
    exif = Image.Exif()
    exif[0x9286] = "where it was taken"
    large.save(out, "JPEG", exif=exif)

    made = logos.redrawn(out.getvalue())

    with Image.open(io.BytesIO(made)) as image:
        assert image.size == (1200, 600)
        assert not image.info
    assert b"taken" not in made


def test_same_logo_is_always_drawn_the_same() -> None:
    assert logos.redrawn(picture("JPEG")) == logos.redrawn(picture("JPEG"))


@pytest.mark.parametrize(
    "sent",
    [
        b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>',
        b'  <svg onload="alert(1)"/>',
    ],
)
def test_svg_is_refused_with_what_to_do(sent: bytes) -> None:
    assert "сохраните как PNG" in refused(sent)


@pytest.mark.parametrize("sent", [b"", b"GIF89a", picture("GIF"), picture("TIFF"), b"%PDF-1.7"])
def test_other_kinds_are_refused(sent: bytes) -> None:
    assert "PNG или JPEG" in refused(sent)


def bomb() -> bytes:
    """A PNG that claims 50 000 by 50 000 points."""
    header = (50_000).to_bytes(4, "big") * 2 + b"\x08\x02\x00\x00\x00"
    chunk = b"IHDR" + header
    whole = len(header).to_bytes(4, "big") + chunk + zlib.crc32(chunk).to_bytes(4, "big")
    return logos.OPENINGS[0] + whole


@pytest.mark.parametrize(
    "sent", [logos.OPENINGS[0] + b"rubbish", bomb(), picture("PNG", (40, 40)), picture("PNG")[:90]]
)
def test_damaged_enormous_and_tiny_pictures_are_refused(sent: bytes) -> None:
    assert "сохраните его заново" in refused(sent)


def test_too_many_bytes_are_refused_unread() -> None:
    assert "больше 5 МБ" in refused(logos.OPENINGS[0] + bytes(logos.LARGEST))
