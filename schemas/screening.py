"""The screening of a marathon's reviews: what deserves a second look, never a verdict.

Everything is by id; pages put names to it. Points are of 0..100, levels are those of the rubric.
"""

from enum import StrEnum

from schemas.base import Schema

Span = tuple[float, float]
"""A 95 % interval."""


class Attention(StrEnum):
    """How much a finding weighs: ``alarm`` holds family-wise at 5 %, ``notice`` is weaker."""

    NONE = "none"
    NOTICE = "notice"
    ALARM = "alarm"


class PairBias(Schema):
    """Marks that experts of one municipality gave to works of one municipality.

    ``shift`` is in points, above zero when the marks are higher than quality and strictness
    explain, give or take ``shift_sd``. ``z`` is the score statistic, ``p`` is two-sided.
    """

    experts_of: str
    works_of: str
    reviews: int
    shift: float
    shift_sd: float
    z: float
    p: float
    attention: Attention = Attention.NONE


class Favour(Schema):
    """Two municipalities whose experts both mark each other's works high; ``p`` of the product."""

    one: str
    other: str
    product: float
    p: float
    attention: Attention = Attention.NONE
