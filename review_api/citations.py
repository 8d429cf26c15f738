"""How one article is cited: its own records taken out of the edition's BibTeX and RIS files."""

import re

from schemas.base import Schema

RIS_END = re.compile(r"^ER  - *$\n?", re.MULTILINE)
BIB_START = re.compile(r"^@", re.MULTILINE)


class Records(Schema):
    """``pages`` as «5–8», empty when the edition does not say."""

    bibtex: str = ""
    ris: str = ""
    pages: str = ""


def records_of(title: str, bibtex: str, ris: str) -> Records:
    """The records of the article with this title; both files list articles in the same order."""
    words = " ".join(title.split())
    entries = [entry for entry in RIS_END.split(ris.replace("\r\n", "\n")) if entry.strip()]
    for place, entry in enumerate(entries):
        if f"TI  - {words}\n" in entry:
            return Records(
                bibtex=bibtex_at(bibtex, place), ris=f"{entry}ER  - \n", pages=pages_of(entry)
            )
    return Records()


def bibtex_at(bibtex: str, place: int) -> str:
    starts = [found.start() for found in BIB_START.finditer(bibtex)]
    if place >= len(starts):
        return ""
    end = starts[place + 1] if place + 1 < len(starts) else len(bibtex)
    return bibtex[starts[place] : end].strip() + "\n"


def pages_of(entry: str) -> str:
    found = dict(line.split("  - ", 1) for line in entry.splitlines() if "  - " in line)
    first, last = found.get("SP", ""), found.get("EP", "")
    return first if first == last else f"{first}–{last}"
