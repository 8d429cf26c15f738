"""From a marathon's works, experts and assignments to the engine's problem and affinities."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from flows.assignment import trials
from flows.assignment.affinity_arrays import AffinityArrays
from flows.assignment.common_works import CommonWorks
from flows.assignment.comparing import compare
from flows.assignment.naming import names_of
from flows.assignment.readiness import Readiness, readiness
from flows.assignment.rules import Places
from flows.assignment.wording import AS_GIVEN, Names
from schemas.assignment import HELD, Assignment, AssignmentStatus, WhatIf
from schemas.assignment_problem import Candidate, Pair, Policy, Problem, Reviewer
from schemas.cluster import Expert
from schemas.conflict import SuspicionStatus
from schemas.marathon import AssignmentPolicy, Marathon
from schemas.submission import Author, Submission, SubmissionStatus
from storage.work import Work

WAITING = (SubmissionStatus.CHECKED, SubmissionStatus.IN_REVIEW)
UNANSWERED = frozenset({AssignmentStatus.PROPOSED, AssignmentStatus.INVITED})
STARTED = HELD - UNANSWERED
AS_IT_IS = WhatIf()

# Fields that the marathon's policy and the engine's share by name.
SHARED = (
    "reviews",
    "cross_municipal",
    "max_per_municipality",
    "senior_required",
    "no_reciprocity",
    "no_municipal_reciprocity",
    "fairness",
    "load_balance",
    "max_probability",
    "connected",
    "seed",
)


@dataclass(frozen=True)
class Posed:
    """What the engine is asked; ``affinity`` counts positions as in the problem's lists."""

    problem: Problem
    affinity: AffinityArrays
    names: Names = AS_GIVEN


def pose(
    work: Work,
    marathon: Marathon,
    *,
    what_if: WhatIf = AS_IT_IS,
    model: str = "",
    now: datetime,
) -> Posed:
    """The marathon's works that wait and its experts, changed as ``what_if`` says."""
    return posed(work, marathon, problem_of(work, marathon, what_if=what_if, now=now), model=model)


def posed(work: Work, marathon: Marathon, problem: Problem, *, model: str = "") -> Posed:
    """The problem with its affinities and the names it is told by."""
    affinity = affinity_of(work, marathon, problem, model=model)
    return Posed(problem, affinity, names_of(work, problem))


def problem_of(
    work: Work,
    marathon: Marathon,
    *,
    what_if: WhatIf = AS_IT_IS,
    status: Sequence[SubmissionStatus] = WAITING,
    also: Sequence[Submission] = (),
    now: datetime,
) -> Problem:
    """The problem without affinities: what a plan must still fit when it is applied.

    What an expert has agreed to or begun is fixed, also when the expert has left the registry.
    Invitations nobody has answered are to be kept. Pairs that were declined, have expired or
    were replaced are forbidden; what experts do for other works is taken off their capacity.
    Works of the open calibration round are left out; afterwards they get what they lack.
    ``also`` are works planned for whatever their status. Whoever is away at ``now`` gets nothing new.
    """
    common = CommonWorks(marathon, work.assignments.of_marathon(marathon.id))
    reviews = trials.changed_policy(marathon.assignment, what_if).reviews
    waiting = work.submissions.of_marathon(marathon.id, status=status)
    planned = [one for one in (*waiting, *also) if common.is_planned(one, reviews)]
    return problem_about(work, marathon, planned, common, what_if=what_if, now=now)


