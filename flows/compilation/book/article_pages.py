"""The typeset pages of one article, cut out of the finished volume: as a PDF and as pictures.

The volume is our own product, so it may be opened in this process; the library that opens it is
not safe for two threads at once, hence the lock.
"""

import io
from functools import lru_cache
from pathlib import Path
from threading import Lock

import pypdfium2  # type: ignore[import-untyped]

from flows.compilation.book.volume import pages_of
from flows.documents.parsing.page_images import FAST, QUALITY, draw_page
from schemas.errors import NotFound

LOCK = Lock()


@lru_cache(maxsize=64)
def article_pdf(volume: Path, number: int, articles: int) -> bytes:
    """The pages of article ``number`` (from 0) of ``articles`` in the PDF at ``volume``."""
    with LOCK:
        spans, _ = pages_of(volume.read_bytes(), articles)
        first, last = spans[number]
        whole, cut = pypdfium2.PdfDocument(volume), pypdfium2.PdfDocument.new()
        try:
            cut.import_pages(whole, list(range(first - 1, last)))
            out = io.BytesIO()
            cut.save(out)
        finally:
            cut.close()
            whole.close()
    return out.getvalue()


@lru_cache(maxsize=256)
def sizes(pdf: bytes) -> tuple[tuple[int, int], ...]:
    """Width and height of every page, in points."""
    with LOCK:
        document = pypdfium2.PdfDocument(pdf)
        try:
            return tuple(
                (round(width), round(height))
                for width, height in (page.get_size() for page in document)
            )
        finally:
            document.close()


@lru_cache(maxsize=64)
def page_picture(pdf: bytes, page: int) -> bytes:
    """Page ``page`` (from 1) as WebP, for a screen; raises ``NotFound``."""
    with LOCK:
        document = pypdfium2.PdfDocument(pdf)
        try:
            if not 1 <= page <= len(document):
                raise NotFound("Такой страницы в статье нет.")
            out = io.BytesIO()
            draw_page(document, page - 1).save(out, "WEBP", quality=QUALITY, method=FAST)
        finally:
            document.close()
    return out.getvalue()
