"""PDF to document: text by PDFium, tables by pdfplumber, damage mended by qpdf, scans recognised.

A file that is long or crowded is still read whole: when half of its time is gone, tables are
read as running text, and a little later pictures are left out, each with a warning.
"""

import re
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2 as pdfium  # type: ignore[import-untyped]  # ships no annotations
from pypdfium2 import raw

from flows.documents.captions import tie_captions
from flows.documents.content import Content
from flows.documents.gallery import MAX_PIXELS, Gallery
from flows.documents.pdf_columns import is_disorderly, reading_order
from flows.documents.pdf_examination import examine, mend
from flows.documents.pdf_lines import Box, Line, PageText
from flows.documents.pdf_links import page_links, tie_links
from flows.documents.pdf_margins import drop_running_heads
from flows.documents.pdf_notes import Notes, part_notes
from flows.documents.pdf_structure import Placed, build, measure
from flows.documents.pdf_tables import find_tables, join_tables, plumbed_lines
from flows.documents.refusal import Refused
from flows.documents.structure import first_heading, stated_title
from schemas.document import Block, Document, Figure, Picture
from schemas.extraction import Limits, RejectCode, WarningCode

TABLE_TIME = 0.5  # of the allowed seconds
PICTURE_TIME = 0.7
LEAST_RULES = 2  # drawn lines each way on a page that may hold a table
LEAST_BOXES = 3
PLAIN_BOX = 6  # segments of a rectangle
THIN = 3.0  # points; what is thinner is a line
LOOKED_THROUGH = 20_000  # drawn objects of a page
LEAST_SIDE = 24.0  # points; smaller pictures are bullets and ornaments
PdfObject = Any  # pages and drawn objects of PDFium and pdfplumber, which have no annotations
SCAN_AREA = 0.5  # of the page
SCAN_CHARACTERS = 50
FORM_DEPTH = 3
DECORATION_PAGES = 3
DECORATION_SHARE = 0.4
STRANGE = re.compile("[\ufffd\ue000-\uf8ff]")
GARBLED_SHARE = 0.2


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

    is_scan: bool = False


def read_pdf(path: Path, gallery: Gallery, limits: Limits, *, copy: Path) -> Content:
    """Read a PDF; ``copy`` is where a mended copy may be written for the time of reading."""
    reader = PdfReader(gallery, limits)
    examination = examine(path, limits)
    reader.warnings |= examination.warnings
    blocks = reader.read(path, copy, examination.pages)
    plain = Document(blocks=blocks)
    confirmed = stated_title(plain, examination.title)
    title = confirmed or first_heading(plain) or examination.title
    return Content(
        document=Document(title=title, blocks=blocks),
        pages=examination.pages,
        people=examination.people,
        warnings=reader.warnings,
    )


