"""PDF pages are read in a reader's order and joined as one text: columns, heads, tables, notes."""

import bisect
import itertools
import shutil
from pathlib import Path

import pikepdf
import pypdfium2 as pdfium
import pytest
import typst
from PIL import Image

from flows.documents.bench_documents import (
    COLUMNED,
    JUSTIFIED,
    columned,
    invented,
    reordered,
    ruled,
)
from flows.documents.pages import render_pages
from flows.documents.parsing.hyphens import hyphen_between
from flows.documents.parsing.recognition import NEEDED, installed_languages
from flows.documents.preflight.page_pictures import hide_page_pictures
from flows.documents.preflight.privacy import mask
from flows.documents.printing.typesetting import TEMPLATES
from flows.documents.reading import extract, read
from flows.documents.structure import blocks_text, document_text, inline_text, walk
from schemas.document import BlockList, Figure, Heading, Note, Paragraph, Table
from schemas.extraction import Kind, WarningCode

needs_tesseract = pytest.mark.skipif(
    NEEDED not in installed_languages(), reason="tesseract-ocr-rus is not installed"
)
LINES = "\n\n".join(f"Строка номер {n} о том, как прошёл урок в классе." for n in range(1, 15))
HEAD = '#set text(lang: "ru")\n#set par(first-line-indent: 1.2em)\n'


def kinds(reading, kind):
    return [block for block in walk(reading.document.blocks) if isinstance(block, kind)]


def share_in_order(text: str, words: tuple[str, ...]) -> float:
    places = {word: number for number, word in enumerate(words)}
    ends: list[int] = []
    for word in text.lower().replace(".", " ").split():
        if word in places:
            at = bisect.bisect_left(ends, places[word])
            ends[at : at + 1] = [places[word]]
    return len(ends) / len(words)


@pytest.fixture(scope="module")
def columns(tmp_path_factory):
    return columned(tmp_path_factory.mktemp("columns") / "columns.pdf")


@pytest.mark.parametrize("is_by_rows", [False, True])
def test_words_of_two_columns_are_in_order_however_the_page_was_written(
    columns, tmp_path, is_by_rows
):
    sample = reordered(columns, tmp_path / "rows.pdf") if is_by_rows else columns
    text = read(sample.path, directory=tmp_path / "out").text
    assert share_in_order(text, sample.words) >= 0.99


def table_of(words: list[str]) -> str:
    """Rows whose first cell wraps, so that the next ones begin higher."""
    rows = (words[first : first + 6] for first in range(0, len(words), 6))
    cells = (f"[{' '.join(row[:3])}],[{row[3]}],[{row[4]}],[{row[5]}]" for row in rows)
    return f"#table(columns: (1fr, 1fr, 1fr, 1fr), {','.join(cells)})\n\n"


def test_two_columns_with_tables_are_read_one_after_the_other(typeset, tmp_path):
    words = invented(390)
    tables = table_of(words[30:162]), table_of(words[222:354])
    prose = (" ".join(part) for part in (words[:30], words[162:222], words[354:]))
    markup = (
        COLUMNED
        + JUSTIFIED
        + "\n\n".join(itertools.chain(*itertools.zip_longest(prose, tables, fillvalue="")))
    )
    text = read(typeset(markup), directory=tmp_path / "out").text
    assert share_in_order(text, tuple(words)) >= 0.99


def test_rows_that_gape_without_columns_stay_as_they_were_written(typeset, tmp_path):
    gaping = "\n\n".join(f"Слева величина {n} #h(1fr) справа её мера" for n in range(1, 7))
    markup = f'{HEAD}{gaping}\n\n$ "доля" = "закрыто тем" / "взято тем" dot "сто" $'
    text = " ".join(read(typeset(markup), directory=tmp_path / "out").text.split())
    assert "закрыто тем взято тем" in text


def test_fonts_whose_heights_a_program_left_at_nought_keep_their_size(tmp_path):
    """Office programs write so; PDFium then takes the ink of every letter for its height."""
    path = flat_fonts(tmp_path / "flat.pdf")
    blocks = read(path, directory=tmp_path / "out").document.blocks
    assert [type(block).__name__ for block in blocks] == ["Heading", "Paragraph"] * 2


