"""Good files of every kind give their structure, text and pictures."""

from itertools import pairwise

import pytest
from PIL import Image

from flows.documents.pages import render_pages
from flows.documents.parsing.container import inspect
from flows.documents.parsing.refusal import Refused
from flows.documents.reading import extract, read
from flows.documents.structure import inline_text, walk
from schemas.document import (
    BlockList,
    Figure,
    Formula,
    Heading,
    Note,
    Paragraph,
    Quote,
    Span,
    Table,
)
from schemas.extraction import Kind, Limits, WarningCode


def kinds(document, kind):
    return [block for block in walk(document.blocks) if isinstance(block, kind)]


def spans(document, **style):
    inlines = [i for p in kinds(document, Paragraph) for i in p.inlines if isinstance(i, Span)]
    return [s.text for s in inlines if all(getattr(s, k) == v for k, v in style.items())]


@pytest.mark.parametrize("name", ["a.docx", "a.odt", "a.md"])
def test_text_document_keeps_its_structure(convert, article, tmp_path, name):
    reading = read(convert(article, name), directory=tmp_path / "out")
    document = reading.document
    assert reading.extraction.kind == name[2:]
    assert document.title == "Дроби без страха"
    assert [inline_text(h.inlines) for h in kinds(document, Heading)] == ["Замысел", "Итоги"]
    assert "курсивом" in spans(document, italic=True)
    assert "жирным" in spans(document, bold=True)
    assert "2" in spans(document, position="sub")
    assert "ссылкой" in spans(document, link="https://example.org/page")
    inlines = [inline for p in kinds(document, Paragraph) for inline in p.inlines]
    formulas = [i.tex for i in inlines if isinstance(i, Formula)]
    assert formulas in (["a^2 + b^2"], ["a^{2} + b^{2}"]) or name == "a.odt"
    assert next(i for i in inlines if isinstance(i, Note)).blocks
    lists = kinds(document, BlockList)
    assert lists[0].ordered
    assert len(lists[0].items) == 2
    assert not lists[1].ordered
    table = kinds(document, Table)[0]
    assert table.columns == 2
    assert kinds(document, Quote) or name == "a.odt"
    assert "Последний абзац." in reading.text


def test_picture_that_markdown_only_names_is_told_of_once(write, tmp_path):
    text = "# Опыт\n\nТекст практики.\n\n![Рост результатов](chart.png)\n\nДальше."
    reading = read(write("a.md", text.encode()), directory=tmp_path / "out")
    assert reading.text.count("Рост результатов") == 1
    assert WarningCode.PICTURES_DROPPED in reading.extraction.warnings


def test_markdown_of_windows_is_read(write):
    assert extract(write("a.md", "# Опыт\n\nТекст практики".encode("cp1251"))).title == "Опыт"


def test_picture_of_a_text_document_is_kept_without_metadata(convert, tmp_path, picture):
    (tmp_path / "p.png").write_bytes(picture)
    path = convert("# Опыт\n\n![Рис. 1. Круг](p.png){width=5cm}\n\nТекст", "a.docx")
    reading = read(path, directory=tmp_path / "out")
    figure = kinds(reading.document, Figure)[0]
    assert inline_text(figure.caption) == "Рис. 1. Круг"
    assert figure.picture.width == pytest.approx(141.7, abs=1)
    with Image.open(reading.images[figure.picture.name]) as image:
        assert image.size == (400, 300)
        assert not image.info
    assert reading.extraction.images == 1


def test_photograph_loses_its_place_and_camera(convert, tmp_path, write):
    exif = Image.Exif()
    exif[0x010F] = "Camera"
    exif[0x0112] = 6
    Image.new("RGB", (40, 20), "green").save(tmp_path / "p.jpg", exif=exif)
    reading = read(convert("![Вид](p.jpg)", "a.docx"), directory=tmp_path / "out")
    [path] = reading.images.values()
    with Image.open(path) as image:
        assert image.size == (20, 40)
        assert not image.getexif()


