"""Binding: pieces set one by one become one tagged, archival PDF, the volume or a single article.

Objects of the pieces are written one after another, their structure trees joined, running heads
laid over the pages as artifacts, bookmarks and page labels written. The same pieces give the same
bytes: nothing here has a clock or draws lots.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate, chain, count
from typing import NamedTuple

from flows.compilation.book.catalogue import Mark, catalogue, describe, information, outline
from flows.compilation.book.heads import Heads, Laid
from flows.compilation.book.objects import packed
from flows.compilation.book.opening import Front, Goal, Opening, Order, opening, order
from flows.compilation.book.piece import Piece
from flows.compilation.book.structure_tree import Placed, element, trees
from flows.compilation.book.writing import Writer, Written, listed
from flows.compilation.book.xmp import Facts


class Article(NamedTuple):
    """A piece with the words of its bookmark."""

    title: str
    piece: Piece


class Section(NamedTuple):
    title: str
    articles: tuple[Article, ...]


def bind_article(
    article: Article, heads: Heads, over: Mapping[int, int], facts: Facts, *, start: int
) -> bytes:
    """Return one article as a file of its own, its first page numbered ``start``.

    ``over`` tells which of the heads lies over which page, counted from 0.
    """
    piece = article.piece
    binding = _Binding([Placed(piece)], heads)
    binding.writer.kept(piece.objects, piece.catalogue)
    binding.lay_over(binding.placed[0], over)
    mark = Mark(article.title, piece.pages[0], piece.sizes[0][1])
    return binding.finish(piece.kids, piece.pages, [mark], facts, start)


def bind_volume(
    front: Front, sections: Sequence[Section], heads: Heads, over: Mapping[int, int], facts: Facts
) -> bytes:
    """Return the volume: the front's parts with the articles in their sections between them.

    ``over`` tells which of the heads lies over which page, both counted from 0.
    """
    lying = order(front, [[len(one.piece.pages) for one in part.articles] for part in sections])
    articles = [article for section in sections for article in section.articles]
    goals = [Goal(one.title, one.piece.sizes[0][1]) for one in articles]
    under = {page for page, place in enumerate(lying.front) if place in over}
    titles = [section.title for section in sections]
    around = opening(front, titles, goals, lying, under)
    volume = _Volume(around, sections, heads)
    volume.move()
    volume.lay_over_all(over, lying)
    return volume.finish(volume.kids(), volume.pages(front), volume.marks(front), facts, 1)


class _Binding:
    """A file while it is being bound; the first piece brings the document's root elements."""

    def __init__(self, placed: Sequence[Placed], heads: Heads, free: Iterable[int] = ()) -> None:
        self.placed = placed
        self.writer = Writer()
        last = placed[-1]
        self.heads: Laid = heads.write(self.writer, last.base + last.piece.objects.total)
        self.fresh: Iterator[int] = chain(free, count(self.heads.after))
        self.texts: list[Written] = []
        self.document = placed[0].base + placed[0].piece.root
        self.parent = placed[0].base + placed[0].piece.parent

    def lay_over(self, placed: Placed, over: Mapping[int, int], first: int = 0) -> None:
        """Draw the heads over the pages of a piece, whose first page is number ``first``."""
        for place, number in enumerate(placed.piece.heads, start=first):
            if number:
                self.heads.form(placed.base + number, over[place])

    def finish(
        self,
        kids: Sequence[int],
        pages: Sequence[int],
        marks: Sequence[Mark],
        facts: Facts,
        start: int,
    ) -> bytes:
        """Return the bound file; its first page has the number ``start``."""
        names = ("StructTreeRoot", "Pages", "Outlines", "Metadata", "OutputIntents")
        tree, bookmarks, metadata, root, info = (next(self.fresh) for _ in range(5))
        numbers = (tree, self.parent, bookmarks, metadata, self.heads.intents)
        sheets = sum(len(one.piece.pages) for one in self.placed)
        describe(self.writer, metadata, facts)
        self.texts += [
            (self.document, element("Document", tree, kids)),
            (self.parent, node(pages, sheets)),
            (root, catalogue(dict(zip(names, numbers, strict=True)), start)),
            (info, information(facts)),
            *trees(self.placed, self.document, tree, self.fresh),
            *outline(marks, bookmarks, self.fresh),
        ]
        self.writer.object_stream(next(self.fresh), packed(self.texts))
        return self.writer.finish(root=root, info=info)


