"""The collection as a book: articles set one by one, the rest around them, all bound together.

Every step is kept by what it is made of: an edited article costs itself, the pages that name its
place and the binding.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pypdfium2  # type: ignore[import-untyped]

from flows.compilation import corrections
from flows.compilation.book import article_data, setting
from flows.compilation.book.article_data import Pictures, formulas_in
from flows.compilation.book.bound import Bound
from flows.compilation.book.press import Press
from flows.compilation.book.setting import Draft, Item, Piece
from flows.compilation.book.xmp import Claim
from flows.compilation.reports import report
from flows.documents.printing import glyphs, pdfium
from flows.documents.printing.cache import Cache, opened
from flows.documents.printing.typesetting import NotTypeset, bench
from schemas.volume import Problem, Volume, VolumeArticle

TEMPLATES = Path(__file__).parent / "templates"
ARTICLE_LEVEL = 1
SETTING_SHARE = 0.8
Progress = Callable[[float, str], None]
_ORIGINALS = {Claim.NONE: "original_not_archival", Claim.ARCHIVAL: "original_not_accessible"}


class Book(NamedTuple):
    """``volume`` is what was printed: articles that cannot be set are not in it.

    ``kept`` are the places of its articles in the volume that was given, and ``identities`` digests
    of what can be seen in each of those; ``pages`` holds a printed one's first and last page,
    ``articles`` each one's own PDF; ``sheets`` counts all pages.
    """

    volume: Volume
    kept: tuple[int, ...]
    pdf: bytes
    articles: tuple[bytes, ...]
    identities: tuple[str, ...]
    pages: tuple[tuple[int, int], ...]
    sheets: int
    problems: tuple[Problem, ...]


def make(
    volume: Volume,
    pictures: Pictures,
    *,
    cache: Cache | None = None,
    progress: Progress = lambda _share, _message: None,
) -> Book:
    """Set and bind ``volume``; ``cache`` keeps what later builds may use again."""
    with (
        nullcontext(cache) if cache else opened(None) as kept,
        bench(
            templates=TEMPLATES,
            timestamp=max(_new_year(volume), 0),
            design=volume.design,
            logo=volume.logo,
        ) as table,
    ):
        press = Press(table, kept, volume.design, volume.logo)
        items = [
            Item(article_data.identity(article, prepared), article.title, article.original)
            for article, prepared in zip(volume.articles(), pictures, strict=True)
        ]
        drafts = Drafts(volume, pictures, press)
        pieces = setting.set_all(items, drafts.at, press, _told(progress))
        progress(SETTING_SHARE, "Переплёт")
        return _bound(volume, items, pieces, press)


def _new_year(volume: Volume) -> int:
    return int(datetime(volume.year, 1, 1, tzinfo=UTC).timestamp())


def _bound(
    volume: Volume, items: Sequence[Item], pieces: Sequence[Piece | None], press: Press
) -> Book:
    kept = tuple(number for number, one in enumerate(pieces) if one is not None)
    if not kept:
        raise NotTypeset("no article can be set")
    printed = corrections.told(only(volume, kept))
    bound = Bound(press, printed, [one for one in pieces if one is not None])
    return Book(
        volume=printed,
        kept=kept,
        pdf=bound.pdf(),
        articles=bound.articles(),
        identities=tuple(item.identity for item in items),
        pages=bound.plan.articles,
        sheets=bound.plan.sheets,
        problems=_reports(volume, pieces),
    )


def _told(progress: Progress) -> setting.Told:
    return lambda done, of: progress(SETTING_SHARE * done / max(of, 1), f"Вёрстка: {done} из {of}")


class Drafts:
    """Lays out the articles that have to be set."""

    def __init__(self, volume: Volume, pictures: Pictures, press: Press) -> None:
        self.articles = list(volume.articles())
        self.pictures = pictures
        self.press = press
        self.look = volume.design

    def at(self, places: Sequence[int]) -> Iterator[Draft]:
        """The articles at ``places``, with signs that our fonts lack replaced.

        Signs and formulas are asked for at once for all, then each article is laid out when it is
        its turn, so that the first are set meanwhile.
        """
        formulas = self.press.formulas(formulas_in(self.articles[place] for place in places))
        signs = [self._signs(place, formulas) for place in places]
        lacking = self.press.lacking(glyphs.rare_among(set().union(*signs)))
        for place, own in zip(places, signs, strict=True):
            draft = self._draft(place, formulas)
            yield _printable(draft, lacking) if glyphs.changes(own, lacking) else draft

    def _signs(self, place: int, formulas: Mapping[str, str]) -> set[str]:
        article = self.articles[place]
        used = (formulas.get(tex, "") for tex in formulas_in([article]))
        return set(article_data.words(article)).union(*used)

    def _draft(self, place: int, formulas: Mapping[str, str]) -> Draft:
        article, prepared = self.articles[place], self.pictures[place]
        places = article_data.places_of(prepared)
        return Draft(
            whole=article_data.whole(article, prepared, places, formulas, self.look),
            bare=lambda: self._bare(article),
            pictures={places[name]: path for name, path in prepared.items()},
        )

    def _bare(self, article: VolumeArticle) -> article_data.Data:
        return glyphs.only_printable(article_data.bare(article, self.look), self.press.table)


def _printable(draft: Draft, lacking: set[str]) -> Draft:
    return draft._replace(
        whole=glyphs.replaced(draft.whole, lacking),
        is_poorer=bool(glyphs.rare(draft.whole) & lacking),
    )


def only(volume: Volume, kept: Iterable[int]) -> Volume:
    """Return ``volume`` with only the articles at the places ``kept``."""
    places = set(kept)
    number = 0
    sections = []
    for section in volume.sections:
        numbered = list(enumerate(section.articles, start=number))
        number += len(numbered)
        articles = tuple(article for place, article in numbered if place in places)
        sections.append(section.model_copy(update={"articles": articles}))
    return volume.model_copy(update={"sections": tuple(sections)})


def _reports(volume: Volume, pieces: Sequence[Piece | None]) -> tuple[Problem, ...]:
    placed = [
        (section.title, article) for section in volume.sections for article in section.articles
    ]
    reports = []
    for (section, article), one in zip(placed, pieces, strict=True):
        codes = _codes(one, asked=article.original is not None)
        faults = one.faults if one else ""
        reports += [report(code, section, article, faults=faults) for code in codes]
    return tuple(reports)


def _codes(one: Piece | None, *, asked: bool) -> list[str]:
    """What is to be told of an article; ``asked`` if its author's pages were to be printed."""
    if one is None:
        return ["not_set"]
    if one.is_original:
        return [_ORIGINALS[one.claim]] if one.claim in _ORIGINALS else []
    told = {
        "original_refused": asked,
        "not_typeset": one.is_bare,
        "not_accessible": one.claim < Claim.ACCESSIBLE,
        "no_glyph": one.is_poorer,
    }
    return [code for code, is_so in told.items() if is_so]


def pages_of(pdf: bytes, articles: int) -> tuple[tuple[tuple[int, int], ...], int]:
    """Return the articles' first and last pages, read from the finished file's bookmarks."""
    with pdfium.opened(pdf) as document:
        marks = [(mark.level, _page(mark)) for mark in document.get_toc()]
        sheets = len(document)
    ends = [page - 1 for _, page in marks[1:]] + [sheets]
    spans = [
        (page, max(page, end))
        for (level, page), end in zip(marks, ends, strict=True)
        if level == ARTICLE_LEVEL
    ]
    if len(spans) != articles:
        raise NotTypeset(f"{len(spans)} bookmarks for {articles} articles")
    return tuple(spans), sheets


def _page(mark: pypdfium2.PdfBookmark) -> int:
    target = mark.get_dest()
    return (target.get_index() or 0) + 1 if target else 1
