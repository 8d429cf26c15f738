"""What the volume says of itself on its first pages, ready for templates of the screen."""

import re
from dataclasses import dataclass

from flows.compilation import rules
from flows.compilation.descriptions import citation
from flows.compilation.descriptions.naming import doi, identifier
from flows.compilation.renditions.characters import clean
from flows.compilation.renditions.phrasing import polished
from schemas.volume import Volume

_SIGN = re.compile(r"^\s*(?:©|\([cс]\))\s*", re.IGNORECASE)


@dataclass(frozen=True)
class Facts:
    """``codes`` are УДК, ББК, ISBN and DOI; ``note`` names a corrected edition."""

    title: str
    subtitle: str
    cluster: str
    year: int
    place: str
    publisher: str
    editors: tuple[str, ...]
    copyright: str
    codes: tuple[tuple[str, str], ...]
    note: str
    changes: tuple[str, ...]
    citation: str
    identifier: str

    @property
    def issued(self) -> str:
        """Place, publisher and year on one line."""
        return ", ".join(part for part in (self.place, self.publisher, str(self.year)) if part)


def facts(volume: Volume) -> Facts:
    imprint = volume.imprint
    codes = (
        ("УДК", imprint.udk),
        ("ББК", imprint.bbk),
        ("ISBN", imprint.isbn),
        ("DOI", doi(volume)),
    )
    return Facts(
        title=polished(volume.title),
        subtitle=polished(volume.subtitle or ""),
        cluster=polished(volume.cluster),
        year=volume.year,
        place=polished(volume.place),
        publisher=polished(imprint.publisher),
        editors=tuple(polished(name) for name in imprint.editors),
        copyright=copyright_line(volume),
        codes=tuple((name, clean(value)) for name, value in codes if value),
        note=note(volume.edition),
        changes=tuple(polished(line) for line in volume.changes),
        citation=citation.whole(volume),
        identifier=identifier(volume),
    )


def note(edition: int) -> str:
    """«Издание 2-е, исправленное»; empty for the first edition."""
    return f"Издание {edition}-е, исправленное" if edition > 1 else ""


def copyright_line(volume: Volume) -> str:
    """«© Holder, year» with the sign and the year once, however the holder wrote them."""
    holder = _SIGN.sub("", polished(volume.imprint.copyright)).removesuffix(f", {volume.year}")
    return f"© {holder}, {volume.year}" if holder else ""


def authors_in_order(volume: Volume) -> list[str]:
    """Every author once, surname first, in the order in which the volume names them."""
    names = (a.name for article in volume.articles() for a in article.authors)
    return list(dict.fromkeys(polished(rules.surname_first(name)) for name in names))
