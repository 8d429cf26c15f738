"""Which works deserve one more review: something stands out there, and it may matter.

It matters where the work is near the threshold of publication, or where the score would cross a
threshold without the review in question. Nothing here judges anybody.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from flows.decision.engine import rules
from flows.decision.engine.rules import Mark
from flows.decision.engine.severity import Floats
from flows.decision.screening import phrases
from flows.decision.screening.evidence import Evidence
from flows.decision.screening.experts import Portrait
from schemas.screening import Attention, Flag, FlagKind, PairBias, Repeat, Suggestion

WHOLE_EXPERT = (FlagKind.UNEXPECTED, FlagKind.APART, FlagKind.FAST)
Doubts = Mapping[int, Sequence[str]]
"""By place of a review, the facts about it."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Marks with their corrections, and by work the probability to reach the threshold."""

    marks: Sequence[Mark]
    probability: Floats


def suggestions(evidence: Evidence, standing: Standing, doubts: Doubts) -> tuple[Suggestion, ...]:
    """Works with a doubtful review that may matter, in the order of their ids.

    A work that has its greatest number of reviews is left to the council.
    """
    by_work: dict[int, list[int]] = defaultdict(list)
    for row in sorted(doubts):
        by_work[int(evidence.marks.work[row])].append(row)
    counts = evidence.marks.reviews_of_work
    found = (
        _suggestion(evidence, standing, work, {row: doubts[row] for row in rows})
        for work, rows in sorted(by_work.items())
        if counts[work] < evidence.question.policy.max_reviews
    )
    return tuple(one for one in found if one is not None)


def doubts(
    evidence: Evidence,
    portraits: Sequence[Portrait],
    flags: Sequence[Sequence[Flag]],
    repeats: Iterable[Repeat],
    pairs: Iterable[PairBias],
) -> dict[int, list[str]]:
    """Facts about single reviews, from what was found about experts, comments, municipalities."""
    found: dict[int, list[str]] = defaultdict(list)
    for portrait, own in zip(portraits, flags, strict=True):
        kinds = {flag.kind for flag in own}
        for kind in WHOLE_EXPERT:
            if kind in kinds:
                _note(found, portrait.rows.tolist(), phrases.SUGGESTED[kind])
        if FlagKind.UNIFORM in kinds:
            _note(found, portrait.uniform.tolist(), phrases.SUGGESTED[FlagKind.UNIFORM])
    _note(found, _repeated(evidence, repeats), phrases.SUGGESTED[FlagKind.REPEATED])
    for pair in pairs:
        if pair.attention is not Attention.NONE:
            _note(found, _between(evidence, pair), phrases.pair_reason(pair.shift))
    return found


def _suggestion(
    evidence: Evidence, standing: Standing, work: int, doubted: Doubts
) -> Suggestion | None:
    policy = evidence.question.policy
    decides = _decides(evidence, standing, work, doubted)
    near = policy.low < standing.probability[work] < policy.high
    if not decides and not near:
        return None
    facts = list(dict.fromkeys(fact for row in sorted(doubted) for fact in doubted[row]))
    return Suggestion(
        submission=evidence.marks.submissions[work],
        reasons=(phrases.suggestion(facts, decides=decides),),
    )


def _decides(evidence: Evidence, standing: Standing, work: int, doubted: Doubts) -> bool:
    """Whether the score without some doubtful review lies on the other side of a threshold."""
    policy = evidence.question.policy
    rows = np.flatnonzero(evidence.marks.work == work).tolist()
    marks = tuple(standing.marks[row] for row in rows)
    without = dict(zip(rows, rules.scores_without(marks), strict=True))
    rest = [score for row in doubted if (score := without[row]) is not None]
    return any(
        rules.reaches(score, line) != rules.reaches(rules.Evidence(marks).score, line)
        for line in (policy.publication_threshold, policy.live_floor)
        for score in rest
    )


def _repeated(evidence: Evidence, repeats: Iterable[Repeat]) -> list[int]:
    keys = {pair for one in repeats for pair in zip(one.submissions, one.experts, strict=True)}
    return [
        row
        for row, review in enumerate(evidence.reviews)
        if (review.submission, review.expert) in keys
    ]


def _between(evidence: Evidence, pair: PairBias) -> list[int]:
    experts, works = evidence.expert_homes, evidence.work_homes
    marks = zip(evidence.marks.expert.tolist(), evidence.marks.work.tolist(), strict=True)
    return [
        row
        for row, (expert, work) in enumerate(marks)
        if experts[expert] == pair.experts_of and works[work] == pair.works_of
    ]


def _note(found: dict[int, list[str]], rows: Iterable[int], fact: str) -> None:
    for row in rows:
        found[row].append(fact)
