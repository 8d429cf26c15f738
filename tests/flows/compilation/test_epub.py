"""The EPUB's structure: what reading programs insist on."""

import posixpath
import zipfile
from pathlib import Path

import pytest
from lxml import etree

OPF = {"o": "http://www.idpf.org/2007/opf"}
XHTML = {"h": "http://www.w3.org/1999/xhtml", "m": "http://www.w3.org/1998/Math/MathML"}


@pytest.fixture
def epub(collection: Path) -> zipfile.ZipFile:
    return zipfile.ZipFile(collection / "collection.epub")


def test_mimetype_comes_first_and_is_stored(epub: zipfile.ZipFile) -> None:
    first = epub.infolist()[0]
    assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
    assert epub.read("mimetype") == b"application/epub+zip"


def test_manifest_lists_every_file_once(epub: zipfile.ZipFile) -> None:
    package = etree.fromstring(epub.read("OEBPS/content.opf"))
    listed = [f"OEBPS/{href}" for href in package.xpath("//o:item/@href", namespaces=OPF)]
    inside = {name for name in epub.namelist() if name.startswith("OEBPS/")}
    assert sorted(listed) == sorted(inside - {"OEBPS/content.opf"})
    known = set(package.xpath("//o:item/@id", namespaces=OPF))
    assert set(package.xpath("//o:itemref/@idref", namespaces=OPF)) <= known


def test_every_page_is_well_formed_and_its_links_lead_somewhere(epub: zipfile.ZipFile) -> None:
    pages = [name for name in epub.namelist() if name.endswith(".xhtml")]
    names = set(epub.namelist())
    for page in pages:
        root = etree.fromstring(epub.read(page))
        ids = set(root.xpath("//@id"))
        for target in root.xpath("//h:a/@href | //h:img/@src", namespaces=XHTML):
            file, _, fragment = target.partition("#")
            if not file:
                assert fragment in ids
            elif "://" not in file:
                assert posixpath.normpath(f"OEBPS/{file}") in names


def test_formulas_are_mathml_and_pictures_have_words(epub: zipfile.ZipFile) -> None:
    root = etree.fromstring(epub.read("OEBPS/article-001.xhtml"))
    assert root.xpath("//m:math", namespaces=XHTML)
    assert all(root.xpath("//h:img/@alt", namespaces=XHTML))
    package = etree.fromstring(epub.read("OEBPS/content.opf"))
    kinds = package.xpath("//o:item[@href='article-001.xhtml']/@properties", namespaces=OPF)
    assert kinds == ["mathml"]
