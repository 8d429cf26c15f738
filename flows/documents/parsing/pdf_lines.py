"""Lines of a PDF page with their place and type, told by PDFium.

PDFium keeps the order in which the page was written, which is the reading order in columns
(99 % of lines on two columns, against 54 % for sorting by place), and is sixty times faster than
pdfplumber; so pdfplumber is asked only for tables and for pages where PDFium finds no text. A
page written in another order is put in order by its geometry (``pdf_columns``).
"""

import ctypes
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any
from unicodedata import is_normalized

import pypdfium2.raw as pdfium  # type: ignore[import-untyped]  # generated bindings
from pypdfium2 import PdfPage, PdfTextPage

from flows.documents.structure import tidy

# PDFium swallows the line end after a hyphen that breaks a word, so its mark ends a line too.
LINE = re.compile("[^\r\n\x02\ufffe]+[\x02\ufffe]?")
WORD = re.compile(r"\S+\s*")
BARE_WORD = re.compile(r"\S+")
# PDFium marks a hyphen that breaks a word at the end of a line with these.
BROKEN_HYPHENS = {**dict.fromkeys(map(ord, "\x02\ufffe\xad"), "\xad"), 0xA0: " "}
MARKS = re.compile("[\x02\ufffe\xa0]")
UNCLEAN = re.compile("[\x00\x01\x03-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\uffff]")
BOLD_WEIGHT = 600
ITALIC_FLAG = 1 << 6
BOLD_NAMES = ("bold", "black", "heavy", "semibold")
ITALIC_NAMES = ("italic", "oblique")
NAME_ROOM = 256
RAISED = 0.2  # of the type size, for the sign of a footnote
# Wider than any space between the words of a justified line, in type sizes.
GUTTER = 1.2
# Of the type size: a font that tells less of its height tells nothing; shares of the usual fonts.
LEAST_HEIGHT = 0.75
BELOW, ABOVE = 0.22, 0.78
SAMPLED_LINES = 10
LEAST_SAMPLED = 3
SHARED = 0.3  # of the sampled lines are cut at one place
WIDE = 0.8  # of the widest line

Box = tuple[float, float, float, float]
Font = Any  # a pointer of PDFium


@dataclass(frozen=True)
class Style:
    bold: bool = False
    italic: bool = False


PLAIN = Style()


@dataclass(frozen=True, slots=True)
class Run:
    """A word with the space after it; ``note`` is the sign of a footnote that it refers to."""

    text: str
    style: Style
    link: str | None = None
    note: str = ""


@dataclass(frozen=True)
class Line:
    """A line of text on page ``page`` (from 0); the box is left, bottom, right, top in points.

    ``start`` is the number of its first character on the page.
    """

    page: int
    runs: tuple[Run, ...]
    box: Box
    size: float
    start: int = 0

    @cached_property
    def text(self) -> str:
        return "".join(run.text for run in self.runs)

    @property
    def bold(self) -> bool:
        return all(run.style.bold for run in self.runs)

    @property
    def left(self) -> float:
        return self.box[0]

    @property
    def right(self) -> float:
        return self.box[2]

    @property
    def middle(self) -> float:
        return (self.box[1] + self.box[3]) / 2


