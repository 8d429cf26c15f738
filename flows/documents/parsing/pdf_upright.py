"""Turned and cropped pages set upright, so that places on a page mean what a reader sees.

PDFium tells places in the page's own space, before its turn and from the corner of the sheet it
was cropped from; both are written into the page's contents here, and then there is one space.
"""

from collections.abc import Iterator
from pathlib import Path

import pikepdf

from flows.documents.parsing.pdf_lines import Box

Matrix = tuple[float, float, float, float, float, float]
NEAR = 0.5  # points
DEEPEST = 32  # levels of the page tree


def is_upright(page: pikepdf.Page) -> bool:
    """Tell a page that is not turned and whose corner is the origin."""
    left, bottom, _, _ = visible_box(page)
    return turn(page) == 0 and abs(left) < NEAR and abs(bottom) < NEAR


def turn(page: pikepdf.Page) -> int:
    """Return the turn of a page clockwise: 0, 90, 180 or 270 degrees."""
    for holder in lineage(page.obj):
        value = holder.get("/Rotate")
        if value is not None:
            return round(float(value) / 90) % 4 * 90
    return 0


def lineage(node: pikepdf.Object) -> Iterator[pikepdf.Object]:
    """Yield a page and the nodes of the page tree above it, as far as a loop may go."""
    for _ in range(DEEPEST):
        yield node
        above = node.get("/Parent")
        if not isinstance(above, pikepdf.Dictionary):
            return
        node = above


def visible_box(page: pikepdf.Page) -> Box:
    left, bottom, right, top = (float(side) for side in page.cropbox)
    return (min(left, right), min(bottom, top), max(left, right), max(bottom, top))


def set_upright(source: Path, copy: Path) -> None:
    """Write a copy whose pages stand upright at the origin; links lose their places."""
    with pikepdf.open(source) as pdf:
        for page in pdf.pages:
            if not is_upright(page):
                straighten(page)
        pdf.save(copy, stream_decode_level=pikepdf.StreamDecodeLevel.none)


def straighten(page: pikepdf.Page) -> None:
    box, degrees = visible_box(page), turn(page)
    width, height = box[2] - box[0], box[3] - box[1]
    if degrees in (90, 270):
        width, height = height, width
    placed = " ".join(f"{number:.4f}" for number in placing(box, degrees))
    page.contents_add(f"q {placed} cm\n".encode(), prepend=True)
    page.contents_add(b"\nQ\n")
    page.obj["/MediaBox"] = pikepdf.Array([0, 0, width, height])
    page.obj["/CropBox"] = page.obj["/MediaBox"]
    page.obj["/Rotate"] = 0
    if "/Annots" in page.obj:
        del page.obj["/Annots"]


def placing(box: Box, degrees: int) -> Matrix:
    """Return the matrix from the page's own space to what a reader sees."""
    left, bottom, right, top = box
    return {
        0: (1, 0, 0, 1, -left, -bottom),
        90: (0, -1, 1, 0, -bottom, right),
        180: (-1, 0, 0, -1, right, top),
        270: (0, 1, -1, 0, top, -left),
    }[degrees]
