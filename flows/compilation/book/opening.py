"""The front made ready for binding: its links led to where their goals get to in the volume.

What stands around the articles is set as one document with links to marked addresses. The elements
of a section's opening page move into that section's part of the structure tree.
"""

import io
import json
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import pikepdf
from pikepdf import Array, Name, String

from flows.compilation.book.piece import Piece, Sheaf, page_of, unpacked

ARTICLE = "article:"
"""The mark of a link to an article of the volume, by its place from 0."""


class Front(NamedTuple):
    """What is typeset around the articles, as PDF.

    ``starts`` are the pages, from 0, on which the contents, every section and every index begin;
    ``back`` are the titles of the indexes; ``sheets`` counts the pages.
    """

    pdf: bytes
    starts: tuple[int, ...]
    contents: str
    back: tuple[str, ...]
    sheets: int


class Order(NamedTuple):
    """Places, from 0, of every page of the front and of the first page of every article."""

    front: tuple[int, ...]
    articles: tuple[int, ...]


class Goal(NamedTuple):
    """An article as links see it; ``top`` is the height of its first page."""

    title: str
    top: float


class Asked(NamedTuple):
    """What the front has to know: ``titles`` of sections, and where everything lies.

    ``heads`` are the pages of the front, from 0, that get heads.
    """

    titles: tuple[str, ...]
    goals: tuple[Goal, ...]
    lying: Order
    heads: tuple[int, ...]


class Opening(NamedTuple):
    """``piece.outer`` are ``sections`` parts and the articles' first pages, in order.

    ``groups`` tells for each kid of the piece how many parts of the book begin before it.
    """

    piece: Piece
    groups: tuple[int, ...]

    def packed(self) -> bytes:
        """The opening for keeping."""
        return json.dumps(self.groups).encode() + b"\n" + self.piece.packed()


def opened(kept: bytes) -> Opening:
    """Return what was packed."""
    groups, _, piece = kept.partition(b"\n")
    return Opening(unpacked(piece), tuple(json.loads(groups)))


def order(front: Front, counts: Sequence[Sequence[int]]) -> Order:
    """Where everything lies; ``counts`` are the sheets of the articles in each section."""
    ends = (*front.starts[1:], front.sheets)
    places, articles = list(range(front.starts[1])), list[int]()
    place = front.starts[1]
    for (first, last), own in zip(pairwise(ends), counts, strict=False):
        places += range(place, place + last - first)
        place += last - first
        for count in own:
            articles.append(place)
            place += count
    places += range(place, place + front.sheets - len(places))
    return Order(tuple(places), tuple(articles))


def opening(front: Front, asked: Asked) -> Opening:
    """Return the front of a book with the sections and articles ``asked`` for."""
    with pikepdf.open(io.BytesIO(front.pdf)) as opened:
        sheaf = Sheaf(opened, salt="front")
        links = _Links(front, asked, sheaf)
        for page in sheaf.pages:
            for link in page.get("/Annots", Array()):
                links.lead(link)
        parts = [sheaf.outside() for _ in asked.titles]
        groups = tuple(_group(kid, links.places, front.starts[1:]) for kid in sheaf.kids)
        for kid, group in zip(sheaf.kids, groups, strict=True):
            if 0 < group <= len(parts):
                kid.P = parts[group - 1]
        return Opening(sheaf.cut(asked.heads, [*parts, *links.goals]), groups)


class _Links:
    def __init__(self, front: Front, asked: Asked, sheaf: Sheaf) -> None:
        titles, goals, lying, _ = asked
        self.places = {page.objgen: place for place, page in enumerate(sheaf.pages)}
        self.goals = [sheaf.outside() for _ in goals]
        self._tops = [goal.top for goal in goals]
        self._lying = lying
        words = (front.contents, *titles, *front.back)
        starts = [lying.front[start] for start in front.starts]
        self._named = dict(zip(starts, words, strict=True))
        self._named |= zip(lying.articles, (goal.title for goal in goals), strict=True)

    def lead(self, link: pikepdf.Object) -> None:
        """Point a link to where its goal has got to, and name the goal."""
        address = str(link.A.URI) if "/A" in link and "/URI" in link.A else ""
        if address.startswith(ARTICLE):
            number = int(address.removeprefix(ARTICLE))
            place = self._lying.articles[number]
            del link.A
            link.Dest = Array([self.goals[number], Name.XYZ, 0, round(self._tops[number], 3), 0])
        elif "/Dest" in link:
            place = self._lying.front[self.places[link.Dest[0].objgen]]
        else:
            return
        if place in self._named:
            link.Contents = String(f"{self._named[place]}, с. {place + 1}")


def _group(
    element: pikepdf.Object, places: dict[tuple[int, int], int], starts: Sequence[int]
) -> int:
    """How many parts of the front begin before or with ``element``."""
    page = page_of(element)
    place = places[page.objgen] if page is not None else 0
    return sum(start <= place for start in starts)
