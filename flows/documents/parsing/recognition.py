"""Words on scanned pages and photographs, by Tesseract where it is installed.

A page is recognised by a program of its own inside the walls of the reading process: it inherits
the limits of time and memory and has no network. What was recognised is left in the directory of
the job, so that reading the same long scan again goes on where the last reading had to stop.
"""

import io
import os
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import groupby
from pathlib import Path
from statistics import median

from PIL import Image

from flows.documents.parsing.pdf_lines import Box, Line, Run, Style, around
from flows.documents.structure import tidy
from schemas.base import Schema
from schemas.extraction import Limits

PROGRAM = "tesseract"
NEEDED = "rus"
LANGUAGES = ("rus", "eng")
ORIENTATION = "osd"
TURNS_PAGES, KEEPS_PAGES = "1", "3"  # Tesseract's page segmentation modes
LONGEST_SIDE = 3500  # pixels, A4 at 300 dots an inch
MOST_PAGES = 60
AT_ONCE = 2
LEAST_SECONDS = 2.0  # a page is not begun with less
LIST_SECONDS = 5.0
LEGIBLE, SURE = 40.0, 75.0  # mean confidence of Tesseract, 0..100
FEWEST_WORDS = 3
WHOLE_WORD = re.compile(r"[^\W\d_]{3}")  # what noise is taken for is shorter
WHOLE_SHARE = 0.35  # of the words
LARGE = 1.4  # times the usual height of letters: a heading
WORD_LEVEL = "5"
FOLDER = "recognised"

Draw = Callable[[], Image.Image]
Row = Mapping[str, str]


class Page(Schema):
    """What was recognised: rows of words with boxes in shares of the page, from the top left."""

    confidence: float = 0.0
    rows: tuple[tuple[str, float, float, float, float], ...] = ()

    @property
    def is_legible(self) -> bool:
        words = [word for text, *_ in self.rows for word in text.split()]
        whole = sum(bool(WHOLE_WORD.search(word)) for word in words)
        is_text = whole >= max(FEWEST_WORDS, WHOLE_SHARE * len(words))
        return self.confidence >= LEGIBLE and is_text

    @property
    def is_sure(self) -> bool:
        return self.confidence >= SURE


