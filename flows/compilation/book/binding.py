"""Binding: pieces set one by one become one tagged, archival PDF, the volume or a single article.

Pages are copied, structure trees joined, running heads laid over the pages as artifacts, links
between pieces turned into destinations, bookmarks and page labels written. The same pieces give
the same bytes: nothing here has a clock or draws lots.
"""

import io
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from functools import cached_property
from typing import NamedTuple, Self

import pikepdf
from pikepdf import Array, Dictionary, Name, OutlineItem, String

from flows.compilation.book import structure_tree
from flows.compilation.book.structure_tree import StructureTree, adopt, kids_of
from flows.compilation.book.xmp import Facts, packet

ARTICLE = "article:"
"""The mark of a link to an article of the volume, by its place from 0."""
HEADS = "/Heads"
PRODUCER = "Teaching Marathon"
_OVERLAY = b"\nq Q\n/Artifact <</Type /Pagination>> BDC q /Heads Do Q EMC"


class Article(NamedTuple):
    """A piece with the words of its bookmark."""

    title: str
    piece: bytes


class Section(NamedTuple):
    title: str
    articles: tuple[Article, ...]


class Front(NamedTuple):
    """The piece around the articles.

    ``starts`` are the pages, from 0, on which the contents, every section and every index begin;
    ``back`` are the titles of the indexes.
    """

    piece: bytes
    starts: tuple[int, ...]
    contents: str
    back: tuple[str, ...]


class Heads:
    """Running heads, drawn on the pages of one PDF that is opened once for many bindings."""

    def __init__(self, pdf: bytes) -> None:
        self._pdf = pdf
        self._forms: dict[int, pikepdf.Object] = {}

    @cached_property
    def opened(self) -> pikepdf.Pdf:
        return pikepdf.open(io.BytesIO(self._pdf))

    @cached_property
    def _pages(self) -> list[pikepdf.Page]:
        return list(self.opened.pages)

    def form(self, number: int) -> pikepdf.Object:
        """Page ``number`` as something to be drawn."""
        if number not in self._forms:
            self._forms[number] = self._pages[number].as_form_xobject()
        return self._forms[number]


class Source:
    """An opened piece and its pages in the bound file."""

    def __init__(self, opened: pikepdf.Pdf) -> None:
        self.opened = opened
        self.pages: list[pikepdf.Page] = []


