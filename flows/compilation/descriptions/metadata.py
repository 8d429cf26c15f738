"""The collection's descriptions for machines: catalogues, indexes and reference managers.

Crossref, JATS, Dublin Core (oai_dc), the РЦНИ journal form, CSL JSON, BibTeX, RIS and schema.org.
"""

from collections.abc import Sequence

from flows.compilation.descriptions import (
    crossref,
    csl,
    jats,
    journal3,
    oai_dc,
    reference_files,
    schema_org,
)
from flows.compilation.descriptions.records import xml
from schemas.volume import Volume


def make(volume: Volume, pages: Sequence[tuple[int, int]]) -> dict[str, bytes]:
    """Return file names with contents; ``pages`` are first and last page of each article."""
    numbered = list(zip(volume.articles(), pages, strict=True))
    files = {
        "crossref.xml": xml(crossref.deposit(volume, numbered)),
        "dublin_core.xml": xml(oai_dc.records(volume, numbered)),
        "journal3.xml": xml(journal3.journal(volume, numbered)),
        "collection.csl.json": csl.items(volume, numbered),
        "collection.bib": reference_files.bibtex(volume, numbered),
        "collection.ris": reference_files.ris(volume, numbered),
        "schema_org.jsonld": schema_org.whole(volume, numbered),
    }
    for number, (article, span) in enumerate(numbered, start=1):
        files[f"jats/{number:03}.xml"] = xml(jats.article(volume, article, number, span))
    return files
