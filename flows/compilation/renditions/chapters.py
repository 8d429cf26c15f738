"""The volume's articles ready for the screen: what EPUB and web pages both show."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

import jinja2
from markupsafe import Markup

from flows.compilation import rules
from flows.compilation.descriptions.citation import reference
from flows.compilation.renditions import markup, page_breaks
from flows.compilation.renditions.bodies import Body
from flows.compilation.renditions.page_breaks import Break
from flows.compilation.renditions.phrasing import polished
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
    """``number`` counts from 1; ``written`` is the article's text for every ``look``.

    ``breaks`` tell where in it the printed pages after the first begin.
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
    written: Body
    look: "Look"
    breaks: tuple[Break, ...]
    first_page: int
    last_page: int

    @property
    def body(self) -> Markup:
        return self._shown(page_breaks.marked(self.written.text, self.breaks, self.first_page))

    @property
    def notes(self) -> Markup:
        return self._shown(markup.notes_section(self.written.notes, is_book=self.look.is_book))

    def _shown(self, text: str) -> Markup:
        shown = markup.in_book if self.look.is_book else markup.on_page
        # The writer has escaped every string.
        return Markup(shown(text, f"{self.look.image_prefix}{self.slug}-"))  # noqa: S704

    @property
    def images(self) -> dict[str, Path]:
        """The files of pictures by their names below the image folder."""
        return {f"{self.slug}-{path.name}": path for path in self.written.images.values()}

    @property
    def page_list(self) -> tuple[int, ...]:
        """Which printed pages have a mark in the text."""
        return (self.first_page, *(self.first_page + one.page for one in self.breaks))

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
    """How one kind of output addresses pictures, and whether it is a book."""

    image_prefix: str
    is_book: bool = False


class Place(NamedTuple):
    """Where an article stands in the volume: its number from 1, its pages, how to cite it."""

    number: int
    pages: Span
    citation: str
    breaks: Sequence[Break]


def parts(
    volume: Volume,
    bodies: Sequence[Body],
    look: Look,
    pages: Sequence[Span],
    breaks: Sequence[Sequence[Break]] = (),
) -> list[Part]:
    """Return the sections that have articles, with everything written out.

    ``breaks`` tell for every article where in a book the printed pages after its first begin.
    """
    found: list[Part] = []
    number = 0
    for section in volume.sections:
        chapters = []
        for article in section.articles:
            number += 1
            citation = reference(volume, article, number, pages[number - 1])
            own = breaks[number - 1] if breaks else ()
            at = Place(number, pages[number - 1], citation, own)
            chapters.append(_chapter(article, bodies[number - 1], look, at))
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


def _chapter(article: VolumeArticle, body: Body, look: Look, at: Place) -> Chapter:
    return Chapter(
        number=at.number,
        slug=f"{at.number:03}",
        title=polished(article.title),
        byline=polished(rules.byline(article.authors)),
        people=tuple(_person(author) for author in article.authors),
        places=tuple(polished(place) for place in rules.places_of(article)),
        abstract=polished(article.abstract),
        keywords=tuple(polished(word) for word in article.keywords),
        citation=at.citation,
        written=body,
        look=look,
        breaks=tuple(at.breaks),
        first_page=at.pages[0],
        last_page=at.pages[1],
    )


def _person(author: ArticleAuthor) -> Person:
    return Person(polished(author.name), polished(rules.about(author)))
