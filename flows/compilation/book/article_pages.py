"""The typeset pages of one article, cut out of the finished volume: as a PDF and as pictures.

The volume is our own product, so it may be opened in this process.
"""

import io
from functools import lru_cache
from pathlib import Path

import pypdfium2  # type: ignore[import-untyped]

from flows.compilation.book.volume import pages_of
from flows.documents.parsing.page_images import FAST, QUALITY, draw_page
from flows.documents.printing import pdfium
from schemas.errors import NotFound


@lru_cache(maxsize=64)
def article_pdf(volume: Path, number: int, articles: int) -> bytes:
    """The pages of article ``number`` (from 0) of ``articles`` in the PDF at ``volume``."""
    with pdfium.opened(volume) as whole:
        spans, _ = pages_of(volume.read_bytes(), articles)
        first, last = spans[number]
        cut = pypdfium2.PdfDocument.new()
        cut.import_pages(whole, list(range(first - 1, last)))
        out = io.BytesIO()
        cut.save(out)
        cut.close()
    return out.getvalue()


@lru_cache(maxsize=256)
def sizes(pdf: bytes) -> tuple[tuple[int, int], ...]:
    """Width and height of every page, in points."""
    with pdfium.opened(pdf) as document:
        found = (page.get_size() for page in document)
        return tuple((round(width), round(height)) for width, height in found)


@lru_cache(maxsize=64)
def page_picture(pdf: bytes, page: int) -> bytes:
    """Page ``page`` (from 1) as WebP, for a screen; raises ``NotFound``."""
    with pdfium.opened(pdf) as document:
        if not 1 <= page <= len(document):
            raise NotFound("Такой страницы в статье нет.")
        image = draw_page(document, page - 1)
    out = io.BytesIO()
    image.save(out, "WEBP", quality=QUALITY, method=FAST)
    return out.getvalue()
