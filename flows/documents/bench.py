"""``marathon bench extract``: our reading beside bare PDFium, pdfplumber and pdftotext, in one run.

The files are made here, so the comparison needs none and knows what a perfect reading finds. The
ways take turns, each in a process of its own; the best of three turns counts.
"""

import json
import os
import re
import resource
import shutil
import subprocess
import tempfile
import time
from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pdfplumber
import pypdfium2  # type: ignore[import-untyped]  # no annotations

from flows.documents.bench_documents import Sample, samples
from flows.documents.parsing.gallery import Gallery
from flows.documents.parsing.pdf import read_pdf
from flows.documents.parsing.readers import Readers
from flows.documents.reading import RESULT, make_job
from flows.documents.structure import blocks_text, document_text, walk
from schemas.document import Table
from schemas.extraction import Limits

TURNS = 3
ANCHOR = "pdfium"
WORD = re.compile(r"[а-яё]+")
BROKEN = re.compile("[\x02\ufffe\xad]\\s*")
PDFTOTEXT = "pdftotext"


class Found(NamedTuple):
    """What a way read, and what it cost a process that it leaves running."""

    text: str
    rows: Sequence[Sequence[str]] = ()
    processor: float = 0.0
    peak: int = 0


Way = Callable[[Path], Found]


def pdfium(path: Path) -> Found:
    with pypdfium2.PdfDocument(path) as document:
        pages = [page.get_textpage().get_text_bounded() for page in document]
    return Found("\n".join(pages))


def plain_pdfplumber(path: Path) -> Found:
    with pdfplumber.open(path) as document:
        return Found("\n".join(page.extract_text() or "" for page in document.pages))


def pdfplumber_tables(path: Path) -> Found:
    with pdfplumber.open(path) as document:
        tables = [table for page in document.pages for table in page.extract_tables()]
    return Found("", [[cell or "" for cell in row] for table in tables for row in table])


def pdftotext(path: Path) -> Found:
    command = [PDFTOTEXT, "-q", str(path), "-"]
    done = subprocess.run(command, capture_output=True, check=True)  # noqa: S603 - our own file
    return Found(done.stdout.decode("utf-8", "replace"))


def our_text(path: Path) -> Found:
    """Lines in order, heads dropped, paragraphs and tables; without a process and its checks."""
    with tempfile.TemporaryDirectory(prefix="bench-") as desk:
        content = read_pdf(path, Gallery(None), Limits(), desk=Path(desk))
    tables = [block for block in walk(content.document.blocks) if isinstance(block, Table)]
    rows = [
        [blocks_text(cell.blocks) for cell in row]
        for table in tables
        for row in (*table.header, *table.rows)
    ]
    return Found(document_text(content.document), rows)


def our_extract(path: Path) -> Found:
    """What ``marathon extract`` does: a process of its own, counts, personal data."""
    return read_apart(path, pictures=False)


def our_structure(path: Path) -> Found:
    """What an upload costs: every word's type, pictures, findings, all handed over."""
    return read_apart(path, pictures=True)


def read_apart(path: Path, *, pictures: bool) -> Found:
    with tempfile.TemporaryDirectory(prefix="bench-") as desk:
        job = make_job("read", path, Path(desk), Limits()) | {"pictures": pictures, "names": []}
        fate = _readers().do(job)
        result = json.loads((Path(desk) / RESULT).read_text("utf-8"))
    return Found(result.get("text", ""), processor=fate["processor"], peak=fate["kilobytes"])


WAYS: Mapping[str, Way] = {
    "pdfium": pdfium,
    "pdfplumber": plain_pdfplumber,
    "pdfplumber_tables": pdfplumber_tables,
    "pdftotext": pdftotext,
    "our_text": our_text,
    "our_extract": our_extract,
    "our_structure": our_structure,
}
WHOSE = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
_OWN: dict[int, Readers] = {}


def _readers() -> Readers:
    """One reading process of this measuring process, begun before the clock."""
    return _OWN.setdefault(os.getpid(), Readers(size=1))


