"""How a web page describes itself: Highwire and Dublin Core tags, Open Graph, schema.org."""

import json
from collections.abc import Iterable
from typing import NamedTuple

from markupsafe import Markup

from flows.compilation import rules
from flows.compilation.descriptions import schema_org
from flows.compilation.descriptions.naming import address, doi, file_address
from flows.compilation.renditions.chapters import Chapter
from flows.compilation.renditions.characters import one_line
from schemas.volume import Volume, VolumeArticle

_LONGEST = 300


class Tag(NamedTuple):
    """A ``meta`` element; ``attribute`` is its naming attribute."""

    attribute: str
    name: str
    value: str


def tags(
    volume: Volume, article: VolumeArticle | None = None, chapter: Chapter | None = None
) -> list[Tag]:
    """Return the tags of an article's page, or those of the volume's first page."""
    if article is None or chapter is None:
        return _named("name", _volume_tags(volume))
    graph = [
        ("og:type", "article"),
        ("og:title", chapter.title),
        ("og:site_name", volume.title),
        ("og:description", _shortened(chapter.abstract)),
        ("og:locale", "ru_RU"),
        ("og:url", address(volume, chapter.number)),
    ]
    named = [
        *_highwire(volume, article, chapter),
        *_dublin_core(volume, article, chapter),
        ("description", _shortened(chapter.abstract)),
    ]
    return [*_named("name", named), *_named("property", graph)]


def json_ld(
    volume: Volume, article: VolumeArticle | None = None, chapter: Chapter | None = None
) -> Markup:
    """Return schema.org as JSON that may stand inside a ``script`` element."""
    if article is None or chapter is None:
        record = schema_org.book(volume)
    else:
        span = (chapter.first_page, chapter.last_page)
        part = schema_org.article(volume, article, chapter.number, span)
        record = {
            "@context": schema_org.CONTEXT,
            **part,
            "isPartOf": schema_org.book(volume, bare=True),
        }
    text = json.dumps(record, ensure_ascii=False, sort_keys=False)
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return Markup(text)  # noqa: S704 - no sign of markup is left in it


def _named(attribute: str, pairs: Iterable[tuple[str, str]]) -> list[Tag]:
    cleaned = ((name, one_line(value)) for name, value in pairs)
    return [Tag(attribute, name, value) for name, value in cleaned if value]


def _volume_tags(volume: Volume) -> list[tuple[str, str]]:
    imprint = volume.imprint
    return [
        ("citation_title", volume.title),
        *(("citation_editor", rules.surname_first(name)) for name in imprint.editors),
        ("citation_publication_date", str(volume.year)),
        ("citation_publisher", imprint.publisher),
        ("citation_isbn", imprint.isbn or ""),
        ("citation_language", volume.language),
        ("citation_doi", doi(volume)),
        ("citation_pdf_url", file_address(volume, "collection.pdf")),
        ("DC.title", volume.title),
        ("DC.date", str(volume.year)),
        ("DC.language", volume.language),
        ("description", _shortened(f"{volume.title}. {volume.subtitle or ''}")),
    ]


def _highwire(volume: Volume, article: VolumeArticle, chapter: Chapter) -> list[tuple[str, str]]:
    imprint = volume.imprint
    people: list[tuple[str, str]] = []
    for author in article.authors:
        people.append(("citation_author", rules.surname_first(author.name)))
        people.append(("citation_author_institution", author.organisation))
    return [
        ("citation_title", article.title),
        *people,
        ("citation_publication_date", str(volume.year)),
        ("citation_inbook_title", volume.title),
        ("citation_publisher", imprint.publisher),
        ("citation_isbn", imprint.isbn or ""),
        ("citation_firstpage", str(chapter.first_page)),
        ("citation_lastpage", str(chapter.last_page)),
        ("citation_language", volume.language),
        ("citation_keywords", "; ".join(article.keywords)),
        ("citation_doi", doi(volume, chapter.number)),
        ("citation_abstract_html_url", address(volume, chapter.number)),
        ("citation_pdf_url", file_address(volume, f"articles/{chapter.slug}.pdf")),
    ]


def _dublin_core(volume: Volume, article: VolumeArticle, chapter: Chapter) -> list[tuple[str, str]]:
    return [
        ("DC.title", article.title),
        *(("DC.creator", rules.surname_first(author.name)) for author in article.authors),
        *(("DC.subject", word) for word in article.keywords),
        ("DC.description", _shortened(article.abstract)),
        ("DC.publisher", volume.imprint.publisher),
        ("DC.date", str(volume.year)),
        ("DC.type", "Text"),
        ("DC.format", "text/html"),
        ("DC.identifier", doi(volume, chapter.number) or address(volume, chapter.number)),
        ("DC.source", f"{volume.title}. С. {chapter.pages}"),
        ("DC.language", volume.language),
    ]


def _shortened(text: str) -> str:
    line = one_line(text)
    if len(line) <= _LONGEST:
        return line
    return f"{line[: line.rfind(' ', 0, _LONGEST)].rstrip(' ,;:—')}…"
