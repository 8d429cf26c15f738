"""A collection ready to be set: the manifest's words together with the articles' structure."""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from schemas.base import Schema
from schemas.design import Look
from schemas.document import Document
from schemas.manifest import ArticleAuthor, Imprint

Outcome = Literal["left_out", "simplified", "changed"]


class Problem(Schema):
    """Why one article is not in the volume as its author wrote it.

    ``outcome``: ``left_out`` (not in the volume at all), ``simplified`` (its text is there,
    without what could not be set), ``changed`` (a detail was replaced).
    """

    section: str
    title: str
    file: str
    outcome: Outcome
    code: str
    sentence: str


class VolumeArticle(Schema):
    """``images`` maps the names of the document's pictures to files.

    ``original`` is the author's PDF when its pages are printed as they are; ``document`` is what
    was read from it, for the screen and in case it cannot be printed.
    """

    title: str
    authors: tuple[ArticleAuthor, ...]
    abstract: str = ""
    keywords: tuple[str, ...] = ()
    file: str = ""
    document: Document
    images: dict[str, Path] = {}
    original: Path | None = None
    problems: tuple[Problem, ...] = ()


class VolumeSection(Schema):
    title: str
    articles: tuple[VolumeArticle, ...]


class Volume(Schema):
    """Sections and articles in the order in which they are printed.

    ``logo`` is a checked PNG picture for the title page and the cover. ``edition``
    counts from 1; ``changes`` say in Russian what differs from the edition before, a sentence each.
    ``earlier`` are digests of what readers saw in the editions before, as ``Build.seen``: where it
    is given, number and changes are counted from it.
    """

    title: str
    subtitle: str | None = None
    year: int
    place: str = ""
    cluster: str = ""
    language: str = "ru"
    imprint: Imprint = Imprint()
    design: Look = Look()
    logo: Path | None = None
    edition: int = 1
    changes: tuple[str, ...] = ()
    earlier: tuple[dict[str, str], ...] = ()
    sections: tuple[VolumeSection, ...]
    problems: tuple[Problem, ...] = ()

    def articles(self) -> Iterator[VolumeArticle]:
        for section in self.sections:
            yield from section.articles


class Build(Schema):
    """What a compilation made: paths relative to the output folder with their sha256.

    ``seen`` are digests of what readers see of the front and of each article.
    """

    inputs: dict[str, str]
    outputs: dict[str, str]
    versions: dict[str, str]
    seen: dict[str, str] = {}
    articles: int
    pages: int
    problems: tuple[Problem, ...] = ()
