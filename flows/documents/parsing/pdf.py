"""PDF to document: text by PDFium, tables by pdfplumber, damage mended by qpdf, scans recognised.

A file that is long or crowded is still read whole: when half of its time is gone, tables are
read as running text, and a little later pictures are left out, each with a warning.
"""

import math
import re
import time
from collections.abc import Iterator
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2 as pdfium  # type: ignore[import-untyped]  # ships no annotations
from pypdfium2 import raw

from flows.documents.parsing.alarm import within
from flows.documents.parsing.captions import tie_captions
from flows.documents.parsing.content import Content
from flows.documents.parsing.gallery import MAX_PIXELS, Gallery
from flows.documents.parsing.pdf_examination import Examination, examine, mend
from flows.documents.parsing.pdf_lines import Box, Line
from flows.documents.parsing.pdf_margins import drop_running_heads
from flows.documents.parsing.pdf_sheets import (
    Sheet,
    cut_out,
    draw_plain,
    draw_scan,
    drop_decorations,
    holds,
    in_table,
    is_mute,
    may_hold_table,
    read_sheet,
    stands_over,
)
from flows.documents.parsing.pdf_structure import Placed, build, measure
from flows.documents.parsing.pdf_tables import find_tables, join_tables, plumbed_lines
from flows.documents.parsing.pdf_upright import set_upright
from flows.documents.parsing.recognition import (
    MOST_PAGES,
    Page,
    Recogniser,
    is_ready,
    page_rows,
)
from flows.documents.parsing.refusal import Refused
from flows.documents.parsing.scan_figures import is_taken_for_letters, scan_figures
from flows.documents.preflight.page_pictures import CUTTING
from flows.documents.structure import first_heading, stated_title
from schemas.document import Block, Document, Figure, Picture
from schemas.extraction import Limits, RejectCode, WarningCode

TABLE_TIME = 0.5  # of the allowed seconds
PICTURE_TIME = 0.85
COPY, UPRIGHT = "mended.pdf", "upright.pdf"
SAMPLED_PAGES, SAMPLED_CHARACTERS = 5, 40
PdfObject = Any  # documents, pages and drawn objects of PDFium and pdfplumber, without annotations
STRANGE = re.compile("[\ufffd\ue000-\uf8ff]")
GARBLED_SHARE = 0.2
# Letters of fonts for mathematics, big operators, signs of the old Symbol fonts beside an equals.
MATHEMATICAL = re.compile(
    "[\U0001d400-\U0001d7ff\u2211\u221a\u222b\u220f]|[\uf020-\uf0ff].*=|=.*[\uf020-\uf0ff]"
)
WORD = re.compile(r"[^\W\d_\U0001d400-\U0001d7ff]{3,}")
MOST_WORDS = 1  # on a line that is a formula: in running text a sign or two reads well


def read_pdf(path: Path, gallery: Gallery, limits: Limits, *, desk: Path) -> Content:
    """Read a PDF; ``desk`` is a folder for a mended copy and for what is recognised on scans."""
    reader = PdfReader(gallery, limits, desk)
    examination = examine(path, limits)
    reader.warnings |= examination.warnings
    blocks = reader.read(path, examination)
    plain = Document(blocks=blocks)
    confirmed = stated_title(plain, examination.title)
    title = confirmed or first_heading(plain) or examination.title
    return Content(
        document=Document(title=title, blocks=blocks),
        pages=examination.pages,
        people=examination.people,
        warnings=reader.warnings,
        unrecognised=reader.unrecognised,
    )


