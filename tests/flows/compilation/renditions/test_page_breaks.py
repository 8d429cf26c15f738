"""Printed pages in the text of the EPUB: marked where they begin, or not at all."""

import itertools
import re
import zipfile
from pathlib import Path

import pypdfium2
import pytest
from lxml import etree

from flows.compilation.compiling import assemble
from flows.compilation.renditions import page_breaks
from flows.compilation.renditions.page_breaks import Break, found, marked
from schemas.document import Cell, Document, Paragraph, Span, Table
from schemas.volume import Volume

FIRST = "<p>На первом занятии ученики знакомятся с картой своего района и "
SECOND = "отмечают на ней &quot;школы&quot;, реки <em>и</em> дороги.</p>"
FEWEST_PAGES = 4
LETTERS = re.compile(r"[^\W\d_]")


@pytest.mark.parametrize(
    "lines",
    [
        ['отмечают на ней "шко\x02', 'лы", реки и дороги.'],
        ["Ветрова А. Урок о карте", "", "отмечают на ней «школы», реки и дороги."],
        ["мечают на ней «школы», реки и дороги."],
    ],
)
def test_a_page_begins_before_its_first_word(lines: list[str]) -> None:
    assert found(FIRST + SECOND, [["На первом занятии"], lines]) == [Break(1, len(FIRST))]


@pytest.mark.parametrize(
    ("written", "lines"),
    [
        (FIRST + SECOND, ["x2 + y2 = 5", "реки"]),
        (FIRST + SECOND, ["совсем другие слова, которых в статье нет"]),
        (FIRST + SECOND + SECOND, ["отмечают на ней «школы», реки и дороги."]),
        ("<math>отмечают на ней школы реки и дороги</math>", ["отмечают на ней школы реки"]),
    ],
)
def test_a_page_whose_place_is_not_certain_has_no_mark(written: str, lines: list[str]) -> None:
    assert found(written, [[], lines]) == []


def test_a_mark_stands_in_the_text_and_nothing_is_lost() -> None:
    text = marked(FIRST + SECOND, [Break(1, len(FIRST))], 8)
    mark = text[len(FIRST) :].removesuffix(SECOND)
    assert text == FIRST + mark + SECOND
    assert 'id="page-9" aria-label="Страница 9"' in mark


@pytest.fixture
def distinct(volume: Volume, tmp_path: Path) -> Path:
    """A collection of one article in which no line is like another, with a table over pages."""
    syllables = [a + b for a in "бвгдзк" for b in "аеиоу"]
    words = map("".join, itertools.permutations(syllables, 3))
    lines = (" ".join(itertools.islice(words, 40)) for _ in range(60))
    paragraphs = [Paragraph(inlines=(Span(text=one),)) for one in lines]
    rows = tuple((Cell(blocks=(one,)),) * 2 for one in paragraphs[20:30])
    head = tuple((Cell(blocks=(Paragraph(inlines=(Span(text="Деятельность"),)),)),) * 2)
    table = Table(columns=2, header=(head,), rows=rows)
    document = Document(blocks=(*paragraphs[:20], table, *paragraphs[30:]))
    article = next(volume.articles()).model_copy(update={"document": document, "images": {}})
    section = volume.sections[0].model_copy(update={"articles": (article,)})
    assemble(volume.model_copy(update={"sections": (section,)}), tmp_path / "out")
    return tmp_path / "out"


def test_pages_of_the_book_are_marked_where_they_begin(distinct: Path) -> None:
    collection = distinct
    document = pypdfium2.PdfDocument(collection / "collection.pdf")
    pages = [letters(one.get_textpage().get_text_bounded()) for one in document]
    document.close()
    with zipfile.ZipFile(collection / "collection.epub") as book:
        names = [name for name in book.namelist() if "/article-" in name]
        texts = [etree.fromstring(book.read(name)) for name in names]
        listed = etree.fromstring(book.read("OEBPS/nav.xhtml")).xpath(
            "//*[local-name()='nav'][2]//*[local-name()='a']"
        )
    later = 0
    for root in texts:
        for mark in root.xpath("//*[@role='doc-pagebreak']")[1:]:
            number = int(mark.get("id").removeprefix("page-"))
            beginning = letters("".join(mark.xpath("following::text()")))[: page_breaks.FEWEST]
            assert beginning in pages[number - 1]
            later += 1
    assert later > FEWEST_PAGES
    assert len(listed) == later + len(texts)


def letters(text: str) -> str:
    return "".join(LETTERS.findall(text)).casefold().replace("ё", "е")