class PdfReader:
    """Reads the pages of one file, minding the time it has left."""

    def __init__(self, gallery: Gallery, limits: Limits) -> None:
        self.gallery = gallery
        self.limits = limits
        self.started = time.perf_counter()
        self.warnings: set[WarningCode] = set()
        self.margins: list[str] = []

    def has_time(self, share: float) -> bool:
        return time.perf_counter() - self.started < share * self.limits.seconds

    def read(self, path: Path, copy: Path, pages: int) -> tuple[Block, ...]:
        pdf, sound = self.open(path, copy, pages)
        thorough = self.gallery.directory is not None
        sheets = [read_sheet(pdf[n], n, thorough=thorough) for n in range(len(pdf))]
        self.note_quality(sheets)
        self.read_with_pdfplumber(sound, sheets)
        drop_decorations(sheets)
        kept = drop_running_heads([s.lines for s in sheets], [s.height for s in sheets])
        typography = measure(line for lines in kept for line in lines)
        placed = [list(self.place(sheet, lines)) for sheet, lines in zip(sheets, kept, strict=True)]
        join_tables(placed, {id(table): box for sheet in sheets for box, table in sheet.tables})
        notes = {key: lines for sheet in sheets for key, lines in sheet.notes.items()}
        return tie_captions(build(chain.from_iterable(placed), typography, notes))

    def open(self, path: Path, copy: Path, pages: int) -> tuple[Any, Path]:
        """Open the original, or the mended copy if the original loses pages or fails."""
        for candidate in (path, copy):
            try:
                if candidate is copy:
                    mend(path, copy)
                pdf = pdfium.PdfDocument(candidate)
            except (pdfium.PdfiumError, pikepdf.PdfError):
                continue
            if len(pdf) == pages:
                self.warnings |= {WarningCode.REPAIRED} if candidate is copy else set()
                return pdf, candidate
        raise Refused(RejectCode.DAMAGED)

    def note_quality(self, sheets: list[Sheet]) -> None:
        scans = sum(sheet.is_scan for sheet in sheets)
        written = sum(bool(sheet.lines) and not sheet.is_scan for sheet in sheets)
        if scans:
            code = WarningCode.SCANNED_PAGES if written else WarningCode.SCANNED_NO_TEXT
            self.warnings.add(code)
        if is_garbled("".join(line.text for sheet in sheets for line in sheet.lines)):
            self.warnings.add(WarningCode.GARBLED_TEXT)

    def read_with_pdfplumber(self, path: Path, sheets: list[Sheet]) -> None:
        """Find tables, and text where PDFium found none, on the pages that may hold them."""
        wanted = [sheet for sheet in sheets if may_hold_table(sheet) or is_mute(sheet)]
        if not wanted:
            return
        import pdfplumber  # noqa: PLC0415 - half a second that most files do not need

        try:
            with pdfplumber.open(path, pages=[sheet.number + 1 for sheet in wanted]) as pdf:
                for sheet, page in zip(wanted, pdf.pages, strict=False):
                    self.plumb(sheet, page)
        except MemoryError:
            raise
        except Exception:  # noqa: BLE001 - pdfplumber fails on files that PDFium reads
            self.warnings.add(WarningCode.TABLES_SKIPPED)

    def plumb(self, sheet: Sheet, page: PdfObject) -> None:
        if not self.has_time(TABLE_TIME):
            self.warnings.add(WarningCode.TABLES_SKIPPED)
            return
        if is_mute(sheet):
            sheet.lines = plumbed_lines(page, sheet.number)
        else:
            sheet.tables = [(box, table) for box, table in find_tables(page)]
        page.close()

    def place(self, sheet: Sheet, lines: list[Line]) -> Iterator[Placed]:
        """Yield lines in order, each table in place of its lines, each picture over what follows."""
        tables = list(sheet.tables)
        figures = [
            (box, figure) for box, figure in self.figures(sheet) if not in_table(box, tables)
        ]
        for line in lines:
            home = next((entry for entry in sheet.tables if holds(entry[0], line)), None)
            if home is None:
                above = [entry for entry in figures if stands_over(entry[0], line, sheet.width / 2)]
                yield from (figure for _, figure in above)
                figures = [entry for entry in figures if entry not in above]
                yield line
            elif home in tables:
                tables.remove(home)
                yield home[1]
        yield from (table for _, table in tables)
        yield from (figure for _, figure in figures)

    def figures(self, sheet: Sheet) -> Iterator[tuple[Box, Figure]]:
        for place, (box, drawing) in enumerate(sheet.drawings):
            name = self.picture_name(drawing, f"{sheet.number}-{place}")
            if name is None:
                self.warnings.add(WarningCode.PICTURES_DROPPED)
                continue
            width, height = round(box[2] - box[0], 2), round(box[3] - box[1], 2)
            yield box, Figure(picture=Picture(name=name, width=width, height=height))

    def picture_name(self, drawing: PdfObject, fallback: str) -> str | None:
        """Return the stored picture's name; in a reading without pictures, a name of its own."""
        if self.gallery.directory is None:
            return fallback
        if not self.has_time(PICTURE_TIME):
            return None
        width, height = drawing.get_px_size()
        if width * height > MAX_PIXELS:
            return None
        is_photograph = "DCTDecode" in drawing.get_filters()
        try:
            image = drawing.get_bitmap(render=not is_photograph, scale_to_original=True).to_pil()
        except (pdfium.PdfiumError, ValueError):
            return None
        return self.gallery.keep_image(image, is_photograph=is_photograph)


def read_sheet(page: PdfObject, number: int, *, thorough: bool) -> Sheet:
    """Read the text and look through the drawn objects of a page."""
    width, height = page.get_size()
    sheet = Sheet(number=number, width=width, height=height)
    read_text(sheet, page, thorough=thorough)
    kinds = (raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_PATH)
    for place, drawn in enumerate(page.get_objects(filter=kinds, max_depth=FORM_DEPTH)):
        if place > LOOKED_THROUGH:
            break
        if drawn.type == raw.FPDF_PAGEOBJ_PATH:
            sheet.rules.note(drawn)
        else:
            note_drawing(sheet, drawn)
    sheet.is_scan = shows_scan(sheet)
    return sheet


def read_text(sheet: Sheet, page: PdfObject, *, thorough: bool) -> None:
    """Read the lines of a page, by geometry where the file keeps another order, and its notes."""
    text = PageText(page, sheet.number, thorough=thorough)
    lines = text.lines()
    if is_disorderly(lines) or text.runs_across(lines):
        lines = reading_order(text.pieces(lines))
    if thorough:
        lines = tie_links(lines, list(page_links(page)), text.fonts.box)
    sheet.lines, sheet.notes = part_notes(lines, sheet.height, text.raised)
    text.close()


def shows_scan(sheet: Sheet) -> bool:
    """Tell a page that is a picture with next to no text."""
    covered = sum(area(box) for box, _ in sheet.drawings)
    if covered <= SCAN_AREA * sheet.width * sheet.height:
        return False
    return sum(len(line.text) for line in sheet.lines) < SCAN_CHARACTERS


def note_drawing(sheet: Sheet, drawn: PdfObject) -> None:
    box = bounds(drawn)
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


def is_garbled(text: str) -> bool:
    """Tell text of private or replacement characters: fonts without a way back to letters."""
    return len(STRANGE.findall(text)) > GARBLED_SHARE * len(text)


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