def flat_fonts(path):
    """Two headings with a paragraph each, some lines of low letters alone, others of tall ones."""
    low, tall = "resume our common answers as one sees some more ", "filled paths plotted by half "
    body = [
        (12, line) for line in ("Text has its start here and runs " + low, low * 2, tall * 3)
    ] * 3
    lines = [*((17, "Purpose"), *body), *((17, "Steps"), *body)]
    pdf = pikepdf.new()
    page = pdf.add_blank_page(page_size=(595, 842))
    page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F=flat_font(pdf)))
    page.Contents = pdf.make_stream(content_of(lines).encode("ascii"))
    pdf.save(path)
    return path


def content_of(lines):
    """Content of a page: lines of (size, words) one below another."""
    height, parts = 780, []
    for size, words in lines:
        height -= 30 if size > 12 else 15
        parts.append(f"BT /F {size} Tf 60 {height} Td ({words[:80].strip()}) Tj ET")
    return "\n".join(parts)


def flat_font(pdf):
    """A font of few letters: at the places of A and g, which tell PDFium heights, are low ones."""
    encoding = pikepdf.Dictionary(
        Type=pikepdf.Name.Encoding,
        BaseEncoding=pikepdf.Name.WinAnsiEncoding,
        Differences=[ord("A"), pikepdf.Name("/o"), ord("g"), pikepdf.Name("/x")],
    )
    face = pdf.make_stream((TEMPLATES / "fonts/VolumeSerif-Regular.ttf").read_bytes())
    name = pikepdf.Name("/PTSerif")
    descriptor = pikepdf.Dictionary(
        Type=pikepdf.Name.FontDescriptor,
        FontName=name,
        Flags=32,
        Ascent=0,
        Descent=0,
        CapHeight=700,
        ItalicAngle=0,
        StemV=80,
        FontBBox=[-200, -250, 1200, 1000],
        FontFile2=face,
    )
    return pikepdf.Dictionary(
        Type=pikepdf.Name.Font,
        Subtype=pikepdf.Name.TrueType,
        BaseFont=name,
        Encoding=encoding,
        FirstChar=32,
        LastChar=126,
        Widths=[500] * 95,
        FontDescriptor=descriptor,
    )


def test_table_over_many_pages_is_one_with_its_header_once(tmp_path):
    sample = ruled(tmp_path / "table.pdf")
    reading = read(sample.path, directory=tmp_path / "out")
    [table] = kinds(reading, Table)
    rows = [[inline_text(c.blocks[0].inlines) for c in row] for row in table.rows]
    assert [inline_text(c.blocks[0].inlines) for c in table.header[0]] == list(sample.rows[0])
    assert [tuple(row) for row in rows] == list(sample.rows[1:])


@pytest.mark.parametrize(
    ("before", "after", "text", "hyphen"),
    [
        ("что-кто", "нибудь сделал", "", "-"),
        ("как", "то раз", "", "-"),
        ("мес", "то встречи", "", ""),
        ("онлайн", "марафон практик", "", "-"),
        ("учебно", "методический кабинет", "", "-"),
        ("равно", "мерный шаг", "", ""),
        ("сельскохозяй", "ственный", "", ""),
        ("учитель", "логопед", "работает учитель-логопед", "-"),
        ("учитель", "ский стол", "", ""),
        ("Усть", "илимский", "", "-"),
    ],
)
def test_hyphen_at_the_end_of_a_line_stays_where_spelling_needs_it(before, after, text, hyphen):
    assert hyphen_between(before, after, text) == hyphen


def test_alternating_heads_and_roman_numbers_are_dropped(typeset, tmp_path):
    head = "#context if calc.odd(here().page()) [Сборник практик] else [Опыт учителей]"
    pages = "\n#pagebreak()\n".join(f"= Глава {n}\n{LINES}" for n in "абвгд")
    markup = f'{HEAD}#set page(numbering: "i", header: [{head}])\n{pages}'
    text = read(typeset(markup), directory=tmp_path / "out").text
    assert "Сборник практик" not in text
    assert "Опыт учителей" not in text
    assert not {"i", "ii", "iii", "iv", "v"} & set(text.split())
    assert text.count("Строка номер 7") == 5


def test_pages_whose_only_words_repeat_are_not_emptied(typeset):
    markup = "\n#pagebreak()\n".join(["#place(top)[Схема опыта]"] * 4)
    assert extract(typeset("#set page(margin: 1cm)\n" + markup)).characters > 40


