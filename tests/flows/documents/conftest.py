"""Makes real files of every kind, good and bad, in a folder of the test."""

import io
import subprocess
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pypandoc
import pytest
import typst
from docx import Document as WordDocument
from PIL import Image, ImageDraw
from pptx import Presentation
from pptx.util import Inches

from flows.documents.parsing.readers import Readers, shared_readers

Write = Callable[[str, bytes], Path]

ARTICLE = """---
title: Дроби без страха
---

# Замысел

Первый абзац с *курсивом*, **жирным**, формулой $a^2 + b^2$, сноской[^1] и
[ссылкой](https://example.org/page). Вода — H~2~O, площадь в м^2^.

[^1]: Текст сноски.

1. первое
2. второе
    - вложенное

| Класс | Доля |
|-------|------|
| 5     | 41 % |

Таблица 1. Доля выполнивших

> Цитата ученика.

# Итоги

Последний абзац.
"""


@pytest.fixture
def readers() -> Readers:
    return shared_readers()


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(name: str, content: bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(content)
        return path

    return write


@pytest.fixture
def convert(tmp_path: Path) -> Callable[[str, str], Path]:
    """Make a file of pandoc's Markdown: ``convert(text, "a.docx")``."""

    def convert(text: str, name: str) -> Path:
        path = tmp_path / name
        command = [pypandoc.get_pandoc_path(), "-f", "markdown", "-s", "-o", str(path)]
        subprocess.run(command, input=text.encode(), check=True, cwd=tmp_path)
        return path

    return convert


@pytest.fixture
def typeset(tmp_path: Path) -> Callable[..., Path]:
    """Make a PDF of Typst markup."""

    def typeset(markup: str, name: str = "article.pdf") -> Path:
        path = tmp_path / name
        path.write_bytes(typst.compile(markup.encode()))
        return path

    return typeset


@pytest.fixture
def picture() -> bytes:
    out = io.BytesIO()
    image = Image.new("RGB", (400, 300), "white")
    ImageDraw.Draw(image).ellipse((50, 50, 300, 250), fill="navy")
    image.save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    path = tmp_path / "scan.pdf"
    Image.effect_noise((600, 850), 40).save(path, "PDF", resolution=72)
    return path


@pytest.fixture
def slides(tmp_path: Path, picture: bytes) -> Path:
    deck = Presentation()
    first = deck.slides.add_slide(deck.slide_layouts[1])
    first.shapes.title.text = "Урок у реки"
    frame = first.placeholders[1].text_frame
    frame.text = "Первый пункт"
    for text, level in (("Вложенный пункт", 1), ("Второй пункт", 0)):
        line = frame.add_paragraph()
        line.text, line.level = text, level
    first.notes_slide.notes_text_frame.text = "Сказать про тетради"
    second = deck.slides.add_slide(deck.slide_layouts[6])
    table = second.shapes.add_table(2, 2, Inches(1), Inches(1), Inches(4), Inches(1)).table
    for row, column, text in ((0, 0, "Класс"), (0, 1, "Доля"), (1, 0, "7"), (1, 1, "41 %")):
        table.cell(row, column).text = text
    second.shapes.add_picture(io.BytesIO(picture), Inches(1), Inches(3), Inches(2))
    path = tmp_path / "slides.pptx"
    deck.save(path)
    return path


@pytest.fixture
def word(tmp_path: Path) -> Path:
    document = WordDocument()
    document.add_heading("Практика", level=1)
    document.add_paragraph("Текст практики. " * 40)
    path = tmp_path / "plain.docx"
    document.save(path)
    return path


@pytest.fixture
def repack(tmp_path: Path) -> Callable[..., Path]:
    """Rewrite an office file with some parts replaced or added."""

    def repack(source: Path, parts: dict[str, bytes], name: str = "changed.docx") -> Path:
        path = tmp_path / name
        with zipfile.ZipFile(source) as old, zipfile.ZipFile(path, "w") as new:
            for entry in old.infolist():
                if entry.filename not in parts:
                    new.writestr(entry, old.read(entry))
            for part, content in parts.items():
                new.writestr(part, content, zipfile.ZIP_DEFLATED)
        return path

    return repack


@pytest.fixture
def flate_bomb(tmp_path: Path) -> Path:
    """A page whose content unpacks twice, to one and a half gibibytes of spaces."""
    packer, block = zlib.compressobj(1), b" " * (1 << 24)
    layer = [packer.compress(block) for _ in range(96)]
    inner = b"".join([*layer, packer.flush()])
    pdf = pikepdf.new()
    pdf.add_blank_page()
    stream = pikepdf.Stream(pdf, zlib.compress(inner, 9))
    stream.stream_dict["/Filter"] = pikepdf.Array(
        [pikepdf.Name.FlateDecode, pikepdf.Name.FlateDecode]
    )
    pdf.pages[0].Contents = pdf.make_indirect(stream)
    path = tmp_path / "bomb.pdf"
    pdf.save(path, compress_streams=False)
    return path


@pytest.fixture
def article() -> str:
    return ARTICLE
