"""``marathon bench extract``: our reading beside bare PDFium and pdfplumber, in one run.

The pages are made here (typeset Russian prose), so the comparison needs no files; seconds are of
wall clock, ratios are to PDFium's bare text.
"""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pdfplumber
import pypdfium2  # type: ignore[import-untyped]  # no annotations

from flows.documents.article import article_pdf
from flows.documents.reading import extract
from schemas.document import Document, Heading, Paragraph, Span

SECTIONS = 24
SENTENCES = 14
PROSE = (
    "На уроке ученики сравнивают два способа решения и записывают, какой короче. ",
    "Учитель не называет ответ, а просит найти место, где рассуждения расходятся. ",
    "Через неделю та же задача возвращается с другими числами и в другом контексте. ",
    "Карточка занимает пять минут и показывает, какое именно действие не освоено. ",
)


def prose(sections: int = SECTIONS) -> Document:
    """A long article of headings and paragraphs."""
    blocks: list[Heading | Paragraph] = []
    for number in range(1, sections + 1):
        blocks.append(Heading(level=1, inlines=(Span(text=f"Раздел {number}"),)))
        words = "".join(PROSE[(number + i) % len(PROSE)] for i in range(SENTENCES))
        blocks += [Paragraph(inlines=(Span(text=words),)) for _ in range(4)]
    return Document(title="Замер", blocks=tuple(blocks))


def seconds(act: Callable[[], object], *, times: int = 3) -> float:
    """The best of a few runs."""
    measured = []
    for _ in range(times):
        started = time.perf_counter()
        act()
        measured.append(time.perf_counter() - started)
    return min(measured)


def bare_pdfium(path: Path) -> None:
    with pypdfium2.PdfDocument(path) as document:
        for page in document:
            page.get_textpage().get_text_bounded()


def bare_pdfplumber(path: Path) -> None:
    with pdfplumber.open(path) as document:
        for page in document.pages:
            page.extract_text()


def run() -> dict[str, object]:
    """Pages a second of each way and its ratio to bare PDFium."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        path = Path(folder) / "article.pdf"
        path.write_bytes(article_pdf(prose(), {}, title="Замер"))
        with pypdfium2.PdfDocument(path) as document:
            pages = len(document)
        ways: dict[str, Callable[[], object]] = {
            "pdfium_text": lambda: bare_pdfium(path),
            "ours_extract": lambda: extract(path),
            "pdfplumber_text": lambda: bare_pdfplumber(path),
        }
        taken = {name: seconds(act) for name, act in ways.items()}
    return {
        "pages": pages,
        "pages_per_second": {name: round(pages / spent, 1) for name, spent in taken.items()},
        "seconds_to_pdfium": {
            name: round(spent / taken["pdfium_text"], 1) for name, spent in taken.items()
        },
    }