@cache
def installed_languages() -> frozenset[str]:
    """Return the languages Tesseract can read here; none if it is not installed."""
    program = shutil.which(PROGRAM)
    if program is None:
        return frozenset()
    try:
        done = subprocess.run(  # noqa: S603 - a fixed program without input
            [program, "--list-langs"], capture_output=True, timeout=LIST_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return frozenset()
    return frozenset(done.stdout.decode("utf-8", "replace").split())


def is_ready() -> bool:
    """Tell whether Russian text in pictures can be recognised on this machine."""
    return NEEDED in installed_languages()


class Recogniser:
    """Recognises pages until its time is over; ``desk`` keeps what is done.

    ``started`` is the beginning of the whole reading, by the monotonic clock.
    """

    def __init__(self, desk: Path, *, started: float, limits: Limits) -> None:
        self.desk = desk / FOLDER
        self.end = started + limits.recognition * limits.seconds

    def left(self) -> float:
        return self.end - time.perf_counter()

    def pages(self, wanted: Sequence[tuple[int, Draw]]) -> dict[int, Page]:
        """Return what could be recognised of numbered pages, drawn by the functions given."""
        found = {number: page for number, _ in wanted if (page := self.done(number))}
        rest = [entry for entry in wanted if entry[0] not in found][: MOST_PAGES - len(found)]
        if not rest or not is_ready():
            return found
        # Two at a time may both fail on a busy machine; one alone has better chances then.
        at_once = AT_ONCE if found or not self.desk.exists() else 1
        self.desk.mkdir(parents=True, exist_ok=True)
        with ThreadPoolExecutor(at_once) as pool:
            for start in range(0, len(rest), at_once):
                if self.left() < LEAST_SECONDS:
                    break
                drawn = [
                    (number, prepared(draw())) for number, draw in rest[start : start + at_once]
                ]
                for (number, _), page in zip(drawn, pool.map(self.recognise, drawn), strict=True):
                    found |= {number: page} if page else {}
        return found

    def done(self, number: int) -> Page | None:
        path = self.desk / f"{number}.json"
        return Page.model_validate_json(path.read_bytes()) if path.is_file() else None

    def recognise(self, drawn: tuple[int, bytes]) -> Page | None:
        """Recognise one page; a page that fails by itself is done, one cut off by time is not."""
        number, picture = drawn
        seconds = self.left()
        try:
            table = run_tesseract(picture, seconds)
        except subprocess.TimeoutExpired:
            return None
        page = read_table(table)
        (self.desk / f"{number}.json").write_text(page.model_dump_json(), "utf-8")
        return page


def prepared(image: Image.Image) -> bytes:
    """Return a picture as Tesseract takes it fastest: grey, uncompressed, no larger than needed."""
    grey = image.convert("L")
    grey.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    out = io.BytesIO()
    grey.save(out, "PPM")
    return out.getvalue()


def run_tesseract(picture: bytes, seconds: float) -> str:
    """Return Tesseract's table of words; an empty one if it fails."""
    installed = installed_languages()
    languages = "+".join(name for name in LANGUAGES if name in installed)
    mode = TURNS_PAGES if ORIENTATION in installed else KEEPS_PAGES
    command = [PROGRAM, "stdin", "stdout", "-l", languages, "--psm", mode, "tsv"]
    done = subprocess.run(  # noqa: S603 - a fixed program, the picture is its input
        command,
        input=picture,
        capture_output=True,
        timeout=max(seconds, LEAST_SECONDS),
        env={**os.environ, "OMP_THREAD_LIMIT": "1"},
        check=False,
    )
    return "" if done.returncode else done.stdout.decode("utf-8", "replace")


def read_table(table: str) -> Page:
    """Read Tesseract's tab-separated table into rows of words in its reading order."""
    header, *lines = table.split("\n") if table else [""]
    names = header.split("\t")
    entries = [dict(zip(names, line.split("\t"), strict=False)) for line in lines if line]
    pages = [entry for entry in entries if entry["level"] == "1"]
    words = [entry for entry in entries if entry["level"] == WORD_LEVEL and entry["text"].strip()]
    if not words or not pages:
        return Page()
    size = (float(pages[0]["width"]) or 1, float(pages[0]["height"]) or 1)
    weights = [(float(word["conf"]), len(word["text"])) for word in words]
    confidence = sum(mark * letters for mark, letters in weights) / sum(n for _, n in weights)
    return Page(confidence=round(confidence, 1), rows=tuple(rows_of(words, size)))


def rows_of(
    words: Iterable[Row], size: tuple[float, float]
) -> Iterator[tuple[str, float, float, float, float]]:
    for _, group in groupby(words, lambda w: (w["block_num"], w["par_num"], w["line_num"])):
        row = list(group)
        boxes = [word_box(word, size) for word in row]
        text = tidy(" ".join(word["text"].strip() for word in row))
        yield (text, *around(boxes))


def word_box(word: Row, size: tuple[float, float]) -> Box:
    left, top = float(word["left"]) / size[0], float(word["top"]) / size[1]
    right = left + float(word["width"]) / size[0]
    return (left, top, right, top + float(word["height"]) / size[1])


def page_rows(page: Page, number: int, width: float, height: float) -> list[Line]:
    """Return recognised rows as lines of a PDF page of the given size in points.

    Tesseract does not tell type sizes, and the heights of rows vary with their letters; so all
    rows are of one size but those that are much taller.
    """
    heights = [height * (row[4] - row[2]) for row in page.rows]
    usual = median(heights) if heights else 0.0
    return [
        Line(
            page=number,
            runs=(Run(text=text, style=Style()),),
            box=(width * left, height * (1 - bottom), width * right, height * (1 - top)),
            size=round(tall if tall > LARGE * usual else usual, 1),
        )
        for (text, left, top, right, bottom), tall in zip(page.rows, heights, strict=True)
    ]
