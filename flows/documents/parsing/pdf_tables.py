"""Tables of a PDF page by pdfplumber, with spans told from the ruled cells."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from itertools import groupby, pairwise
from typing import Any

from flows.documents.parsing.pdf_lines import BOLD_NAMES, Box, Line, Run, Style, clean
from flows.documents.parsing.pdf_structure import Placed
from flows.documents.structure import blocks_text, plain
from schemas.document import Cell, Paragraph, Table

LEAST_ROWS = 2
LEAST_FILLED = 0.3  # of the cells; the grid of a chart holds less
NAMELESS = re.compile(r"\(cid:\d+\)")  # pdfplumber's word for a glyph without a letter
SAME = 2.0  # points between edges that are drawn as one

Page = Any  # pdfplumber.page.Page; its annotations are partial


class Letters:
    """The characters of a page sorted from the top down, so that a cell finds its own quickly."""

    def __init__(self, page: Page) -> None:
        self.sorted = sorted(page.chars, key=middle_of)
        self.middles = [middle_of(char) for char in self.sorted]
        self.order = {id(char): number for number, char in enumerate(page.chars)}

    def between(self, top: float, bottom: float) -> list[dict[str, Any]]:
        """Return the characters whose middles lie between two heights, from the top down."""
        return self.sorted[bisect_left(self.middles, top) : bisect_left(self.middles, bottom)]

    def inside(self, box: Box) -> list[dict[str, Any]]:
        """Return the characters of a cell in the order they were written."""
        left, top, right, bottom = box
        found = [
            char
            for char in self.between(top, bottom)
            if left <= (char["x0"] + char["x1"]) / 2 < right
        ]
        return sorted(found, key=lambda char: self.order[id(char)])


def middle_of(char: dict[str, Any]) -> float:
    return float(char["top"] + char["bottom"]) / 2


def find_tables(page: Page) -> list[tuple[Box, Table]]:
    """Return the tables of a page with their boxes (left, bottom, right, top from the bottom)."""
    found = []
    letters: Letters | None = None
    for ruled in page.find_tables():
        letters = letters or Letters(page)
        table = read_table(letters, ruled.cells)
        if table is not None:
            left, top, right, bottom = ruled.bbox
            found.append(((left, page.height - bottom, right, page.height - top), table))
    return found


def read_table(letters: Letters, boxes: Iterable[Box]) -> Table | None:
    """Build a table of ruled cells (left, top, right, bottom), or None for what is no table."""
    places = sorted(set(boxes), key=lambda box: (round(box[1]), box[0]))
    columns = edges(box[side] for box in places for side in (0, 2))
    rows = edges(box[side] for box in places for side in (1, 3))
    texts = {box: cell_text(letters.inside(box)) for box in places}
    filled = sum(bool(text) for text in texts.values())
    if len(rows) <= LEAST_ROWS or len(columns) <= LEAST_ROWS or filled < LEAST_FILLED * len(places):
        return None
    cells = [(nearest(rows, box[1]), make_cell(box, texts[box], rows, columns)) for box in places]
    grouped = {row: [cell for _, cell in group] for row, group in groupby(cells, lambda c: c[0])}
    lined = tuple(tuple(grouped.get(row, ())) for row in range(len(rows) - 1))
    heads = heading_rows(letters, rows)
    return Table(columns=len(columns) - 1, header=lined[:heads], rows=lined[heads:])


def heading_rows(letters: Letters, rows: list[float]) -> int:
    """Return 1 if the first row is set in bold and the next is not."""
    weights = [is_bold(letters.between(top, bottom)) for top, bottom in pairwise(rows[:3])]
    return int(weights[:2] == [True, False])


def is_bold(chars: Iterable[dict[str, Any]]) -> bool:
    names = {char["fontname"].lower() for char in chars if not char["text"].isspace()}
    return bool(names) and all(any(word in name for word in BOLD_NAMES) for name in names)


def join_tables(pages: list[list[Placed]], boxes: Mapping[int, Box]) -> None:
    """Join a table that ends one page with the one that begins the next, if they are alike."""
    last: tuple[list[Placed], Table] | None = None
    for page in pages:
        first = page[0] if page else None
        if last and isinstance(first, Table) and are_one(last[1], first, boxes):
            holder, table = last
            holder[-1] = joined = append(table, first)
            boxes = {**boxes, id(joined): boxes[id(first)]}
            del page[0]
            last = (holder, joined) if not page else None
        if page:
            last = (page, page[-1]) if isinstance(page[-1], Table) else None


def are_one(table: Table, following: Table, boxes: Mapping[int, Box]) -> bool:
    one, other = boxes[id(table)], boxes[id(following)]
    is_in_place = abs(one[0] - other[0]) < SAME * 2 and abs(one[2] - other[2]) < SAME * 2
    return table.columns == following.columns and is_in_place


def append(table: Table, following: Table) -> Table:
    """Add rows, the repeated header left out."""
    heads = len(table.header) or 1
    whole, more = (*table.header, *table.rows), (*following.header, *following.rows)
    repeated = words(whole[:heads]) == words(more[:heads]) and any(words(more[:heads]))
    if not repeated:
        return table.model_copy(update={"rows": (*table.rows, *more)})
    rows = (*whole[heads:], *more[heads:])
    return table.model_copy(update={"header": whole[:heads], "rows": rows})


def words(rows: Iterable[tuple[Cell, ...]]) -> list[str]:
    return [blocks_text(cell.blocks) for row in rows for cell in row]


def make_cell(box: Box, text: str, rows: list[float], columns: list[float]) -> Cell:
    return Cell(
        blocks=(Paragraph(inlines=plain(text)),) if text else (),
        columns=max(1, nearest(columns, box[2]) - nearest(columns, box[0])),
        rows=max(1, nearest(rows, box[3]) - nearest(rows, box[1])),
    )


def edges(values: Iterable[float]) -> list[float]:
    """Return the distinct grid lines, taking those closer than ``SAME`` as one."""
    kept: list[float] = []
    for value in sorted(values):
        if not kept or value - kept[-1] > SAME:
            kept.append(value)
    return kept


def nearest(values: list[float], value: float) -> int:
    return min(range(len(values)), key=lambda place: abs(values[place] - value))


def cell_text(inside: list[dict[str, Any]]) -> str:
    """Return the words inside a cell, lines joined and broken words mended."""
    return join_cell(flow_text(inside).split("\n")) if inside else ""


def flow_text(chars: list[dict[str, Any]]) -> str:
    from pdfplumber.utils.text import extract_text  # noqa: PLC0415 - half a second, rarely needed

    return NAMELESS.sub("", str(extract_text(chars, use_text_flow=True)))


def join_cell(lines: list[str]) -> str:
    joined = ""
    for line in map(str.strip, lines):
        is_broken = joined.endswith(("-", "\xad")) and line[:1].islower()
        joined = joined[:-1] + line if is_broken else f"{joined} {line}"
    return clean(joined.strip()).replace("\xad", "-")


def plumbed_lines(page: Page, number: int) -> list[Line]:
    """Return the lines pdfplumber finds on a page where PDFium found none."""
    lines = page.extract_text_lines(use_text_flow=True)
    return [plumbed_line(line, page.height, number) for line in lines if line["text"].strip()]


def plumbed_line(line: dict[str, Any], height: float, number: int) -> Line:
    box = (line["x0"], height - line["bottom"], line["x1"], height - line["top"])
    size = round(line["bottom"] - line["top"], 1)
    return Line(
        page=number, runs=(Run(text=clean(line["text"]), style=Style()),), box=box, size=size
    )
