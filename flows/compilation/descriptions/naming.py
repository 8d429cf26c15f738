"""The names by which the volume and its articles are known outside: identifier, DOI, address."""

import re
import uuid
from functools import lru_cache

from flows.compilation.renditions.characters import clean
from schemas.volume import Volume


def identifier(volume: Volume) -> str:
    """Return the ISBN, or a name that stays the same for the same volume."""
    if volume.imprint.isbn:
        return f"urn:isbn:{clean(volume.imprint.isbn)}"
    titles = tuple(article.title for article in volume.articles())
    return _from_words((volume.title, str(volume.year), volume.place, *titles))


@lru_cache(maxsize=16)
def _from_words(words: tuple[str, ...]) -> str:
    return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_OID, clean(chr(10).join(words)))}"


def doi(volume: Volume, number: int | None = None) -> str:
    """Return the DOI of article ``number`` or of the volume; empty without a prefix."""
    prefix = clean(volume.imprint.doi_prefix or "")
    if not prefix:
        return ""
    name = re.sub(r"[^0-9a-z]+", "-", identifier(volume).split(":")[-1].lower()).strip("-")
    return f"{prefix}/{name}" + (f".{number:03}" if number else "")


def address(volume: Volume, number: int | None = None) -> str:
    """Return the web address of article ``number`` or of the contents; empty if not known."""
    page = f"articles/{number:03}.html" if number else "index.html"
    return file_address(volume, f"site/{page}")


def file_address(volume: Volume, path: str) -> str:
    """Return the web address of a file of the build; empty if the volume has none."""
    base = clean(volume.imprint.url or "").rstrip("/")
    return f"{base}/{path}" if base else ""
