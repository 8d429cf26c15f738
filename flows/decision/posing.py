"""The decision engine's problem out of a marathon's reviews; nothing is written here."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flows.decision.gates import bars
from schemas.decision import Decision, DecisionStatus
from schemas.decision_problem import Entry, FrozenCorrections, Policy, Problem, ScoredReview
from schemas.errors import BadInput, Conflict
from schemas.marathon import Marathon
from schemas.review import Recommendation, Review
from schemas.rubric import Rubric
from schemas.submission import Submission, SubmissionStatus
from storage.work import Work

SCORED = (SubmissionStatus.REVIEWED, SubmissionStatus.DECIDED, SubmissionStatus.PUBLISHED)

ReviewsByWork = Mapping[str, Sequence[Review]]


@dataclass(frozen=True, slots=True)
class Posed:
    """A problem with what it was made of; ``before`` are decisions of the works' current rounds."""

    marathon: Marathon
    problem: Problem
    submissions: tuple[Submission, ...]
    reviews: ReviewsByWork
    before: Mapping[str, Decision]
    rubric: Rubric

    @property
    def open_works(self) -> list[Submission]:
        """Works whose decision is still to be proposed."""
        return [one for one in self.submissions if one.status is SubmissionStatus.REVIEWED]

    def require_open(self) -> None:
        """Raises ``BadInput`` when there is nothing to propose."""
        if not self.open_works:
            raise nothing_to_decide()


def pose(
    work: Work,
    marathon_id: str,
    *,
    now: datetime | None = None,
) -> Posed:
    """The problem of every work whose round has been reviewed, under the marathon's policy.

    Confirmed works keep their live places and still tell how strict experts are. ``now`` tells
    whether reviews may still come; without it they may. Raises ``BadInput`` when no work has been
    reviewed.
    """
    marathon = work.marathons.get(marathon_id)
    submissions = work.submissions.of_marathon(marathon_id, status=SCORED)
    if not submissions:
        raise nothing_to_decide()
    rounds = {submission.id: submission.round for submission in submissions}
    before = {
        item.submission_id: item
        for item in work.decisions.of_marathon(marathon_id)
        if rounds.get(item.submission_id) == item.round
    }
    reviews = current_reviews(work, marathon_id, submissions)
    rubric = work.rubrics.of(marathon_id)
    problem = problem_of(
        marathon,
        rubric,
        submissions,
        reviews,
        before,
        frozen_corrections(work, marathon_id),
        closed=now is not None and now > marathon.reviews_until,
    )
    return Posed(marathon, problem, tuple(submissions), reviews, before, rubric)


def nothing_to_decide() -> BadInput:
    return BadInput("Ещё нет работ, у которых закончена экспертиза.", code="nothing_to_decide")


def standing(work: Work, posed: Posed, *, now: datetime) -> list[Submission]:
    """The open works of ``posed`` that are in the same round with the same reviews as then.

    Raises ``Conflict`` when the rules, the free live places or the frozen corrections are others:
    then nothing that was counted holds.
    """
    fresh = pose(work, posed.marathon.id, now=now)
    if basis(fresh) != basis(posed):
        raise Conflict(
            "Пока считались решения, изменились правила отбора или число свободных очных мест. "
            "Предложите решения заново.",
            code="rules_changed",
        )
    before, after = cases(posed), cases(fresh)
    return [one for one in fresh.open_works if before.get(one.id) == after[one.id]]


def basis(posed: Posed) -> tuple[object, ...]:
    """What all decisions of a problem rest on together."""
    return posed.marathon.decision, posed.problem.policy, posed.problem.frozen


def cases(posed: Posed) -> dict[str, tuple[object, ...]]:
    """What the decision on each work rests on: its round, its facts and its reviews."""
    rounds = {one.id: one.round for one in posed.submissions}
    reviews = defaultdict(set)
    for review in posed.problem.reviews:
        reviews[review.submission].add(review)
    return {one.id: (rounds[one.id], one, reviews[one.id]) for one in posed.problem.submissions}


def frozen_corrections(work: Work, marathon_id: str) -> FrozenCorrections | None:
    kept = work.frozen_calibrations.of_marathon(marathon_id)
    if kept is None or kept.frozen_at is None:
        return None
    return FrozenCorrections(applied=kept.applied, corrections=kept.corrections)


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
    frozen: FrozenCorrections | None = None,
    *,
    closed: bool = False,
) -> Problem:
    """The decision engine's problem; arrival order breaks exact ties for live places.

    ``closed``: no reviews are taken any more for any work.
    """
    settled = {key: item for key, item in before.items() if item.status is DecisionStatus.CONFIRMED}
    arrived = sorted(submissions, key=lambda one: (one.submitted_at or one.created_at, one.number))
    return Problem(
        reviews=tuple(
            scored(review) for submission in arrived for review in reviews.get(submission.id, ())
        ),
        submissions=tuple(
            entry(rubric, submission, reviews.get(submission.id, ()), settled, closed=closed)
            for submission in arrived
        ),
        policy=policy_of(marathon, arrived, settled),
        frozen=frozen,
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
    *,
    closed: bool,
) -> Entry:
    barred = bars(rubric, [review.draft.gates for review in reviews])
    return Entry(
        id=submission.id,
        municipality=submission.authors[0].municipality_id,
        track=str(submission.track),
        available=is_available(submission, settled),
        veto=barred.publication,
        live_veto=barred.live,
        closed=closed or submission.reviews_closed,
    )


def is_available(submission: Submission, settled: Mapping[str, Decision]) -> bool:
    """Whether the work competes for the live places that are left."""
    return submission.id not in settled and not submission.publication_only


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
        recommendation_bonus=chosen.recommendation_bonus,
    )
