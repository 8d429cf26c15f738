"""The volume's articles ready for the screen: what EPUB and web pages both show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import jinja2
from markupsafe import Markup

from flows.compilation import rules
from flows.compilation.markup import Writer
from flows.documents.layout import clean, plain_blocks
from schemas.document import Document
from schemas.manifest import ArticleAuthor
from schemas.volume import Volume, VolumeArticle

TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True)
class Person:
    name: str
    about: str


@dataclass(frozen=True)
class Chapter:
    """``number`` counts from 1; ``images`` maps names below the image folder to files."""

    number: int
    slug: str
    title: str
    byline: str
    people: tuple[Person, ...]
    abstract: str
    keywords: str
    body: Markup
    notes: Markup
    has_formulas: bool
    images: Mapping[str, Path]
    first_page: int
    last_page: int


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


def parts(
    volume: Volume,
    pictures: Sequence[Mapping[str, Path]],
    look: Look,
    pages: Sequence[tuple[int, int]],
) -> list[Part]:
    """Return the sections that have articles, with everything written out."""
    found: list[Part] = []
    number = 0
    for section in volume.sections:
        chapters = []
        for article in section.articles:
            chapters.append(_chapter(article, number, pictures[number], look, pages[number]))
            number += 1
        if chapters:
            found.append(Part(clean(section.title), f"section-{len(found) + 1}", tuple(chapters)))
    return found


def indexes(volume: Volume) -> dict[str, list[rules.IndexEntry]]:
    """Return the author index (surname first) and the index of municipalities."""
    authors = [
        entry._replace(name=clean(rules.surname_first(entry.name)), note=clean(entry.note))
        for entry in rules.author_index(volume)
    ]
    places = [entry._replace(name=clean(entry.name)) for entry in rules.municipality_index(volume)]
    return {"authors": authors, "places": places}


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


def _chapter(
    article: VolumeArticle,
    number: int,
    pictures: Mapping[str, Path],
    look: Look,
    pages: tuple[int, int],
) -> Chapter:
    files = {name: f"{number + 1:03}-{path.name}" for name, path in pictures.items()}
    writer = Writer({n: look.image_prefix + file for n, file in files.items()}, look.formulas)
    try:
        body = writer.document(article.document)
    except Exception:  # noqa: BLE001 - one broken article never stops the volume
        writer = Writer()
        body = writer.document(Document(blocks=plain_blocks(article.document)))
    return Chapter(
        number=number + 1,
        slug=f"{number + 1:03}",
        title=clean(article.title),
        byline=clean(rules.byline(article.authors)),
        people=tuple(_person(author) for author in article.authors),
        abstract=clean(article.abstract),
        keywords=clean(", ".join(article.keywords)),
        body=Markup(body),  # noqa: S704 - the writer has escaped every string
        notes=Markup(writer.notes_section()),  # noqa: S704
        has_formulas=writer.has_formulas,
        images={file: pictures[name] for name, file in files.items()},
        first_page=pages[0],
        last_page=pages[1],
    )


def _person(author: ArticleAuthor) -> Person:
    return Person(clean(author.name), clean(rules.about(author)))
