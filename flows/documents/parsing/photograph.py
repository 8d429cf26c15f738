"""A photograph or picture of a handout: one figure, and the words on it where they can be read."""

import time
from pathlib import Path

from PIL import Image, ImageOps

from flows.documents.parsing.content import Content
from flows.documents.parsing.gallery import MAX_PIXELS, MAX_SIDE, Gallery
from flows.documents.parsing.pdf_structure import build, measure
from flows.documents.parsing.recognition import Page, Recogniser, is_ready, page_rows
from flows.documents.parsing.refusal import Refused
from schemas.document import Block, Document, Figure, Picture
from schemas.extraction import Limits, RejectCode, WarningCode

FORMATS = ("JPEG", "PNG", "WEBP")
WIDTH = 595.0  # points, a page of A4 in width


def read_photograph(path: Path, gallery: Gallery, limits: Limits, desk: Path) -> Content:
    """Read a picture; ``desk`` is where recognised words are kept during the reading."""
    started = time.perf_counter()
    image = open_picture(path)
    name = gallery.keep(path.read_bytes())
    if name is None:
        raise Refused(RejectCode.DAMAGED)
    figure = Figure(picture=Picture(name=name))
    recogniser = Recogniser(desk, started=started, limits=limits)
    page = recogniser.pages([(0, lambda: image)]).get(0)
    return Content(
        document=Document(blocks=(figure, *words(page, image))),
        pages=1,
        warnings=quality(page),
        unrecognised=int(page is None and is_ready()),
    )


def open_picture(path: Path) -> Image.Image:
    """Decode a picture upright; photographs larger than needed are decoded smaller."""
    try:
        image = Image.open(path, formats=FORMATS)
        image.draft("RGB", (2 * MAX_SIDE, 2 * MAX_SIDE))
        if image.width * image.height > MAX_PIXELS:
            raise Refused(RejectCode.TOO_LARGE)
        return ImageOps.exif_transpose(image)
    except Image.DecompressionBombError as error:
        raise Refused(RejectCode.TOO_LARGE) from error
    except (OSError, ValueError, SyntaxError) as error:
        raise Refused(RejectCode.DAMAGED) from error


def words(page: Page | None, image: Image.Image) -> list[Block]:
    if page is None or not page.is_legible:
        return []
    lines = page_rows(page, 0, WIDTH, WIDTH * image.height / max(1, image.width))
    return build(lines, measure(lines))


def quality(page: Page | None) -> set[WarningCode]:
    if page is not None and page.is_legible:
        doubt = set() if page.is_sure else {WarningCode.RECOGNISED_POORLY}
        return {WarningCode.TEXT_RECOGNISED} | doubt
    missing = set() if is_ready() else {WarningCode.RECOGNITION_UNAVAILABLE}
    return {WarningCode.SCANNED_NO_TEXT} | missing
