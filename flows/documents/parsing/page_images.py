"""Drawing the pages of a PDF; runs inside a reading process."""

from pathlib import Path

import pypdfium2 as pdfium  # type: ignore[import-untyped]  # ships no annotations
from PIL import Image

from flows.documents.parsing.refusal import Refused
from schemas.extraction import RejectCode

WIDTH = 1000  # pixels
TALLEST = 4000
QUALITY = 60
FAST = 2  # of WebP's methods 0..6


def draw_pages(path: Path, directory: Path, *, first: int, limit: int) -> list[str]:
    """Draw up to ``limit`` pages, the ``first`` (from 1) and on, as WebP; return their names."""
    try:
        document = pdfium.PdfDocument(path)
        last = min(len(document), first - 1 + limit)
        return [drawn(document, number, directory) for number in range(first - 1, last)]
    except pdfium.PdfiumError as error:
        raise Refused(RejectCode.DAMAGED) from error


def drawn(document: pdfium.PdfDocument, number: int, directory: Path) -> str:
    name = f"page-{number + 1:04}.webp"
    draw_page(document, number).save(directory / name, "WEBP", quality=QUALITY, method=FAST)
    return name


def draw_page(document: pdfium.PdfDocument, number: int) -> Image.Image:
    """Draw one page ``WIDTH`` pixels wide, smaller if it would be taller than ``TALLEST``."""
    page = document[number]
    width, height = page.get_size()
    scale = min(WIDTH / max(width, 1), TALLEST / max(height, 1))
    image: Image.Image = page.render(scale=scale, may_draw_forms=False).to_pil()
    page.close()
    return image.convert("RGB")
