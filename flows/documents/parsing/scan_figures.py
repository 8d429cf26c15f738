"""Figures on a scanned page that has become text: what is drawn between the recognised rows.

The page is looked at as a grid of cells of a few points. Cells darker than the paper about them,
outside the rows of words, are joined into figures; pure, no library but Pillow.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from statistics import median

from PIL import Image, ImageChops, ImageFilter

from flows.documents.parsing.pdf_lines import Box

CELL = 4  # pixels of a page drawn with one pixel a point
MARGIN = 3  # cells along the edges, where scanners leave shadows
PAPER = 31  # cells about one that tell how bright paper is there; odd
DARKER = 18  # levels of 255
BRIDGE = 2  # cells: what is nearer is one figure
LEAST_SIDE = 48.0  # points; smaller are stamps' crumbs, bullets and rules
LEAST_FILLED = 0.04  # of a figure's cells; less is a frame or a line
MOST_WORDS = 0.25  # of a figure's area; more is a table or a frame about text
TALLEST_ROW = 2.5  # times the usual height; a taller row is a picture taken for letters
WORD = re.compile(r"[^\W\d_]{3}")

Row = tuple[str, float, float, float, float]  # words and their box in shares, from the top left
Cell = tuple[int, int]
Grid = tuple[int, int, int, int]  # left, top, right, bottom in cells, the last two beyond


def scan_figures(page: Image.Image, rows: Sequence[Row]) -> list[Box]:
    """Return boxes of figures in shares of the page, from the top left, in reading order.

    ``page`` is grey and drawn with one pixel a point.
    """
    grid = page.reduce(CELL)
    written = [row for row in rows if is_written(row, usual_height(rows))]
    dark = dark_cells(grid) - set(covered(written, grid.size))
    found = joined([around(part) for part in parts(dark)])
    boxes = [shares(one, grid.size) for one in found if is_figure(one, dark)]
    return sorted(
        (box for box in boxes if words_share(box, written) < MOST_WORDS),
        key=lambda box: (box[1], box[0]),
    )


def usual_height(rows: Sequence[Row]) -> float:
    return median(row[4] - row[2] for row in rows) if rows else 0.0


def is_written(row: Row, usual: float) -> bool:
    """Tell a row of words from a picture that was taken for letters."""
    return bool(WORD.search(row[0])) and row[4] - row[2] <= TALLEST_ROW * usual


def dark_cells(grid: Image.Image) -> set[Cell]:
    """Cells darker than the paper about them: shadows of a page are broad, drawings are not."""
    paper = grid.filter(ImageFilter.MaxFilter(PAPER))
    differences = ImageChops.subtract(paper, grid).tobytes()
    width, height = grid.size
    return {
        (x, y)
        for y in range(MARGIN, height - MARGIN)
        for x in range(MARGIN, width - MARGIN)
        if differences[y * width + x] >= DARKER
    }


def covered(rows: Iterable[Row], size: tuple[int, int]) -> Iterator[Cell]:
    """Cells of the rows and one about them, where strokes reach out."""
    for _, left, top, right, bottom in rows:
        across = range(int(left * size[0]) - 1, int(right * size[0]) + 2)
        yield from (
            (x, y) for y in range(int(top * size[1]) - 1, int(bottom * size[1]) + 2) for x in across
        )


def parts(dark: set[Cell]) -> Iterator[set[Cell]]:
    """Split cells into groups no further apart than ``BRIDGE``."""
    left, reach = set(dark), range(-BRIDGE, BRIDGE + 1)
    while left:
        start = left.pop()
        part, edge = {start}, [start]
        while edge:
            x, y = edge.pop()
            near = {(x + dx, y + dy) for dx in reach for dy in reach} & left
            left -= near
            part |= near
            edge += near
        yield part


def around(part: set[Cell]) -> Grid:
    across, down = [x for x, _ in part], [y for _, y in part]
    return min(across), min(down), max(across) + 1, max(down) + 1


def joined(boxes: list[Grid]) -> list[Grid]:
    """Join boxes that overlap, until none do: the bars of a chart are one figure."""
    done: list[Grid] = []
    while boxes:
        one = boxes.pop()
        other = next((box for box in done if overlap(box, one)), None)
        if other is None:
            done.append(one)
        else:
            done.remove(other)
            boxes.append(hull(one, other))
    return done


def overlap(one: Grid, other: Grid) -> bool:
    return all(
        one[side] <= other[side + 2] + BRIDGE and other[side] <= one[side + 2] + BRIDGE
        for side in (0, 1)
    )


def hull(one: Grid, other: Grid) -> Grid:
    return (
        min(one[0], other[0]),
        min(one[1], other[1]),
        max(one[2], other[2]),
        max(one[3], other[3]),
    )


def is_figure(box: Grid, dark: set[Cell]) -> bool:
    width, height = box[2] - box[0], box[3] - box[1]
    if min(width, height) * CELL < LEAST_SIDE:
        return False
    filled = sum((x, y) in dark for x in range(box[0], box[2]) for y in range(box[1], box[3]))
    return filled >= LEAST_FILLED * width * height


def shares(box: Grid, size: tuple[int, int]) -> Box:
    """In shares of the page, a cell wider on every side."""
    left, top = max(0, box[0] - 1) / size[0], max(0, box[1] - 1) / size[1]
    return left, top, min(1.0, (box[2] + 1) / size[0]), min(1.0, (box[3] + 1) / size[1])


def words_share(box: Box, rows: Iterable[Row]) -> float:
    """What share of a box rows of words cover."""
    words = sum(common(box, row[1:]) for row in rows)
    return words / ((box[2] - box[0]) * (box[3] - box[1]))


def common(one: Box, other: Box) -> float:
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    return max(0.0, width) * max(0.0, height)


def is_taken_for_letters(row: Row, figures: Iterable[Box]) -> bool:
    """Tell a row without a word that lies in a figure: strokes of the drawing."""
    inside = any(common(box, row[1:]) > 0.5 * common(row[1:], row[1:]) for box in figures)
    return inside and not WORD.search(row[0])
