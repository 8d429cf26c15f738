"""One work's outcome from its marks: the score, the publication decision and its reasons."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean

from scipy.special import stdtr

from flows.decision.engine.severity import Fit, Floats
from schemas.decision_problem import (
    FEWEST_REVIEWS,
    HIGHEST,
    Policy,
    Publication,
)
from schemas.decision_reasons import Reason
from schemas.review import Recommendation

FOR_LIVE = frozenset({Recommendation.LIVE, Recommendation.BOTH})
FOR_PUBLICATION = frozenset({Recommendation.PUBLICATION, Recommendation.BOTH})
MAJORITY = 0.5
SAME_SCORE = 9  # decimals: marks that average to the threshold on paper must meet it here


@dataclass(frozen=True, slots=True)
class Mark:
    """One review's score and the leniency taken off it, points; ``expert`` is who gave it."""

    score: float
    correction: float = 0.0
    expert: str = ""

    @property
    def corrected(self) -> float:
        return self.score - self.correction


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that is known about one work; ``probability`` is that of quality at the threshold.

    No review can be added any more to a work that is ``closed``.
    """

    marks: tuple[Mark, ...] = ()
    probability: float | None = None
    sd: float | None = None
    advice: tuple[Recommendation, ...] = ()
    veto: tuple[str, ...] = ()
    live_veto: tuple[str, ...] = ()
    closed: bool = False

    @property
    def at_limit(self) -> bool:
        """All marks at one end of the scale: a correction would invent differences there."""
        return {mark.score for mark in self.marks} in ({0.0}, {HIGHEST})

    @property
    def raw(self) -> float | None:
        return mean_score([mark.score for mark in self.marks])

    @property
    def score(self) -> float | None:
        return self.raw if self.at_limit else mean_score([mark.corrected for mark in self.marks])


@dataclass(frozen=True, slots=True)
class Verdict:
    publication: Publication
    stable: bool
    reasons: tuple[Reason, ...]


def mean_score(scores: Sequence[float]) -> float | None:
    """Mean on the scale 0..100; None of nothing. It sums exactly, so that no order matters."""
    if not scores:
        return None
    return min(HIGHEST, max(0.0, round(fmean(scores), SAME_SCORE)))


def capped(leniency: float, most: float) -> float:
    """A correction never exceeds ``most`` points either way."""
    return min(most, max(-most, leniency))


def probabilities(fit: Fit, threshold: float) -> Floats:
    """Per reviewed work, the probability that its quality is at least ``threshold`` points.

    Averages over how much experts may differ in strictness, also when that is not proven.
    """
    quality, deviation = fit.posterior.quality, fit.posterior.quality_sd
    certain = deviation <= 0
    distance = (quality - threshold) / (deviation + certain)
    cell = stdtr(fit.degrees, distance)
    cell[certain] = quality[certain] >= threshold
    chance: Floats = fit.weight @ cell
    return chance.clip(0, 1)


def verdict(evidence: Evidence, policy: Policy) -> Verdict:
    """Publication for one work.

    A final yes or no needs two reviews, a probability outside (``low``, ``high``) and a score on
    the same side of the threshold. Otherwise another review is asked for, up to ``max_reviews``;
    after that, or when no more can come, the council decides.
    """
    if evidence.veto:
        return Verdict(Publication.NO, stable=True, reasons=(Reason.VETO,))
    few = lacking(evidence)
    if few:
        closed = (Reason.REVIEWS_CLOSED,) if evidence.closed else ()
        return Verdict(undecided(evidence, policy), stable=False, reasons=(few, *closed))
    outcome = _outcome(evidence, policy)
    final = outcome in (Publication.YES, Publication.NO)
    reasons = [reason for reason, holds in _REASONS if holds(evidence, policy, outcome)]
    return Verdict(outcome, final and not one_review_decides(evidence, policy), tuple(reasons))


def one_review_decides(evidence: Evidence, policy: Policy) -> bool:
    """Whether leaving out some own review moves the score across the threshold.

    Corrections stay as they are: they are frozen with the protocol, and one review moves another
    work's score by less than half a point in the median.
    """
    passed = passes(evidence.marks, policy)
    return any(
        reaches(score, policy.publication_threshold) != passed
        for score in scores_without(evidence.marks)
    )


def scores_without(marks: Sequence[Mark]) -> tuple[float | None, ...]:
    """The published score without each mark in turn, in the order of the marks."""
    return tuple(
        Evidence((*marks[:place], *marks[place + 1 :])).score for place in range(len(marks))
    )


def in_order(marks: Iterable[Mark]) -> list[Mark]:
    """As people are shown them, «эксперт 1, 2, 3»: the lowest mark first."""
    return sorted(marks, key=lambda mark: (mark.score, mark.correction, mark.expert))


def lacking(evidence: Evidence) -> Reason | None:
    """Why nothing can be decided on these reviews; None when there are enough of them."""
    if not evidence.marks:
        return Reason.NO_REVIEWS
    return Reason.TOO_FEW_REVIEWS if len(evidence.marks) < FEWEST_REVIEWS else None


def live_obstacle(
    evidence: Evidence, policy: Policy, *, available: bool, slots: int
) -> Reason | None:
    """Why a work cannot compete for a live place; None when it can."""
    if evidence.veto:
        return Reason.VETO
    few = lacking(evidence)
    if few:
        return few
    if not available:
        return Reason.LIVE_UNAVAILABLE
    if evidence.live_veto:
        return Reason.LIVE_VETO
    if not reaches(evidence.score, policy.live_floor):
        return Reason.LIVE_BELOW_FLOOR
    return None if slots else Reason.LIVE_NO_SLOTS


def advises_against_live(evidence: Evidence) -> bool:
    """Whether at least half of the advice leaves the live presentation out."""
    return bool(evidence.advice) and share(evidence, FOR_LIVE) <= MAJORITY


def live_value(evidence: Evidence, policy: Policy) -> float:
    """What a work is worth in the live programme: score plus bonus for advice to present it."""
    return (evidence.score or 0.0) + policy.recommendation_bonus * share(evidence, FOR_LIVE)


def share(evidence: Evidence, wanted: frozenset[Recommendation]) -> float:
    """Share of the given advice among the work's advice, 0 when there is none."""
    if not evidence.advice:
        return 0.0
    return sum(advice in wanted for advice in evidence.advice) / len(evidence.advice)


