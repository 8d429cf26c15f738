"""The numbers of a marathon as pages, sheets and reports show them."""

from collections.abc import Iterable

from schemas.base import Schema
from schemas.ledger import Indicator


class PlaceRow(Schema):
    """A municipality in numbers; ``points`` counts approved entries of the ledger only."""

    municipality_id: str
    name: str
    member: bool = True
    works: int = 0
    authors: int = 0
    presenters: int = 0
    published: int = 0
    experts: int = 0
    reviews: int = 0
    points: int = 0

    @property
    def is_silent(self) -> bool:
        """A member that neither sent works nor gave experts who reviewed."""
        return self.member and not self.works and not self.reviews


class Stage(Schema):
    name: str
    count: int


class Agreement(Schema):
    """How far reviews of one work lie apart, in points of 100.

    ``works`` have two reviews or more; ``close`` is the share of pairs at most ``CLOSE`` apart.
    """

    works: int = 0
    mean_difference: float | None = None
    close: float | None = None


class Figures(Schema):
    """What ``Report.figures`` holds: ``Figures.model_validate(report.figures)``."""

    works: int
    drafts: int
    withdrawn: int
    authors: int
    presenters: int
    live: int
    published: int
    experts: int
    reviews: int
    organisations: int
    places: tuple[PlaceRow, ...]
    funnel: tuple[Stage, ...]
    tracks: tuple[Stage, ...]
    scores: tuple[float, ...]
    publication_threshold: float
    live_floor: float
    agreement: Agreement
    loads: tuple[Stage, ...]
    points: dict[Indicator, int] = {}

    @property
    def silent(self) -> tuple[str, ...]:
        """Members to ask why they stay silent."""
        return tuple(row.name for row in self.places if row.is_silent)

    @property
    def active(self) -> tuple[PlaceRow, ...]:
        return tuple(row for row in self.places if row.works)


def total(rows: Iterable[PlaceRow], field: str) -> int:
    return sum(getattr(row, field) for row in rows)
