"""An article as the data that ``alone.typ`` prints: whole, or its bare text."""

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from flows.compilation import rules
from flows.documents.printing import designs, layout
from flows.documents.printing.cache import digest
from flows.documents.printing.layout import printed
from schemas.design import Look
from schemas.document import Document
from schemas.volume import VolumeArticle

_RUNNING_HEAD = 78
Data = dict[str, Any]
Pictures = Sequence[Mapping[str, Path]]
"""For every article its picture names and the prepared files."""


def formulas_in(articles: Iterable[VolumeArticle]) -> set[str]:
    return {tex for article in articles for tex in layout.formulas_of(article.document)}


def identity(article: VolumeArticle, prepared: Mapping[str, Path]) -> str:
    """A digest of everything in an article that can be seen, wherever its files lie."""
    pictures = {name: digest(path) for name, path in prepared.items()}
    return digest(
        words(article).encode(), pictures, *([article.original] if article.original else [])
    )


def words(article: VolumeArticle) -> str:
    """All that can be read in an article, as JSON."""
    return article.model_dump_json(exclude={"file", "images", "original", "problems"})


def places_of(prepared: Mapping[str, Path]) -> dict[str, str]:
    """Names below the bench's folder: by content, so that an article may move in the volume."""
    return {name: f"pictures/{digest(path)[:24]}{path.suffix}" for name, path in prepared.items()}


def whole(
    article: VolumeArticle,
    prepared: Mapping[str, Path],
    places: Mapping[str, str],
    formulas: Mapping[str, str],
    look: Look,
) -> Data | None:
    """The article with everything in it; None if its structure cannot be laid out."""
    room = designs.room(look.template)
    try:
        body = layout.nodes(article.document, layout.Setting(prepared, places, formulas, room))
    except Exception:  # noqa: BLE001 - one broken article never stops the volume
        return None
    return {**head(article), "body": body}


def bare(article: VolumeArticle, look: Look) -> Data:
    """The article's text, a paragraph a block."""
    plain = Document(blocks=layout.plain_blocks(article.document))
    setting = layout.Setting(room=designs.room(look.template))
    return {**head(article), "body": layout.nodes(plain, setting)}


def head(article: VolumeArticle) -> Data:
    """Return what stands above an article's text, ready for the templates."""
    people = [
        {"name": printed(author.name), "about": printed(rules.about(author))}
        for author in article.authors
    ]
    return {
        "title": printed(article.title),
        "authors": people,
        "abstract": printed(article.abstract),
        "keywords": printed(", ".join(article.keywords)),
    }


def byline(article: VolumeArticle) -> str:
    return printed(rules.byline(article.authors)).replace(" ", "\u00a0")


def running(article: VolumeArticle) -> str:
    """What stands at the head of the article's pages."""
    return printed(shortened(f"{rules.byline(article.authors)} {article.title}"))


def shortened(text: str) -> str:
    return textwrap.shorten(text, _RUNNING_HEAD, placeholder="…")
