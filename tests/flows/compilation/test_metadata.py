"""The descriptions for machines: sound in form, equal to the volume in content."""

import json
from pathlib import Path

from lxml import etree

from flows.compilation import metadata
from schemas.volume import Volume


def test_every_xml_file_is_well_formed(collection: Path) -> None:
    files = list((collection / "metadata").rglob("*.xml"))
    assert len(files) == 6
    for file in files:
        etree.fromstring(file.read_bytes())


def test_every_format_has_every_article(volume: Volume, collection: Path) -> None:
    folder = collection / "metadata"
    count = len(list(volume.articles()))
    assert (folder / "collection.bib").read_text().count("@incollection{") == count
    assert (folder / "collection.ris").read_text().count("TY  - CHAP") == count
    assert (folder / "crossref.xml").read_text().count("<content_item ") == count
    assert (folder / "dublin_core.xml").read_text().count("<oai_dc:dc>") == count
    assert len(json.loads((folder / "schema_org.jsonld").read_text())["hasPart"]) == count


def test_doi_appears_only_with_a_prefix(volume: Volume, collection: Path) -> None:
    assert "<doi_data>" not in (collection / "metadata/crossref.xml").read_text()
    imprint = volume.imprint.model_copy(update={"doi_prefix": "10.99999", "isbn": "978-5-0"})
    registered = volume.model_copy(update={"imprint": imprint})
    files = metadata.make(registered, [(1, 2)] * 4)
    assert b"<doi>10.99999/978-5-0.001</doi>" in files["crossref.xml"]


def test_special_signs_of_tex_are_escaped(collection: Path) -> None:
    text = (collection / "metadata/collection.bib").read_text()
    assert r"\#read" in text
    assert r"\$x\$" in text
