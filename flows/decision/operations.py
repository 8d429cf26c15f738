"""Proposing decisions from the reviews, changing them with a reason, confirming them together."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from flows.decision import freezing
from flows.decision.engine.deciding import decide
from flows.decision.posing import Posed, pose
from schemas.decision import Decision, DecisionStatus, Ruling
from schemas.decision_problem import (
    Publication,
    Result,
    SubmissionResult,
)
from schemas.decision_reasons import Reason
from schemas.errors import BadInput, Conflict, DeadlinePassed
from schemas.marathon import Marathon
from schemas.outbox import Run
from schemas.people import Actor
from schemas.review import Review
from schemas.submission import Submission, SubmissionStatus
from storage.identifiers import new_id
from storage.work import Work

UNSETTLED = frozenset({Publication.EXTRA_REVIEW, Publication.COUNCIL})


def propose(work: Work, marathon_id: str, *, now: datetime) -> list[Decision]:
    """Decisions for every reviewed work, to look at; confirmed ones are never touched again.

    Proposing again from the same reviews gives the same decisions. Raises ``BadInput`` when no
    work has been reviewed.
    """
    posed = pose(work, marathon_id)
    if not posed.open_works:
        raise BadInput("Ещё нет работ, у которых закончена экспертиза.", code="nothing_to_decide")
    return keep(work, posed, decide(posed.problem), now=now)


def keep(work: Work, posed: Posed, result: Result, *, now: datetime) -> list[Decision]:
    by_id = {item.id: item for item in result.submissions}
    freezing.remember(work, posed.marathon.id, result.calibration)
    return [
        write(
            work,
            submission,
            facts_of(submission, by_id[submission.id], posed.marathon)
            | {"trace": trace(result, posed.reviews.get(submission.id, ()), posed.marathon)},
            now=now,
        )
        for submission in posed.open_works
    ]


def write(
    work: Work, submission: Submission, facts: dict[str, object], *, now: datetime
) -> Decision:
    """The proposal for one work, new or over the earlier one; an override by a person stays."""
    before = work.decisions.of_submission(submission.id, round_=submission.round)
    if before is None:
        return work.decisions.add(
            Decision(
                id=new_id(),
                marathon_id=submission.marathon_id,
                submission_id=submission.id,
                proposed_at=now,
                **facts,
            )
        )
    if is_with_council(before, facts):
        facts["outcome"] = Publication.COUNCIL.value
    if before.overridden_by:
        for outcome in ("publication", "live", "revise", "outcome"):
            facts.pop(outcome)
    after = before.model_copy(update=facts)
    return before if after == before else work.decisions.save(after)


def facts_of(
    submission: Submission, found: SubmissionResult, marathon: Marathon
) -> dict[str, object]:
    publication = found.publication is Publication.YES
    return {
        "outcome": found.publication.value,
        "publication": publication,
        "live": found.live,
        "revise": not publication and Reason.REVISION_ADVISED in found.reasons,
        "raw": found.raw,
        "score": found.score,
        "sd": found.sd,
        "p_publication": found.p_publication,
        "reviews": found.reviews,
        "stable": found.stable,
        "reasons": tuple(reason.value for reason in found.reasons),
        "explanation": found.explanation,
        "policy_version": marathon.decision.version,
        "round": submission.round,
    }


def trace(result: Result, reviews: Sequence[Review], marathon: Marathon) -> dict[str, object]:
    """Everything the decision rests on, in the words of the engine (expert ids, never names)."""
    corrections = {expert.id: expert.correction for expert in result.calibration.experts}
    marks = [
        {
            "expert": review.expert_id,
            "score": review.score,
            "correction": corrections.get(review.expert_id, 0.0),
        }
        for review in sorted(reviews, key=lambda one: one.expert_id)
    ]
    return {
        "marks": marks,
        "calibration_applied": result.calibration.applied,
        "likelihood_ratio": result.calibration.likelihood_ratio,
        "policy": marathon.decision.model_dump(mode="json"),
    }


def override(work: Work, decision_id: str, ruling: Ruling, *, by: Actor, now: datetime) -> Decision:
    """A person's ruling instead of the proposal; the reason is kept and journalled."""
    decision = work.decisions.get(decision_id)
    if decision.status is DecisionStatus.CONFIRMED:
        raise Conflict("Решение уже утверждено, менять его нельзя.", code="already_confirmed")
    if not ruling.reason.strip():
        raise BadInput("Напишите, почему решение изменено.", field="reason")
    work.journal.write(by, action="overridden", kind="decision", subject_id=decision_id, now=now)
    outcome = Publication.YES if ruling.publication else Publication.NO
    changes = {
        "publication": ruling.publication,
        "live": ruling.live,
        "revise": ruling.revise,
        "outcome": outcome.value,
        "overridden_by": by.person_id or by.part,
        "override_reason": ruling.reason.strip(),
    }
    return work.decisions.save(decision.model_copy(update=changes))


