"""Crossref deposit: an edited book with its chapters, schema 5.3.1.

A registered DOI needs the publisher's prefix; without ``imprint.doi_prefix`` the file holds
everything but ``doi_data``, which the publisher completes before the deposit.
"""

from collections.abc import Sequence
from xml.etree import ElementTree as ET

from flows.compilation import rules
from flows.compilation.descriptions.naming import address, doi, identifier
from flows.compilation.descriptions.records import Element, node, some
from schemas.manifest import ArticleAuthor
from schemas.volume import Volume, VolumeArticle

_CROSSREF = "http://www.crossref.org/schema/5.3.1"
_CROSSREF_PLACE = f"{_CROSSREF} http://www.crossref.org/schemas/crossref5.3.1.xsd"
JATS_ABSTRACT = "http://www.ncbi.nlm.nih.gov/JATS1"
ET.register_namespace("jats", JATS_ABSTRACT)


def deposit(volume: Volume, items: Sequence[Element]) -> Element:
    """Return the whole deposit; ``items`` are its chapters in order."""
    imprint = volume.imprint
    stamp = f"{volume.year}0101{volume.edition - 1:06}"
    head = node(
        "head",
        node("doi_batch_id", text=identifier(volume)),
        node("timestamp", text=stamp),
        node(
            "depositor",
            node("depositor_name", text=imprint.publisher or volume.cluster or volume.title),
            node("email_address", text="not-provided@example.org"),
        ),
        node("registrant", text=imprint.publisher or volume.cluster or volume.title),
    )
    book = node("book", _book(volume), *items, book_type="edited_book")
    root = node("doi_batch", head, node("body", book), version="5.3.1", xmlns=_CROSSREF)
    root.set("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance")
    root.set("xsi:schemaLocation", _CROSSREF_PLACE)
    return root


def _book(volume: Volume) -> Element:
    imprint = volume.imprint
    isbn = imprint.isbn
    return node(
        "book_metadata",
        _people([ArticleAuthor.model_construct(name=name) for name in imprint.editors], "editor"),
        node("titles", node("title", text=volume.title), some("subtitle", volume.subtitle)),
        some("edition_number", str(volume.edition) if volume.edition > 1 else None),
        _year("publication_date", volume.year, media_type="online"),
        node("isbn", text=isbn) if isbn else node("noisbn", reason="archive_volume"),
        node(
            "publisher",
            node("publisher_name", text=imprint.publisher or volume.title),
            some("publisher_place", volume.place),
        ),
        _doi_data(volume, None),
        language="ru",
    )


def item(volume: Volume, article: VolumeArticle, number: int, span: tuple[int, int]) -> Element:
    """Return article ``number`` (from 1) on the pages ``span`` as a chapter."""
    abstract = None
    if article.abstract:
        abstract = node(f"{{{JATS_ABSTRACT}}}abstract")
        abstract.append(node(f"{{{JATS_ABSTRACT}}}p", text=article.abstract))
    return node(
        "content_item",
        _people(article.authors, "author"),
        node("titles", node("title", text=article.title)),
        abstract,
        node("component_number", text=str(number)),
        _year("publication_date", volume.year, media_type="online"),
        node(
            "pages",
            node("first_page", text=str(span[0])),
            node("last_page", text=str(span[1])),
        ),
        _doi_data(volume, number),
        component_type="chapter",
        publication_type="full_text",
        language="ru",
    )


def _people(authors: Sequence[ArticleAuthor], role: str) -> Element | None:
    people = []
    for rank, author in enumerate(authors):
        name = rules.person_name(author.name)
        people.append(
            node(
                "person_name",
                some("given_name", name.given),
                node("surname", text=name.family),
                _place(author),
                sequence="additional" if rank else "first",
                contributor_role=role,
            )
        )
    return node("contributors", *people) if people else None


def _place(author: ArticleAuthor) -> Element | None:
    if not author.organisation:
        return None
    institution = node(
        "institution",
        node("institution_name", text=author.organisation),
        some("institution_place", author.municipality),
    )
    return node("affiliations", institution)


def _doi_data(volume: Volume, number: int | None) -> Element | None:
    name = doi(volume, number)
    if not name:
        return None
    resource = node("resource", text=address(volume, number) or "https://example.org/")
    return node("doi_data", node("doi", text=name), resource)


def _year(tag: str, year: int, **attributes: str) -> Element:
    return node(tag, node("year", text=str(year)), **attributes)
