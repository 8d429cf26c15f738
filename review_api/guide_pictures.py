"""Pictures of pages in the help: those of the guides in ``docs/ru``, where this copy has them."""

from functools import cache
from hashlib import sha256
from pathlib import Path

from PIL import Image

from schemas.base import Schema

FOLDER = Path(__file__).parents[1] / "docs" / "ru" / "pictures"
ADDRESS = "/pictures"
DESK, PHONE = "1366", "390"


class Shot(Schema):
    """One file; ``width`` and ``height`` in pixels of the picture."""

    address: str
    width: int
    height: int


class Pair(Schema):
    """The same page on a desk and on a phone."""

    desk: Shot
    phone: Shot


@cache
def pair(name: str) -> Pair | None:
    """The pictures called ``name``; None in an installation that came without them."""
    files = [FOLDER / f"{name}-{width}.webp" for width in (DESK, PHONE)]
    if not all(file.is_file() for file in files):
        return None
    desk, phone = (shot(file) for file in files)
    return Pair(desk=desk, phone=phone)


def shot(file: Path) -> Shot:
    """With a mark of its content, so that it may be cached for a year."""
    with Image.open(file) as picture:
        width, height = picture.size
    mark = sha256(file.read_bytes()).hexdigest()[:10]
    return Shot(address=f"{ADDRESS}/{file.name}?v={mark}", width=width, height=height)