def test_merged_cells_keep_their_spans(tmp_path, word):
    from docx import Document

    document = Document(word)
    table = document.add_table(rows=2, cols=3)
    table.cell(0, 0).merge(table.cell(0, 1)).text = "широкая"
    document.save(word)
    [read_table] = kinds(read(word, directory=tmp_path / "out").document, Table)
    widths = {cell.columns for row in (*read_table.header, *read_table.rows) for cell in row}
    assert widths == {1, 2}


def test_words_of_a_text_box_are_not_lost(word, repack, tmp_path):
    import zipfile

    with zipfile.ZipFile(word) as archive:
        body = archive.read("word/document.xml").decode()
    box = (
        '<w:p><w:r><w:pict><v:textbox xmlns:v="urn:schemas-microsoft-com:vml"><w:txbxContent>'
        "<w:p><w:r><w:t>Слова в рамке</w:t></w:r></w:p>"
        "</w:txbxContent></v:textbox></w:pict></w:r></w:p><w:sectPr"
    )
    changed = body.replace("<w:sectPr", box, 1)
    path = repack(word, {"word/document.xml": changed.encode()})
    assert read(path, directory=tmp_path / "out").text.count("Слова в рамке") == 1


def test_tracked_changes_are_accepted_and_told(word, repack):
    import zipfile

    with zipfile.ZipFile(word) as archive:
        body = archive.read("word/document.xml").decode()
    changes = (
        '<w:p><w:ins w:id="1" w:author="A"><w:r><w:t>новое</w:t></w:r></w:ins>'
        '<w:del w:id="2" w:author="A"><w:r><w:delText>старое</w:delText></w:r></w:del></w:p><w:sectPr'
    )
    path = repack(word, {"word/document.xml": body.replace("<w:sectPr", changes, 1).encode()})
    assert WarningCode.TRACKED_CHANGES in extract(path).warnings


def test_slides_become_headings_lists_tables_and_pictures(slides, tmp_path):
    reading = read(slides, directory=tmp_path / "out")
    assert reading.extraction.kind == Kind.PPTX
    assert reading.extraction.pages == 2
    assert reading.document.title == "Урок у реки"
    headings = [inline_text(h.inlines) for h in kinds(reading.document, Heading)]
    assert headings == ["Урок у реки", "Слайд 2"]
    [outer, inner] = kinds(reading.document, BlockList)
    assert len(outer.items) == 2
    assert inline_text(inner.items[0][0].inlines) == "Вложенный пункт"
    assert kinds(reading.document, Table)[0].columns == 2
    assert len(reading.images) == 1
    assert WarningCode.SPEAKER_NOTES in reading.extraction.warnings
    assert "тетради" not in reading.text


TWO_COLUMNS = """
#set page(columns: 2, numbering: "1", header: [Сборник практик])
#set text(lang: "ru", hyphenate: true)
#set par(justify: true, first-line-indent: 1.2em)
= Первый заголовок
#for n in range(1, 90) [Предложение номер #n рассказывает о сельскохозяйственном опыте. ]
#pagebreak()
#for n in range(90, 180) [Предложение номер #n рассказывает о сельскохозяйственном опыте. ]
#pagebreak()
#for n in range(180, 260) [Предложение номер #n рассказывает о сельскохозяйственном опыте. ]
"""


def test_two_columns_are_read_in_order_without_running_heads(typeset, tmp_path):
    reading = read(typeset(TWO_COLUMNS), directory=tmp_path / "out")
    words = reading.text.split()
    numbers = [int(w) for before, w in pairwise(words) if before == "номер"]
    assert numbers == list(range(1, 260))
    assert "Сборник практик" not in reading.text
    assert "сельскохозяй-" not in reading.text
    assert reading.text.count("сельскохозяйственном") == 259
    assert [inline_text(h.inlines) for h in kinds(reading.document, Heading)] == [
        "Первый заголовок"
    ]


