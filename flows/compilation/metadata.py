"""The collection's descriptions for machines: catalogues, indexes and reference managers.

Crossref, JATS, Dublin Core (oai_dc), BibTeX, RIS and schema.org (JSON-LD).
"""

import json
from collections.abc import Sequence
from xml.etree import ElementTree as ET

from flows.compilation import jats, rules
from flows.compilation.crossref import JATS_ABSTRACT, deposit
from flows.compilation.epub import identifier
from flows.compilation.records import Element, Numbered, address, doi, node, xml
from flows.documents.layout import clean
from schemas.manifest import ArticleAuthor
from schemas.volume import Volume

_OAI_DC = "http://www.openarchives.org/OAI/2.0/oai_dc/"
_DC = "http://purl.org/dc/elements/1.1/"
_TEX = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{sign: f"\\{sign}" for sign in "{}$&#_%"},
}

for _prefix, _space in (("oai_dc", _OAI_DC), ("dc", _DC), ("jats", JATS_ABSTRACT)):
    ET.register_namespace(_prefix, _space)


def make(volume: Volume, pages: Sequence[tuple[int, int]]) -> dict[str, bytes]:
    """Return file names with contents; ``pages`` are first and last page of each article."""
    articles = list(volume.articles())
    numbered = list(zip(articles, pages, strict=True))
    files = {
        "crossref.xml": xml(deposit(volume, numbered)),
        "dublin_core.xml": xml(_dublin_core(volume, numbered)),
        "collection.bib": _bibtex(volume, numbered).encode(),
        "collection.ris": _ris(volume, numbered).encode(),
        "schema_org.jsonld": _schema_org(volume, numbered).encode(),
    }
    for number, (article, span) in enumerate(numbered, start=1):
        files[f"jats/{number:03}.xml"] = xml(jats.article(volume, article, number, span))
    return files


def _dublin_core(volume: Volume, numbered: Numbered) -> Element:
    root = Element("records")
    for number, (article, span) in enumerate(numbered, start=1):
        names = [("creator", rules.surname_first(author.name)) for author in article.authors]
        fields = [
            ("title", article.title),
            *names,
            *(("subject", word) for word in article.keywords),
            ("description", article.abstract),
            ("publisher", volume.imprint.publisher),
            ("date", str(volume.year)),
            ("type", "Text"),
            ("format", "application/pdf"),
            ("identifier", doi(volume, number) or address(volume, number)),
            ("source", f"{volume.title}. С. {_range(span)}"),
            ("language", "rus"),
            ("rights", volume.imprint.copyright),
        ]
        record = node(f"{{{_OAI_DC}}}dc")
        record.extend(node(f"{{{_DC}}}{name}", text=value) for name, value in fields if value)
        root.append(record)
    return root


def _bibtex(volume: Volume, numbered: Numbered) -> str:
    entries = []
    for number, (article, span) in enumerate(numbered, start=1):
        names = (rules.person_name(author.name) for author in article.authors)
        fields = {
            "author": " and ".join(f"{name.family}, {name.given}".rstrip(", ") for name in names),
            "title": article.title,
            "booktitle": volume.title,
            "editor": " and ".join(rules.surname_first(name) for name in volume.imprint.editors),
            "publisher": volume.imprint.publisher,
            "address": volume.place,
            "year": str(volume.year),
            "pages": _range(span, "--"),
            "keywords": ", ".join(article.keywords),
            "isbn": volume.imprint.isbn or "",
            "doi": doi(volume, number),
            "url": address(volume, number),
            "langid": "russian",
        }
        lines = [f"  {name} = {{{_tex(value)}}}" for name, value in fields.items() if value]
        entries.append(f"@incollection{{article{number:03},\n" + ",\n".join(lines) + "\n}\n")
    return "\n".join(entries)


def _tex(text: str) -> str:
    return "".join(_TEX.get(sign, sign) for sign in _one_line(text))


def _ris(volume: Volume, numbered: Numbered) -> str:
    lines: list[tuple[str, str]] = []
    for number, (article, span) in enumerate(numbered, start=1):
        people = [rules.person_name(author.name) for author in article.authors]
        lines += [
            ("TY", "CHAP"),
            *(("AU", f"{name.family}, {name.given}".rstrip(", ")) for name in people),
            ("TI", article.title),
            ("T2", volume.title),
            *(("A2", rules.surname_first(name)) for name in volume.imprint.editors),
            ("PB", volume.imprint.publisher),
            ("CY", volume.place),
            ("PY", str(volume.year)),
            ("SP", str(span[0])),
            ("EP", str(span[1])),
            *(("KW", word) for word in article.keywords),
            ("AB", article.abstract),
            ("SN", volume.imprint.isbn or ""),
            ("DO", doi(volume, number)),
            ("UR", address(volume, number)),
            ("LA", "ru"),
            ("ER", " "),
        ]
    return "".join(f"{tag}  - {_one_line(value)}\r\n" for tag, value in lines if value)


def _one_line(text: str) -> str:
    return " ".join(clean(text).split())


def _schema_org(volume: Volume, numbered: Numbered) -> str:
    parts = [
        _without_gaps(
            {
                "@type": "ScholarlyArticle",
                "name": article.title,
                "author": [_schema_person(author) for author in article.authors],
                "abstract": article.abstract,
                "keywords": list(article.keywords),
                "pageStart": span[0],
                "pageEnd": span[1],
                "inLanguage": "ru",
                "identifier": doi(volume, number),
                "url": address(volume, number),
            }
        )
        for number, (article, span) in enumerate(numbered, start=1)
    ]
    book: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": "Book",
        "name": volume.title,
        "alternativeHeadline": volume.subtitle,
        "datePublished": str(volume.year),
        "inLanguage": "ru",
        "isbn": volume.imprint.isbn,
        "editor": [{"@type": "Person", "name": name} for name in volume.imprint.editors],
        "publisher": _named("Organization", volume.imprint.publisher),
        "locationCreated": _named("Place", volume.place),
        "copyrightHolder": _named("Organization", volume.imprint.copyright),
        "identifier": identifier(volume),
        "url": address(volume),
        "hasPart": parts,
    }
    return json.dumps(_without_gaps(book), ensure_ascii=False, indent=1) + "\n"


def _schema_person(author: ArticleAuthor) -> dict[str, object]:
    affiliation = _named("Organization", author.organisation)
    if affiliation and author.municipality:
        affiliation["address"] = author.municipality
    person = {"@type": "Person", "name": author.name, "jobTitle": author.position}
    return _without_gaps({**person, "affiliation": affiliation})


def _named(kind: str, name: str) -> dict[str, object]:
    return {"@type": kind, "name": name} if name else {}


def _without_gaps(fields: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in fields.items() if value}


def _range(span: tuple[int, int], dash: str = "–") -> str:
    return str(span[0]) if span[0] == span[1] else f"{span[0]}{dash}{span[1]}"
