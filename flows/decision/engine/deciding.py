"""The whole decision on one problem: calibrate, score, decide publication, share out live places."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from flows.decision.engine import agreement, comparability, fitting, rules, selection, severity
from flows.decision.engine.explanation import explain
from flows.decision.engine.flips import flips
from flows.decision.engine.places import Candidate, Places
from flows.decision.engine.rules import Evidence, Mark, Verdict
from flows.decision.engine.severity import Fit, Marks
from schemas.decision_problem import (
    Calibration,
    Entry,
    ExpertCalibration,
    FrozenCorrections,
    Policy,
    Problem,
    Refusal,
    Result,
    ScoredReview,
    Selection,
    SubmissionResult,
)
from schemas.decision_reasons import Reason


def decide(problem: Problem) -> Result:
    """Decide every submission of the problem; the order of reviews never matters.

    The order of submissions is that of arrival and breaks exact ties for live places only.
    """
    marks = severity.tabulate(problem.reviews)
    model = fitting.fit(marks)
    calibration = calibrate(marks, model, problem)
    evidence = weigh(problem, marks, model, calibration)
    chosen, live = _select(problem, evidence)
    refusal = {refused.id: refused for refused in live.refusals}
    cases = (
        _Case(
            entry=entry,
            evidence=evidence[entry.id],
            policy=problem.policy,
            live=entry.id in chosen,
            refusal=refusal.get(entry.id),
        )
        for entry in problem.submissions
    )
    return Result(
        calibration=calibration,
        agreement=agreement.measured(marks, model, corrected=calibration.applied),
        submissions=tuple(case.result() for case in cases),
        selection=live,
    )


def calibrate(marks: Marks, model: Fit | None, problem: Problem) -> Calibration:
    """Corrections for every expert: those frozen with the problem, or else from its marks."""
    home = {entry.id: entry.municipality for entry in problem.submissions}
    link = agreement.connectivity(marks)
    warnings = comparability.warnings(marks, home, link)
    taken = in_force(marks, model, problem.policy, problem.frozen)
    return Calibration(
        applied=taken.applied,
        likelihood_ratio=model.likelihood_ratio if model else 0.0,
        connected=not warnings,
        components=len(set(agreement.components(marks))),
        algebraic_connectivity=link,
        warnings=warnings,
        experts=tuple(_experts(marks, model, taken)),
        frozen=problem.frozen is not None,
    )


def in_force(
    marks: Marks, model: Fit | None, policy: Policy, frozen: FrozenCorrections | None
) -> FrozenCorrections:
    """The corrections of published scores: those frozen, or else what the marks give."""
    return frozen or corrections(marks, model, policy)


def corrections(marks: Marks, model: Fit | None, policy: Policy) -> FrozenCorrections:
    """What these marks give by themselves: none for anybody unless the differences in strictness are proven."""
    if model is None or len(marks.experts) < 2:  # noqa: PLR2004
        return FrozenCorrections(applied=False)
    if model.likelihood_ratio < policy.min_likelihood_ratio:
        return FrozenCorrections(applied=False)
    leniency, _ = model.leniency()
    return FrozenCorrections(
        applied=True,
        corrections={
            name: rules.capped(points, policy.max_correction)
            for name, points in zip(marks.experts, leniency.tolist(), strict=True)
        },
    )


def weigh(
    problem: Problem, marks: Marks, model: Fit | None, calibration: Calibration
) -> dict[str, Evidence]:
    """Everything known about each submission, by id, in the problem's order."""
    correction = {expert.id: expert.correction for expert in calibration.experts}
    chance, doubt = _chances(marks, model, problem.policy)
    reviews: dict[str, list[ScoredReview]] = {entry.id: [] for entry in problem.submissions}
    for review in sorted(problem.reviews, key=lambda review: review.expert):
        reviews[review.submission].append(review)
    return {
        entry.id: Evidence(
            marks=tuple(
                Mark(review.score, correction[review.expert], review.expert)
                for review in reviews[entry.id]
            ),
            probability=chance.get(entry.id),
            sd=doubt.get(entry.id),
            advice=tuple(
                review.recommendation for review in reviews[entry.id] if review.recommendation
            ),
            veto=entry.veto,
            live_veto=entry.live_veto,
            closed=entry.closed,
        )
        for entry in problem.submissions
    }


