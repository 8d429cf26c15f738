"""The volume with its articles set: the pages around them, heads and folios, and the binding."""

from collections.abc import Sequence

import pypdfium2  # type: ignore[import-untyped]

from flows.compilation.book import binding, front, pagination, piece
from flows.compilation.book.binding import Article, Front, Heads, Section
from flows.compilation.book.pagination import Sheets
from flows.compilation.book.press import Press
from flows.compilation.book.setting import Piece
from flows.compilation.book.xmp import Claim, Facts
from flows.documents.printing.cache import digest
from flows.documents.printing.typesetting import ARCHIVAL, PLAIN_ARCHIVAL, Job, NotTypeset
from schemas.volume import Volume, VolumeArticle

_FRONTS = (
    (Claim.ACCESSIBLE, Job("front.typ", "front.pdf", standards=ARCHIVAL)),
    (Claim.ARCHIVAL, Job("front.typ", "front.pdf", standards=PLAIN_ARCHIVAL)),
)
_HEADS = Job("heads.typ", "heads.pdf", standards=PLAIN_ARCHIVAL, tags=False)


class Bound:
    """The volume with its articles set: what stands around them, and the binding."""

    def __init__(self, press: Press, volume: Volume, pieces: Sequence[Piece]) -> None:
        self.press = press
        self.volume = volume
        self.pieces = pieces
        self.sections = [section for section in volume.sections if section.articles]
        self.back = tuple(front.back(volume).values())
        self.front, sizes, self.plan = self._front()
        self.sheets = self._sheets(sizes)
        self.drawn = press.draw({"sheets": list(self.sheets.drawn)}, _HEADS)
        self.heads = Heads(self.drawn)
        self._heads_digest = digest(self.drawn)

    def pdf(self) -> bytes:
        facts = self._facts()
        titles = [section.title for section in self.sections]
        pieces = [digest(one.pdf) for one in self.pieces]
        of = [digest(self.front.piece), self._heads_digest, pieces, facts, titles]

        def made() -> bytes:
            over = self.sheets.pages
            return binding.bind_volume(self.front, self._shelves(), self.heads, over, facts)

        return self.press.kept("volume", of, made)

    def articles(self) -> tuple[bytes, ...]:
        """Every article as a file of its own."""
        return tuple(
            self._alone(number, article) for number, article in enumerate(self.volume.articles())
        )

    def _alone(self, number: int, article: VolumeArticle) -> bytes:
        one, span = self.pieces[number], self.plan.articles[number]
        pages = self.sheets.alone[number]
        facts = _facts_of(article, self.volume, self.sheets.drawn[pages[0]]["citation"], one.claim)
        own = [self.sheets.drawn[pages[page]] for page in range(len(one.sizes))]

        def made() -> bytes:
            whole = Article(article.title, one.pdf)
            return binding.bind_article(whole, self.heads, pages, facts, start=span[0])

        # The heads' fonts hold the letters of all heads, so the file depends on every one of them.
        return self.press.kept("alone", [digest(one.pdf), self._heads_digest, own, facts], made)

    def _front(self) -> tuple[Front, piece.Sizes, pagination.Plan]:
        counts = [len(one.sizes) for one in self.pieces]
        own = [len(section.articles) for section in self.sections]
        openers = [1] * len(own)
        while True:
            drawn, self.claim = self._drawn_front(front.data(self.volume, counts, openers))
            starts, sheets = starts_of(drawn, 1 + len(own) + len(self.back))
            found = pagination.openers(starts, len(own), sheets)
            if found == openers:
                break
            openers = found
        made = piece.prepared(drawn, salt="front")
        plan = pagination.plan(starts, sheets, own, counts)
        return Front(made, starts, front.CONTENTS, self.back), piece.sizes_of(made), plan

    def _drawn_front(self, told: front.Data) -> tuple[bytes, Claim]:
        for claim, job in _FRONTS:
            try:
                return self.press.draw(told, job), claim
            except NotTypeset as refusal:
                reason = refusal
        raise reason

    def _sheets(self, sizes: piece.Sizes) -> Sheets:
        own = [one.sizes for one in self.pieces]
        return pagination.sheets(self.volume, self.plan, own, sizes, self.back)

    def _shelves(self) -> list[Section]:
        found = iter(self.pieces)
        return [
            Section(
                section.title,
                tuple(Article(article.title, next(found).pdf) for article in section.articles),
            )
            for section in self.sections
        ]

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


def starts_of(pdf: bytes, parts: int) -> tuple[tuple[int, ...], int]:
    """Return the pages, from 0, on which the bookmarks of level 1 begin, and how many pages."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        goals = [mark.get_dest() for mark in document.get_toc() if mark.level == 0]
        starts = tuple(goal.get_index() or 0 for goal in goals if goal is not None)
        sheets = len(document)
    finally:
        document.close()
    if len(starts) != parts:
        raise NotTypeset(f"{len(starts)} bookmarks for {parts} parts of the front")
    return starts, sheets