def test_pdf_gives_headings_lists_tables_and_pictures(tmp_path, picture):
    import typst

    (tmp_path / "p.png").write_bytes(picture)
    (tmp_path / "a.typ").write_text(
        '#set text(lang: "ru")\n= Практика\n== Ход урока\nУчитель начинает так:\n'
        "- первое дело\n- второе дело\n\n+ раз\n+ два\n\n"
        "#table(columns: 3, [Класс], [До], [После], table.cell(colspan: 2)[вместе], [9])\n"
        '#figure(image("p.png", width: 6cm), caption: none)\nРис. 1. Круг\n\nИ вывод.',
        "utf-8",
    )
    path = tmp_path / "a.pdf"
    path.write_bytes(typst.compile(tmp_path / "a.typ"))
    reading = read(path, directory=tmp_path / "out")
    document = reading.document
    assert [(h.level, inline_text(h.inlines)) for h in kinds(document, Heading)] == [
        (1, "Практика"),
        (2, "Ход урока"),
    ]
    bullets, numbers = kinds(document, BlockList)
    assert (len(bullets.items), bullets.ordered) == (2, False)
    assert (len(numbers.items), numbers.ordered, numbers.start) == (2, True, 1)
    [table] = kinds(document, Table)
    assert table.columns == 3
    assert [cell.columns for cell in table.rows[1]] == [2, 1]
    [figure] = kinds(document, Figure)
    assert inline_text(figure.caption) == "Рис. 1. Круг"
    assert reading.images[figure.picture.name].is_file()
    assert reading.extraction.images == 1


def test_scanned_pages_are_accepted_with_a_warning(scan):
    extraction = extract(scan)
    assert extraction.status == "ok"
    assert extraction.images == 1
    assert WarningCode.SCANNED_NO_TEXT in extraction.warnings


def test_quick_and_whole_reading_agree(typeset, slides, convert, article, tmp_path):
    for path in (typeset(TWO_COLUMNS), slides, convert(article, "a.docx")):
        quick = extract(path).model_copy(update={"seconds": 0})
        whole = read(path, directory=tmp_path / f"read-{path.name}").extraction
        assert whole.model_copy(update={"seconds": 0}) == quick


def test_content_decides_when_the_extension_lies(word):
    path = word.rename(word.with_suffix(".pdf"))
    assert inspect(path, Limits()).kind == Kind.DOCX
    assert WarningCode.EXTENSION_MISMATCH in extract(path).warnings


def test_author_in_properties_and_text_is_told(tmp_path, word):
    from docx import Document

    document = Document(word)
    document.core_properties.author = "Зимородкова Анна Львовна"
    document.add_paragraph("Опыт А. Л. Зимородковой из школы.")
    document.save(word)
    reading = read(word, directory=tmp_path / "out", names=("Зимородкова Анна Львовна",))
    assert WarningCode.METADATA_AUTHOR in reading.extraction.warnings
    assert WarningCode.AUTHOR_NAMED_IN_TEXT in reading.extraction.warnings
    assert "А. Л. Зимородковой" in {finding.text for finding in reading.findings}


def test_pages_are_drawn_a_thousand_pixels_wide_without_metadata(typeset, tmp_path):
    pages = render_pages(typeset("Раз #pagebreak() Два #pagebreak() Три"), tmp_path / "p", limit=2)
    assert len(pages) == 2
    for page in pages:
        with Image.open(page) as image:
            assert image.format == "WEBP"
            assert image.width == 1000
            assert not image.info.keys() & {"exif", "xmp", "icc_profile"}


def test_pages_of_a_broken_file_are_refused_with_a_sentence(write, tmp_path):
    with pytest.raises(Refused, match="повреждён"):
        render_pages(write("a.pdf", b"%PDF-1.4 nothing"), tmp_path / "p")