def node(kids: Sequence[int], sheets: int, parent: int = 0) -> bytes:
    """A node of the tree of pages."""
    above = b" /Parent %d 0 R" % parent if parent else b""
    return b"<< /Type /Pages%b /Kids %b /Count %d >>" % (above, listed(kids), sheets)


class _Volume(_Binding):
    def __init__(self, around: Opening, sections: Sequence[Section], heads: Heads) -> None:
        pieces = [around.piece, *(one.piece for part in sections for one in part.articles)]
        bases = accumulate((one.objects.total for one in pieces), initial=0)
        keys = accumulate((one.objects.keys for one in pieces), initial=0)
        placed = [Placed(*one) for one in zip(pieces, bases, keys, strict=False)]
        self.around = around
        self.sections = sections
        self.parts = around.piece.outer[: len(sections)]
        self.goals = around.piece.outer[len(sections) :]
        # The front's numbers for the articles' pages stand for those pages: they are free.
        super().__init__(placed, heads, free=self.goals)

    def move(self) -> None:
        """Write the front and the articles, each below its section's part."""
        around, *rest = self.placed
        table = around.piece.objects.table()
        for goal, one in zip(self.goals, rest, strict=True):
            table[goal] = one.base + one.piece.pages[0]
        self.writer.moved(around.piece.objects, 0, around.piece.catalogue, table)
        shelves = [len(part.articles) for part in self.sections]
        above = [
            part for part, count in zip(self.parts, shelves, strict=True) for _ in range(count)
        ]
        for one, part in zip(rest, above, strict=True):
            self._move(one, part)

    def _move(self, one: Placed, part: int) -> None:
        piece = one.piece
        table = piece.objects.table(one.base, key=one.key, deeper=1)
        self.writer.moved(piece.objects, one.base, one.base + piece.catalogue, table)
        pages = one.numbers(piece.pages)
        self.texts += [
            (one.base + piece.root, element("Art", part, one.numbers(piece.kids))),
            (one.base + piece.parent, node(pages, len(pages), self.parent)),
        ]

    def lay_over_all(self, over: Mapping[int, int], lying: Order) -> None:
        around, *articles = self.placed
        own = {page: over[place] for page, place in enumerate(lying.front) if place in over}
        self.lay_over(around, own)
        for one, first in zip(articles, lying.articles, strict=True):
            self.lay_over(one, over, first)

    def kids(self) -> list[int]:
        """The elements under the document in the order of reading; parts are written on the way."""
        groups: list[list[int]] = [[] for _ in range(max(self.around.groups, default=0) + 1)]
        for kid, group in zip(self.around.piece.kids, self.around.groups, strict=True):
            groups[group].append(kid)
        groups += [[] for _ in range(len(self.parts) + 1 - len(groups))]
        rest = iter([one.base + one.piece.root for one in self.placed[1:]])
        for part, section, own in zip(self.parts, self.sections, groups[1:], strict=False):
            roots = [next(rest) for _ in section.articles]
            self.texts.append((part, element("Part", self.document, [*own, *roots])))
        back = chain.from_iterable(groups[1 + len(self.parts) :])
        return [*groups[0], *self.parts, *back]

    def pages(self, front: Front) -> list[int]:
        """The nodes and pages under the root, in order."""
        own = self.around.piece.pages
        ends = (*front.starts[1:], front.sheets)
        nodes = iter([one.base + one.piece.parent for one in self.placed[1:]])
        found = list(own[: ends[0]])
        for first, last, section in zip(ends, ends[1:], self.sections, strict=False):
            found += [*own[first:last], *(next(nodes) for _ in section.articles)]
        return found + list(own[ends[len(self.sections)] :])

    def marks(self, front: Front) -> list[Mark]:
        around, *rest = self.placed
        nodes = iter(rest)
        titles = (front.contents, *(one.title for one in self.sections), *front.back)
        marks = []
        for place, (title, start) in enumerate(zip(titles, front.starts, strict=True)):
            below: tuple[Article, ...] = ()
            if 0 < place <= len(self.sections):
                below = self.sections[place - 1].articles
            top = around.piece.sizes[start][1]
            inner = tuple(_mark(article, next(nodes)) for article in below)
            marks.append(Mark(title, around.piece.pages[start], top, inner))
        return marks


def _mark(article: Article, placed: Placed) -> Mark:
    piece = placed.piece
    return Mark(article.title, placed.base + piece.pages[0], piece.sizes[0][1])
