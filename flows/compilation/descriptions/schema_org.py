"""schema.org records (JSON-LD): the volume as a Book, its articles as ScholarlyArticle."""

from typing import Any

from flows.compilation.descriptions.naming import address, doi, file_address, identifier
from flows.compilation.renditions import edition_facts
from flows.compilation.renditions.characters import one_line
from schemas.manifest import ArticleAuthor
from schemas.volume import Volume, VolumeArticle

CONTEXT = "https://schema.org"
Record = dict[str, Any]


def book(volume: Volume, *, bare: bool = False) -> Record:
    """Return the volume's record; a ``bare`` one is for use inside another."""
    imprint = volume.imprint
    edition = edition_facts.note(volume.edition)
    record = {
        "@context": "" if bare else CONTEXT,
        "@type": "Book",
        "name": one_line(volume.title),
        "alternativeHeadline": one_line(volume.subtitle or ""),
        "datePublished": str(volume.year),
        "inLanguage": volume.language,
        "isbn": one_line(imprint.isbn or ""),
        "bookEdition": edition,
        "correction": [one_line(line) for line in volume.changes],
        "editor": [{"@type": "Person", "name": one_line(name)} for name in imprint.editors],
        "publisher": _named("Organization", imprint.publisher),
        "locationCreated": _named("Place", volume.place),
        "copyrightHolder": _named("Organization", imprint.copyright),
        "identifier": identifier(volume),
        "url": address(volume),
    }
    return _without_gaps(record)


def article(volume: Volume, work: VolumeArticle, number: int, span: tuple[int, int]) -> Record:
    """Return the record of article ``number`` (from 1) on the pages ``span``."""
    return _without_gaps(
        {
            "@type": "ScholarlyArticle",
            "name": one_line(work.title),
            "headline": one_line(work.title),
            "author": [_person(author) for author in work.authors],
            "abstract": one_line(work.abstract),
            "keywords": [one_line(word) for word in work.keywords],
            "datePublished": str(volume.year),
            "pageStart": span[0],
            "pageEnd": span[1],
            "inLanguage": volume.language,
            "isAccessibleForFree": True,
            "identifier": doi(volume, number),
            "url": address(volume, number),
            "encoding": _encoding(volume, number),
        }
    )


def _encoding(volume: Volume, number: int) -> Record:
    place = file_address(volume, f"articles/{number:03}.pdf")
    if not place:
        return {}
    return {"@type": "MediaObject", "encodingFormat": "application/pdf", "contentUrl": place}


def _person(author: ArticleAuthor) -> Record:
    affiliation = _named("Organization", author.organisation)
    if affiliation and author.municipality:
        affiliation["address"] = one_line(author.municipality)
    person = {
        "@type": "Person",
        "name": one_line(author.name),
        "jobTitle": one_line(author.position),
    }
    return _without_gaps({**person, "affiliation": affiliation})


def _named(kind: str, name: str) -> Record:
    line = one_line(name)
    return {"@type": kind, "name": line} if line else {}


def _without_gaps(fields: Record) -> Record:
    return {name: value for name, value in fields.items() if value}