def test_footnotes_come_back_to_their_words(typeset, tmp_path):
    markup = (
        f"{HEAD}Первый абзац со сноской#footnote[О классе сказано в начале.] посредине.\n\n{LINES}"
    )
    reading = read(typeset(markup), directory=tmp_path / "out")
    first = kinds(reading, Paragraph)[0]
    assert inline_text(first.inlines) == "Первый абзац со сноской посредине."
    [note] = [inline for inline in first.inlines if isinstance(inline, Note)]
    assert inline_text(note.blocks[0].inlines) == "О классе сказано в начале."


def test_links_of_a_page_are_kept(typeset, tmp_path):
    markup = 'Всё есть на #link("https://example.org/opyt")[странице опыта] школы.'
    [paragraph] = kinds(read(typeset(markup), directory=tmp_path / "out"), Paragraph)
    linked = [i.text for i in paragraph.inlines if i.link == "https://example.org/opyt"]
    assert "".join(linked).strip() == "странице опыта"


def test_item_ends_before_the_text_after_the_list(typeset, tmp_path):
    markup = f"{HEAD}- первое\n- второе\n\nПосле списка идёт текст.\n\n{LINES}"
    reading = read(typeset(markup), directory=tmp_path / "out")
    [items] = kinds(reading, BlockList)
    assert inline_text(items.items[-1][0].inlines) == "второе"


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_turned_and_cropped_pages_read_like_upright_ones(typeset, tmp_path, degrees):
    upright = typeset(f"{HEAD}= Заголовок\n{LINES}")
    plain = read(upright, directory=tmp_path / "plain").document
    with pikepdf.open(upright) as pdf:
        for page in pdf.pages:
            turn(pdf, page, degrees)
        pdf.save(tmp_path / "turned.pdf")
    assert read(tmp_path / "turned.pdf", directory=tmp_path / "turned").document == plain


def turn(pdf: pikepdf.Pdf, page: pikepdf.Page, degrees: int) -> None:
    """Draw the page lying on a sheet of its own corner and turn it back by ``/Rotate``."""
    width, height = (float(side) for side in page.MediaBox[2:])
    back = {90: (0, 1, -1, 0, height, 0), 180: (-1, 0, 0, -1, width, height)}
    matrix = back.get(degrees, (0, -1, 1, 0, 0, width))
    turned = (height, width) if degrees != 180 else (width, height)
    whole = [*matrix[:4], matrix[4] + 50, matrix[5] + 70]
    page.contents_add(f"q {' '.join(map(str, whole))} cm\n".encode(), prepend=True)
    page.contents_add(b"\nQ")
    page.MediaBox = [50, 70, 50 + turned[0], 70 + turned[1]]
    page.Rotate = degrees


@pytest.fixture
def drawn(typeset, tmp_path) -> Path:
    """A page as a picture, as a scanner or a telephone makes it."""
    markup = f'#set page(margin: 2cm)\n#set text(lang: "ru", size: 15pt)\n= Ход урока\n{LINES}'
    [page] = render_pages(typeset(markup), tmp_path / "drawn", limit=1)
    with Image.open(page) as image:
        image.convert("RGB").resize((1000, 1414)).save(tmp_path / "sheet.png")
    return tmp_path / "sheet.png"


@needs_tesseract
def test_words_on_a_scan_and_on_a_photograph_are_recognised_and_told(drawn, typeset, tmp_path):
    with Image.open(drawn) as image:
        image.save(tmp_path / "scan.pdf", resolution=121)
    with pikepdf.open(tmp_path / "scan.pdf") as pdf, pikepdf.open(typeset(LINES)) as written:
        pdf.pages.append(written.pages[0])
        pdf.save(tmp_path / "mixed.pdf")
    for path in (tmp_path / "mixed.pdf", drawn):
        reading = read(path, directory=tmp_path / f"out-{path.stem}", patience=60)
        assert WarningCode.TEXT_RECOGNISED in reading.extraction.warnings
        assert "Строка номер 11 о том, как прошёл урок" in reading.text
    assert reading.extraction.kind == Kind.IMAGE
    assert len(kinds(reading, Figure)) == 1


@pytest.fixture
def figured(typeset, picture, tmp_path) -> Path:
    """A scan of a page with a drawing between two paragraphs, and of one without."""
    (tmp_path / "drawn.png").write_bytes(picture)
    figure = '#figure(image("drawn.png", width: 50%), caption: [Ребята у реки])'
    head = '#set page(margin: 2cm)\n#set text(lang: "ru", size: 14pt)\n'
    markup = f"{head}Учитель Зимородкова.\n\n{LINES}\n\n{figure}\n\n{LINES}#pagebreak()\n{LINES}"
    (tmp_path / "a.typ").write_text(markup)
    (tmp_path / "drawn.pdf").write_bytes(typst.compile(tmp_path / "a.typ"))
    drawn = pdfium.PdfDocument(tmp_path / "drawn.pdf")
    pages = [page.render(scale=150 / 72).to_pil().convert("RGB") for page in drawn]
    pages[0].save(tmp_path / "scan.pdf", resolution=150, save_all=True, append_images=pages[1:])
    return tmp_path / "scan.pdf"


