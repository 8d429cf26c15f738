"""Proposing, applying and mending the assignment of experts to works."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from flows.assignment.affinity.fit import ExpertProfile, WorkProfile, affinities
from flows.assignment.planning import plan
from flows.assignment.rules import Places
from schemas.assignment import (
    HELD,
    Assignment,
    AssignmentStatus,
    Plan,
    PlanStatus,
)
from schemas.assignment_problem import Candidate, Policy, Problem, Result, Reviewer
from schemas.cluster import Expert
from schemas.errors import BadInput, Conflict, DeadlinePassed, NotFound
from schemas.marathon import Marathon
from schemas.people import Actor
from schemas.submission import Author, Submission, SubmissionStatus
from storage.identifiers import new_id
from storage.work import Work

WAITING = (SubmissionStatus.CHECKED, SubmissionStatus.IN_REVIEW)


def problem_of(
    work: Work, marathon: Marathon, *, status: Sequence[SubmissionStatus] = WAITING
) -> Problem:
    """The marathon's works at ``status`` and its active experts as the engine's problem.

    Assignments that stand are fixed; pairs that were declined or expired are forbidden; what
    experts do for other works is taken off their capacity.
    """
    submissions = work.submissions.of_marathon(marathon.id, status=status)
    experts = work.experts.of_cluster(marathon.cluster_id)
    places = work.municipalities.same_place_pairs(marathon.cluster_id)
    open_pairs = Pairs(submissions, experts, work.assignments.of_marathon(marathon.id))
    declared = open_pairs.inside(work.conflicts.pairs(marathon.id))
    elsewhere = open_pairs.load_elsewhere()
    standing = Counter(pair[1] for pair in open_pairs.standing())
    policy = marathon.assignment
    return Problem(
        submissions=tuple(candidate(submission, policy.reviews) for submission in submissions),
        experts=tuple(
            reviewer(expert, room(expert, elsewhere[expert.id], standing[expert.id]))
            for expert in experts
        ),
        affinity=affinity_triples(submissions, experts),
        conflicts=tuple(sorted({*declared, *co_author_conflicts(submissions, experts, places)})),
        fixed=tuple(open_pairs.standing()),
        forbidden=tuple(open_pairs.gone()),
        same_place=tuple(places),
        policy=Policy(
            reviews=policy.reviews,
            cross_municipal=policy.cross_municipal,
            max_per_municipality=policy.max_per_municipality,
            senior_required=policy.senior_required,
        ),
    )


class Pairs:
    """The marathon's assignments seen from the works and experts of one problem."""

    def __init__(
        self,
        submissions: Sequence[Submission],
        experts: Sequence[Expert],
        assignments: Sequence[Assignment],
    ) -> None:
        self.rounds = {submission.id: submission.round for submission in submissions}
        self.experts = {expert.id for expert in experts}
        self.assignments = assignments

    def inside(self, pairs: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
        return sorted({(s, e) for s, e in pairs if s in self.rounds and e in self.experts})

    def standing(self) -> list[tuple[str, str]]:
        return self.inside(key(item) for item in self.assignments if self.stands(item))

    def gone(self) -> list[tuple[str, str]]:
        """Declined, expired or replaced, and nobody is asked twice about the same work."""
        return self.inside(key(item) for item in self.assignments if item.status not in HELD)

    def load_elsewhere(self) -> Counter[str]:
        return Counter(
            item.expert_id
            for item in self.assignments
            if item.status in HELD and not self.stands(item)
        )

    def stands(self, item: Assignment) -> bool:
        return item.status in HELD and self.rounds.get(item.submission_id) == item.round


def key(item: Assignment) -> tuple[str, str]:
    return item.submission_id, item.expert_id


def candidate(submission: Submission, reviews: int) -> Candidate:
    """The engine knows one home per work; co-authors from elsewhere come in as conflicts."""
    first = submission.authors[0]
    return Candidate(
        id=submission.id,
        municipality=first.municipality_id,
        organisation=first.organisation_id or first.organisation,
        authors=tuple(author_key(author) for author in submission.authors),
        track=str(submission.track),
        reviews=reviews + submission.extra_reviews,
    )


def author_key(author: Author) -> str:
    return author.person_id or f"{author.name}/{author.municipality_id}"


def room(expert: Expert, elsewhere: int, standing: int) -> int:
    """How many of these works the expert may hold; what stands stays after a capacity is cut."""
    return max(expert.capacity - elsewhere, standing)


def reviewer(expert: Expert, capacity: int) -> Reviewer:
    return Reviewer(
        id=expert.id,
        person=expert.person_id,
        municipality=expert.municipality_id,
        organisation=expert.organisation_id or f"expert/{expert.id}",
        tracks=tuple(str(number) for number in expert.tracks),
        capacity=capacity,
        minimum=min(expert.minimum, capacity),
        senior=expert.senior,
    )


def co_author_conflicts(
    submissions: Sequence[Submission],
    experts: Sequence[Expert],
    same_place: Sequence[tuple[str, str]],
) -> set[tuple[str, str]]:
    """Pairs barred because a co-author shares the expert's municipality or organisation."""
    places = Places(same_place)
    return {
        (submission.id, expert.id)
        for submission in submissions
        for author in submission.authors[1:]
        for expert in experts
        if places.of(author.municipality_id) == places.of(expert.municipality_id)
        or (author.organisation_id and author.organisation_id == expert.organisation_id)
    }


def affinity_triples(
    submissions: Sequence[Submission], experts: Sequence[Expert]
) -> tuple[tuple[str, str, float], ...]:
    """How well each expert's field fits each work, 0..1."""
    works = [
        WorkProfile(
            id=submission.id,
            track=str(submission.track),
            subject=submission.subject,
            level=submission.level,
            keywords=submission.keywords,
            text=f"{submission.title}. {submission.abstract}",
        )
        for submission in submissions
    ]
    people = [
        ExpertProfile(
            id=expert.id,
            tracks=tuple(str(number) for number in expert.tracks),
            specialisations=expert.specialisations,
            text=expert.position,
        )
        for expert in experts
    ]
    return affinities(works, people)


def propose(work: Work, marathon_id: str, *, now: datetime) -> Plan:
    """A plan to look at; see ``waiting`` for what it raises and ``keep`` for what it does.

    A big problem is solved outside any transaction: flows call the three steps themselves.
    """
    problem = waiting(work, marathon_id, now=now)
    return keep(work, marathon_id, problem, plan(problem), now=now)


def waiting(work: Work, marathon_id: str, *, now: datetime) -> Problem:
    """The problem to be planned.

    Raises ``BadInput`` when nothing waits or the cluster has no experts, ``DeadlinePassed`` when
    reviews are not taken any more.
    """
    marathon = work.marathons.get(marathon_id)
    require_time(marathon, now)
    problem = problem_of(work, marathon)
    require_something(problem)
    return problem


def require_time(marathon: Marathon, now: datetime) -> None:
    if now > marathon.reviews_until:
        raise DeadlinePassed(
            "Срок экспертизы закончился: приглашать экспертов поздно. Перенесите его в настройках "
            "марафона и повторите.",
            code="reviews_closed",
        )


def keep(work: Work, marathon_id: str, problem: Problem, result: Result, *, now: datetime) -> Plan:
    """The proposal to look at; earlier ones are discarded. Deficits say what is missing."""
    for earlier in work.plans.of(marathon_id, status=PlanStatus.PROPOSED):
        work.plans.save(earlier.model_copy(update={"status": PlanStatus.DISCARDED}))
    return work.plans.add(
        Plan(
            id=new_id(),
            marathon_id=marathon_id,
            made_at=now,
            problem=problem.model_dump(mode="json"),
            result=result.model_dump(mode="json"),
        )
    )


def require_something(problem: Problem) -> None:
    if not problem.submissions:
        raise BadInput(
            "Нет работ, которые ждут экспертизы: сначала закончится проверка файлов.",
            code="nothing_to_assign",
        )
    if not problem.experts:
        raise BadInput(
            "В реестре нет экспертов. Загрузите список экспертов и повторите.", code="no_experts"
        )


def apply(work: Work, plan_id: str, *, by: Actor, now: datetime) -> list[Assignment]:
    """Make the plan's new pairs real and invite the experts; applying twice is applying once.

    Raises ``Conflict`` when works, experts or answers have changed since the plan was made, and
    ``DeadlinePassed`` when reviews are not taken any more.
    """
    work.journal.lock()
    chosen = work.plans.find(plan_id)
    if chosen is None:
        raise NotFound("Такого плана назначения нет.")
    if chosen.status is PlanStatus.APPLIED:
        return work.assignments.held(chosen.marathon_id)
    marathon = work.marathons.get(chosen.marathon_id)
    require_time(marathon, now)
    require_fresh(work, marathon, chosen)
    result = Result.model_validate(chosen.result)
    invited = invite_all(work, marathon, result, by=by, now=now)
    work.plans.save(chosen.model_copy(update={"status": PlanStatus.APPLIED}))
    work.journal.write(
        by,
        action="applied",
        kind="plan",
        subject_id=plan_id,
        now=now,
        details={"invited": str(len(invited))},
    )
    return invited


def require_fresh(work: Work, marathon: Marathon, chosen: Plan) -> None:
    current = problem_of(work, marathon)
    if chosen.status is PlanStatus.PROPOSED and current == Problem.model_validate(chosen.problem):
        return
    raise Conflict(
        "С тех пор как план был составлен, данные изменились. Составьте план ещё раз.",
        code="stale_plan",
    )


def invite_all(
    work: Work, marathon: Marathon, result: Result, *, by: Actor, now: datetime
) -> list[Assignment]:
    """Invitations for the pairs that do not stand yet; their works go on review."""
    rounds = {one.id: one.round for one in work.submissions.of_marathon(marathon.id)}
    standing = {
        key(item)
        for item in work.assignments.held(marathon.id)
        if item.round == rounds[item.submission_id]
    }
    new = [pair for pair in result.pairs if (pair[0], pair[1]) not in standing]
    invited = [invite(work, marathon, pair, by=by, now=now) for pair in new]
    for submission_id in sorted({pair[0] for pair in new}):
        submission = work.submissions.get(submission_id)
        if submission.status is SubmissionStatus.CHECKED:
            work.submissions.move(submission, to=SubmissionStatus.IN_REVIEW, by=by, now=now)
    return invited


def invite(
    work: Work,
    marathon: Marathon,
    pair: tuple[str, str, float],
    *,
    by: Actor,
    now: datetime,
) -> Assignment:
    submission_id, expert_id, affinity = pair
    assignment = work.assignments.add(
        Assignment(
            id=new_id(),
            marathon_id=marathon.id,
            submission_id=submission_id,
            expert_id=expert_id,
            round=work.submissions.get(submission_id).round,
            affinity=affinity,
            proposed_at=now,
        )
    )
    answer_until = now + timedelta(days=marathon.assignment.answer_days)
    due_at = min(marathon.reviews_until, now + timedelta(days=marathon.assignment.review_days))
    return work.assignments.move(
        assignment,
        to=AssignmentStatus.INVITED,
        by=by,
        now=now,
        answer_until=min(answer_until, due_at),
        due_at=due_at,
    )


def replace_missing(work: Work, marathon_id: str, *, by: Actor, now: datetime) -> int:
    """Invite experts in place of those who declined or expired; returns how many were invited.

    Where nobody lawful is left the work keeps waiting and the dashboard names it. Flows call the
    three steps themselves, to solve a big problem outside any transaction.
    """
    problem = gaps(work, marathon_id, now=now)
    if problem is None:
        return 0
    return fill(work, marathon_id, problem, plan(problem), by=by, now=now)


def gaps(work: Work, marathon_id: str, *, now: datetime) -> Problem | None:
    """The works on review with everything that stands fixed; None when nobody is to be invited.

    Nobody is invited after the deadline.
    """
    marathon = work.marathons.get(marathon_id)
    if now > marathon.reviews_until or not short_of_reviews(work, marathon):
        return None
    problem = problem_of(work, marathon, status=[SubmissionStatus.IN_REVIEW])
    return problem if problem.experts else None


def fill(
    work: Work, marathon_id: str, problem: Problem, result: Result, *, by: Actor, now: datetime
) -> int:
    """Invite for the gaps of ``problem``; nobody if things have moved on, the next sweep will."""
    work.journal.lock()
    if gaps(work, marathon_id, now=now) != problem:
        return 0
    return len(invite_all(work, work.marathons.get(marathon_id), result, by=by, now=now))


def short_of_reviews(work: Work, marathon: Marathon) -> list[Submission]:
    """Works on review with fewer standing assignments than they should have."""
    standing = Counter(
        (item.submission_id, item.round) for item in work.assignments.held(marathon.id)
    )
    return [
        submission
        for submission in work.submissions.of_marathon(
            marathon.id, status=[SubmissionStatus.IN_REVIEW]
        )
        if standing[submission.id, submission.round]
        < marathon.assignment.reviews + submission.extra_reviews
    ]