class PageText:
    """The text of one page; ``close`` gives PDFium's memory back.

    A thorough reading asks for the type of every word, a quick one of the first and the last.
    """

    def __init__(self, page: PdfPage, number: int, *, thorough: bool) -> None:
        self.textpage = page.get_textpage()
        self.text = exact_text(self.textpage)
        self.fonts = FontTable(self.textpage)
        self.is_clean = is_clean(self.text)
        self.number = number
        self.thorough = thorough

    def close(self) -> None:
        self.textpage.close()

    def lines(self) -> list[Line]:
        """Return the lines in the order PDFium reads them."""
        matches = (match for match in LINE.finditer(self.text) if not match[0].isspace())
        return [self.line(match[0], match.start()) for match in matches]

    def line(self, text: str, start: int) -> Line:
        if self.thorough:
            sampled = [word.start() for word in BARE_WORD.finditer(text)]
        else:
            sampled = [len(text) - len(text.lstrip())]
            last = text.rstrip().rfind(" ") + 1
            sampled += [last] if last > sampled[0] else []
        starts = [0, *sampled[1:], len(text)]
        style = self.fonts.style
        if self.is_clean:  # then cleaning keeps every character in its place
            text = clean_hyphens(text)
        runs = tuple(
            Run(text[first:end] if self.is_clean else clean(text[first:end]), style(start + place))
            for (first, end), place in zip(pairwise(starts), sampled, strict=True)
        )
        final = start + len(text.rstrip()) - 1
        first = start + sampled[0]
        boxes = [self.fonts.box(place) for place in (first, (first + final) // 2, final)]
        return Line(self.number, runs, around(boxes), height(boxes), start)

    def pieces(self, lines: Sequence[Line]) -> list[Line]:
        """Return the lines cut where a gap is too wide for a space between words."""
        return [piece for line in lines for piece in self.cut(line)]

    def cut(self, line: Line) -> Iterator[Line]:
        match = LINE.match(self.text, line.start)
        if match is None:
            return
        words = list(BARE_WORD.finditer(match[0]))
        first = 0
        for number, (word, following) in enumerate(pairwise(words), 1):
            right = self.fonts.box(line.start + word.end() - 1)[2]
            left = self.fonts.box(line.start + following.start())[0]
            if left - right > GUTTER * line.size or right - left > line.size:
                end = words[number].start()
                yield self.line(match[0][first:end], line.start + first)
                first = end
        yield self.line(match[0][first:], line.start + first)

    def runs_across(self, lines: Sequence[Line]) -> bool:
        """Tell a page written row by row through its columns: long lines gape at one place."""
        widest = max((line.right - line.left for line in lines), default=0.0)
        wide = [line for line in lines if line.right - line.left > WIDE * widest]
        sampled = wide[:: len(wide) // SAMPLED_LINES + 1]
        gaps = [gap for gap in map(self.widest_gap, sampled) if gap]
        least = max(LEAST_SAMPLED, SHARED * len(sampled))
        return len(gaps) >= least and any(
            sum(left < middle < right for left, right in gaps) >= least
            for middle in ((left + right) / 2 for left, right in gaps)
        )

    def widest_gap(self, line: Line) -> tuple[float, float] | None:
        """Return the widest gap between the pieces a line was written in, if it is a gutter."""
        count = len(line.text)
        found = pdfium.FPDFText_CountRects(self.textpage, line.start, count)
        edges = sorted(self.fonts.edges(place) for place in range(found))
        gaps = [(right, left) for (_, right), (left, _) in pairwise(edges)]
        right, left = max(gaps, key=lambda gap: gap[1] - gap[0], default=(0.0, 0.0))
        return (right, left) if left - right > GUTTER * line.size else None

    def raised(self, place: int) -> bool:
        """Tell whether the ink of a character stands well above the line it is written on."""
        ink, size = self.fonts.tight_box(place), self.fonts.size(place - 1)
        return ink[1] > self.fonts.baseline(place - 1) + RAISED * size


def exact_text(textpage: PdfTextPage) -> str:
    """Return text whose places are PDFium's character numbers.

    The quick call leaves some characters out; then every character is asked for by itself.
    """
    count = textpage.count_chars()
    quick: str = textpage.get_text_range(errors="replace")
    if len(quick) == count:
        return quick
    codes = (pdfium.FPDFText_GetUnicode(textpage, place) for place in range(count))
    return "".join(map(safe_character, codes))


def safe_character(code: int) -> str:
    """Return a character; halves of surrogate pairs stay apart until the line is cut out."""
    return chr(code) if 0 < code <= sys.maxunicode else "\ufffd"


def is_clean(text: str) -> bool:
    """Tell text that needs no more cleaning than its hyphens and spaces."""
    return is_normalized("NFC", text) and not UNCLEAN.search(text)


def clean_hyphens(text: str) -> str:
    return text.translate(BROKEN_HYPHENS) if MARKS.search(text) else text


def clean(text: str) -> str:
    if text.isascii() and text.isprintable():
        return text
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return tidy(whole.translate(BROKEN_HYPHENS))


def around(boxes: list[Box]) -> Box:
    lefts, bottoms, rights, tops = zip(*boxes, strict=True)
    return (min(lefts), min(bottoms), max(rights), max(tops))


def height(boxes: list[Box]) -> float:
    """Return the usual height of the line's characters, which stands for the type size."""
    heights = sorted(top - bottom for _, bottom, _, top in boxes)
    return round(heights[len(heights) // 2], 1)


class FontTable:
    """Answers about single characters of a page; styles are looked up once for each font."""

    def __init__(self, textpage: PdfTextPage) -> None:
        self.textpage = textpage
        self.styles: dict[int, Style] = {}
        self.flat: dict[int, bool] = {}
        self.rectangle = pdfium.FS_RECTF()

    def box(self, place: int) -> Box:
        """Return the box of a character, as high as its font and not as its ink."""
        pdfium.FPDFText_GetLooseCharBox(self.textpage, place, self.rectangle)
        shape = self.rectangle
        box = (shape.left, shape.bottom, shape.right, shape.top)
        return self.stood_up(place, box) if self.is_flat(place) else box

    def is_flat(self, place: int) -> bool:
        """Tell a font without ascent and descent: PDFium gives the ink of its characters."""
        font = self.font(place)
        key = ctypes.addressof(font.contents) if font else 0
        if key not in self.flat:
            self.flat[key] = bool(font) and font_height(font) < LEAST_HEIGHT
        return self.flat[key]

    def stood_up(self, place: int, ink: Box) -> Box:
        """Return a box of the type size on the baseline, if the ink of upright letters fits it."""
        matrix = pdfium.FS_MATRIX()
        pdfium.FPDFText_GetMatrix(self.textpage, place, matrix)
        size = self.size(place) * matrix.d
        if matrix.b or not ink[3] - ink[1] < 2 * size:
            return ink
        baseline = self.baseline(place)
        return (ink[0], baseline - BELOW * size, ink[2], baseline + ABOVE * size)

    def tight_box(self, place: int) -> Box:
        """Return the box of the ink of a character."""
        sides = [ctypes.c_double() for _ in range(4)]
        left, right, bottom, top = sides
        pdfium.FPDFText_GetCharBox(self.textpage, place, left, right, bottom, top)
        return (left.value, bottom.value, right.value, top.value)

    def baseline(self, place: int) -> float:
        across, height = ctypes.c_double(), ctypes.c_double()
        pdfium.FPDFText_GetCharOrigin(self.textpage, place, across, height)
        return height.value

    def size(self, place: int) -> float:
        return float(pdfium.FPDFText_GetFontSize(self.textpage, place))

    def edges(self, place: int) -> tuple[float, float]:
        """Return left and right of a rectangle counted by ``FPDFText_CountRects``."""
        left, top, right, bottom = (ctypes.c_double() for _ in range(4))
        pdfium.FPDFText_GetRect(self.textpage, place, left, top, right, bottom)
        return left.value, right.value

    def font(self, place: int) -> Font | None:
        """Return PDFium's font of a character, or None for one that PDFium added."""
        drawn = pdfium.FPDFText_GetTextObject(self.textpage, place)
        return pdfium.FPDFTextObj_GetFont(drawn) if drawn else None

    def style(self, place: int) -> Style:
        font = self.font(place)
        if font is None:
            return PLAIN
        key = ctypes.addressof(font.contents) if font else 0
        if key not in self.styles:
            self.styles[key] = font_style(font)
        return self.styles[key]


def font_height(font: Font) -> float:
    """Return the distance from descent to ascent in type sizes, 0 where the file tells none."""
    ascent, descent = ctypes.c_float(), ctypes.c_float()
    pdfium.FPDFFont_GetAscent(font, 1.0, ascent)
    pdfium.FPDFFont_GetDescent(font, 1.0, descent)
    return float(ascent.value - descent.value)


def font_style(font: Font) -> Style:
    """Tell bold and italic by weight and flags, or by name where the file leaves them out."""
    name = font_name(font)
    return Style(
        bold=pdfium.FPDFFont_GetWeight(font) >= BOLD_WEIGHT or any(w in name for w in BOLD_NAMES),
        italic=bool(pdfium.FPDFFont_GetFlags(font) & ITALIC_FLAG)
        or any(word in name for word in ITALIC_NAMES),
    )


def font_name(font: Font) -> str:
    room = ctypes.create_string_buffer(NAME_ROOM)
    length = pdfium.FPDFFont_GetBaseFontName(font, room, NAME_ROOM)
    return room.raw[: max(length - 1, 0)].decode("utf-8", "replace").lower()
