"""The trace kept with every decision: what it was counted from, and what a person changed."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from flows.decision.engine.flips import FINAL
from flows.decision.engine.rules import Mark, in_order
from flows.decision.level_flips import level_flips
from flows.decision.posing import Posed
from schemas.decision import Decision, Ruling
from schemas.decision_problem import Entry, Result, SubmissionResult
from schemas.decision_trace import DecisionTrace, LevelFlip, Override, Proposal, TracedMark
from schemas.people import Actor
from schemas.review import Review


def traces(posed: Posed, result: Result) -> dict[str, DecisionTrace]:
    """By submission id, for the works that are still open; experts and works by id, never by name."""
    shared = DecisionTrace(
        calibration_applied=result.calibration.applied,
        likelihood_ratio=result.calibration.likelihood_ratio,
        frozen=posed.problem.frozen is not None,
        policy=posed.marathon.decision,
    )
    corrections = {expert.id: expert.correction for expert in result.calibration.experts}
    entries = {entry.id: entry for entry in posed.problem.submissions}
    found = {item.id: item for item in result.submissions}
    refusals = {refusal.id: refusal for refusal in result.selection.refusals}
    return {
        one.id: shared.model_copy(
            update=own_facts(posed, entries[one.id], found[one.id], corrections)
            | {"refusal": refusals.get(one.id)}
        )
        for one in posed.open_works
    }


def own_facts(
    posed: Posed, entry: Entry, found: SubmissionResult, corrections: Mapping[str, float]
) -> dict[str, object]:
    marks = traced_marks(posed.reviews.get(entry.id, ()), corrections)
    return {
        "marks": marks,
        "veto": entry.veto,
        "live_veto": entry.live_veto,
        "flips": found.flips,
        "level_flips": () if entry.veto else turning_levels(posed, found, marks),
    }


def traced_marks(
    reviews: Sequence[Review], corrections: Mapping[str, float]
) -> tuple[TracedMark, ...]:
    return tuple(
        TracedMark(
            expert=review.expert_id,
            score=review.score or 0.0,
            correction=corrections.get(review.expert_id, 0.0),
            levels=review.draft.levels,
            recommendation=review.draft.recommendation,
        )
        for review in sorted(reviews, key=lambda one: one.expert_id)
    )


def turning_levels(
    posed: Posed, found: SubmissionResult, marks: Sequence[TracedMark]
) -> tuple[LevelFlip, ...]:
    """Only of works decided by their score: the others have nothing to turn."""
    if found.publication not in FINAL:
        return ()
    return level_flips(
        posed.rubric,
        plain_marks(marks),
        [mark.levels for mark in marks],
        posed.problem.policy.publication_threshold,
    )


def plain_marks(marks: Sequence[TracedMark]) -> tuple[Mark, ...]:
    """The marks as the engine counts with them."""
    return tuple(Mark(mark.score, mark.correction, mark.expert) for mark in marks)


def numbered(marks: Sequence[TracedMark]) -> list[tuple[int, TracedMark]]:
    """«Эксперт 1, 2, 3» of one work, numbered as in its explanation."""
    by_expert = {mark.expert: mark for mark in marks}
    shown = in_order(plain_marks(marks))
    return [(number, by_expert[mark.expert]) for number, mark in enumerate(shown, start=1)]


def with_override(decision: Decision, ruling: Ruling, *, by: Actor, now: datetime) -> DecisionTrace:
    """The trace with a person's word; what the reviews alone had come to is kept from the first."""
    earlier = decision.trace.override
    override = Override(
        by=by.person_id or by.part,
        at=now,
        reason=ruling.reason.strip(),
        council=ruling.council,
        proposed=earlier.proposed if earlier else proposal_of(decision),
    )
    return decision.trace.model_copy(update={"override": override})


def proposal_of(decision: Decision) -> Proposal:
    return Proposal(
        outcome=decision.outcome,
        publication=decision.publication,
        live=decision.live,
        revise=decision.revise,
    )


def keeping_override(before: Decision, after: Decision) -> Decision:
    """A new proposal with the word of the person who had changed the earlier one."""
    if before.trace.override is None:
        return after
    kept = after.trace.model_copy(update={"override": before.trace.override})
    return after.model_copy(update={"trace": kept})