def _outcome(evidence: Evidence, policy: Policy) -> Publication:
    passed = passes(evidence.marks, policy)
    if _sure(evidence, policy) != passed:
        return undecided(evidence, policy)
    return Publication.YES if passed else Publication.NO


def undecided(evidence: Evidence, policy: Policy) -> Publication:
    """Where a work goes that the marks cannot settle: another review, then the council."""
    if len(evidence.marks) < policy.max_reviews and not evidence.closed:
        return Publication.EXTRA_REVIEW
    return Publication.COUNCIL


def passes(marks: tuple[Mark, ...], policy: Policy) -> bool:
    """Whether the published score of these marks is at the threshold or above."""
    return reaches(Evidence(marks).score, policy.publication_threshold)


def reaches(score: float | None, threshold: float) -> bool:
    """A threshold finer than scores are kept is rounded as they are."""
    return score is not None and score >= round(threshold, SAME_SCORE)


def _sure(evidence: Evidence, policy: Policy) -> bool | None:
    """Whether the quality is surely at the threshold or surely below it; None between them."""
    chance = evidence.probability
    if chance is None or policy.low < chance < policy.high:
        return None
    return chance >= policy.high


def _contradicts(evidence: Evidence, policy: Policy) -> bool:
    """A sure probability on the other side of the threshold than the published score."""
    return _sure(evidence, policy) == (not passes(evidence.marks, policy))


def _advice_contradicts(evidence: Evidence, _: Policy, outcome: Publication) -> bool:
    backing = share(evidence, FOR_PUBLICATION)
    against = share(evidence, frozenset(Recommendation) - FOR_PUBLICATION)
    return (outcome is Publication.YES and against > MAJORITY) or (
        outcome is Publication.NO and backing > MAJORITY
    )


Test = Callable[[Evidence, Policy, Publication], bool]
_REASONS: tuple[tuple[Reason, Test], ...] = (
    (Reason.ABOVE_THRESHOLD, lambda _, __, outcome: outcome is Publication.YES),
    (Reason.BELOW_THRESHOLD, lambda _, __, outcome: outcome is Publication.NO),
    (Reason.BORDERLINE, lambda _, __, outcome: outcome is Publication.EXTRA_REVIEW),
    (
        Reason.REVIEWS_EXHAUSTED,
        lambda work, policy, outcome: (
            outcome is Publication.COUNCIL and len(work.marks) >= policy.max_reviews
        ),
    ),
    (
        Reason.REVIEWS_CLOSED,
        lambda work, policy, outcome: (
            outcome is Publication.COUNCIL and len(work.marks) < policy.max_reviews
        ),
    ),
    (Reason.SCORE_CONTRADICTS_PROBABILITY, lambda work, policy, _: _contradicts(work, policy)),
    (Reason.ONE_REVIEW_DECIDES, lambda work, policy, _: one_review_decides(work, policy)),
    (
        Reason.CORRECTION_APPLIED,
        lambda work, _, __: not work.at_limit and any(mark.correction for mark in work.marks),
    ),
    (
        Reason.MARKS_AT_LIMIT,
        lambda work, _, __: work.at_limit and any(mark.correction for mark in work.marks),
    ),
    (
        Reason.REVISION_ADVISED,
        lambda work, _, __: share(work, frozenset({Recommendation.REVISE})) > MAJORITY,
    ),
    (Reason.ADVICE_CONTRADICTS_SCORE, _advice_contradicts),
)
