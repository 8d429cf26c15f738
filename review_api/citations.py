"""How one article is cited: its own records taken out of the edition's BibTeX and RIS files."""

import json
import re

from schemas.base import Schema

RIS_END = re.compile(r"^ER  - *$\n?", re.MULTILINE)
DIGITS = re.compile(r"\d+")
BIB_START = re.compile(r"^@", re.MULTILINE)


class Records(Schema):
    """``pages`` as «5–8», empty when the edition does not say; ``place`` counts from 1."""

    bibtex: str = ""
    ris: str = ""
    pages: str = ""
    place: int = 0

    @property
    def pdf(self) -> str:
        """The path of the article's own file in the edition."""
        return f"articles/{self.place:03}.pdf"

    @property
    def span(self) -> tuple[int, int] | None:
        """First and last page."""
        numbers = [int(page) for page in self.pages.split("–") if page.isdecimal()]
        return (numbers[0], numbers[-1]) if numbers else None


class Corrections(Schema):
    """A corrected edition as readers count it; ``note`` is «Издание 2-е, исправленное»."""

    edition: int = 1
    note: str = ""
    changes: tuple[str, ...] = ()


def read_corrections(description: bytes) -> Corrections:
    """What the edition's schema.org file says of earlier editions; nothing if it cannot be read."""
    try:
        record = json.loads(description)
        note = str(record.get("bookEdition", ""))
        found = DIGITS.search(note)
        lines = tuple(str(line) for line in record.get("correction", ()))
    except (ValueError, AttributeError, TypeError):
        return Corrections()
    return Corrections(edition=int(found[0]), note=note, changes=lines) if found else Corrections()


def records_of(place: int, bibtex: str, ris: str) -> Records:
    """The records of the article at ``place``, from 1, of the edition that has both files."""
    entries = [entry for entry in RIS_END.split(ris.replace("\r\n", "\n")) if entry.strip()]
    if place > len(entries):
        return Records()
    entry = entries[place - 1]
    return Records(
        bibtex=bibtex_at(bibtex, place),
        ris=f"{entry}ER  - \n",
        pages=pages_of(entry),
        place=place,
    )


def bibtex_at(bibtex: str, place: int) -> str:
    starts = [found.start() for found in BIB_START.finditer(bibtex)]
    if place > len(starts):
        return ""
    end = starts[place] if place < len(starts) else len(bibtex)
    return bibtex[starts[place - 1] : end].strip() + "\n"


def pages_of(entry: str) -> str:
    found = dict(line.split("  - ", 1) for line in entry.splitlines() if "  - " in line)
    first, last = found.get("SP", ""), found.get("EP", "")
    return first if first == last else f"{first}–{last}"
