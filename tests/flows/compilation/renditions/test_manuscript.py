"""The DOCX for editors: what Word and other programs find in it."""

import io
import zipfile
from pathlib import Path

import docx
import pypandoc
import pytest
from docx.oxml.ns import qn
from lxml import etree

from flows.compilation.renditions import manuscript
from schemas.volume import Volume

PAGES = ((3, 6), (7, 7), (8, 9), (10, 11))
NAMES = {"w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main"}


@pytest.fixture(scope="module")
def paper(screened: Path) -> "docx.document.Document":
    return docx.Document(screened / "collection.docx")


def styles(paper: "docx.document.Document", text: str) -> list[str]:
    return [one.style.name for one in paper.paragraphs if text in one.text.replace("\u00a0", " ")]


def test_headings_lists_quotes_and_captions_have_their_styles(
    paper: "docx.document.Document",
) -> None:
    assert "Heading 1" in styles(paper, "Функциональная грамотность")
    assert "Heading 2" in styles(paper, "Лаборатория у реки")
    assert styles(paper, "Этапы") == ["Heading 3"]
    assert styles(paper, "первое;") == ["List Bullet"]
    assert styles(paper, "Читать — ещё не всё.") == ["Quote"]
    assert styles(paper, "Таблица 1. Итоги") == ["Caption"]
    assert styles(paper, "ввод") == ["Code"]


def test_tables_repeat_their_head_and_keep_merged_cells(paper: "docx.document.Document") -> None:
    table = paper.tables[0]
    assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    assert table.rows[0].cells[1].text == table.rows[0].cells[2].text == "Осень и весна"
    assert len(table.rows) == 60


def test_footnotes_formulas_and_pictures_are_real(screened: Path) -> None:
    with zipfile.ZipFile(screened / "collection.docx") as package:
        notes = etree.fromstring(package.read("word/footnotes.xml"))
        body = package.read("word/document.xml").decode()
        names = package.namelist()
    assert "Сноска об опыте." in "".join(notes.itertext())
    assert '<w:footnoteReference w:id="1"/>' in body
    assert "<m:oMathPara><m:oMath>" in body
    assert 'descr="Диаграмма"' in body
    assert "word/media/001-1.png" in names


def test_contents_are_a_field_whose_entries_lead_to_articles(screened: Path) -> None:
    with zipfile.ZipFile(screened / "collection.docx") as package:
        root = etree.fromstring(package.read("word/document.xml"))
    anchors = root.xpath("//w:hyperlink/@w:anchor", namespaces=NAMES)
    marks = root.xpath("//w:bookmarkStart/@w:name", namespaces=NAMES)
    assert set(anchors) == set(marks)
    assert " TOC " in "".join(root.xpath("//w:instrText/text()", namespaces=NAMES))


def test_every_article_begins_on_a_new_page(screened: Path) -> None:
    with zipfile.ZipFile(screened / "collection.docx") as package:
        root = etree.fromstring(package.read("word/document.xml"))
    breaks = "//w:p[w:pPr/w:pStyle/@w:val='Heading2'][w:pPr/w:pageBreakBefore]"
    assert len(root.xpath(breaks, namespaces=NAMES)) == 2


def test_properties_name_the_volume_and_no_moment_of_writing(
    paper: "docx.document.Document",
) -> None:
    facts = paper.core_properties
    assert (facts.title, facts.language) == ("Лучшие практики", "ru-RU")
    assert (facts.created.year, facts.created.month) == (2024, 1)


def test_another_program_reads_it_without_a_complaint(screened: Path) -> None:
    text = pypandoc.convert_file(str(screened / "collection.docx"), "plain", format="docx")
    assert "Лаборатория у реки" in text


def test_the_same_volume_gives_the_same_bytes(
    volume: Volume, prepared: list[dict[str, Path]], screened: Path
) -> None:
    again = manuscript.make(volume, prepared, PAGES)
    assert again == (screened / "collection.docx").read_bytes()
    with zipfile.ZipFile(io.BytesIO(again)) as package:
        assert {entry.date_time for entry in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
