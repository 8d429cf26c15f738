"""Which page of the volume has which number, and what stands at its head.

A page's printed number is its place in the volume, the title page being the first.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from flows.compilation.book.article_data import running, shortened
from flows.compilation.book.piece import Sizes
from flows.compilation.descriptions import citation
from flows.documents.printing.layout import printed
from schemas.volume import Volume

Span = tuple[int, int]
"""First and last page."""


class Plan(NamedTuple):
    """``contents`` and ``back`` are the pages of the contents and of the indexes."""

    contents: Span
    articles: tuple[Span, ...]
    back: tuple[Span, ...]
    sheets: int


class Words(NamedTuple):
    """``short`` is the volume's title, ``running`` what stands at the head of each article's pages.

    ``cited`` is the reference to each article, for the head of its first page when given out alone.
    """

    short: str
    running: list[str]
    cited: list[str]


class Sheets(NamedTuple):
    """Heads in the order in which ``heads.typ`` draws them.

    ``pages`` tells which of them lies over which page of the volume, counted from 0; ``alone``
    which lie over the pages of each article when it is given out by itself.
    """

    drawn: tuple[dict[str, Any], ...]
    pages: dict[int, int]
    alone: tuple[dict[int, int], ...]


def openers(starts: Sequence[int], sections: int, front: int) -> list[int]:
    """How many sheets stand before each section; ``starts`` and ``front`` count the front's."""
    edges = [*starts[1:], front][: sections + 1]
    return [end - start for start, end in pairwise(edges)]


def plan(starts: Sequence[int], front: int, sections: Sequence[int], counts: Sequence[int]) -> Plan:
    """Number everything.

    ``starts`` are the sheets of the front, from 0, on which its parts begin, ``front`` how many
    it has; ``sections`` tells how many articles each section has, ``counts`` their sheets.
    """
    before = openers(starts, len(sections), front)
    spans: list[Span] = []
    page = starts[1]
    sheets = iter(counts)
    for articles, opener in zip(sections, before, strict=True):
        page += opener
        for _ in range(articles):
            count = next(sheets)
            spans.append((page + 1, page + count))
            page += count
    whole = sum(counts)
    back = [start + whole for start in (*starts[1 + len(sections) :], front)]
    return Plan(
        contents=(starts[0] + 1, starts[1]),
        articles=tuple(spans),
        back=tuple((first + 1, last) for first, last in pairwise(back)),
        sheets=front + whole,
    )


def words(volume: Volume, plan: Plan) -> Words:
    """What the heads of ``volume`` say."""
    placed = list(enumerate(zip(volume.articles(), plan.articles, strict=True), start=1))
    return Words(
        short=printed(shortened(volume.title)),
        running=[running(article) for _, (article, _) in placed],
        cited=[
            printed(citation.reference(volume, article, number, span))
            for number, (article, span) in placed
        ],
    )


def sheets(
    words: Words, plan: Plan, sizes: Sequence[Sizes], front: Sizes, back: Sequence[str]
) -> Sheets:
    """Lay the heads out: the contents, every article and the indexes called ``back`` have them."""
    desk = _Desk(words.short)
    desk.lay(plan.contents, [front[page - 1] for page in _pages(plan.contents)], "")
    for head, span, own in zip(words.running, plan.articles, sizes, strict=True):
        desk.lay(span, own, head)
    tail = list(front[len(front) - sum(last - first + 1 for first, last in plan.back) :])
    for title, span in zip(back, plan.back, strict=True):
        count = span[1] - span[0] + 1
        desk.lay(span, tail[:count], title)
        del tail[:count]
    pages = dict(desk.pages)
    alone = [
        desk.alone(span, own[0], cited)
        for cited, span, own in zip(words.cited, plan.articles, sizes, strict=True)
    ]
    return Sheets(tuple(desk.drawn), pages, tuple(alone))


class _Desk:
    """Heads as they are laid out one after another."""

    def __init__(self, short: str) -> None:
        self.short = short
        self.drawn: list[dict[str, Any]] = []
        self.pages: dict[int, int] = {}

    def lay(self, span: Span, sizes: Sequence[tuple[float, float]], words: str) -> None:
        """A part's first page has only its number; even ones the volume's title, odd ones ``words``."""
        for page, size in zip(_pages(span), sizes, strict=True):
            head = self.short if words and page % 2 == 0 else words
            self.pages[page - 1] = self._draw(page, size, head="" if page == span[0] else head)

    def alone(self, span: Span, size: tuple[float, float], cited: str) -> dict[int, int]:
        own = {page - span[0]: self.pages[page - 1] for page in _pages(span)}
        return own | {0: self._draw(span[0], size, citation=cited)}

    def _draw(
        self, page: int, size: tuple[float, float], *, head: str = "", citation: str = ""
    ) -> int:
        told = {"width": size[0], "height": size[1], "number": page}
        self.drawn.append({**told, "head": head, "citation": citation})
        return len(self.drawn) - 1


def _pages(span: Span) -> range:
    return range(span[0], span[1] + 1)