class Binding:
    """A file while it is being bound; a context manager, since its sources stay open."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self.pdf = pikepdf.new()
        self.tree = StructureTree(self.pdf)

    def __enter__(self) -> Self:
        self._stack.enter_context(self.pdf)
        return self

    def __exit__(self, *_reason: object) -> None:
        self._stack.close()

    def open(self, piece: bytes) -> Source:
        return Source(self._stack.enter_context(pikepdf.open(io.BytesIO(piece))))

    def add(self, source: Source, first: int = 0, last: int | None = None) -> None:
        """Append the pages ``first`` to ``last`` (not included) of ``source``, in order."""
        for page in list(source.opened.pages)[first:last]:
            self.pdf.pages.append(page)
            source.pages.append(self.pdf.pages[-1])

    def take(self, source: Source, *, deeper: int = 0) -> pikepdf.Object:
        """Join the structure of ``source``, all of whose pages are in; returns its root element."""
        piece = self.pdf.copy_foreign(source.opened.Root.Piece)
        for page, annotations in zip(source.pages, piece.A, strict=True):
            if len(annotations):
                page.obj.Annots = annotations
        self.tree.join(piece, source.pages, deeper=deeper)
        return piece.D

    def lay_over(self, heads: Heads, over: Mapping[int, int]) -> None:
        """Draw the heads over pages: ``over`` tells which head lies over which page.

        The output intent of all comes with them.
        """
        stroke = self.pdf.make_stream(_OVERLAY)
        pages = list(self.pdf.pages)
        for place, number in sorted(over.items()):
            _overlay(pages[place], self.pdf.copy_foreign(heads.form(number)), stroke)
        self.pdf.Root.OutputIntents = self.pdf.copy_foreign(heads.opened.Root.OutputIntents)

    def finish(
        self,
        kids: Sequence[pikepdf.Object],
        outline: Sequence[OutlineItem],
        facts: Facts,
        start: int,
    ) -> bytes:
        """Return the bound file; its first page has the number ``start``."""
        self.tree.finish(kids)
        root = self.pdf.Root
        root.Lang = String("ru-RU")
        root.MarkInfo = Dictionary(Marked=True, Suspects=False)
        root.ViewerPreferences = Dictionary(DisplayDocTitle=True, Direction=Name.L2R)
        root.PageLabels = Dictionary(Nums=Array([0, Dictionary(S=Name.D, St=start)]))
        root.PageMode = Name.UseOutlines
        with self.pdf.open_outline() as marks:
            marks.root.extend(outline)
        _describe(self.pdf, facts)
        out = io.BytesIO()
        self.pdf.save(
            out,
            min_version="1.7",
            deterministic_id=True,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
        )
        return out.getvalue()


def bind_volume(
    front: Front, sections: Sequence[Section], heads: Heads, over: Mapping[int, int], facts: Facts
) -> bytes:
    """Return the volume: the front's parts with the articles in their sections between them.

    ``over`` tells which of the heads lies over which page, both counted from 0.
    """
    with Binding() as binding:
        around = binding.open(front.piece)
        shelves = [[binding.open(one.piece) for one in part.articles] for part in sections]
        _place(binding, around, front, shelves)
        whole = binding.take(around)
        articles = [source for shelf in shelves for source in shelf]
        roots = [[binding.take(source, deeper=1) for source in shelf] for shelf in shelves]
        marks = _Marks(binding.pdf, front, sections, around, articles)
        marks.link(around)
        binding.lay_over(heads, over)
        return binding.finish(_kids(binding, whole, marks, roots), marks.outline(), facts, 1)


def bind_article(
    article: Article, heads: Heads, over: Mapping[int, int], facts: Facts, *, start: int
) -> bytes:
    """Return one article as a file of its own, its first page numbered ``start``."""
    with Binding() as binding:
        source = binding.open(article.piece)
        binding.add(source)
        root = binding.take(source)
        binding.lay_over(heads, over)
        return binding.finish(kids_of(root), [_mark(article.title, 0, binding.pdf)], facts, start)


def _place(
    binding: Binding, around: Source, front: Front, shelves: Sequence[Sequence[Source]]
) -> None:
    opens, closes = _openers(front, len(shelves))
    binding.add(around, 0, opens[0])
    for shelf, first, last in zip(shelves, opens, closes, strict=True):
        binding.add(around, first, last)
        for source in shelf:
            binding.add(source)
    binding.add(around, closes[-1], None)


def _openers(front: Front, sections: int) -> tuple[Sequence[int], Sequence[int]]:
    """Where the page before each section begins and ends in the front."""
    starts = (*front.starts, None)
    opens = front.starts[1 : sections + 1]
    closes = starts[2 : sections + 2]
    return opens, [end if end is not None else opens[-1] + 1 for end in closes]


class _Marks:
    """Where everything that has a name lies in the bound volume."""

    def __init__(
        self,
        pdf: pikepdf.Pdf,
        front: Front,
        sections: Sequence[Section],
        around: Source,
        articles: Sequence[Source],
    ) -> None:
        self.pdf = pdf
        self.sections = sections
        self.places = {page.obj.objgen: place for place, page in enumerate(pdf.pages)}
        self.articles = [self._place(source.pages[0]) for source in articles]
        titles = (front.contents, *(one.title for one in sections), *front.back)
        starts = [self._place(around.pages[page]) for page in front.starts]
        self.parts = list(zip(titles, starts, strict=True))
        self._named = {place: title for title, place in self.parts}
        words = [one.title for part in sections for one in part.articles]
        self._named |= dict(zip(self.articles, words, strict=True))

    def _place(self, page: pikepdf.Page) -> int:
        return self.places[page.obj.objgen]

    def part_of(self, element: pikepdf.Object) -> int:
        """How many sections begin before or with ``element`` of the front; last are indexes."""
        page = structure_tree.page_of(element)
        place = self.places[page.objgen] if page is not None else 0
        return sum(start <= place for _, start in self.parts[1:])

    def link(self, around: Source) -> None:
        """Point the links of the front to where their goals have got to, and name them."""
        for page in around.pages:
            for link in page.obj.get("/Annots", Array()):
                self._point(link)

    def _point(self, link: pikepdf.Object) -> None:
        address = str(link.A.URI) if "/A" in link and "/URI" in link.A else ""
        if address.startswith(ARTICLE):
            place = self.articles[int(address.removeprefix(ARTICLE))]
            del link.A
            link.Dest = _top(self.pdf, place)
        elif "/Dest" in link:
            place = self.places[link.Dest[0].objgen]
        else:
            return
        if place in self._named:
            link.Contents = String(f"{self._named[place]}, с. {place + 1}")

    def outline(self) -> list[OutlineItem]:
        last = len(self.sections)
        marks = [_mark(title, place, self.pdf) for title, place in self.parts]
        found = iter(self.articles)
        for mark, section in zip(marks[1 : last + 1], self.sections, strict=True):
            mark.children.extend(
                _mark(article.title, next(found), self.pdf) for article in section.articles
            )
        return marks


def _kids(
    binding: Binding,
    whole: pikepdf.Object,
    marks: _Marks,
    roots: Sequence[Sequence[pikepdf.Object]],
) -> list[pikepdf.Object]:
    """The elements under the volume's document, in the order of reading."""
    parts: list[list[pikepdf.Object]] = [[] for _ in range(len(marks.parts))]
    for element in kids_of(whole):
        parts[marks.part_of(element)].append(element)
    kids = parts[0]
    for opening, articles in zip(parts[1:], roots, strict=False):
        part = binding.tree.element("/Part", binding.tree.document)
        for article in articles:
            article.S = Name.Art
        adopt(part, [*opening, *articles])
        kids.append(part)
    return kids + [element for part in parts[len(roots) + 1 :] for element in part]


