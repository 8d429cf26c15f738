"""The cover, made of the volume's own words: front and back for print, a picture for screens.

Nothing is drawn at random: the mosaic comes from the digest of the title, so the same volume has
the same cover, and another year's has one of its own.
"""

import hashlib
import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pikepdf

from flows.compilation import rules
from flows.compilation.book import barcodes
from flows.documents.printing import glyphs, pdfium
from flows.documents.printing.designs import POINTS_PER_MM
from flows.documents.printing.layout import printed
from flows.documents.printing.typesetting import Job, bench
from flows.documents.wording import counted
from schemas.volume import Volume

TEMPLATES = Path(__file__).parent / "templates"
BLEED = 3
"""Millimetres that a printer cuts off on every side."""
HEIGHT = 1600
"""Pixels of the picture, as shops of electronic books ask for."""
ROWS, COLUMNS = 3, 5
_MOST_SECTIONS = 12


class Covers(NamedTuple):
    """``pdf`` holds front and back with bleed, shown trimmed; ``png`` the front alone."""

    pdf: bytes
    png: bytes


def make(volume: Volume) -> Covers:
    """Draw the cover of ``volume`` in its design; the same volume gives the same bytes."""
    started = int(datetime(volume.year, 1, 1, tzinfo=UTC).timestamp())
    with bench(
        templates=TEMPLATES, timestamp=max(started, 0), design=volume.design, logo=volume.logo
    ) as table:
        table.lay(glyphs.only_printable(words_of(volume), table))
        pdf = trimmed(table.pdf(Job("cover.typ", "cover.pdf")))
    return Covers(pdf, picture(pdf))


def words_of(volume: Volume) -> dict[str, Any]:
    """Return what ``cover.typ`` prints."""
    isbn = volume.imprint.isbn or ""
    sections = [printed(section.title) for section in volume.sections if section.articles]
    return {
        "title": printed(volume.title),
        "subtitle": printed(volume.subtitle or ""),
        "cluster": printed(volume.cluster),
        "publisher": printed(volume.imprint.publisher),
        "place": printed(volume.place),
        "year": volume.year,
        "sections": sections[:_MOST_SECTIONS],
        "counts": printed(counts(volume)),
        "isbn": printed(isbn),
        "bars": barcodes.modules(isbn),
        "tiles": tiles(f"{volume.title} {volume.year}"),
        "bleed": BLEED,
    }


def counts(volume: Volume) -> str:
    """«36 статей, 58 авторов, 5 муниципальных образований»."""
    articles = sum(1 for _ in volume.articles())
    people, places = len(rules.author_index(volume)), len(rules.municipality_index(volume))
    told = (
        counted(articles, "статья", "статьи", "статей"),
        counted(people, "автор", "автора", "авторов") if people else "",
        counted(places, *_PLACES) if places else "",
    )
    return ", ".join(part for part in told if part)


_PLACES = ("муниципальное образование", "муниципальных образования", "муниципальных образований")


def tiles(seed: str) -> list[list[int]]:
    """Return the shapes of the mosaic, 0 to 255, by row."""
    digest = hashlib.sha256(seed.encode()).digest()
    return [list(digest[row * COLUMNS : (row + 1) * COLUMNS]) for row in range(ROWS)]


def trimmed(pdf: bytes) -> bytes:
    """Mark where the sheet is cut: screens show the trimmed page, printers get the bleed."""
    with pikepdf.open(io.BytesIO(pdf)) as book:
        edge = BLEED * POINTS_PER_MM
        for page in book.pages:
            left, bottom, right, top = (float(side) for side in page.mediabox)
            cut = pikepdf.Array(
                [round(side, 3) for side in (left + edge, bottom + edge, right - edge, top - edge)]
            )
            page.obj.BleedBox = page.mediabox
            page.obj.TrimBox = cut
            page.obj.CropBox = cut
        out = io.BytesIO()
        book.save(out, deterministic_id=True)
    return out.getvalue()


def picture(pdf: bytes) -> bytes:
    """Draw the first page as PNG, ``HEIGHT`` pixels tall."""
    with pdfium.opened(pdf) as document:
        page = document[0]
        image = page.render(scale=HEIGHT / page.get_height()).to_pil().convert("RGB")
    out = io.BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()