@dataclass(frozen=True, slots=True)
class _Case:
    """One submission with what its result is made of."""

    entry: Entry
    evidence: Evidence
    policy: Policy
    live: bool
    refusal: Refusal | None

    def result(self) -> SubmissionResult:
        verdict = rules.verdict(self.evidence, self.policy)
        reasons = self._reasons(verdict)
        turns = flips(self.evidence, self.policy, verdict.publication)
        text = explain(
            self.evidence, self.policy, verdict.publication, reasons, self.refusal, turns
        )
        return SubmissionResult(
            id=self.entry.id,
            raw=self.evidence.raw,
            score=self.evidence.score,
            sd=self.evidence.sd,
            p_publication=self.evidence.probability,
            reviews=len(self.evidence.marks),
            stable=verdict.stable,
            publication=verdict.publication,
            live=self.live,
            reasons=reasons,
            explanation=text,
            flips=turns,
        )

    def _reasons(self, verdict: Verdict) -> tuple[Reason, ...]:
        competed = Reason.LIVE_CHOSEN if self.live else self.refusal and self.refusal.reason
        if competed:
            against = rules.advises_against_live(self.evidence)
            warned = (Reason.ADVICE_AGAINST_LIVE,) if against else ()
            return (*verdict.reasons, *warned, competed)
        obstacle = _obstacle(self.entry, self.evidence, self.policy)
        if obstacle is None or obstacle in verdict.reasons:
            return verdict.reasons
        return (*verdict.reasons, obstacle)


def _select(problem: Problem, evidence: Mapping[str, Evidence]) -> tuple[frozenset[str], Selection]:
    policy = problem.policy
    candidates = [
        Candidate(
            id=entry.id,
            municipality=entry.municipality,
            track=entry.track,
            value=rules.live_value(evidence[entry.id], policy),
        )
        for entry in problem.submissions
        if _obstacle(entry, evidence[entry.id], policy) is None
    ]
    most, least = policy.max_live_per_municipality, policy.min_live_per_municipality
    return selection.select(candidates, Places(policy.slots, most, least))


def _obstacle(entry: Entry, evidence: Evidence, policy: Policy) -> Reason | None:
    slots = policy.slots.get(entry.track, 0)
    return rules.live_obstacle(evidence, policy, available=entry.available, slots=slots)


def _chances(
    marks: Marks, model: Fit | None, policy: Policy
) -> tuple[dict[str, float], dict[str, float]]:
    """Probability of quality at the publication threshold, and its sd, by submission."""
    if model is None:
        return {}, {}
    chance = rules.probabilities(model, policy.publication_threshold).tolist()
    _, doubt = model.quality()
    names = marks.submissions
    return dict(zip(names, chance, strict=True)), dict(zip(names, doubt.tolist(), strict=True))


def _experts(
    marks: Marks, model: Fit | None, taken: FrozenCorrections
) -> Iterator[ExpertCalibration]:
    """Corrections stand only where they are applied; severity is always that of the marks."""
    nothing = np.zeros(len(marks.experts))
    mean, deviation = model.leniency() if model else (nothing, nothing)
    counts = marks.reviews_by_expert.tolist()
    rows = zip(marks.experts, mean.tolist(), deviation.tolist(), counts, strict=True)
    for name, leniency, doubt, count in rows:
        yield ExpertCalibration(
            id=name,
            correction=taken.of(name),
            severity=0.0 - leniency,
            severity_sd=doubt,
            reviews=count,
        )
