"""What becomes of a decision when a cut-off moves, told from the decision itself, without its marks.

The engine's probability and spread give back the centre of the quality it believed in; with the
quality drawn as normal around it, the rule «sure enough and on that side» turns into two fixed
points: the highest threshold at which the work is published and the lowest at which it is refused.
At the threshold the decision was made for, the forecast is that decision. The engine itself
averages over several normal curves, so elsewhere it is near, not equal: a trial counts exactly.
"""

from collections.abc import Iterable
from math import ceil, floor
from statistics import NormalDist
from typing import NamedTuple

from schemas.decision import Decision, DecisionStatus
from schemas.decision_problem import FEWEST_REVIEWS, Publication
from schemas.decision_reasons import Reason
from schemas.marathon import DecisionPolicy

NORMAL = NormalDist()
SUREST = 1 - 1e-12  # beyond it a probability says no more where the centre is
NEVER, ALWAYS = -1.0, 101.0  # thresholds nobody can set
STEPS = 100  # thresholds to a point
STEP = 1 / STEPS
NOT_LIVE = frozenset(
    reason.value
    for reason in (
        Reason.LIVE_UNAVAILABLE,
        Reason.LIVE_VETO,
        Reason.LIVE_NO_SLOTS,
        Reason.VETO,
        Reason.NO_REVIEWS,
        Reason.TOO_FEW_REVIEWS,
    )
)


class Forecast(NamedTuple):
    """Published while the threshold is at most ``yes_to``, refused from ``no_from`` on.

    Between them the work waits for ``undecided``. ``live`` is the score that competes for a live
    place, None when the work cannot have one. ``fixed`` decisions move with no threshold.
    """

    yes_to: float
    no_from: float
    undecided: Publication
    live: float | None
    fixed: bool

    def outcome(self, threshold: float) -> Publication:
        if threshold <= self.yes_to:
            return Publication.YES
        return Publication.NO if threshold >= self.no_from else self.undecided

    def competes(self, floor: float) -> bool:
        return self.live is not None and self.live >= floor


def forecast(decision: Decision, policy: DecisionPolicy) -> Forecast:
    """``policy`` is in force; the one in the decision's trace, if any, is the one it was made by."""
    made_by = decision.trace.policy or policy
    now = Publication(decision.outcome)
    yes_to, no_from = points(decision, now, made_by)
    return Forecast(
        yes_to=yes_to,
        no_from=no_from,
        undecided=undecided(decision, now, policy),
        live=None if NOT_LIVE.intersection(decision.reasons) else decision.score,
        fixed=is_fixed(decision),
    )


def undecided(decision: Decision, now: Publication, policy: DecisionPolicy) -> Publication:
    if now in {Publication.EXTRA_REVIEW, Publication.COUNCIL}:
        return now
    more = decision.reviews < policy.max_reviews
    return Publication.EXTRA_REVIEW if more else Publication.COUNCIL


def is_fixed(decision: Decision) -> bool:
    """Final, ruled by a person, barred by a gate, or without enough reviews to decide at all."""
    return (
        decision.status is DecisionStatus.CONFIRMED
        or decision.overridden_by is not None
        or Reason.VETO.value in decision.reasons
        or decision.reviews < FEWEST_REVIEWS
        or None in {decision.score, decision.sd, decision.p_publication}
    )


def points(decision: Decision, now: Publication, made_by: DecisionPolicy) -> tuple[float, float]:
    if is_fixed(decision):
        return fixed_points(now)
    threshold, score, sd = made_by.publication_threshold, decision.score or 0.0, decision.sd or 0.0
    # Without any spread all marks are equal, and they are the quality.
    centre = threshold + sd * quantile(decision.p_publication or 0.0) if sd else score
    yes_to = min(score, centre - sd * quantile(made_by.high))
    no_from = max(score + STEP / 2, centre - sd * quantile(made_by.low))
    return (
        at_least(floor(in_steps(yes_to)) / STEPS, threshold, holds=now is Publication.YES),
        at_most(ceil(in_steps(no_from)) / STEPS, threshold, holds=now is Publication.NO),
    )


def in_steps(points: float) -> float:
    """Points in steps of a threshold; whole ones stay whole despite rounding."""
    return round(points * STEPS, 6)


def fixed_points(now: Publication) -> tuple[float, float]:
    if now is Publication.YES:
        return ALWAYS, ALWAYS + STEP
    return (NEVER, NEVER) if now is Publication.NO else (NEVER, ALWAYS)


def sure(probability: float) -> float:
    return min(max(probability, 1 - SUREST), SUREST)


def quantile(probability: float) -> float:
    return NORMAL.inv_cdf(sure(probability))


def at_least(yes_to: float, threshold: float, *, holds: bool) -> float:
    """The point moved so that at the decision's own threshold it is published or not, as it is."""
    return max(yes_to, threshold) if holds else min(yes_to, threshold - STEP)


def at_most(no_from: float, threshold: float, *, holds: bool) -> float:
    return min(no_from, threshold) if holds else max(no_from, threshold + STEP)


def live_places(scores: Iterable[tuple[int, bool]], slots: dict[int, int]) -> int:
    """How many live places are filled: per track, no more than it has. Pairs of track, competes."""
    wanted: dict[int, int] = {}
    for track, competes in scores:
        wanted[track] = wanted.get(track, 0) + competes
    return sum(min(count, slots.get(track, 0)) for track, count in wanted.items())
