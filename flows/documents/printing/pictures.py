"""Pictures made fit for print and screen: decoded once, stripped of hidden data, of sane size."""

import warnings
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from PIL import Image, ImageOps

from flows.documents import structure
from schemas.document import Document, Picture

LARGEST_SIDE = 2200
MOST_PIXELS = 60_000_000
FEWEST_DOTS = 90
LOGO_SIDE = 1200
LEAST_LOGO = 100
_HARDLY_SEEN = 1.1


def prepare(original: Path, *, target: Path) -> Path | None:
    """Write the picture ``original`` as ``target`` with a suffix; None if it is unusable.

    JPEG stays JPEG, everything else becomes PNG. Position, camera and author data (EXIF) do
    not survive.
    """
    if original.is_symlink() or not original.is_file():
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return _rewritten(original, target)
    except (OSError, ValueError, SyntaxError, MemoryError, Image.DecompressionBombError, Warning):
        return None


def prepare_logo(original: Path, *, target: Path) -> bool:
    """Write a PNG or JPEG as a PNG of at most ``LOGO_SIDE`` pixels; False if it is unusable."""
    try:
        with Image.open(original, formats=("PNG", "JPEG")) as image:
            if image.width * image.height > MOST_PIXELS or max(image.size) < LEAST_LOGO:
                return False
            upright = ImageOps.exif_transpose(image)
            drawn = _bare(upright)
            drawn.thumbnail((LOGO_SIDE, LOGO_SIDE))
            drawn.save(target, "PNG", compress_level=9)
    except (OSError, ValueError, SyntaxError, MemoryError, Image.DecompressionBombError):
        return False
    return True


def prepare_all(
    document: Document,
    images: Mapping[str, Path],
    *,
    target: Path,
    prepare: Callable[..., Path | None] = prepare,
) -> dict[str, Path]:
    """Prepare the pictures of ``document`` as ``target``/1.png, 2.jpg… in reading order."""
    target.mkdir(parents=True, exist_ok=True)
    prepared: dict[str, Path] = {}
    names = dict.fromkeys(picture.name for picture in structure.pictures(document))
    for number, name in enumerate((name for name in names if name in images), start=1):
        path = prepare(images[name], target=target / str(number))
        if path:
            prepared[name] = path
    return prepared


def size(path: Path, picture: Picture) -> tuple[float, float]:
    """Width and height in points: the author's, else 150 dots an inch.

    A picture is never blown up so far that fewer than ``FEWEST_DOTS`` fall on an inch.
    """
    wide, tall = _wished(path, picture)
    scale = min(1.0, _sharp_width(path) / wide)
    return wide * scale, tall * scale


def is_blurry(path: Path, picture: Picture) -> bool:
    """Whether the author shows the picture larger than its dots allow."""
    return _wished(path, picture)[0] > _sharp_width(path) * _HARDLY_SEEN


def _sharp_width(path: Path) -> float:
    with Image.open(path) as image:
        return image.width * 72 / FEWEST_DOTS


def _wished(path: Path, picture: Picture) -> tuple[float, float]:
    with Image.open(path) as image:
        width, height = image.size
    if picture.width and picture.height:
        return picture.width, picture.height
    if picture.width:
        return picture.width, picture.width * height / width
    return width * 72 / 150, height * 72 / 150


def _rewritten(original: Path, target: Path) -> Path:
    with Image.open(original) as image:
        if image.width * image.height > MOST_PIXELS or min(image.size) < 1:
            raise ValueError("too many pixels")
        suffix = "jpg" if image.format == "JPEG" and image.mode in {"RGB", "L"} else "png"
        upright = ImageOps.exif_transpose(image)
        untouched = upright.size == image.size and max(upright.size) <= LARGEST_SIDE
        final = target.with_suffix(f".{suffix}")
        if suffix == "jpg":
            options = (
                {"quality": "keep"} if untouched and image.format == "JPEG" else {"quality": 88}
            )
            _save_jpeg(image if untouched else _smaller(upright), final, options)
        else:
            _bare(_smaller(upright)).save(final, "PNG", compress_level=6)
    return final


def _save_jpeg(image: Image.Image, path: Path, options: dict[str, Any]) -> None:
    image.info.pop("exif", None)
    image.save(path, "JPEG", exif=b"", **options)


def _smaller(image: Image.Image) -> Image.Image:
    if max(image.size) > LARGEST_SIDE:
        image = (
            image.convert("RGBA" if "A" in image.mode else "RGB") if image.mode == "P" else image
        )
        image.thumbnail((LARGEST_SIDE, LARGEST_SIDE))
    return image


def _bare(image: Image.Image) -> Image.Image:
    """Only the pixels, in a colour mode that PDF/A takes."""
    seen_through = "transparency" in image.info or image.mode in {"RGBA", "LA", "PA"}
    if seen_through:
        paper = Image.new("RGBA", image.size, "white")
        return Image.alpha_composite(paper, image.convert("RGBA")).convert("RGB")
    bare = image.convert("L" if image.mode in {"1", "L"} else "RGB")
    bare.info.clear()
    return bare
