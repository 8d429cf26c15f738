"""The collection's descriptions for machines: catalogues, indexes and reference managers.

Crossref, JATS, Dublin Core (oai_dc), the РЦНИ journal form, CSL JSON, BibTeX, RIS and schema.org.
What a file says of one article is made by itself and kept by what it is made of.
"""

import json
import textwrap
from collections.abc import Mapping, Sequence
from xml.etree.ElementTree import Element

from flows.compilation.descriptions import (
    crossref,
    csl,
    jats,
    journal3,
    oai_dc,
    reference_files,
    schema_org,
)
from flows.compilation.descriptions.naming import identifier
from flows.compilation.descriptions.records import part, slots, xml
from flows.compilation.renditions.keeping import Keeper
from schemas.volume import Volume, VolumeArticle

Span = tuple[int, int]
Described = Mapping[str, str]
"""What every form says of one article."""


def make(
    volume: Volume, pages: Sequence[Span], described: Sequence[Described] = ()
) -> dict[str, bytes]:
    """Return file names with contents; ``pages`` are first and last page of each article.

    ``described`` is what ``articles`` has said of each, if it was asked already.
    """
    described = described or articles(volume, pages)
    said = {form: [one[form] for one in described] for form in _FORMS}
    own = slots(len(described))
    records = Element("records")
    records.extend(own)
    files = {
        "crossref.xml": xml(crossref.deposit(volume, own), said["crossref"]),
        "dublin_core.xml": xml(records, said["dublin_core"]),
        "journal3.xml": xml(journal3.journal(volume, own, pages), said["journal3"]),
        "collection.csl.json": _json([], said["csl"]),
        "collection.bib": "\n".join(said["bib"]).encode(),
        "collection.ris": "".join(said["ris"]).encode(),
        "schema_org.jsonld": _json(schema_org.book(volume), said["schema_org"]),
    }
    each = {f"jats/{n:03}.xml": text.encode() for n, text in enumerate(said["jats"], start=1)}
    return {**files, **each}


def articles(
    volume: Volume,
    pages: Sequence[Span],
    *,
    names: Sequence[str] = (),
    keeper: Keeper | None = None,
) -> list[Described]:
    """Return what every form says of each article, in order.

    ``keeper`` keeps it by ``names``, the articles' identities.
    """
    every = list(volume.articles())
    said_of = _head(volume) if names else ""
    places = range(1, len(every) + 1)
    of = [[said_of, *one] for one in zip(names or [""] * len(every), places, pages, strict=True)]

    def make(wanted: list[int]) -> list[Described]:
        return [_described(volume, every[place], place + 1, pages[place]) for place in wanted]

    return (keeper or Keeper()).each("described", of, make)


def _head(volume: Volume) -> str:
    """Everything of the volume that is said with every article."""
    own = volume.model_dump_json(exclude={"sections", "problems", "design", "logo"})
    return f"{identifier(volume)}\n{own}"


def _described(volume: Volume, article: VolumeArticle, number: int, span: Span) -> Described:
    at = (volume, article, number, span)
    return {
        "crossref": part(crossref.item(*at), 3),
        "dublin_core": part(oai_dc.record(*at), 1),
        "journal3": part(journal3.item(*at), 3),
        "jats": xml(jats.article(*at)).decode(),
        "csl": _indented(csl.item(*at), 1),
        "schema_org": _indented(schema_org.article(*at), 2),
        "bib": reference_files.bibtex_entry(*at),
        "ris": reference_files.ris_entry(*at),
    }


_FORMS = ("crossref", "dublin_core", "journal3", "jats", "csl", "schema_org", "bib", "ris")


def _indented(record: object, level: int) -> str:
    return textwrap.indent(json.dumps(record, ensure_ascii=False, indent=1), " " * level)


def _json(whole: dict[str, object] | list[object], parts: Sequence[str]) -> bytes:
    """Return a list of ``parts``, or a record that has them at its end."""
    listed = ",\n".join(parts)
    if isinstance(whole, list):
        return f"[\n{listed}\n]\n".encode()
    begun = json.dumps(whole, ensure_ascii=False, indent=1).removesuffix("\n}")
    return f'{begun},\n "hasPart": [\n{listed}\n ]\n}}\n'.encode()