def problem_about(
    work: Work,
    marathon: Marathon,
    submissions: Sequence[Submission],
    common: CommonWorks,
    *,
    what_if: WhatIf = AS_IT_IS,
    now: datetime,
) -> Problem:
    """The problem of exactly these works, whatever their status."""
    standing = Standing(submissions, common)
    known = work.experts.of_cluster(marathon.cluster_id, active=False)
    ready = {expert.id: readiness(expert, marathon, now=now) for expert in known}
    experts = [expert for expert in known if standing.has_place(expert.id, ready[expert.id])]
    policy = trials.changed_policy(marathon.assignment, what_if)
    places = work.municipalities.same_place_pairs(marathon.cluster_id)
    pairs = standing.among(experts)
    barred = {*work.conflicts.pairs(marathon.id), *suspected(work, marathon.id)}
    barred |= co_author_organisations(submissions, experts)
    if policy.cross_municipal:
        barred |= co_author_places(submissions, experts, places)
    problem = Problem(
        submissions=tuple(
            candidate(submission, common.wanted(submission, policy.reviews))
            for submission in submissions
        ),
        experts=tuple(reviewer(expert, standing, ready[expert.id]) for expert in experts),
        conflicts=pairs.open(barred),
        fixed=pairs.inside(standing.started),
        forbidden=pairs.open(standing.gone),
        kept=pairs.inside(standing.kept),
        same_place=tuple(places),
        policy=engine_policy(policy),
    )
    return trials.changed(problem, what_if)


def engine_policy(policy: AssignmentPolicy) -> Policy:
    shared = {name: getattr(policy, name) for name in SHARED}
    return Policy(**shared, keep_bonus=policy.keep_bonus if policy.keep == "bonus" else None)


def require_agreeing(policy: AssignmentPolicy) -> None:
    """Raises ``BadInput`` for rules that no plan can be made under together."""
    Problem(submissions=(), experts=(), policy=engine_policy(policy))


class Standing:
    """The marathon's assignments seen from the works of one problem.

    Those of the calibration round use up nobody's capacity, and no pair of theirs is asked again.
    """

    def __init__(self, submissions: Sequence[Submission], common: CommonWorks) -> None:
        self.rounds = {submission.id: submission.round for submission in submissions}
        self.started: list[Pair] = []
        self.unanswered: list[Pair] = []
        self.gone: list[Pair] = []
        self.earlier: list[Pair] = []
        self.elsewhere: Counter[str] = Counter()
        for item in common.ordinary:
            self.take(item)
        self.gone.extend(pair_of(item) for item in common.items)
        self.busy = Counter(expert for _, expert in self.started)
        self.loads = self.busy + Counter(expert for _, expert in self.unanswered)

    def take(self, item: Assignment) -> None:
        if item.status not in HELD:
            self.gone.append(pair_of(item))
        elif self.rounds.get(item.submission_id) != item.round:
            self.elsewhere[item.expert_id] += 1
            self.remember(item)
        elif item.status in UNANSWERED:
            self.unanswered.append(pair_of(item))
        else:
            self.started.append(pair_of(item))

    def remember(self, item: Assignment) -> None:
        """Who reviewed the work in an earlier round is the first to be asked in the next one."""
        sent = item.status is AssignmentStatus.SUBMITTED
        if sent and item.round < self.rounds.get(item.submission_id, 0):
            self.earlier.append(pair_of(item))

    @property
    def kept(self) -> set[Pair]:
        """Pairs worth keeping: unanswered invitations, and reviewers of the round before."""
        return {*self.unanswered, *self.earlier} - {*self.gone, *self.started}

    def has_place(self, expert_id: str, ready: Readiness) -> bool:
        """Whether the expert takes part in the problem at all."""
        if ready is Readiness.ASKED:
            return True
        held = self.loads if ready is Readiness.KEEPS else self.busy
        return held[expert_id] > 0

    def room(self, expert: Expert, ready: Readiness) -> int:
        """How many of these works the expert may hold.

        What stands stays after a capacity is cut; who has left only finishes what is begun.
        """
        if ready is Readiness.FINISHES:
            return self.busy[expert.id]
        if ready is Readiness.KEEPS:
            return self.loads[expert.id]
        return max(expert.capacity - self.elsewhere[expert.id], self.loads[expert.id])

    def among(self, experts: Sequence[Expert]) -> "Among":
        return Among(frozenset(self.rounds), frozenset(e.id for e in experts), self.started)


