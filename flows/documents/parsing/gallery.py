"""Pictures out of authors' files: checked, turned upright, freed of metadata, named by content."""

import hashlib
import io
from pathlib import Path

from PIL import Image, ImageOps

FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF")
PHOTOGRAPHS = ("JPEG", "MPO")
MAX_PIXELS = 40_000_000
MAX_PHOTOGRAPH = 250_000_000
MAX_SIDE = 2400
MAX_PICTURES = 500
JPEG_QUALITY = 88


class Gallery:
    """Keeps the pictures of one reading in a folder, equal ones once.

    Without a folder the pictures are only named, nothing is decoded.
    """

    def __init__(self, directory: Path | None) -> None:
        self.directory = directory
        self.files: dict[str, Path] = {}
        Image.MAX_IMAGE_PIXELS = MAX_PHOTOGRAPH

    def keep(self, content: bytes) -> str | None:
        """Store an encoded picture and return its name, or None if it cannot be read."""
        if self.directory is None:
            return hashlib.sha256(content).hexdigest()[:16]
        try:
            with Image.open(io.BytesIO(content), formats=FORMATS) as image:
                image.draft(None, (MAX_SIDE, MAX_SIDE))  # a large photograph is decoded smaller
                return self.keep_image(image, is_photograph=image.format in PHOTOGRAPHS)
        except MemoryError:
            raise
        except Exception:  # noqa: BLE001 - decoders raise anything at all on hostile input
            return None

    def keep_image(
        self, image: Image.Image, *, is_photograph: bool, prefix: str = ""
    ) -> str | None:
        """Store a decoded picture as PNG or JPEG without metadata and return its name."""
        if self.directory is None or image.width * image.height > MAX_PIXELS:
            return None
        content, suffix = encode(image, is_photograph=is_photograph)
        name = prefix + hashlib.sha256(content).hexdigest()[:16] + suffix
        if name not in self.files and len(self.files) >= MAX_PICTURES:
            return None
        if name not in self.files:
            self.directory.mkdir(parents=True, exist_ok=True)
            self.files[name] = self.directory / name
            self.files[name].write_bytes(content)
        return name


def encode(image: Image.Image, *, is_photograph: bool) -> tuple[bytes, str]:
    """Return clean bytes and their suffix: photographs as JPEG, drawings and the rest as PNG."""
    upright = ImageOps.exif_transpose(image)
    upright.thumbnail((MAX_SIDE, MAX_SIDE))
    clean = upright.convert(clean_mode(upright, is_photograph=is_photograph))
    clean.info = {}
    out = io.BytesIO()
    if is_photograph:
        clean.save(out, "JPEG", quality=JPEG_QUALITY)
        return out.getvalue(), ".jpg"
    clean.save(out, "PNG")
    return out.getvalue(), ".png"


def clean_mode(image: Image.Image, *, is_photograph: bool) -> str:
    if is_photograph:
        return "L" if image.mode == "L" else "RGB"
    if image.mode in ("1", "L", "LA", "RGB", "RGBA"):
        return image.mode
    return "RGBA" if image.has_transparency_data else "RGB"
