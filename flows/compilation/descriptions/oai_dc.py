"""Unqualified Dublin Core as OAI-PMH carries it (oai_dc, OAI-PMH 2.0), a record for each article."""

from collections.abc import Sequence
from xml.etree import ElementTree as ET

from flows.compilation import rules
from flows.compilation.descriptions.naming import address, doi, identifier
from flows.compilation.descriptions.records import Element, node
from schemas.volume import Volume, VolumeArticle

OAI_DC = "http://www.openarchives.org/OAI/2.0/oai_dc/"
DC = "http://purl.org/dc/elements/1.1/"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
SCHEMA = "http://www.openarchives.org/OAI/2.0/oai_dc.xsd"

for _prefix, _space in (("oai_dc", OAI_DC), ("dc", DC), ("xsi", XSI)):
    ET.register_namespace(_prefix, _space)


def record(volume: Volume, article: VolumeArticle, number: int, span: tuple[int, int]) -> Element:
    """Return the record of article ``number`` (from 1) on the pages ``span``."""
    names = ((doi(volume, number), "https://doi.org/{}"), (address(volume, number), "{}"))
    known = [form.format(name) for name, form in names if name]
    places = known or [f"{identifier(volume)}#{number:03}"]
    return element(volume, article, places, f"{volume.title}. С. {rules.page_range(span)}")


def element(volume: Volume, article: VolumeArticle, places: Sequence[str], source: str) -> Element:
    """Return an article's record; ``places`` identify it, ``source`` says where it is printed."""
    fields = [
        ("title", article.title),
        *(("creator", rules.surname_first(author.name)) for author in article.authors),
        *(("subject", word) for word in article.keywords),
        ("description", article.abstract),
        ("publisher", volume.imprint.publisher),
        *(("contributor", rules.surname_first(name)) for name in volume.imprint.editors),
        ("date", str(volume.year)),
        ("type", "Text"),
        ("format", "application/pdf"),
        *(("identifier", place) for place in places),
        ("source", source),
        ("language", "rus"),
        ("rights", volume.imprint.copyright),
    ]
    found = node(f"{{{OAI_DC}}}dc")
    found.set(f"{{{XSI}}}schemaLocation", f"{OAI_DC} {SCHEMA}")
    found.extend(node(f"{{{DC}}}{name}", text=value) for name, value in fields if value)
    return found
