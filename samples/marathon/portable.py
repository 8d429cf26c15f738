"""Builds PDF files through Typst, and spoils three of them the way real ones come spoiled."""

import datetime as dt
import io
import re
from pathlib import Path

import numpy as np
import pikepdf
import pypandoc  # type: ignore[import-untyped]
import pypdfium2  # type: ignore[import-untyped]
import typst
from PIL import Image

from samples.marathon.sources import HERE, Work

WRITTEN = dt.datetime(2024, 2, 14, 12, 0, tzinfo=dt.UTC)
SCAN_SCALE = 1.55  # of 72 points an inch: about 110 dpi, an office scanner's draft mode
SCAN_TILT = 0.6  # degrees
PASSWORD = "gorizont-2024"  # noqa: S105
DRAFT = "draft.typ"
DECIMAL = re.compile(r"(\d+)\{,\}(\d+)")  # or Typst sets a space after the comma
LOOKS = {
    "plain": '#set text(font: ("Liberation Serif", "Libertinus Serif"), size: 13pt)',
    "compact": '#set text(font: "Libertinus Serif", size: 12pt)',
    "sans": '#set text(font: ("Liberation Sans", "Libertinus Serif"), size: 11.5pt)',
    "columns": '#set text(font: "Libertinus Serif", size: 11pt)\n#set page(columns: 2)',
    "landscape": (
        '#set text(font: ("Liberation Sans", "Libertinus Serif"), size: 12pt)\n'
        "#set page(flipped: true)"
    ),
}
PREAMBLE = """#let horizontalrule = line(length: 100%)
#set page(paper: "a4", margin: (left: 25mm, right: 15mm, y: 20mm), numbering: "1")
#set text(lang: "ru", hyphenate: true)
#set par(justify: true, first-line-indent: (amount: 8mm, all: true), leading: 0.75em)
#set table(inset: 5pt, stroke: 0.5pt)
#set figure(numbering: none)
#show figure.where(kind: table): set block(breakable: true)
#show table: set par(justify: false, first-line-indent: 0pt)
#show table: set text(size: 0.88em)
#show heading: set block(above: 1.2em, below: 0.7em)
"""


def build_pdf(work: Work, target: Path) -> None:
    """Write a text PDF, then whatever went wrong with it."""
    target.write_bytes(_typeset(work))
    for defect, spoil in SPOILED.items():
        if defect in work.defects:
            target.write_bytes(spoil(target.read_bytes()))


def typst_source(work: Work) -> str:
    """Return the work as a Typst document in the look it asks for."""
    text = DECIMAL.sub(r"\\text{\1,\2}", work.markdown)
    body = pypandoc.convert_text(text, "typst", format="markdown-auto_identifiers")
    metadata = f"#set document(title: {_quoted(work.title)}, author: {_quoted(_author(work))})"
    header = f"#set page(header: align(right, text(size: 9pt, {_quoted(work.header)})))"
    title = (
        '#place(top + center, scope: "parent", float: true, clearance: 8mm, '
        f"text(size: 1.35em, weight: 700, hyphenate: false, {_quoted(work.title)}))"
    )
    return "\n".join([metadata, PREAMBLE, LOOKS[work.look], header, title, body])


def _author(work: Work) -> str:
    return work.metadata_author if "author_in_metadata" in work.defects else ""


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _typeset(work: Work) -> bytes:
    draft = HERE / f"{work.number:02d}-{DRAFT}"
    draft.write_text(typst_source(work), encoding="utf-8")
    try:
        made = typst.compile(draft, root=HERE, format="pdf", timestamp=WRITTEN)
    finally:
        draft.unlink()
    if not isinstance(made, bytes):
        raise TypeError("Typst gives one PDF")
    return made


def scan(pdf: bytes) -> bytes:
    """Pages as slightly turned, noisy grey pictures without a text layer."""
    rng = np.random.default_rng(27)
    with pypdfium2.PdfDocument(pdf) as document:
        pages = [_scanned_page(page.render(scale=SCAN_SCALE).to_pil(), rng) for page in document]
    buffer = io.BytesIO()
    pages[0].save(buffer, "PDF", save_all=True, append_images=pages[1:], quality=55, resolution=110)
    return _resaved(buffer.getvalue())


def _scanned_page(page: Image.Image, rng: np.random.Generator) -> Image.Image:
    turned = page.convert("L").rotate(SCAN_TILT, Image.Resampling.BICUBIC, fillcolor=246)
    grey = np.asarray(turned, dtype=np.float64) * 0.93 + rng.normal(0, 5, turned.size[::-1])
    return Image.fromarray(np.clip(grey, 0, 255).astype(np.uint8))


def _resaved(pdf: bytes) -> bytes:
    """Drop the hour of the run, which Pillow writes into every PDF."""
    buffer = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        del document.docinfo
        document.docinfo["/Producer"] = "Scanner"
        document.save(buffer, static_id=True)
    return buffer.getvalue()


def encrypt(pdf: bytes) -> bytes:
    """Ask for a password to open; RC4, because AES starts from random bytes at every run."""
    buffer = io.BytesIO()
    lock = pikepdf.Encryption(user=PASSWORD, owner=PASSWORD, R=3, aes=False, metadata=False)
    with pikepdf.open(io.BytesIO(pdf)) as document:
        document.save(buffer, encryption=lock, static_id=True)
    return buffer.getvalue()


def damage(pdf: bytes) -> bytes:
    """Keep the first half, as a broken upload does."""
    return pdf[: len(pdf) // 2]


SPOILED = {"scanned": scan, "encrypted": encrypt, "damaged": damage}
