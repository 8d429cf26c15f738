"""Printed pages in the text of the EPUB: marked where they begin, or not at all."""

import re
import zipfile
from pathlib import Path

import pypdfium2
import pytest
from lxml import etree

from flows.compilation.renditions import page_breaks
from flows.compilation.renditions.page_breaks import Break, found, marked

FIRST = "<p>На первом занятии ученики знакомятся с картой своего района и "
SECOND = "отмечают на ней &quot;школы&quot;, реки <em>и</em> дороги.</p>"
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


def test_pages_of_the_book_are_marked_where_they_begin(collection: Path) -> None:
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
    assert later > 0
    assert len(listed) == later + len(texts)


def letters(text: str) -> str:
    return "".join(LETTERS.findall(text)).casefold().replace("ё", "е")