def _overlay(page: pikepdf.Page, form: pikepdf.Object, stroke: pikepdf.Object) -> None:
    resources = Dictionary(dict(page.obj.get("/Resources", Dictionary()).items()))
    drawings = Dictionary(dict(resources.get("/XObject", Dictionary()).items()))
    drawings[HEADS] = form
    resources.XObject = drawings
    page.obj.Resources = resources
    contents = page.obj.get("/Contents", Array())
    before = list(contents) if isinstance(contents, Array) else [contents]
    page.obj.Contents = Array([*before, stroke])


def _mark(title: str, place: int, pdf: pikepdf.Pdf) -> OutlineItem:
    return OutlineItem(title, _top(pdf, place))


def _top(pdf: pikepdf.Pdf, place: int) -> Array:
    page = pdf.pages[place]
    return Array([page.obj, Name.XYZ, 0, page.mediabox[3], 0])


def _describe(pdf: pikepdf.Pdf, facts: Facts) -> None:
    stream = pdf.make_stream(packet(facts, producer=PRODUCER))
    stream.Type, stream.Subtype = Name.Metadata, Name.XML
    pdf.Root.Metadata = stream
    date = String(f"D:{facts.year:04}0101000000Z")
    info = Dictionary(
        Title=String(facts.title), Producer=String(PRODUCER), CreationDate=date, ModDate=date
    )
    if facts.keywords:
        info.Keywords = String(facts.keywords)
    pdf.trailer.Info = pdf.make_indirect(info)
