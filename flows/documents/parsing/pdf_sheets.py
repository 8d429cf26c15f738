"""One page of a PDF while it is being read: lines, notes, drawn rules and pictures with places."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import pypdfium2 as pdfium  # type: ignore[import-untyped]  # ships no annotations
from PIL import Image
from pypdfium2 import raw

from flows.documents.parsing.pdf_columns import has_columns, is_disorderly, reading_order
from flows.documents.parsing.pdf_lines import Box, Line, PageText
from flows.documents.parsing.pdf_links import page_links, tie_links
from flows.documents.parsing.pdf_notes import Notes, part_notes
from flows.documents.parsing.recognition import LONGEST_SIDE
from schemas.document import Block

LEAST_RULES = 2  # drawn lines each way on a page that may hold a table
LEAST_BOXES = 3
PLAIN_BOX = 6  # segments of a rectangle
THIN = 3.0  # points; what is thinner is a line
LOOKED_THROUGH = 20_000  # drawn objects of a page
OFF = 2.0  # points beyond the edge of the page
LEAST_SIDE = 24.0  # points; smaller pictures are bullets and ornaments
PdfObject = Any  # pages and drawn objects of PDFium, which have no annotations
SCAN_SCALE = 300 / 72  # pixels a point
CUT_SCALE = 200 / 72
PLAIN_SIDE = 1700  # pixels
SCAN_AREA = 0.5  # of the page
SCAN_CHARACTERS = 50
FORM_DEPTH = 3
DECORATION_PAGES = 3
DECORATION_SHARE = 0.4


@dataclass
class Rules:
    """Counts drawn paths by their shape: a table has lines both ways, or boxes."""

    across: int = 0
    upright: int = 0
    boxes: int = 0

    def note(self, drawn: PdfObject) -> None:
        left, bottom, right, top = bounds(drawn) or (0.0, 0.0, 0.0, 0.0)
        is_wide, is_tall = right - left > THIN, top - bottom > THIN
        self.across += is_wide and not is_tall
        self.upright += is_tall and not is_wide
        if is_wide and is_tall:
            segments = raw.FPDFPath_CountSegments(drawn)
            self.boxes += LEAST_BOXES if segments > PLAIN_BOX else 1

    def may_hold_table(self) -> bool:
        is_ruled = min(self.across, self.upright) >= LEAST_RULES
        return is_ruled or self.boxes >= LEAST_BOXES or (self.across > 1 and self.boxes > 0)


@dataclass
class Sheet:
    """One page while it is being read; ``drawings`` are picture objects with their boxes."""

    number: int
    width: float
    height: float
    lines: list[Line] = field(default_factory=list)
    notes: Notes = field(default_factory=dict)
    rules: Rules = field(default_factory=Rules)
    drawings: list[tuple[Box, Any]] = field(default_factory=list)
    tables: list[tuple[Box, Block]] = field(default_factory=list)
    cuttings: list[Box] = field(default_factory=list)  # figures on a page that became text

    covered: float = 0.0  # by pictures, in square points
    is_scan: bool = False
    is_recognised: bool = False


def read_sheet(page: PdfObject, number: int, *, thorough: bool) -> Sheet:
    """Read the text and look through the drawn objects of a page."""
    width, height = page.get_size()
    sheet = Sheet(number=number, width=width, height=height)
    read_text(sheet, page, thorough=thorough)
    look_through(sheet, page)
    sheet.is_scan = shows_scan(sheet)
    return sheet


def look_through(sheet: Sheet, page: PdfObject) -> None:
    """Note the paths and pictures of a page; most pages have none, which is quickly told."""
    count = raw.FPDFPage_CountObjects(page)
    drawn_kinds = (
        raw.FPDFPageObj_GetType(raw.FPDFPage_GetObject(page, place)) for place in range(count)
    )
    if all(kind == raw.FPDF_PAGEOBJ_TEXT for kind in drawn_kinds):
        return
    kinds = (raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_PATH)
    for place, drawn in enumerate(page.get_objects(filter=kinds, max_depth=FORM_DEPTH)):
        if place > LOOKED_THROUGH:
            break
        if drawn.type == raw.FPDF_PAGEOBJ_PATH:
            sheet.rules.note(drawn)
        else:
            note_drawing(sheet, drawn)


def read_text(sheet: Sheet, page: PdfObject, *, thorough: bool) -> None:
    """Read the lines of a page, by geometry where the file keeps another order, and its notes."""
    text = PageText(page, sheet.number, thorough=thorough)
    lines = in_order(inside(text.lines(), sheet), text)
    if thorough:
        lines = tie_links(lines, list(page_links(page)), text.fonts.box)
    sheet.lines, sheet.notes = part_notes(lines, sheet.height, text.raised)
    text.close()


def in_order(lines: list[Line], text: PageText) -> list[Line]:
    """Order lines by geometry on a jumbled page and on one written through its columns.

    Lines that gape where no columns stand, as rows of a table do, stay as they were written.
    """
    if is_disorderly(lines):
        return reading_order(text.pieces(lines))
    if not text.runs_across(lines):
        return lines
    pieces = text.pieces(lines)
    return reading_order(pieces) if has_columns(pieces) else lines


def inside(lines: list[Line], sheet: Sheet) -> list[Line]:
    """Leave out lines that stand off the page, where nobody sees them, unless all do."""
    seen = [
        line
        for line in lines
        if line.box[1] < sheet.height + OFF
        and line.box[3] > -OFF
        and line.left < sheet.width
        and line.right > 0
    ]
    return seen or lines


def draw_scan(pdf: PdfObject, sheet: Sheet) -> Image.Image:
    """Draw a page in grey as large as recognition needs it."""
    page = pdf[sheet.number]
    scale = min(SCAN_SCALE, LONGEST_SIDE / max(sheet.width, sheet.height, 1))
    image: Image.Image = page.render(scale=scale, grayscale=True, may_draw_forms=False).to_pil()
    page.close()
    return image


def draw_plain(pdf: PdfObject, sheet: Sheet) -> Image.Image:
    """Draw a page in grey, one pixel a point, a sheet larger than A2 smaller."""
    page = pdf[sheet.number]
    scale = min(1, PLAIN_SIDE / max(sheet.width, sheet.height, 1))
    image: Image.Image = page.render(scale=scale, grayscale=True, may_draw_forms=False).to_pil()
    page.close()
    return image


def cut_out(pdf: PdfObject, sheet: Sheet, box: Box) -> Image.Image:
    """Draw a part of a page as large as print needs it."""
    page = pdf[sheet.number]
    crop = (box[0], box[1], sheet.width - box[2], sheet.height - box[3])
    scale = min(CUT_SCALE, LONGEST_SIDE / max(box[2] - box[0], box[3] - box[1], 1))
    image: Image.Image = page.render(scale=scale, crop=crop, may_draw_forms=False).to_pil()
    page.close()
    return image


def shows_scan(sheet: Sheet) -> bool:
    """Tell a page that is a picture with next to no text."""
    if sheet.covered <= SCAN_AREA * sheet.width * sheet.height:
        return False
    return sum(len(line.text) for line in sheet.lines) < SCAN_CHARACTERS


def note_drawing(sheet: Sheet, drawn: PdfObject) -> None:
    box = bounds(drawn)
    sheet.covered += area(box) if box else 0.0
    if box and min(box[2] - box[0], box[3] - box[1]) >= LEAST_SIDE:
        sheet.drawings.append((box, drawn))


def bounds(drawn: PdfObject) -> Box | None:
    try:
        box: Box = drawn.get_bounds()
    except pdfium.PdfiumError:
        return None
    return box


def drop_decorations(sheets: list[Sheet]) -> None:
    """Leave out pictures that stand in one place on many pages: logos and backgrounds."""
    repeats = Counter(
        key
        for sheet in sheets
        if not sheet.is_scan
        for key in {place_key(box) for box, _ in sheet.drawings}
    )
    least = max(DECORATION_PAGES, DECORATION_SHARE * len(sheets))
    for sheet in sheets:
        if not sheet.is_scan:
            sheet.drawings = [d for d in sheet.drawings if repeats[place_key(d[0])] < least]


def place_key(box: Box) -> tuple[int, ...]:
    return tuple(round(side) for side in box)


def may_hold_table(sheet: Sheet) -> bool:
    return sheet.rules.may_hold_table() and bool(sheet.lines)


def is_mute(sheet: Sheet) -> bool:
    return not sheet.lines and not sheet.is_scan


def area(box: Box) -> float:
    return max(0.0, box[2] - box[0]) * max(0.0, box[3] - box[1])


def holds(box: Box, line: Line) -> bool:
    centre = (line.left + line.right) / 2
    return box[0] <= centre <= box[2] and box[1] <= line.middle <= box[3]


def in_table(box: Box, tables: list[tuple[Box, Block]]) -> bool:
    middle = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
    return any(
        left <= middle[0] <= right and bottom <= middle[1] <= top
        for (left, bottom, right, top), _ in tables
    )


def stands_over(box: Box, line: Line, middle: float) -> bool:
    """Tell whether a picture ends above a line and is not in another column of a page."""
    is_apart = line.right < middle < box[0] or box[2] < middle < line.left
    return line.middle < box[1] + 1 and not is_apart
