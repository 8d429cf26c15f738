"""The volume with its articles set: the pages around them, heads and folios, and the binding."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cached_property
from typing import TypeVar, cast

from flows.compilation.book import binding, front, pagination
from flows.compilation.book.binding import Article, Section
from flows.compilation.book.heads import Heads
from flows.compilation.book.opening import Front, Opening, opened, opening
from flows.compilation.book.pagination import Sheets, Words
from flows.compilation.book.piece import Sizes, unpacked
from flows.compilation.book.press import Press
from flows.compilation.book.setting import Piece
from flows.compilation.book.xmp import Claim, Facts
from flows.documents.printing import pdfium
from flows.documents.printing.cache import digest
from flows.documents.printing.typesetting import ARCHIVAL, PLAIN_ARCHIVAL, Job, NotTypeset
from schemas.volume import Volume, VolumeArticle

_FRONTS = (
    (Claim.ACCESSIBLE, Job("front.typ", "front.pdf", standards=ARCHIVAL)),
    (Claim.ARCHIVAL, Job("front.typ", "front.pdf", standards=PLAIN_ARCHIVAL)),
)
Made = TypeVar("Made")
_HEADS = Job("heads.typ", "heads.pdf", standards=PLAIN_ARCHIVAL, tags=False)


class Bound:
    """The volume with its articles set: what stands around them, and the binding."""

    def __init__(self, press: Press, volume: Volume, pieces: Sequence[Piece]) -> None:
        self.press = press
        self.volume = volume
        self.pieces = pieces
        self.sections = [section for section in volume.sections if section.articles]
        self.matter = front.FrontMatter(volume)
        self.back = tuple(self.matter.back.values())
        self._named = _named(volume)
        self._key = press.key("volume", self._made_of())
        self._kept = press.cache.find(self._key)
        self._shelves = None if self._kept else _beside(self._shelved)
        self.front, sizes, self.plan = self._front()
        self.sheets = self._sheets(sizes)
        drawn = list(self.sheets.drawn)
        self._heads = _beside(lambda: press.draw(drawn, lambda: {"sheets": drawn}, _HEADS))

    @cached_property
    def heads(self) -> Heads:
        return Heads(self._heads.result())

    @cached_property
    def parts(self) -> list[Article]:
        """The articles, ready for binding."""
        titles = [article.title for article in self.volume.articles()]
        return [
            Article(title, unpacked(one.packed))
            for title, one in zip(titles, self.pieces, strict=True)
        ]

    def pdf(self) -> bytes:
        if self._kept is None:
            shelves = cast("Future[binding.Shelves]", self._shelves).result()
            around, over = self._around(shelves.sections), self.sheets.pages
            self._kept = binding.bind_volume(
                self.front, around, shelves, self.heads, over, self._facts()
            )
            self.press.cache.keep(self._key, self._kept)
        return self._kept

    def _made_of(self) -> list[object]:
        """All that can be seen in the volume, before anything of it is laid out."""
        own = {"document", "images", "original"}
        said = self.volume.model_dump_json(
            exclude={"logo": True, "sections": {"__all__": {"articles": {"__all__": own}}}}
        )
        return [said, [digest(one.packed) for one in self.pieces]]

    def _around(self, sections: Sequence[Section]) -> Opening:
        """The front made ready; it stays as it is while no page changes its place."""
        asked = binding.asked(self.front, sections, self.sheets.pages)
        of = [digest(self.front.pdf), self.front[1:], asked]
        kept = self.press.kept("opening", of, lambda: opening(self.front, asked).packed())
        return opened(kept)

    def articles(self) -> tuple[bytes, ...]:
        """Every article as a file of its own."""
        return tuple(
            self._alone(number, article) for number, article in enumerate(self.volume.articles())
        )

    def _alone(self, number: int, article: VolumeArticle) -> bytes:
        claim, span = self.pieces[number].claim, self.plan.articles[number]
        pages = self.sheets.alone[number]
        facts = _facts_of(article, self.volume, self.sheets.drawn[pages[0]]["citation"], claim)
        return binding.bind_article(self.parts[number], self.heads, pages, facts, start=span[0])

    def _front(self) -> tuple[Front, Sizes, pagination.Plan]:
        counts = [len(one.sizes) for one in self.pieces]
        own = [len(section.articles) for section in self.sections]
        openers = [1] * len(own)
        while True:
            drawn, self.claim = self._drawn_front(counts, openers)
            starts, sizes = self._shape(drawn, 1 + len(own) + len(self.back))
            found = pagination.openers(starts, len(own), len(sizes))
            if found == openers:
                break
            openers = found
        plan = pagination.plan(starts, len(sizes), own, counts)
        return Front(drawn, starts, front.CONTENTS, self.back, len(sizes)), sizes, plan

    def _shape(self, drawn: bytes, parts: int) -> tuple[tuple[int, ...], Sizes]:
        """Where the parts of the front begin and how large its pages are."""
        starts, sizes = self.press.once("shape", digest(drawn), lambda: shape_of(drawn, parts))
        return tuple(starts), tuple((width, height) for width, height in sizes)

    def _drawn_front(self, counts: list[int], openers: list[int]) -> tuple[bytes, Claim]:
        of = [self._named, counts, openers]
        for claim, job in _FRONTS:
            try:
                return self.press.draw(of, lambda: self.matter.data(counts, openers), job), claim
            except NotTypeset as refusal:
                reason = refusal
        raise reason

    def _sheets(self, sizes: Sizes) -> Sheets:
        own = [one.sizes for one in self.pieces]
        of = [self._named, self.plan.articles]
        said = self.press.once("words", of, lambda: pagination.words(self.volume, self.plan))
        return pagination.sheets(Words(*said), self.plan, own, sizes, self.back)

    def _shelved(self) -> binding.Shelves:
        found = iter(self.parts)
        return binding.Shelves(
            [
                Section(section.title, tuple(next(found) for _ in section.articles))
                for section in self.sections
            ]
        )

    def _facts(self) -> Facts:
        imprint = self.volume.imprint
        return Facts(
            title=self.volume.title,
            authors=imprint.editors,
            subject=self.volume.subtitle or "",
            publisher=imprint.publisher,
            year=self.volume.year,
            claim=min(self.claim, *(one.claim for one in self.pieces)),
        )


def _named(volume: Volume) -> str:
    """All of ``volume`` that is said beside the articles: who wrote what, and the imprint."""
    unsaid = {"document", "images", "original", "abstract", "keywords", "file", "problems"}
    return volume.model_dump_json(
        exclude={
            "logo": True,
            "problems": True,
            "earlier": True,
            "sections": {"__all__": {"articles": {"__all__": unsaid}}},
        }
    )


def _beside(work: Callable[[], Made]) -> "Future[Made]":
    """Begin ``work`` in a thread: mostly it goes on while Typst's process is waited for."""
    pool = ThreadPoolExecutor(1)
    begun = pool.submit(work)
    pool.shutdown(wait=False)
    return begun


def _facts_of(article: VolumeArticle, volume: Volume, citation: str, claim: Claim) -> Facts:
    return Facts(
        title=article.title,
        authors=tuple(author.name for author in article.authors),
        subject=article.abstract,
        keywords=", ".join(article.keywords),
        publisher=volume.imprint.publisher,
        source=citation,
        year=volume.year,
        claim=claim,
    )


def shape_of(pdf: bytes, parts: int) -> tuple[list[int], list[tuple[float, float]]]:
    """Return the pages, from 0, on which the bookmarks of level 1 begin, and the pages' sizes."""
    with pdfium.opened(pdf) as document:
        goals = [mark.get_dest() for mark in document.get_toc() if mark.level == 0]
        starts = [goal.get_index() or 0 for goal in goals if goal is not None]
        sizes = [document.get_page_size(number) for number in range(len(document))]
    if len(starts) != parts:
        raise NotTypeset(f"{len(starts)} bookmarks for {parts} parts of the front")
    return starts, [(round(width, 3), round(height, 3)) for width, height in sizes]
