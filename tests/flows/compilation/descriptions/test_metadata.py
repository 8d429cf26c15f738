"""The descriptions for machines: sound in form, equal to the volume in content."""

import json
import re
from pathlib import Path

from lxml import etree

from flows.compilation.descriptions import journal3, metadata
from flows.compilation.descriptions.records import slots
from schemas.volume import Volume

PAGES = ((3, 6), (7, 7), (8, 9), (10, 11))
CROSSREF = {"c": "http://www.crossref.org/schema/5.3.1"}
OAI = {
    "o": "http://www.openarchives.org/OAI/2.0/oai_dc/",
    "d": "http://purl.org/dc/elements/1.1/",
}
DC_ELEMENTS = {
    "contributor", "coverage", "creator", "date", "description", "format", "identifier",
    "language", "publisher", "relation", "rights", "source", "subject", "title", "type",
}  # fmt: skip
# What the journal form allows inside an element, as far as we write it.
JOURNAL = {
    "journal": {"operCard", "journalInfo", "issue"},
    "operCard": {"cntArticle"},
    "journalInfo": {"title", "publ", "placePubl"},
    "issue": {"dateUni", "pages", "issTitle", "codes", "articles"},
    "articles": {"section", "article"},
    "section": {"secTitle"},
    "article": {
        "langPubl", "pages", "artType", "codes", "authors", "artTitles", "abstracts", "text",
        "keywords", "files",
    },
    "codes": {"doi", "udk", "bbk"},
    "authors": {"author"},
    "author": {"individInfo"},
    "individInfo": {"surname", "initials", "orgName", "town", "otherInfo"},
    "artTitles": {"artTitle"},
    "abstracts": {"abstract"},
    "keywords": {"kwdGroup"},
    "kwdGroup": {"keyword"},
    "files": {"furl"},
}  # fmt: skip


def with_doi(volume: Volume) -> Volume:
    more = {"doi_prefix": "10.99999", "isbn": "978-5-0", "url": "https://books.example.org/v/"}
    return volume.model_copy(update={"imprint": volume.imprint.model_copy(update=more)})


def test_every_xml_file_is_well_formed(screened: Path) -> None:
    files = list((screened / "metadata").rglob("*.xml"))
    assert len(files) == 7
    for file in files:
        etree.fromstring(file.read_bytes())


def test_every_format_has_every_article(volume: Volume, screened: Path) -> None:
    folder = screened / "metadata"
    count = len(list(volume.articles()))
    assert (folder / "collection.bib").read_text().count("@incollection{") == count
    assert (folder / "collection.ris").read_text().count("TY  - CHAP") == count
    assert (folder / "crossref.xml").read_text().count("<content_item ") == count
    assert (folder / "dublin_core.xml").read_text().count("<oai_dc:dc") == count
    assert (folder / "journal3.xml").read_text().count("<article>") == count
    assert len(json.loads((folder / "schema_org.jsonld").read_text())["hasPart"]) == count
    assert len(json.loads((folder / "collection.csl.json").read_text())) == count


def test_doi_appears_only_with_a_prefix(volume: Volume, screened: Path) -> None:
    assert "<doi_data>" not in (screened / "metadata/crossref.xml").read_text()
    files = metadata.make(with_doi(volume), PAGES)
    assert b"<doi>10.99999/978-5-0.001</doi>" in files["crossref.xml"]
    assert b"https://doi.org/10.99999/978-5-0.001" in files["dublin_core.xml"]


def test_the_deposit_keeps_the_order_of_elements_that_crossref_demands(volume: Volume) -> None:
    root = etree.fromstring(metadata.make(with_doi(volume), PAGES)["crossref.xml"])

    def order(path: str) -> list[str]:
        found = root.xpath(path, namespaces=CROSSREF)[0]
        return [etree.QName(child).localname for child in found]

    assert order("//c:head") == ["doi_batch_id", "timestamp", "depositor", "registrant"]
    assert order("//c:book_metadata") == [
        "contributors", "titles", "publication_date", "isbn", "publisher", "doi_data",
    ]  # fmt: skip
    assert order("//c:content_item") == [
        "contributors", "titles", "abstract", "component_number", "publication_date", "pages",
        "doi_data",
    ]  # fmt: skip
    roles = root.xpath("//c:content_item[1]//c:person_name/@sequence", namespaces=CROSSREF)
    assert roles == ["first", "additional"]


def test_a_corrected_edition_is_numbered_in_every_description(volume: Volume) -> None:
    changed = volume.model_copy(update={"edition": 2, "changes": ("Исправлена статья.",)})
    files = metadata.make(changed, PAGES)
    assert b"<edition_number>2</edition_number>" in files["crossref.xml"]
    assert "edition = {2}" in files["collection.bib"].decode()
    assert "ET  - Издание 2-е, исправленное" in files["collection.ris"].decode()
    assert json.loads(files["schema_org.jsonld"])["correction"] == ["Исправлена статья."]
    assert json.loads(files["collection.csl.json"])[0]["edition"] == 2


def test_dublin_core_holds_nothing_but_its_fifteen_elements(screened: Path) -> None:
    root = etree.parse(screened / "metadata/dublin_core.xml").getroot()
    for record in root:
        assert {etree.QName(child).namespace for child in record} == {OAI["d"]}
        assert {etree.QName(child).localname for child in record} <= DC_ELEMENTS
        assert record.xpath("count(d:identifier)", namespaces=OAI) == 1


def test_the_journal_form_holds_only_what_its_schema_knows(volume: Volume) -> None:
    root = etree.fromstring(metadata.make(with_doi(volume), PAGES)["journal3.xml"])
    for element in root.iter():
        assert {child.tag for child in element} <= JOURNAL.get(element.tag, set()), element.tag
    assert root.findtext("operCard/cntArticle") == "4"
    assert set(root.xpath("//individInfo/@lang | //abstract/@lang")) == {"RUS"}
    assert root.xpath("//article[1]//surname/text()") == ["Ёлкина", "Еремеев"]


def test_the_journal_form_is_silent_about_counts_that_no_byte_holds(volume: Volume) -> None:
    articles = list(volume.articles())[2:3] * 128
    section = volume.sections[0].model_copy(update={"articles": tuple(articles)})
    many = volume.model_copy(update={"sections": (section,)})
    root = journal3.journal(many, slots(128), [(1, 2)] * 128)
    assert root.find("operCard") is None


def test_special_signs_of_tex_are_escaped(screened: Path) -> None:
    text = (screened / "metadata/collection.bib").read_text()
    assert r"\#read" in text
    assert r"\$x\$" in text


def test_reference_managers_get_the_same_article_alone_as_together(screened: Path) -> None:
    for suffix in ("bib", "ris"):
        whole = (screened / f"metadata/collection.{suffix}").read_bytes()
        for number in range(1, 5):
            assert (screened / f"site/articles/{number:03}.{suffix}").read_bytes() in whole


def test_ris_lines_have_the_form_that_programs_read(screened: Path) -> None:
    lines = (screened / "metadata/collection.ris").read_bytes().decode().split("\r\n")
    assert all(re.fullmatch(r"[A-Z][A-Z0-9]  - .*", line) for line in lines if line)
