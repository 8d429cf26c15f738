"""An expert's review of a work."""

from datetime import datetime
from enum import StrEnum

from pydantic import Field

from schemas.base import Entity, Schema


class Recommendation(StrEnum):
    LIVE = "live"
    PUBLICATION = "publication"
    BOTH = "both"
    REVISE = "revise"
    NEITHER = "neither"


RECOMMENDATION_NAMES = {
    Recommendation.LIVE: "представить на марафоне",
    Recommendation.PUBLICATION: "опубликовать в сборнике",
    Recommendation.BOTH: "представить и опубликовать",
    Recommendation.REVISE: "доработать и прислать снова",
    Recommendation.NEITHER: "не представлять и не публиковать",
}


class ReviewDraft(Schema):
    """What the scoring form holds; ``comment`` is for the author, ``note`` for the organisers."""

    levels: dict[str, int] = {}
    gates: dict[str, bool] = {}
    comments: dict[str, str] = {}
    comment: str = Field(default="", max_length=10000)
    note: str = Field(default="", max_length=10000)
    recommendation: Recommendation | None = None


class SentDraft(ReviewDraft):
    """A review as it was once sent; ``sent_at`` is None for those older than this field."""

    sent_at: datetime | None = None


class Review(Entity):
    """``score`` is in points of 0..100 and exists once sent; ``version`` guards two tabs.

    ``started_at`` is when the first draft was kept; None for reviews older than this field.
    """

    assignment_id: str
    marathon_id: str
    submission_id: str
    expert_id: str
    draft: ReviewDraft = ReviewDraft()
    score: float | None = None
    started_at: datetime | None = None
    saved_at: datetime
    submitted_at: datetime | None = None
    history: tuple[SentDraft, ...] = ()
    version: int = 1
