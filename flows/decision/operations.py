"""Proposing decisions from the reviews, changing them with a reason, confirming them together."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from flows.decision.engine.deciding import decide
from flows.decision.gates import bars
from schemas.decision import Decision, DecisionStatus, Ruling
from schemas.decision_problem import (
    Entry,
    Policy,
    Problem,
    Publication,
    Result,
    ScoredReview,
    SubmissionResult,
)
from schemas.decision_reasons import Reason
from schemas.errors import BadInput, Conflict, DeadlinePassed
from schemas.marathon import Marathon
from schemas.outbox import Run
from schemas.people import Actor
from schemas.review import Recommendation, Review
from schemas.rubric import Rubric
from schemas.submission import Submission, SubmissionStatus
from storage.identifiers import new_id
from storage.work import Work

UNSETTLED = frozenset({Publication.EXTRA_REVIEW, Publication.COUNCIL})
SCORED = (SubmissionStatus.REVIEWED, SubmissionStatus.DECIDED, SubmissionStatus.PUBLISHED)

ReviewsByWork = Mapping[str, Sequence[Review]]


def propose(work: Work, marathon_id: str, *, now: datetime) -> list[Decision]:
    """Decisions for every reviewed work, to look at; confirmed ones are never touched again.

    Confirmed works keep their live places and still tell how strict experts are. Proposing
    again from the same reviews gives the same decisions. Raises ``BadInput`` when no work has
    been reviewed.
    """
    marathon = work.marathons.get(marathon_id)
    submissions = work.submissions.of_marathon(marathon_id, status=SCORED)
    if not any(one.status is SubmissionStatus.REVIEWED for one in submissions):
        raise BadInput("Ещё нет работ, у которых закончена экспертиза.", code="nothing_to_decide")
    rounds = {submission.id: submission.round for submission in submissions}
    before = {
        item.submission_id: item
        for item in work.decisions.of_marathon(marathon_id)
        if rounds.get(item.submission_id) == item.round
    }
    reviews = current_reviews(work, marathon_id, submissions)
    rubric = work.rubrics.of(marathon_id)
    problem = problem_of(marathon, rubric, submissions, reviews, before)
    result = decide(problem)
    by_id = {item.id: item for item in result.submissions}
    return [
        write(
            work,
            submission,
            facts_of(submission, by_id[submission.id], marathon)
            | {"trace": trace(result, reviews.get(submission.id, ()), marathon)},
            now=now,
        )
        for submission in submissions
        if submission.status is SubmissionStatus.REVIEWED
    ]


def current_reviews(
    work: Work, marathon_id: str, submissions: Sequence[Submission]
) -> dict[str, list[Review]]:
    """Sent reviews of the round each work is in."""
    rounds = {submission.id: submission.round for submission in submissions}
    assigned = {item.id: item.round for item in work.assignments.of_marathon(marathon_id)}
    found = defaultdict(list)
    for review in work.reviews.sent(marathon_id):
        if rounds.get(review.submission_id) == assigned[review.assignment_id]:
            found[review.submission_id].append(review)
    return found


def problem_of(
    marathon: Marathon,
    rubric: Rubric,
    submissions: Sequence[Submission],
    reviews: ReviewsByWork,
    before: Mapping[str, Decision],
) -> Problem:
    """The decision engine's problem; arrival order breaks exact ties for live places."""
    settled = {key: item for key, item in before.items() if item.status is DecisionStatus.CONFIRMED}
    arrived = sorted(submissions, key=lambda one: (one.submitted_at or one.created_at, one.number))
    return Problem(
        reviews=tuple(
            scored(review) for submission in arrived for review in reviews.get(submission.id, ())
        ),
        submissions=tuple(
            entry(rubric, submission, reviews.get(submission.id, ()), settled)
            for submission in arrived
        ),
        policy=policy_of(marathon, arrived, settled),
    )


def scored(review: Review) -> ScoredReview:
    advice = review.draft.recommendation
    return ScoredReview(
        submission=review.submission_id,
        expert=review.expert_id,
        score=review.score or 0.0,
        recommendation=Recommendation(advice.value) if advice else None,
    )


def entry(
    rubric: Rubric,
    submission: Submission,
    reviews: Sequence[Review],
    settled: Mapping[str, Decision],
) -> Entry:
    barred = bars(rubric, [review.draft.gates for review in reviews])
    return Entry(
        id=submission.id,
        municipality=submission.authors[0].municipality_id,
        track=str(submission.track),
        available=submission.id not in settled and not barred.live,
        veto=barred.publication,
    )


def policy_of(
    marathon: Marathon, submissions: Sequence[Submission], settled: Mapping[str, Decision]
) -> Policy:
    """The marathon's thresholds with the live places that are still free."""
    taken = Counter(
        submission.track
        for submission in submissions
        if submission.id in settled and settled[submission.id].live
    )
    chosen = marathon.decision
    return Policy(
        publication_threshold=chosen.publication_threshold,
        live_floor=chosen.live_floor,
        slots={
            str(track.number): max(0, track.live_slots - taken[track.number])
            for track in marathon.tracks
        },
        max_live_per_municipality=chosen.max_live_per_municipality,
        min_live_per_municipality=chosen.min_live_per_municipality,
        max_reviews=chosen.max_reviews,
        low=chosen.low,
        high=chosen.high,
        max_correction=chosen.max_correction,
        min_likelihood_ratio=chosen.min_likelihood_ratio,
    )


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

    Confirming again changes nothing. Raises ``Conflict`` naming works nobody has settled.
    """
    decisions = [work.decisions.get(identifier) for identifier in decision_ids]
    require_settled(work, decisions)
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
