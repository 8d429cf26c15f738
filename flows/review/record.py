"""An expert's own record: what was sent, how long it took, how it compares once results are out.

Before a marathon's results are released nothing here depends on anybody else's marks.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from statistics import fmean, median

from schemas.assignment import Assignment, AssignmentStatus
from schemas.base import Schema
from schemas.cluster import Expert
from schemas.decision import Decision, DecisionStatus
from schemas.marathon import Marathon, Phase
from schemas.review import Review
from storage.work import Work

RELEASED = frozenset({Phase.RESULTS, Phase.ARCHIVE})
FEWEST_COMPARED = 3
"""With fewer works a mean says more about the works than about the expert."""
MINUTE = 60
LONGEST_SITTING = 8 * 60


class Comparison(Schema):
    """Own mean against the other experts' mean on the same works, in points of 0..100."""

    works: int
    own: float
    others: float


class Told(Schema):
    """A work the expert has read and what was decided about it."""

    assignment_id: str
    publication: bool
    live: bool
    revise: bool


class Season(Schema):
    """One marathon of the record.

    ``minutes`` is the median from the first kept draft to sending, None when unknown; ``length``
    the median of the comments to authors in characters. ``levels`` are pairs (level, how often
    it was given), the lowest first, over all criteria.
    """

    marathon_id: str
    title: str
    sent: int
    in_time: int
    minutes: int | None
    length: int
    mean: float
    levels: tuple[tuple[int, int], ...] = ()
    comparison: Comparison | None = None
    told: tuple[Told, ...] = ()


def seasons(work: Work, expert: Expert) -> list[Season]:
    """The expert's marathons with anything sent, the newest first."""
    items = [
        item
        for item in work.assignments.of_expert(expert.id)
        if item.status is AssignmentStatus.SUBMITTED
    ]
    reviews = work.reviews.of_expert(expert.id)
    marathons = work.marathons.many(item.marathon_id for item in items)
    grouped: dict[str, list[tuple[Assignment, Review]]] = defaultdict(list)
    for item in items:
        if item.id in reviews:
            grouped[item.marathon_id].append((item, reviews[item.id]))
    ordered = sorted(grouped, key=lambda key: marathons[key].reviews_until, reverse=True)
    return [season(work, marathons[key], grouped[key], expert) for key in ordered]


def season(
    work: Work, marathon: Marathon, sent: Sequence[tuple[Assignment, Review]], expert: Expert
) -> Season:
    reviews = [review for _, review in sent]
    is_out = marathon.phase in RELEASED
    return Season(
        marathon_id=marathon.id,
        title=marathon.title,
        sent=len(sent),
        in_time=sum(was_in_time(item, review) for item, review in sent),
        minutes=median_minutes(reviews),
        length=round(median(len(review.draft.comment) for review in reviews)),
        mean=fmean(review.score or 0.0 for review in reviews),
        levels=tuple(sorted(levels_given(reviews).items())),
        comparison=comparison(work, marathon, reviews, expert) if is_out else None,
        told=tuple(told(work, marathon, sent)) if is_out else (),
    )


def levels_given(reviews: Iterable[Review]) -> Counter[int]:
    return Counter(level for review in reviews for level in review.draft.levels.values())


def was_in_time(item: Assignment, review: Review) -> bool:
    """Punctual is sent by its own due date; work without one is always punctual."""
    return item.due_at is None or review.submitted_at is None or review.submitted_at <= item.due_at


def median_minutes(reviews: Sequence[Review]) -> int | None:
    """Of those written at one sitting: a draft that rested for a night says nothing of the work."""
    spent = [minutes_of(one.started_at, one.submitted_at) for one in reviews]
    known = [one for one in spent if one is not None and one <= LONGEST_SITTING]
    return round(median(known)) if known else None


def minutes_of(started: datetime | None, sent: datetime | None) -> float | None:
    if started is None or sent is None:
        return None
    return (sent - started).total_seconds() / MINUTE


def comparison(
    work: Work, marathon: Marathon, reviews: Sequence[Review], expert: Expert
) -> Comparison | None:
    """Over works that somebody else has scored too; None with too few of them."""
    others: Mapping[str, list[float]] = others_scores(work, marathon, expert)
    shared = [
        (one.score, fmean(others[one.submission_id]))
        for one in reviews
        if one.score is not None and others.get(one.submission_id)
    ]
    if len(shared) < FEWEST_COMPARED:
        return None
    return Comparison(
        works=len(shared),
        own=fmean(own for own, _ in shared),
        others=fmean(other for _, other in shared),
    )


def others_scores(work: Work, marathon: Marathon, expert: Expert) -> dict[str, list[float]]:
    found: dict[str, list[float]] = defaultdict(list)
    for one in work.reviews.sent(marathon.id):
        if one.expert_id != expert.id and one.score is not None:
            found[one.submission_id].append(one.score)
    return found


def told(work: Work, marathon: Marathon, sent: Sequence[tuple[Assignment, Review]]) -> list[Told]:
    """Outcomes that people have confirmed, of the rounds the expert has read."""
    decisions = {
        (one.submission_id, one.round): one
        for one in work.decisions.of_marathon(marathon.id)
        if one.status is DecisionStatus.CONFIRMED
    }
    return [
        told_of(item, decisions[item.submission_id, item.round])
        for item, _ in sent
        if (item.submission_id, item.round) in decisions
    ]


def told_of(item: Assignment, decision: Decision) -> Told:
    return Told(
        assignment_id=item.id,
        publication=decision.publication,
        live=decision.live,
        revise=decision.revise,
    )
