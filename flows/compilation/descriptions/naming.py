"""The names by which the volume and its articles are known outside: identifier, DOI, address."""

import re
import uuid
import weakref

from flows.compilation.renditions.characters import clean
from schemas.volume import Volume


def identifier(volume: Volume) -> str:
    """Return the ISBN, or a name that stays the same for the same volume."""
    if volume.imprint.isbn:
        return f"urn:isbn:{clean(volume.imprint.isbn)}"
    return _latest.name(volume)


def _from_words(volume: Volume) -> str:
    titles = (article.title for article in volume.articles())
    words = "\n".join((volume.title, str(volume.year), volume.place, *titles))
    return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_OID, clean(words))}"


class _Latest:
    """The volume that was asked about last, with its name: each of its articles asks again."""

    def __init__(self) -> None:
        self._known: tuple[weakref.ref[Volume], str] | None = None

    def name(self, volume: Volume) -> str:
        known = self._known
        if known is None or known[0]() is not volume:
            known = self._known = weakref.ref(volume), _from_words(volume)
        return known[1]


_latest = _Latest()


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