@needs_tesseract
def test_figure_of_a_scanned_page_is_kept_when_the_page_becomes_text(figured, tmp_path):
    reading = read(figured, directory=tmp_path / "out", patience=60)
    told = reading.extraction.warnings
    assert WarningCode.TEXT_RECOGNISED in told
    assert WarningCode.RECOGNISED_POORLY not in told
    [figure] = kinds(reading, Figure)
    assert "Ребята у реки" in inline_text(figure.caption)
    with Image.open(reading.images[figure.picture.name]) as image:
        share = image.width / image.height
        darkest = image.convert("L").getextrema()[0]
    assert 1 < share < 1.6
    assert darkest < 60
    position = reading.document.blocks.index(figure)
    before, after = reading.document.blocks[:position], reading.document.blocks[position + 1 :]
    assert "Строка номер 11" in blocks_text(before)
    assert "Строка номер 11" in blocks_text(after)


@needs_tesseract
def test_experts_do_not_see_figures_of_a_scan_that_names_its_author(figured, tmp_path):
    names = ("Зимородкова Анна Львовна",)
    reading = read(figured, directory=tmp_path / "out", names=names, patience=60)
    copy = hide_page_pictures(reading.document, reading.extraction)
    assert not [block for block in walk(copy.blocks) if isinstance(block, Figure)]
    nobody = reading.extraction.model_copy(update={"warnings": (WarningCode.TEXT_RECOGNISED,)})
    assert hide_page_pictures(reading.document, nobody) == reading.document


def test_without_recognition_a_photograph_is_a_figure_and_that_is_told(
    drawn, tmp_path, monkeypatch
):
    from flows.documents.parsing.readers import Readers

    kept = tmp_path / "programs"
    kept.mkdir()
    monkeypatch.setenv("PATH", str(kept))
    readers = Readers(size=1)
    try:
        reading = read(drawn, directory=tmp_path / "out", readers=readers)
    finally:
        readers.close()
    assert shutil.which("tesseract") is None
    assert WarningCode.RECOGNITION_UNAVAILABLE in reading.extraction.warnings
    assert [type(block) for block in reading.document.blocks] == [Figure]


@needs_tesseract
def test_experts_do_not_see_a_photographed_page_that_names_its_author(typeset, tmp_path):
    markup = f'#set text(lang: "ru", size: 16pt)\nУчитель Зимородкова Анна Львовна.\n\n{LINES}'
    [page] = render_pages(typeset(markup), tmp_path / "drawn", limit=1)
    with Image.open(page) as image:
        image.convert("RGB").resize((1000, 1414)).save(tmp_path / "sheet.jpg", quality=90)
    names = ("Зимородкова Анна Львовна",)
    reading = read(tmp_path / "sheet.jpg", directory=tmp_path / "out", names=names)
    copy = hide_page_pictures(mask(reading.document, names), reading.extraction)
    assert not [block for block in walk(copy.blocks) if isinstance(block, Figure)]
    assert "Зимородков" not in document_text(copy)


@pytest.mark.parametrize(
    ("markup", "size"),
    [
        ("#set page(flipped: true)\nАльбомный лист", (1000, 707)),
        ("#set page(width: 3000cm, height: 4000cm)\nПолотно", (1000, 1333)),
        ("#set page(width: 2cm, height: 60cm)\nЛента", (133, 4000)),
    ],
)
def test_pages_of_any_shape_are_drawn_within_bounds(typeset, tmp_path, markup, size):
    [page] = render_pages(typeset(markup), tmp_path / "pages")
    with Image.open(page) as image:
        assert all(abs(a - b) <= 2 for a, b in zip(image.size, size, strict=True))


def test_headings_keep_their_order_by_size(typeset, tmp_path):
    markup = f"{HEAD}= Первый\n== Второй\n{LINES}\n== Третий\n{LINES}"
    levels = [h.level for h in kinds(read(typeset(markup), directory=tmp_path / "o"), Heading)]
    assert levels[0] < levels[1]
    assert all(a <= b for a, b in itertools.pairwise(levels))
