"""References to the volume and its articles by ГОСТ Р 7.0.5-2008, as readers copy them."""

from collections.abc import Sequence

from flows.compilation import rules
from flows.compilation.descriptions.naming import address, doi
from flows.compilation.renditions.phrasing import polished
from schemas.manifest import ArticleAuthor
from schemas.volume import Volume, VolumeArticle

_MOST_IN_THE_HEADING = 3


def reference(
    volume: Volume, article: VolumeArticle, number: int, span: tuple[int, int] | None = None
) -> str:
    """Return the reference to article ``number`` (from 1) on the pages ``span``.

    Up to three authors stand before the title; of four and more the first three follow it after
    a slash with «[и др.]» (ГОСТ Р 7.0.5, 7.4.1).
    """
    pages = f" С. {rules.page_range(span)}." if span else ""
    where = _where(doi(volume, number), address(volume, number))
    return f"{_headed(article)} // {_issue(volume)}{pages}{where}"


def whole(volume: Volume) -> str:
    """Return the reference to the volume itself."""
    return f"{_issue(volume)}{_where(doi(volume), address(volume))}"


def ordinal(edition: int) -> str:
    """«2-е изд., испр.»; empty for the first edition."""
    return f"{edition}-е изд., испр." if edition > 1 else ""


def _headed(article: VolumeArticle) -> str:
    title = polished(article.title).rstrip(".")
    if len(article.authors) <= _MOST_IN_THE_HEADING:
        return f"{polished(rules.byline(article.authors))} {title}".strip()
    return f"{title} / {_after_slash(article.authors)}"


def _after_slash(authors: Sequence[ArticleAuthor]) -> str:
    first = authors[:_MOST_IN_THE_HEADING]
    names = (rules.initials_first(rules.person_name(author.name)) for author in first)
    return f"{', '.join(map(polished, names))} [и др.]"


def _issue(volume: Volume) -> str:
    title = polished(volume.title).rstrip(".")
    subtitle = f" : {_lowered(polished(volume.subtitle))}" if volume.subtitle else ""
    edition = f". {ordinal(volume.edition)}" if volume.edition > 1 else ""
    issued = " : ".join(
        part for part in (polished(volume.place), polished(volume.imprint.publisher)) if part
    )
    year = f"{issued}, {volume.year}" if issued else str(volume.year)
    return f"{title}{subtitle.rstrip('.')}{edition.rstrip('.')}. {year}."


def _lowered(subtitle: str) -> str:
    """«сборник материалов»: information about the title begins with a small letter."""
    first, _, rest = subtitle.partition(" ")
    return subtitle if not first[1:].islower() else f"{first.lower()} {rest}".strip()


def _where(identifier: str, page: str) -> str:
    """No stop follows, or it would be copied as a part of the address."""
    if identifier:
        return f" DOI: {identifier}"
    return f" URL: {page}" if page else ""