class Among:
    """Lists of pairs cut down to the works and experts of one problem."""

    def __init__(
        self, works: frozenset[str], experts: frozenset[str], started: Sequence[Pair]
    ) -> None:
        self.works = works
        self.experts = experts
        self.started = frozenset(started)

    def inside(self, pairs: Iterable[Pair]) -> tuple[Pair, ...]:
        return tuple(sorted({(s, e) for s, e in pairs if s in self.works and e in self.experts}))

    def open(self, pairs: Iterable[Pair]) -> tuple[Pair, ...]:
        """Without those that have been begun: what is found out later does not undo them."""
        return self.inside(set(pairs) - self.started)


def pair_of(item: Assignment) -> Pair:
    return item.submission_id, item.expert_id


def suspected(work: Work, marathon_id: str) -> set[Pair]:
    """Pairs with a potential conflict that nobody has dismissed."""
    return {
        (one.submission_id, one.expert_id)
        for one in work.suspicions.of_marathon(marathon_id)
        if one.status is not SuspicionStatus.DISMISSED
    }


def candidate(submission: Submission, reviews: int) -> Candidate:
    """The engine knows one home per work; co-authors from elsewhere come in as conflicts."""
    first = submission.authors[0]
    return Candidate(
        id=submission.id,
        municipality=first.municipality_id,
        organisation=first.organisation_id or first.organisation,
        authors=tuple(author_key(author) for author in submission.authors),
        track=str(submission.track),
        reviews=reviews,
    )


def author_key(author: Author) -> str:
    """Who wrote it, without a name: people hand the problem on to have a plan checked."""
    if author.person_id:
        return author.person_id
    return sha256(f"{author.name}/{author.municipality_id}".encode()).hexdigest()[:16]


def reviewer(expert: Expert, standing: Standing, ready: Readiness) -> Reviewer:
    capacity = standing.room(expert, ready)
    return Reviewer(
        id=expert.id,
        person=expert.person_id,
        municipality=expert.municipality_id,
        organisation=expert.organisation_id or f"expert/{expert.id}",
        tracks=tuple(str(number) for number in expert.tracks),
        capacity=capacity,
        minimum=min(expert.minimum, capacity) if ready is Readiness.ASKED else 0,
        senior=expert.senior,
    )


def co_author_places(
    submissions: Sequence[Submission],
    experts: Sequence[Expert],
    same_place: Sequence[tuple[str, str]],
) -> set[Pair]:
    """Pairs barred because a co-author shares the expert's municipality."""
    places = Places(same_place)
    seats = defaultdict(list)
    for expert in experts:
        seats[places.of(expert.municipality_id)].append(expert.id)
    return {
        (submission.id, expert)
        for submission in submissions
        for author in submission.authors[1:]
        for expert in seats.get(places.of(author.municipality_id), ())
    }


def co_author_organisations(
    submissions: Sequence[Submission], experts: Sequence[Expert]
) -> set[Pair]:
    """Pairs barred because a co-author shares the expert's organisation."""
    members = defaultdict(list)
    for expert in experts:
        members[expert.organisation_id or ""].append(expert.id)
    return {
        (submission.id, expert)
        for submission in submissions
        for author in submission.authors[1:]
        if author.organisation_id
        for expert in members.get(author.organisation_id, ())
    }


def affinity_of(
    work: Work, marathon: Marathon, problem: Problem, *, model: str = ""
) -> AffinityArrays:
    """How well every expert of the problem fits every work; ``model`` names the known vectors."""
    submissions = work.submissions.many(one.id for one in problem.submissions)
    experts = work.experts.many(one.id for one in problem.experts)
    works = [submissions[one.id] for one in problem.submissions]
    known = [experts[one.id] for one in problem.experts if one.id in experts]
    affinity = compare(work, marathon, works, known, model=model).arrays()
    return trials.with_newcomers(
        affinity, len(works), len(known), len(problem.experts) - len(known)
    )
