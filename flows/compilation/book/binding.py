"""Binding: pieces set one by one become one tagged, archival PDF, the volume or a single article.

Objects of the pieces are written one after another, their structure trees joined, running heads
laid over the pages as artifacts, bookmarks and page labels written. The same pieces give the same
bytes: nothing here has a clock or draws lots.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import accumulate, chain, count
from typing import NamedTuple

from flows.compilation.book.catalogue import Mark, catalogue, describe, information, outline
from flows.compilation.book.heads import Heads, Laid
from flows.compilation.book.objects import packed
from flows.compilation.book.opening import Asked, Front, Goal, Opening, Order, order
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


class Shelves:
    """A volume's articles written into a file before anything around them is known.

    They stand first in the file, so that this is done while the front is still being typeset.
    """

    def __init__(self, sections: Sequence[Section]) -> None:
        self.sections = sections
        pieces = [one.piece for part in sections for one in part.articles]
        bases = accumulate((one.objects.total for one in pieces), initial=0)
        keys = accumulate((one.objects.keys for one in pieces), initial=0)
        self.placed = [Placed(*one) for one in zip(pieces, bases, keys, strict=False)]
        self.writer = Writer()
        for placed in self.placed:
            _move(self.writer, placed, deeper=1)


def bind_article(
    article: Article, heads: Heads, over: Mapping[int, int], facts: Facts, *, start: int
) -> bytes:
    """Return one article as a file of its own, its first page numbered ``start``.

    ``over`` tells which of the heads lies over which page, counted from 0.
    """
    piece = article.piece
    binding = _Binding(Writer(), [Placed(piece)], heads)
    binding.writer.kept(piece.objects, piece.catalogue)
    binding.lay_over(binding.root, over)
    mark = Mark(article.title, piece.pages[0], piece.sizes[0][1])
    return binding.finish(piece.kids, piece.pages, [mark], facts, start)


def asked(front: Front, sections: Sequence[Section], over: Collection[int]) -> Asked:
    """What the front has to know of the articles; pages of the volume ``over`` have heads."""
    lying = order(front, [[len(one.piece.pages) for one in part.articles] for part in sections])
    articles = [article for section in sections for article in section.articles]
    return Asked(
        titles=tuple(section.title for section in sections),
        goals=tuple(Goal(one.title, one.piece.sizes[0][1]) for one in articles),
        lying=lying,
        heads=tuple(page for page, place in enumerate(lying.front) if place in over),
    )


def bind_volume(
    front: Front,
    around: Opening,
    shelves: Shelves,
    heads: Heads,
    over: Mapping[int, int],
    facts: Facts,
) -> bytes:
    """Return the volume: the front's parts with the articles in their sections between them.

    ``shelves`` can be used but once. ``over`` tells which of the heads lies over which page, both
    counted from 0.
    """
    lying = asked(front, shelves.sections, over).lying
    volume = _Volume(around, shelves, heads)
    volume.join()
    volume.lay_over_all(over, lying)
    return volume.finish(volume.kids(), volume.pages(front), volume.marks(front), facts, 1)


def _move(
    writer: Writer, placed: Placed, led: Mapping[int, int] | None = None, *, deeper: int = 0
) -> None:
    """Write a piece at its place; own numbers that are ``led`` elsewhere become others."""
    objects = placed.piece.objects
    table = objects.table(placed.base, key=placed.key, deeper=deeper)
    for number, other in (led or {}).items():
        table[number] = other
    writer.moved(objects, placed.base, placed.base + placed.piece.catalogue, table)


class _Binding:
    """A file while it is being bound; the last piece brings the document's root elements."""

    def __init__(
        self, writer: Writer, placed: Sequence[Placed], heads: Heads, free: Iterable[int] = ()
    ) -> None:
        self.placed = placed
        self.writer = writer
        self.root = placed[-1]
        self.heads: Laid = heads.write(writer, self.root.base + self.root.piece.objects.total)
        self.fresh: Iterator[int] = chain(free, count(self.heads.after))
        self.texts: list[Written] = []
        self.document = self.root.base + self.root.piece.root
        self.parent = self.root.base + self.root.piece.parent

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
    def __init__(self, around: Opening, shelves: Shelves, heads: Heads) -> None:
        self.articles = shelves.placed
        self.sections = shelves.sections
        self.groups = around.groups
        last = shelves.placed[-1]
        base, key = last.base + last.piece.objects.total, last.key + last.piece.objects.keys
        own = Placed(around.piece, base, key)
        outer = own.numbers(around.piece.outer)
        self.parts, goals = outer[: len(self.sections)], outer[len(self.sections) :]
        # The front's numbers for the articles' pages stand for those pages: they are free.
        super().__init__(shelves.writer, [*shelves.placed, own], heads, free=goals)

    def join(self) -> None:
        """Write the front, and set the articles below its sections' parts."""
        goals = self.root.piece.outer[len(self.sections) :]
        pages = [one.base + one.piece.pages[0] for one in self.articles]
        _move(self.writer, self.root, dict(zip(goals, pages, strict=True)))
        shelves = [len(part.articles) for part in self.sections]
        above = [
            part for part, count in zip(self.parts, shelves, strict=True) for _ in range(count)
        ]
        for one, part in zip(self.articles, above, strict=True):
            pages = one.numbers(one.piece.pages)
            self.texts += [
                (one.base + one.piece.root, element("Art", part, one.numbers(one.piece.kids))),
                (one.base + one.piece.parent, node(pages, len(pages), self.parent)),
            ]

    def lay_over_all(self, over: Mapping[int, int], lying: Order) -> None:
        own = {page: over[place] for page, place in enumerate(lying.front) if place in over}
        self.lay_over(self.root, own)
        for one, first in zip(self.articles, lying.articles, strict=True):
            self.lay_over(one, over, first)

    def kids(self) -> list[int]:
        """The elements under the document in the order of reading; parts are written on the way."""
        groups: list[list[int]] = [[] for _ in range(max(self.groups, default=0) + 1)]
        own_kids = self.root.numbers(self.root.piece.kids)
        for kid, group in zip(own_kids, self.groups, strict=True):
            groups[group].append(kid)
        groups += [[] for _ in range(len(self.parts) + 1 - len(groups))]
        rest = iter([one.base + one.piece.root for one in self.articles])
        for part, section, own in zip(self.parts, self.sections, groups[1:], strict=False):
            roots = [next(rest) for _ in section.articles]
            self.texts.append((part, element("Part", self.document, [*own, *roots])))
        back = chain.from_iterable(groups[1 + len(self.parts) :])
        return [*groups[0], *self.parts, *back]

    def pages(self, front: Front) -> list[int]:
        """The nodes and pages under the root, in order."""
        own = self.root.numbers(self.root.piece.pages)
        ends = (*front.starts[1:], front.sheets)
        nodes = iter([one.base + one.piece.parent for one in self.articles])
        found = list(own[: ends[0]])
        for first, last, section in zip(ends, ends[1:], self.sections, strict=False):
            found += [*own[first:last], *(next(nodes) for _ in section.articles)]
        return found + list(own[ends[len(self.sections)] :])

    def marks(self, front: Front) -> list[Mark]:
        nodes = iter(self.articles)
        pages = self.root.numbers(self.root.piece.pages)
        titles = (front.contents, *(one.title for one in self.sections), *front.back)
        marks = []
        for place, (title, start) in enumerate(zip(titles, front.starts, strict=True)):
            below: tuple[Article, ...] = ()
            if 0 < place <= len(self.sections):
                below = self.sections[place - 1].articles
            top = self.root.piece.sizes[start][1]
            inner = tuple(_mark(article, next(nodes)) for article in below)
            marks.append(Mark(title, pages[start], top, inner))
        return marks


def _mark(article: Article, placed: Placed) -> Mark:
    piece = placed.piece
    return Mark(article.title, placed.base + piece.pages[0], piece.sizes[0][1])
