"""The volume's articles ready for the screen: what EPUB and web pages both show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import jinja2
from markupsafe import Markup

from flows.compilation import rules
from flows.compilation.descriptions.citation import reference
from flows.compilation.renditions.markup import Shown, Title, Writer
from flows.compilation.renditions.phrasing import polished
from flows.documents.printing.layout import plain_blocks
from schemas.document import Document
from schemas.manifest import ArticleAuthor
from schemas.volume import Volume, VolumeArticle

TEMPLATES = Path(__file__).parent / "templates"
Span = tuple[int, int]
"""First and last page."""


@dataclass(frozen=True)
class Person:
    name: str
    about: str


@dataclass(frozen=True)
class Chapter:
    """``number`` counts from 1; ``images`` maps names below the image folder to files.

    ``is_described`` tells whether every picture has words for those who cannot see it.
    """

    number: int
    slug: str
    title: str
    byline: str
    people: tuple[Person, ...]
    places: tuple[str, ...]
    abstract: str
    keywords: tuple[str, ...]
    citation: str
    body: Markup
    notes: Markup
    titles: tuple[Title, ...]
    has_formulas: bool
    is_described: bool
    images: Mapping[str, Path]
    first_page: int
    last_page: int

    @property
    def page_list(self) -> tuple[int, ...]:
        """Printed pages that have a mark in the text."""
        return (self.first_page,)

    @property
    def pages(self) -> str:
        """«5–8», or one number."""
        return rules.page_range((self.first_page, self.last_page))


@dataclass(frozen=True)
class Part:
    title: str
    slug: str
    chapters: tuple[Chapter, ...]


@dataclass(frozen=True)
class Look:
    """How one kind of output addresses pictures, and the formulas it may use."""

    image_prefix: str
    formulas: Mapping[str, str]
    is_book: bool = False


def parts(
    volume: Volume,
    pictures: Sequence[Mapping[str, Path]],
    look: Look,
    pages: Sequence[Span],
) -> list[Part]:
    """Return the sections that have articles, with everything written out."""
    found: list[Part] = []
    number = 0
    for section in volume.sections:
        chapters = []
        for article in section.articles:
            citation = reference(volume, article, number + 1, pages[number])
            written = _written(article, number, pictures[number], look)
            chapters.append(_chapter(article, number, written, citation, pages[number]))
            number += 1
        if chapters:
            slug = f"section-{len(found) + 1}"
            found.append(Part(polished(section.title), slug, tuple(chapters)))
    return found


@cache
def environment() -> jinja2.Environment:
    """Return the templates of this stage; every value is escaped."""
    loader = jinja2.FileSystemLoader(TEMPLATES)
    return jinja2.Environment(
        loader=loader,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )


@dataclass(frozen=True)
class _Written:
    """One article's text with what its writer remembers."""

    body: str
    writer: Writer
    images: Mapping[str, Path]


def _written(
    article: VolumeArticle, number: int, pictures: Mapping[str, Path], look: Look
) -> _Written:
    files = {name: f"{number + 1:03}-{path.name}" for name, path in pictures.items()}
    images = {n: Shown(look.image_prefix + file, pictures[n]) for n, file in files.items()}
    writer = Writer(images, look.formulas, look.is_book)
    try:
        body = writer.document(article.document)
    except Exception:  # noqa: BLE001 - one broken article never stops the volume
        writer = Writer(is_book=look.is_book)
        body = writer.document(Document(blocks=plain_blocks(article.document)))
    return _Written(body, writer, {file: pictures[name] for name, file in files.items()})


def _chapter(
    article: VolumeArticle, number: int, written: _Written, citation: str, pages: Span
) -> Chapter:
    writer = written.writer
    return Chapter(
        number=number + 1,
        slug=f"{number + 1:03}",
        title=polished(article.title),
        byline=polished(rules.byline(article.authors)),
        people=tuple(_person(author) for author in article.authors),
        places=tuple(polished(place) for place in rules.places_of(article)),
        abstract=polished(article.abstract),
        keywords=tuple(polished(word) for word in article.keywords),
        citation=citation,
        body=Markup(written.body),  # noqa: S704 - the writer has escaped every string
        notes=Markup(writer.notes_section()),  # noqa: S704
        titles=tuple(writer.titles),
        has_formulas=writer.has_formulas,
        is_described=writer.is_described,
        images=written.images,
        first_page=pages[0],
        last_page=pages[1],
    )


def _person(author: ArticleAuthor) -> Person:
    return Person(polished(author.name), polished(rules.about(author)))