def is_with_council(before: Decision, facts: dict[str, object]) -> bool:
    """A work sent to the council stays there until another review comes in."""
    asks_again = facts["outcome"] == Publication.EXTRA_REVIEW
    return (
        asks_again and before.outcome == Publication.COUNCIL and before.reviews == facts["reviews"]
    )


def send_to_council(work: Work, decision_id: str, *, by: Actor, now: datetime) -> Decision:
    """Leave a work at the threshold to the council: no more reviews can be had."""
    decision = work.decisions.get(decision_id)
    if decision.outcome == Publication.COUNCIL:
        return decision
    if decision.status is DecisionStatus.CONFIRMED or decision.outcome not in UNSETTLED:
        raise Conflict("По этой работе решение уже есть.", code="already_settled")
    work.journal.write(
        by, action="sent_to_council", kind="decision", subject_id=decision_id, now=now
    )
    changes = {"outcome": Publication.COUNCIL.value}
    return work.decisions.save(decision.model_copy(update=changes))


def ask_extra_reviews(
    work: Work, marathon_id: str, *, by: Actor, now: datetime
) -> tuple[Run | None, int]:
    """One more review for every work that stands at the threshold; the sweep finds experts.

    Raises ``DeadlinePassed`` when reviews are not taken any more.
    """
    if now > work.marathons.get(marathon_id).reviews_until:
        raise DeadlinePassed(
            "Срок экспертизы закончился. Перенесите его в настройках марафона "
            "и запросите дополнительную экспертизу снова.",
            code="reviews_closed",
        )
    unclear = [
        item
        for item in work.decisions.of_marathon(marathon_id)
        if item.status is DecisionStatus.PROPOSED
        and item.outcome == Publication.EXTRA_REVIEW
        and work.submissions.get(item.submission_id).status is SubmissionStatus.REVIEWED
    ]
    for decision in unclear:
        submission = work.submissions.get(decision.submission_id)
        work.submissions.move(
            submission,
            to=SubmissionStatus.IN_REVIEW,
            by=by,
            now=now,
            extra_reviews=submission.extra_reviews + 1,
        )
    if not unclear:
        return None, 0
    run = work.runs.ask("replace_experts", marathon_id=marathon_id, by=by.person_id, now=now)
    return run, len(unclear)


def confirm(work: Work, decision_ids: Iterable[str], *, by: Actor, now: datetime) -> list[Decision]:
    """Make proposals final, all or none; letters wait in the outbox to be read and sent.

    The first one freezes the rules and the corrections. Confirming again changes nothing. Raises
    ``Conflict`` naming works nobody has settled, or for rules that have changed since.
    """
    decisions = [work.decisions.get(identifier) for identifier in decision_ids]
    require_settled(work, decisions)
    proposals = [item for item in decisions if item.status is DecisionStatus.PROPOSED]
    for marathon_id in sorted({item.marathon_id for item in proposals}):
        freezing.freeze(work, marathon_id, proposals, by=by, now=now)
    return [confirm_one(work, decision, by=by, now=now) for decision in decisions]


def require_settled(work: Work, decisions: Sequence[Decision]) -> None:
    unsettled = [
        work.submissions.get(item.submission_id).number
        for item in decisions
        if item.status is DecisionStatus.PROPOSED and item.outcome in UNSETTLED
    ]
    if unsettled:
        numbers = ", ".join(f"№ {number}" for number in sorted(unsettled))
        raise Conflict(
            f"По работам {numbers} ещё нет решения: запросите дополнительную экспертизу "
            "или внесите решение совета.",
            code="unsettled",
        )


def confirm_one(work: Work, decision: Decision, *, by: Actor, now: datetime) -> Decision:
    if decision.status is DecisionStatus.CONFIRMED:
        return decision
    submission = work.submissions.get(decision.submission_id)
    decided = work.submissions.move(submission, to=SubmissionStatus.DECIDED, by=by, now=now)
    confirmed = work.decisions.move(
        decision, to=DecisionStatus.CONFIRMED, by=by, now=now, confirmed_at=now
    )
    if confirmed.revise:
        work.submissions.move(
            decided,
            to=SubmissionStatus.REVISING,
            by=by,
            now=now,
            round=decided.round + 1,
            extra_reviews=0,
        )
    return confirmed
