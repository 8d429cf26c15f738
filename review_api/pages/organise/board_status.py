"""What the decisions board says about the scores: corrections, comparability, agreement, waiting."""

from collections.abc import Iterable

from flows.decision.engine.comparability import comparability
from review_api.formats import marked
from review_api.marathon_facts import Facts
from review_api.pages.organise import board, desk
from schemas.base import Schema
from schemas.decision import Decision, DecisionStatus
from schemas.decision_problem import ScoredReview
from schemas.decision_reasons import WARNING_SENTENCES
from schemas.screening import GRADE_NAMES, ScreeningReport
from schemas.submission import Submission

HIGH, MIDDLE = 0.667, 0.4  # of Krippendorff's alpha, for words
LISTED = 200  # proposals applied at once; forms have a limit of fields
SHOWN = 20  # waiting works named on the page


class Calibration(Schema):
    """``ratio`` is the likelihood ratio for differences in strictness, ``needed`` what proves them."""

    applied: bool
    ratio: float
    needed: float
    frozen: bool = False


class Status(Schema):
    """How far the scores can be trusted, in words; ``grade`` comes from the newest screening."""

    calibration: Calibration | None = None
    warnings: tuple[str, ...] = ()
    experts: int = 0
    alpha: float | None = None
    agreement: str = ""
    grade: str = ""
    reliability: float | None = None
    outdated: int = 0


def status(facts: Facts) -> Status:
    decisions = list(facts.decisions.values())
    found = comparability(reviews_of(decisions), homes(facts))
    screening = facts.work.screenings.of_marathon(facts.marathon.id)
    panel = ScreeningReport.model_validate(screening.report).panel if screening else None
    return Status(
        calibration=calibration(facts),
        warnings=tuple(WARNING_SENTENCES[one] for one in found.warnings),
        experts=found.experts,
        alpha=found.alpha,
        agreement=agreement_words(found.alpha),
        grade=GRADE_NAMES[panel.grade] if panel and panel.grade else "",
        reliability=panel.icc_panel if panel else None,
        outdated=sum(is_outdated(facts, one) for one in decisions),
    )


def is_outdated(facts: Facts, decision: Decision) -> bool:
    """Proposed by rules that have changed since."""
    return (
        decision.status is DecisionStatus.PROPOSED
        and decision.overridden_by is None
        and decision.policy_version != facts.marathon.decision.version
    )


def homes(facts: Facts) -> dict[str, str]:
    return {
        one.id: one.authors[0].municipality_id if one.authors else "" for one in facts.submissions
    }


def reviews_of(decisions: Iterable[Decision]) -> list[ScoredReview]:
    """The marks behind the decisions, as their traces keep them."""
    return [
        ScoredReview(submission=one.submission_id, expert=mark.expert, score=mark.score)
        for one in decisions
        for mark in one.trace.marks
    ]


def calibration(facts: Facts) -> Calibration | None:
    kept = facts.work.frozen_calibrations.of_marathon(facts.marathon.id)
    if kept is None:
        return None
    return Calibration(
        applied=kept.applied,
        ratio=kept.likelihood_ratio,
        needed=facts.marathon.decision.min_likelihood_ratio,
        frozen=kept.frozen_at is not None,
    )


def agreement_words(alpha: float | None) -> str:
    if alpha is None:
        return ""
    if alpha >= HIGH:
        return marked("высокое")
    return marked("среднее") if alpha >= MIDDLE else marked("слабое")


class Waiting(Schema):
    """Works that wait for something: how many, the first of them, and the filter that shows all."""

    title: str
    query: str
    count: int
    works: tuple[tuple[int, str, str], ...]


WAITING = (
    (
        marked("Нужно запросить экспертизу"),
        "outcome=extra_review&state=предложено",
        board.needs_review,
    ),
    (marked("Идёт дополнительная экспертиза"), "state=ждёт+экспертизы", board.under_review),
    (marked("Решает совет"), "outcome=council&state=предложено", board.with_council),
)


def waiting(facts: Facts, pairs: list[tuple[Decision, Submission]]) -> list[Waiting]:
    found = []
    for title, query, waits in WAITING:
        works = [
            (one.number, one.title, desk.address(facts.marathon, f"decisions/{item.id}"))
            for item, one in pairs
            if waits(item, one)
        ]
        if works:
            found.append(
                Waiting(title=title, query=query, count=len(works), works=tuple(works[:SHOWN]))
            )
    return found
