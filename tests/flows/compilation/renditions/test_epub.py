"""The EPUB: what epubcheck, reading programs and people who cannot see insist on."""

import io
import posixpath
import zipfile
from pathlib import Path

import pytest
import validators
from lxml import etree

from flows.compilation.renditions import bodies, chapters, epub
from flows.compilation.renditions.chapters import Look
from schemas.volume import Volume

OPF = {"o": "http://www.idpf.org/2007/opf", "dc": "http://purl.org/dc/elements/1.1/"}
XHTML = {
    "h": "http://www.w3.org/1999/xhtml",
    "m": "http://www.w3.org/1998/Math/MathML",
    "e": "http://www.idpf.org/2007/ops",
}
PAGES = ((3, 6), (7, 7), (8, 9), (10, 11))


@pytest.fixture(scope="module")
def book(screened: Path) -> zipfile.ZipFile:
    return zipfile.ZipFile(screened / "collection.epub")


def page(book: zipfile.ZipFile, name: str):
    return etree.fromstring(book.read(f"OEBPS/{name}"))


def package(book: zipfile.ZipFile):
    return page(book, "content.opf")


def properties(book: zipfile.ZipFile, name: str) -> list[str]:
    return package(book).xpath(f"//o:meta[@property='{name}']/text()", namespaces=OPF)


def test_epubcheck_has_nothing_to_say(screened: Path) -> None:
    assert validators.epub_faults(screened / "collection.epub") == []


def test_mimetype_comes_first_and_is_stored(book: zipfile.ZipFile) -> None:
    first = book.infolist()[0]
    assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
    assert book.read("mimetype") == b"application/epub+zip"


def test_no_entry_tells_when_it_was_written(book: zipfile.ZipFile) -> None:
    assert {entry.date_time for entry in book.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_every_link_leads_somewhere(book: zipfile.ZipFile) -> None:
    names = set(book.namelist())
    for name in [one for one in names if one.endswith(".xhtml")]:
        root = etree.fromstring(book.read(name))
        for target in root.xpath("//h:a/@href | //h:img/@src", namespaces=XHTML):
            file, _, fragment = target.partition("#")
            if "://" in file:
                continue
            aim = posixpath.normpath(f"OEBPS/{file}") if file else name
            assert aim in names
            if fragment:
                assert fragment in etree.fromstring(book.read(aim)).xpath("//@id")


def test_the_cover_is_a_picture_that_shops_find(book: zipfile.ZipFile) -> None:
    found = package(book).xpath("//o:item[@properties='cover-image']/@href", namespaces=OPF)
    assert found == ["cover.png"]
    assert book.read("OEBPS/cover.png").startswith(b"\x89PNG")
    assert page(book, "cover.xhtml").xpath("//h:img/@alt", namespaces=XHTML) == [
        "Обложка: Лучшие практики"
    ]


def test_printed_pages_are_listed_and_marked_in_the_text(book: zipfile.ZipFile) -> None:
    listed = page(book, "nav.xhtml").xpath("//h:nav[@e:type='page-list']//h:a", namespaces=XHTML)
    assert [int(one.text) for one in listed][:1] == [3]
    assert {first for first, _ in PAGES} <= {int(one.text) for one in listed}
    marks = page(book, "article-001.xhtml").xpath("//*[@role='doc-pagebreak']")
    assert marks[0].get("id") == "page-3"
    assert "pageNavigation" in properties(book, "schema:accessibilityFeature")


def test_landmarks_name_cover_title_contents_text_and_indexes(book: zipfile.ZipFile) -> None:
    found = page(book, "nav.xhtml").xpath(
        "//h:nav[@e:type='landmarks']//h:a/@e:type", namespaces=XHTML
    )
    assert found == ["cover", "titlepage", "toc", "bodymatter", "index", "index"]


def test_footnotes_are_marked_for_a_window_of_their_own(book: zipfile.ZipFile) -> None:
    root = page(book, "article-001.xhtml")
    reference = root.xpath("//h:a[@e:type='noteref']", namespaces=XHTML)[0]
    note = root.xpath("//h:aside[@e:type='footnote']", namespaces=XHTML)[0]
    assert reference.get("href") == f"#{note.get('id')}"
    assert "Сноска об опыте." in "".join(note.itertext())


def test_formulas_are_mathml_and_pictures_have_words(book: zipfile.ZipFile) -> None:
    root = page(book, "article-001.xhtml")
    assert root.xpath("//m:math[@alttext]", namespaces=XHTML)
    assert all(root.xpath("//h:img/@alt", namespaces=XHTML))
    kinds = package(book).xpath("//o:item[@href='article-001.xhtml']/@properties", namespaces=OPF)
    assert kinds == ["mathml"]


def test_conformity_is_claimed_only_if_every_picture_has_words(
    volume: Volume, prepared: list[dict[str, Path]], book: zipfile.ZipFile
) -> None:
    assert properties(book, "dcterms:conformsTo") == []
    without = volume.model_copy(update={"sections": volume.sections[1:]})
    parts = chapters.parts(
        without, bodies.write(without, [{}, {}]), Look(epub.IMAGES, is_book=True), PAGES[:2]
    )
    described = zipfile.ZipFile(io.BytesIO(epub.make(without, parts)))
    assert properties(described, "dcterms:conformsTo") == [
        "EPUB Accessibility 1.1 - WCAG 2.2 Level AA"
    ]


def test_a_corrected_edition_says_so_and_is_another_release(volume: Volume) -> None:
    changed = volume.model_copy(
        update={"edition": 2, "changes": ("Исправлена статья «Лаборатория».",)}
    )
    books = []
    for one in (volume, changed):
        written = bodies.write(one, [{}] * 4)
        parts = chapters.parts(one, written, Look(epub.IMAGES, is_book=True), PAGES)
        books.append(zipfile.ZipFile(io.BytesIO(epub.make(one, parts))))
    assert "changes.xhtml" not in str(books[0].namelist())
    text = "".join(page(books[1], "changes.xhtml").itertext())
    assert "Издание 2-е, исправленное." in text
    assert "Исправлена статья «Лаборатория»." in text
    moments = [properties(one, "dcterms:modified") for one in books]
    assert moments[0] != moments[1]