def run() -> dict[str, object]:
    """Per file and way: pages a second, processor seconds to bare PDFium, recall, order, memory."""
    ways = {name: way for name, way in WAYS.items() if name != PDFTOTEXT or shutil.which(name)}
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        made = samples(Path(folder))
        return {name: compare(sample, ways) for name, sample in made.items()}


def compare(sample: Sample, ways: Mapping[str, Way]) -> dict[str, object]:
    with pypdfium2.PdfDocument(sample.path) as document:
        pages = len(document)
    turns = [
        {name: apart(way, sample) for name, way in ways.items() if wanted(name, sample)}
        for _ in range(TURNS)
    ]
    best = {name: min((t[name] for t in turns), key=cost) for name in turns[0]}
    anchor = cost(best[ANCHOR])
    told = {
        name: {
            **measured,
            "pages_per_second": round(pages / cost(measured), 1),
            "times_pdfium": round(cost(measured) / anchor, 2),
        }
        for name, measured in best.items()
    }
    return {"pages": pages, "ways": told}


def cost(measured: Mapping[str, float]) -> float:
    return max(measured["processor_seconds"], 0.001)


def wanted(name: str, sample: Sample) -> bool:
    return bool(sample.rows) or name != "pdfplumber_tables"


def apart(way: Way, sample: Sample) -> dict[str, Any]:
    """Measure one reading in a forked process, which tells its own peak of memory."""
    incoming, outgoing = os.pipe()
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            os.close(incoming)
            with os.fdopen(outgoing, "w", encoding="utf-8") as stream:
                json.dump(measure(way, sample), stream)
            code = 0
        finally:
            os._exit(code)
    os.close(outgoing)
    with os.fdopen(incoming, encoding="utf-8") as stream:
        told = stream.read()
    _, status = os.waitpid(pid, 0)
    if status:
        raise RuntimeError(f"{way.__name__} failed on {sample.path.name}")
    result: dict[str, Any] = json.loads(told)
    return result


def measure(way: Way, sample: Sample) -> dict[str, Any]:
    """Processor seconds are the fair unit where other programs run too."""
    if way in (our_extract, our_structure):
        way(sample.path)  # the reading process is begun once for many files
    started, spent = time.perf_counter(), processor()
    found = way(sample.path)
    seconds, spent = time.perf_counter() - started, processor() - spent + found.processor
    if way in (our_extract, our_structure):
        _readers().close()
    peak = found.peak or max(resource.getrusage(who).ru_maxrss for who in WHOSE)
    return {
        "processor_seconds": round(spent, 4),
        "wall_seconds": round(seconds, 4),
        "peak_mb": round(peak / 1024),
        **quality(found.text, found.rows, sample),
    }


def processor() -> float:
    used = [resource.getrusage(who) for who in WHOSE]
    return sum(one.ru_utime + one.ru_stime for one in used)


def quality(text: str, rows: Sequence[Sequence[str]], sample: Sample) -> dict[str, float]:
    """Tell the share of words found, of words found in order, and of table rows exactly so."""
    told: dict[str, float] = {}
    if sample.words and text:
        places = {word: number for number, word in enumerate(sample.words)}
        words = WORD.findall(BROKEN.sub("", text).lower())
        found = [places[word] for word in words if word in places]
        told["recall"] = round(len(set(found)) / len(sample.words), 4)
        told["in_order"] = round(longest_rising(found) / len(sample.words), 4)
    if sample.rows and rows:
        exact = {tuple(" ".join(cell.split()) for cell in row) for row in rows}
        told["rows"] = round(sum(row in exact for row in sample.rows) / len(sample.rows), 4)
        told["surplus_rows"] = len(rows) - len(sample.rows)
    return told


def longest_rising(numbers: Sequence[int]) -> int:
    """Return the length of the longest rising subsequence."""
    ends: list[int] = []
    for number in numbers:
        place = bisect_left(ends, number)
        ends[place : place + 1] = [number]
    return len(ends)