class PdfReader:
    """Reads the pages of one file, minding the time it has left."""

    def __init__(self, gallery: Gallery, limits: Limits, desk: Path) -> None:
        self.gallery = gallery
        self.desk = desk
        self.limits = limits
        self.started = time.perf_counter()
        self.warnings: set[WarningCode] = set()
        self.unrecognised = 0

    def left(self, share: float) -> float:
        """Return the seconds left of a share of the allowed time."""
        return share * self.limits.seconds - (time.perf_counter() - self.started)

    def has_time(self, share: float) -> bool:
        return self.left(share) > 0

    def read(self, path: Path, examination: Examination) -> tuple[Block, ...]:
        pdf, sound = self.open(path, examination.pages)
        if not examination.is_upright:
            pdf, sound = self.upright(pdf, sound)
        thorough = self.gallery.directory is not None
        sheets = list(read_sheets(pdf, thorough=thorough))
        self.recognise(pdf, sheets)
        self.note_quality(sheets)
        self.read_with_pdfplumber(sound, sheets)
        drop_decorations(sheets)
        kept = drop_running_heads([s.lines for s in sheets], [s.height for s in sheets])
        typography = measure(line for lines in kept for line in lines)
        pictures = [[*self.figures(sheet), *self.cut_figures(pdf, sheet)] for sheet in sheets]
        every = zip(sheets, kept, pictures, strict=True)
        placed = [list(place(*one)) for one in every]
        join_tables(placed, {id(table): box for sheet in sheets for box, table in sheet.tables})
        notes = {key: lines for sheet in sheets for key, lines in sheet.notes.items()}
        return tie_captions(build(chain.from_iterable(placed), typography, notes))

    def open(self, path: Path, pages: int) -> tuple[Any, Path]:
        """Open the original, or the mended copy if the original loses pages or fails."""
        copy = self.desk / COPY
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

    def upright(self, pdf: PdfObject, path: Path) -> tuple[Any, Path]:
        """Open a copy with turned and cropped pages set upright, if it can be made."""
        copy = self.desk / UPRIGHT
        try:
            set_upright(path, copy)
            turned = pdfium.PdfDocument(copy)
        except (pdfium.PdfiumError, pikepdf.PdfError, ValueError, TypeError, KeyError):
            return pdf, path
        is_sound = len(turned) == len(pdf) and reads_upright(turned)
        return (turned, copy) if is_sound else (pdf, path)

    def recognise(self, pdf: PdfObject, sheets: list[Sheet]) -> None:
        """Read the words on scanned pages; of one read with certainty only figures are kept."""
        scans = [sheet for sheet in sheets if sheet.is_scan]
        if not scans:
            return
        recogniser = Recogniser(self.desk, started=self.started, limits=self.limits)
        wanted = [(sheet.number, partial(draw_scan, pdf, sheet)) for sheet in scans]
        found = recogniser.pages(wanted)
        for sheet in scans:
            page = found.get(sheet.number)
            if page is not None and page.is_legible:
                self.take_words(pdf, sheet, page)
        if is_ready():
            self.unrecognised = min(len(scans), MOST_PAGES) - len(found)
        else:
            self.warnings.add(WarningCode.RECOGNITION_UNAVAILABLE)

    def take_words(self, pdf: PdfObject, sheet: Sheet, page: Page) -> None:
        sheet.is_recognised = True
        self.warnings.add(WarningCode.TEXT_RECOGNISED)
        if page.is_sure:
            found = scan_figures(draw_plain(pdf, sheet), page.rows)
            rows = tuple(row for row in page.rows if not is_taken_for_letters(row, found))
            page = page.model_copy(update={"rows": rows})
            sheet.drawings = []
            sheet.cuttings = [on_page(box, sheet) for box in found]
        else:
            self.warnings.add(WarningCode.RECOGNISED_POORLY)
        sheet.lines = page_rows(page, sheet.number, sheet.width, sheet.height)

    def note_quality(self, sheets: list[Sheet]) -> None:
        scans = sum(sheet.is_scan and not sheet.is_recognised for sheet in sheets)
        written = any(sheet.lines and not sheet.is_scan for sheet in sheets)
        written |= any(sheet.is_recognised for sheet in sheets)
        if scans:
            code = WarningCode.SCANNED_PAGES if written else WarningCode.SCANNED_NO_TEXT
            self.warnings.add(code)
        lines = [line.text for sheet in sheets for line in sheet.lines]
        if is_garbled("".join(lines)):
            self.warnings.add(WarningCode.GARBLED_TEXT)
        elif any(map(is_formula, lines)):
            self.warnings.add(WarningCode.FORMULAS_BROKEN)

    def read_with_pdfplumber(self, path: Path, sheets: list[Sheet]) -> None:
        """Find tables, and text where PDFium found none, on the pages that may hold them."""
        wanted = [sheet for sheet in sheets if may_hold_table(sheet) or is_mute(sheet)]
        if not wanted:
            return
        import pdfplumber  # noqa: PLC0415 - half a second that most files do not need

        try:
            numbers = [sheet.number + 1 for sheet in wanted]
            with within(self.left(TABLE_TIME)), pdfplumber.open(path, pages=numbers) as pdf:
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

    def figures(self, sheet: Sheet) -> Iterator[tuple[Box, Figure]]:
        for place, (box, drawing) in enumerate(sheet.drawings):
            name = self.picture_name(drawing, f"{sheet.number}-{place}")
            if name is None:
                self.warnings.add(WarningCode.PICTURES_DROPPED)
                continue
            yield box, figure_in(box, name)

    def cut_figures(self, pdf: PdfObject, sheet: Sheet) -> Iterator[tuple[Box, Figure]]:
        for place, box in enumerate(sheet.cuttings):
            name = self.cutting_name(pdf, sheet, box, f"{sheet.number}-cut-{place}")
            if name is None:
                self.warnings.add(WarningCode.PICTURES_DROPPED)
            else:
                yield box, figure_in(box, name)

    def cutting_name(self, pdf: PdfObject, sheet: Sheet, box: Box, fallback: str) -> str | None:
        if self.gallery.directory is None:
            return fallback
        if not self.has_time(PICTURE_TIME):
            return None
        image = cut_out(pdf, sheet, box)
        return self.gallery.keep_image(image, is_photograph=True, prefix=CUTTING)

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


