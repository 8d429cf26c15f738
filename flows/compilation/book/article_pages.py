"""The typeset pages of one article, cut out of the finished volume: as a PDF and as pictures.

The volume is our own product, so it may be opened and cut in this process; its pages are drawn in
the reading process, since some may be printed as their authors made them.
"""

import io
import tempfile
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import pypdfium2  # type: ignore[import-untyped]

from flows.compilation.book.volume import pages_of
from flows.documents.pages import render_pages
from flows.documents.printing import pdfium
from schemas.errors import NotFound


class Cut(NamedTuple):
    """Article ``number`` (from 0) of the ``articles`` in the PDF at ``volume``."""

    volume: Path
    number: int
    articles: int


@lru_cache(maxsize=8)
def article_pdf(cut: Cut) -> bytes:
    """The pages of the article; few are kept, since each may be of many megabytes."""
    with pdfium.opened(cut.volume) as whole:
        spans, _ = pages_of(cut.volume.read_bytes(), cut.articles)
        first, last = spans[cut.number]
        own = pypdfium2.PdfDocument.new()
        own.import_pages(whole, list(range(first - 1, last)))
        out = io.BytesIO()
        own.save(out)
        own.close()
    return out.getvalue()


@lru_cache(maxsize=256)
def sizes(cut: Cut) -> tuple[tuple[int, int], ...]:
    """Width and height of every page, in points."""
    with pdfium.opened(article_pdf(cut)) as document:
        found = (page.get_size() for page in document)
        return tuple((round(width), round(height)) for width, height in found)


@lru_cache(maxsize=64)
def page_picture(cut: Cut, page: int) -> bytes:
    """Page ``page`` (from 1) as WebP, for a screen; raises ``NotFound``."""
    if not 1 <= page <= len(sizes(cut)):
        raise NotFound("Такой страницы в статье нет.")
    with tempfile.TemporaryDirectory(prefix="marathon-page-") as folder:
        article, desk = Path(folder, "article.pdf"), Path(folder, "drawn")
        article.write_bytes(article_pdf(cut))
        [drawn] = render_pages(article, desk, first=page, limit=1)
        return drawn.read_bytes()
