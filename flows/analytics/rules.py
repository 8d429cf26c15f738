"""Counting a marathon: participation, funnel, agreement of experts."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import combinations
from statistics import fmean

from flows.analytics.figures import Agreement, Figures, PlaceRow, Stage
from schemas.base import Schema
from schemas.cluster import Expert, Municipality
from schemas.decision import Decision, DecisionStatus
from schemas.ledger import Indicator, LedgerEntry
from schemas.marathon import Marathon
from schemas.review import Review
from schemas.submission import Author, Submission, SubmissionStatus

CLOSE = 15.0  # points of 100: half a level of the default rubric
S = SubmissionStatus
NOT_SENT = frozenset({S.DRAFT, S.WITHDRAWN})
FUNNEL: Mapping[str, frozenset[SubmissionStatus]] = {
    "Отправлено": frozenset(S) - NOT_SENT,
    "Принято после проверки": frozenset(S) - NOT_SENT - {S.SUBMITTED, S.RETURNED},
    "Экспертиза закончена": frozenset({S.REVIEWED, S.DECIDED, S.REVISING, S.PUBLISHED}),
    "Решение принято": frozenset({S.DECIDED, S.REVISING, S.PUBLISHED}),
}


class Facts(Schema):
    """Everything the numbers are counted from, as the repositories give it.

    ``review_rounds`` are rounds by assignment id; a review not in it is of the first round.
    """

    marathon: Marathon
    municipalities: tuple[Municipality, ...]
    submissions: tuple[Submission, ...]
    decisions: tuple[Decision, ...]
    reviews: tuple[Review, ...]
    experts: tuple[Expert, ...]
    ledger: tuple[LedgerEntry, ...] = ()
    review_rounds: dict[str, int] = {}

    @property
    def sent(self) -> list[Submission]:
        return [one for one in self.submissions if one.status not in NOT_SENT and one.submitted_at]

    def current(self) -> dict[str, Decision]:
        """The decision of each work's current round."""
        rounds = {one.id: one.round for one in self.submissions}
        return {
            one.submission_id: one
            for one in self.decisions
            if rounds.get(one.submission_id) == one.round
        }

    def chosen(self, outcome: Callable[[Decision], bool]) -> list[Submission]:
        """Sent works whose confirmed decision has the ``outcome``."""
        current = self.current()
        return [
            one
            for one in self.sent
            if (decision := current.get(one.id))
            and decision.status is DecisionStatus.CONFIRMED
            and outcome(decision)
        ]

    @property
    def live(self) -> list[Submission]:
        return self.chosen(lambda decision: decision.live)

    @property
    def published(self) -> list[Submission]:
        return self.chosen(lambda decision: decision.publication)


def person(author: Author) -> str:
    return author.person_id or f"{author.name}/{author.municipality_id}"


def people(submissions: Iterable[Submission], place: str | None = None) -> set[str]:
    """Distinct authors, of one municipality if given."""
    return {
        person(author)
        for submission in submissions
        for author in submission.authors
        if place is None or author.municipality_id == place
    }


def summarise(facts: Facts) -> Figures:
    """All numbers of the report; the same facts give the same figures."""
    sent, live, published = facts.sent, facts.live, facts.published
    statuses = Counter(one.status for one in facts.submissions)
    scores = [one.score for one in facts.current().values() if one.score is not None]
    return Figures(
        works=len(sent),
        drafts=statuses[S.DRAFT],
        withdrawn=statuses[S.WITHDRAWN],
        authors=len(people(sent)),
        presenters=len(people(live)),
        live=len(live),
        published=len(published),
        experts=len({review.expert_id for review in facts.reviews}),
        reviews=len(facts.reviews),
        organisations=len(organisations(sent)),
        places=tuple(place_row(facts, one) for one in facts.municipalities),
        funnel=funnel(facts),
        tracks=tracks(facts),
        scores=tuple(sorted(round(score, 2) for score in scores)),
        publication_threshold=facts.marathon.decision.publication_threshold,
        live_floor=facts.marathon.decision.live_floor,
        agreement=agreement(facts.reviews, facts.review_rounds),
        loads=loads(facts.reviews),
        points=points(facts.ledger),
    )


def organisations(submissions: Iterable[Submission]) -> set[str]:
    return {
        author.organisation_id or f"{author.organisation}/{author.municipality_id}"
        for submission in submissions
        for author in submission.authors
        if author.organisation_id or author.organisation
    }


def place_row(facts: Facts, place: Municipality) -> PlaceRow:
    homes = {expert.id: expert.municipality_id for expert in facts.experts}
    reviews = [one for one in facts.reviews if homes.get(one.expert_id) == place.id]
    return PlaceRow(
        municipality_id=place.id,
        name=place.name,
        member=place.member,
        works=at(facts.sent, place),
        authors=len(people(facts.sent, place.id)),
        presenters=len(people(facts.live, place.id)),
        published=at(facts.published, place),
        experts=len({one.expert_id for one in reviews}),
        reviews=len(reviews),
        points=sum(
            entry.points
            for entry in facts.ledger
            if entry.municipality_id == place.id and entry.approved_at
        ),
    )


def at(submissions: Iterable[Submission], place: Municipality) -> int:
    """Works with an author from the municipality: a joint work counts in each of them."""
    return sum(place.id in one.municipality_ids for one in submissions)


def funnel(facts: Facts) -> tuple[Stage, ...]:
    steps = [
        Stage(name=name, count=sum(one.status in statuses for one in facts.sent))
        for name, statuses in FUNNEL.items()
    ]
    return (
        *steps,
        Stage(name="К публикации", count=len(facts.published)),
        Stage(name="К очному представлению", count=len(facts.live)),
    )


def tracks(facts: Facts) -> tuple[Stage, ...]:
    counts = Counter(one.track for one in facts.sent)
    return tuple(
        Stage(name=track.title, count=counts[track.number]) for track in facts.marathon.tracks
    )


def agreement(reviews: Sequence[Review], rounds: Mapping[str, int]) -> Agreement:
    """How close experts are to each other about the same work in the same round."""
    by_work: dict[tuple[str, int], list[float]] = defaultdict(list)
    for review in reviews:
        if review.score is not None:
            read = review.submission_id, rounds.get(review.assignment_id, 1)
            by_work[read].append(review.score)
    shared = [scores for scores in by_work.values() if len(scores) > 1]
    if not shared:
        return Agreement()
    gaps = [abs(a - b) for scores in shared for a, b in combinations(scores, 2)]
    return Agreement(
        works=len(shared),
        mean_difference=round(fmean(gaps), 1),
        close=round(fmean(gap <= CLOSE for gap in gaps), 3),
    )


def loads(reviews: Iterable[Review]) -> tuple[Stage, ...]:
    """How many experts wrote how many reviews, without names."""
    counts = Counter(Counter(review.expert_id for review in reviews).values())
    return tuple(Stage(name=str(number), count=counts[number]) for number in sorted(counts))


def points(ledger: Iterable[LedgerEntry]) -> dict[Indicator, int]:
    """Approved points by indicator, in the order of the regulations."""
    earned: Counter[Indicator] = Counter()
    for entry in ledger:
        if entry.approved_at:
            earned[entry.indicator] += entry.points
    return {indicator: earned[indicator] for indicator in Indicator if earned[indicator]}