def read_sheets(pdf: PdfObject, *, thorough: bool) -> Iterator[Sheet]:
    try:
        yield from (read_sheet(pdf[n], n, thorough=thorough) for n in range(len(pdf)))
    except pdfium.PdfiumError as error:
        raise Refused(RejectCode.DAMAGED) from error


def place(sheet: Sheet, lines: list[Line], pictures: list[tuple[Box, Figure]]) -> Iterator[Placed]:
    """Yield lines in order, each table in place of its lines, each picture over what follows."""
    tables = list(sheet.tables)
    figures = [entry for entry in pictures if not in_table(entry[0], tables)]
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


def figure_in(box: Box, name: str) -> Figure:
    width, height = round(box[2] - box[0], 2), round(box[3] - box[1], 2)
    return Figure(picture=Picture(name=name, width=width, height=height))


def on_page(box: Box, sheet: Sheet) -> Box:
    """A box in shares from the top left as one in points from the bottom left."""
    left, top, right, bottom = box
    width, height = sheet.width, sheet.height
    return left * width, (1 - bottom) * height, right * width, (1 - top) * height


def reads_upright(pdf: PdfObject) -> bool:
    """Tell whether letters stand upright on the first pages, as far as there are any."""
    angles: list[float] = []
    for number in range(min(len(pdf), SAMPLED_PAGES)):
        page = pdf[number]
        text = page.get_textpage()
        count = min(text.count_chars(), SAMPLED_CHARACTERS)
        angles += [raw.FPDFText_GetCharAngle(text, place) for place in range(count)]
        text.close()
        page.close()
    upright = sum(math.cos(angle) > math.cos(math.pi / 4) for angle in angles)
    return 2 * upright >= len(angles)


def is_formula(text: str) -> bool:
    """Tell a line of mathematics, whose fractions and powers no text keeps in their places."""
    return bool(MATHEMATICAL.search(text)) and len(WORD.findall(text)) <= MOST_WORDS


def is_garbled(text: str) -> bool:
    """Tell text of private or replacement characters: fonts without a way back to letters."""
    return len(STRANGE.findall(text)) > GARBLED_SHARE * len(text)
