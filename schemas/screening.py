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


class Grade(StrEnum):
    """How reliable the scores of the panel are, in a word."""

    HIGH = "high"
    SUFFICIENT = "sufficient"
    LOW = "low"


GRADE_NAMES = {
    Grade.HIGH: "высокая",
    Grade.SUFFICIENT: "достаточная",
    Grade.LOW: "низкая",
}


class FlagKind(StrEnum):
    UNEXPECTED = "unexpected"
    APART = "apart"
    UNIFORM = "uniform"
    FAST = "fast"
    REPEATED = "repeated"
    CRITERION = "criterion"
    DRIFT = "drift"


FLAG_NAMES = {
    FlagKind.UNEXPECTED: "неожиданные оценки",
    FlagKind.APART: "расходится с другими",
    FlagKind.UNIFORM: "одинаковые уровни",
    FlagKind.FAST: "быстрее остальных",
    FlagKind.REPEATED: "повторы в комментариях",
    FlagKind.CRITERION: "своя мерка критерия",
    FlagKind.DRIFT: "оценки меняются",
}


class Flag(Schema):
    """Something to look at about an expert; ``text`` says it in a sentence with its numbers."""

    kind: FlagKind
    text: str
    attention: Attention = Attention.NOTICE


class PanelFinding(Schema):
    """All reviewed works together, never the selected ones only.

    ``alpha`` is ordinal with its interval, ``alpha_points`` in points, ``icc`` the reliability of
    one review, ``icc_panel`` of a score. ``connectivity`` is the second eigenvalue of the network
    of experts, ``connected`` whether it is enough to compare their strictness.
    """

    works: int
    experts: int
    reviews: int
    grade: Grade | None
    alpha: float | None
    alpha_span: Span | None
    alpha_points: float | None
    icc: float | None
    icc_panel: float | None
    groups: int
    connectivity: float | None
    connected: bool


class Effect(Schema):
    """An estimate with its 95 % interval; ``p`` is adjusted for all tests of its kind (Holm)."""

    value: float
    span: Span
    p: float
    attention: Attention = Attention.NONE


class CriterionFinding(Schema):
    """``drift`` is in levels: how much marks move from experts' first reviews to their last."""

    code: str
    works: int
    alpha: float | None
    alpha_span: Span | None
    drift: Effect | None


class Habit(Schema):
    """One expert on one criterion, in levels, beside the others on the same works.

    ``severity`` above zero is stricter here than on the other criteria; ``drift`` is from the
    expert's first review to the last.
    """

    code: str
    severity: Effect | None
    drift: Effect | None


class ExpertFinding(Schema):
    """``severity`` in points, above zero stricter, from the model that corrects the scores.

    ``outfit`` is 1 for an expert as consistent as the model expects; ``consensus`` the
    correlation with the others' mean on the same works. ``uniform`` counts reviews with one level
    throughout, ``pace`` is seconds per thousand characters of the material, a median.
    """

    id: str
    municipality: str
    reviews: int
    severity: float
    severity_span: Span
    outfit: float | None
    consensus: float | None
    uniform: int
    pace: float | None
    timed: int
    habits: tuple[Habit, ...] = ()
    flags: tuple[Flag, ...] = ()


class Repeat(Schema):
    """Reviews of different works with nearly the same comment; ``sample`` is its beginning."""

    submissions: tuple[str, ...]
    experts: tuple[str, ...]
    sample: str


class Suggestion(Schema):
    """A work that deserves one more review, and why; never what anybody did wrong."""

    submission: str
    reasons: tuple[str, ...]


class ScreeningReport(Schema):
    panel: PanelFinding
    criteria: tuple[CriterionFinding, ...] = ()
    experts: tuple[ExpertFinding, ...] = ()
    pairs: tuple[PairBias, ...] = ()
    favours: tuple[Favour, ...] = ()
    repeats: tuple[Repeat, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()
