"""What stands when plans change: the begun never moves, invitations only where it is needed."""

from collections import Counter
from contextlib import suppress
from datetime import timedelta
from random import Random

import builders
import pytest

from flows.assignment import drafts, operations
from flows.assignment.inviting import effect
from flows.assignment.posing import STARTED, UNANSWERED
from flows.intake import operations as intake
from flows.review import operations as reviewing
from schemas.assignment import HELD, AssignmentStatus, DeclineReason, Preference, Wish
from schemas.errors import BadInput
from schemas.marathon import AssignmentPolicy
from schemas.people import Actor
from schemas.submission import SubmissionStatus
from storage.identifiers import new_id

pytestmark = pytest.mark.both_databases

BY = Actor(part="organiser")
DURING = builders.NOW - timedelta(days=45)
LIVE = (SubmissionStatus.CHECKED, SubmissionStatus.IN_REVIEW)


@pytest.fixture
def homes(work):
    return builders.members(work, builders.a_cluster(work))


def replanned(work, marathon):
    plan = operations.propose(work, marathon.id, now=DURING)
    return operations.apply(work, plan.id, by=BY, now=DURING)


@pytest.fixture
def needy(work, homes):
    """One expert invited to a work that another could take, then a work only the first can."""
    marathon = builders.a_marathon(work, assignment=AssignmentPolicy(reviews=1))
    first = builders.a_submission(work, marathon, homes[0], track=1)
    wide = builders.an_expert(work, homes[1], tracks=(1, 2), capacity=1)
    [invitation] = replanned(work, marathon)
    narrow = builders.an_expert(work, homes[2], tracks=(1,), capacity=1)
    second = builders.a_submission(work, marathon, homes[0], track=2)
    return marathon, invitation, (first, wide), (second, narrow)


def held_by(work, marathon):
    return {(one.submission_id, one.expert_id) for one in work.assignments.held(marathon.id)}


def test_invitation_moves_where_that_places_one_more_review(work, needy):
    marathon, invitation, (first, wide), (second, narrow) = needy
    plan = operations.propose(work, marathon.id, now=DURING)
    before = effect(work, marathon.id, *drafts.made(plan))

    assert len(operations.apply(work, plan.id, by=BY, now=DURING)) == 2

    assert [one.id for one in before.withdrawn] == [invitation.id]
    assert {pair[:2] for pair in before.invited} == held_by(work, marathon)

    assert held_by(work, marathon) == {(second.id, wide.id), (first.id, narrow.id)}
    assert work.assignments.get(invitation.id).status is AssignmentStatus.REPLACED
    letters = [one.template for one in work.notices.all()]
    assert (letters.count("invitation"), letters.count("assignment_withdrawn")) == (3, 1)


@pytest.mark.parametrize("status", sorted(STARTED))
def test_what_is_begun_stays_even_where_moving_it_would_place_one_more(work, needy, status):
    marathon, invitation, (first, wide), _ = needy
    work.assignments.save(invitation.model_copy(update={"status": status}))

    assert replanned(work, marathon) == []

    assert held_by(work, marathon) == {(first.id, wide.id)}
    assert work.assignments.get(invitation.id).status is status


def eager(work, submission, expert):
    work.preferences.add(
        Preference(
            id=new_id(),
            submission_id=submission.id,
            expert_id=expert.id,
            wish=Wish.EAGER,
            given_at=DURING,
        )
    )


@pytest.mark.parametrize(
    ("rules", "moved"),
    [({}, 0), ({"keep": "bonus", "keep_bonus": 1.0}, 0), ({"keep": "bonus", "keep_bonus": 0}, 1)],
)
def test_invitation_moves_for_affinity_only_where_the_marathon_prices_it(work, homes, rules, moved):
    policy = AssignmentPolicy(reviews=1, **rules)
    marathon = builders.a_marathon(work, assignment=policy)
    one = builders.a_submission(work, marathon, homes[0])
    builders.an_expert(work, homes[1])
    replanned(work, marathon)
    eager(work, one, builders.an_expert(work, homes[2]))

    assert len(replanned(work, marathon)) == moved


def test_capacity_cut_below_what_stands_withdraws_nobody(work, homes):
    marathon = builders.a_marathon(work, assignment=AssignmentPolicy(reviews=1))
    for _ in range(3):
        builders.a_submission(work, marathon, homes[0])
    expert = builders.an_expert(work, homes[1])
    before = replanned(work, marathon)
    work.experts.save(expert.model_copy(update={"capacity": 1}))
    builders.an_expert(work, homes[2])

    assert replanned(work, marathon) == []
    assert held_by(work, marathon) == {(one.submission_id, one.expert_id) for one in before}


def test_sweep_moves_no_invitation_for_a_minimum_load(work, homes):
    """A sweep runs by itself: it fills gaps and evens out nothing."""
    marathon = builders.a_marathon(work, assignment=AssignmentPolicy(reviews=1))
    for _ in range(3):
        builders.a_submission(work, marathon, homes[0])
    for home in homes[1:3]:
        builders.an_expert(work, home, capacity=3)
    first, *others = replanned(work, marathon)
    builders.an_expert(work, homes[3], minimum=3)
    reviewing.decline(work, first.id, reason=DeclineReason.NOT_NOW, by=BY, now=DURING)

    assert operations.replace_missing(work, marathon.id, by=BY, now=DURING) == 1
    assert all(work.assignments.get(one.id) == one for one in others)


def test_rule_made_stricter_than_what_is_begun_is_told_without_naming_anybody(work, homes):
    """Prefect keeps what a run failed with."""
    marathon = builders.a_marathon(work, assignment=AssignmentPolicy(reviews=2))
    one = builders.a_submission(work, marathon, homes[0])
    for _ in range(2):
        expert = builders.an_expert(work, homes[1])
        builders.an_assignment(work, one, expert)

    with pytest.raises(BadInput) as refusal:
        operations.propose(work, marathon.id, now=DURING)

    assert f"«№ {one.number}»" in refusal.value.sentence
    assert homes[1].name in refusal.value.sentence
    assert one.id not in refusal.value.sentence


class Season:
    """A marathon in which things happen in an order nobody planned."""

    def __init__(self, work, homes, seed):
        self.work, self.homes, self.random = work, homes, Random(seed)  # noqa: S311  (a seed, no secret)
        rules = AssignmentPolicy(reviews=2, keep=self.random.choice(["strict", "bonus"]))
        self.marathon = builders.a_marathon(work, assignment=rules)
        for home in homes:
            builders.an_expert(work, home, capacity=3)
            self.another_work()

    def any_of(self, *statuses):
        found = self.work.assignments.of_marathon(self.marathon.id, status=statuses)
        return self.random.choice(found) if found else None

    def another_work(self):
        builders.a_submission(self.work, self.marathon, self.random.choice(self.homes))

    def another_expert(self):
        home = self.random.choice(self.homes)
        builders.an_expert(self.work, home, capacity=2, minimum=self.random.choice([0, 1]))

    def expert_leaves(self):
        expert = self.random.choice(self.work.experts.all())
        self.work.experts.save(expert.model_copy(update={"active": False}))

    def load_is_cut(self):
        expert = self.random.choice(self.work.experts.all())
        self.work.experts.save(expert.model_copy(update={"capacity": 1, "minimum": 0}))

    def work_is_withdrawn(self):
        found = self.work.submissions.of_marathon(self.marathon.id, status=LIVE)
        if found:
            intake.withdraw(self.work, self.random.choice(found).id, by=BY, now=DURING)

    def answers(self):
        for _ in range(3):
            item = self.any_of(AssignmentStatus.INVITED)
            if item:
                reviewing.accept(self.work, item.id, by=BY, now=DURING)

    def declines(self):
        item = self.any_of(AssignmentStatus.INVITED, AssignmentStatus.ACCEPTED)
        if item:
            reviewing.decline(self.work, item.id, reason=DeclineReason.NOT_NOW, by=BY, now=DURING)

    def plans(self):
        with suppress(BadInput):  # no works or no experts are left
            replanned(self.work, self.marathon)

    def sweeps(self):
        operations.replace_missing(self.work, self.marathon.id, by=BY, now=DURING)

    def begun(self):
        """Reviews that are begun, but for those of works that are withdrawn."""
        live = {one.id for one in self.work.submissions.of_marathon(self.marathon.id, status=LIVE)}
        found = self.work.assignments.of_marathon(self.marathon.id, status=STARTED)
        return {one.id for one in found if one.submission_id in live}


ACTS = (
    Season.another_work,
    Season.another_expert,
    Season.expert_leaves,
    Season.load_is_cut,
    Season.work_is_withdrawn,
    Season.answers,
    Season.declines,
)


def broken(season):
    """Hard rules that standing assignments break."""
    work = season.work
    experts = {one.id: one for one in work.experts.all()}
    works = {one.id: one for one in work.submissions.of_marathon(season.marathon.id)}
    held = work.assignments.of_marathon(season.marathon.id, status=HELD)
    for one in held:
        if experts[one.expert_id].municipality_id in works[one.submission_id].municipality_ids:
            yield "own municipality"
    seats = Counter((one.submission_id, experts[one.expert_id].municipality_id) for one in held)
    if max(seats.values(), default=0) > 1:
        yield "two experts of one municipality"
    asked = Counter(
        (one.submission_id, one.expert_id)
        for one in work.assignments.of_marathon(season.marathon.id)
    )
    if max(asked.values(), default=0) > 1:
        yield "asked twice"
    sizes = Counter(one.submission_id for one in held)
    if max(sizes.values(), default=0) > season.marathon.assignment.reviews:
        yield "too many reviews"


@pytest.mark.parametrize("seed", range(5))
def test_whatever_happens_plans_and_sweeps_move_nothing_that_is_begun(work, homes, seed):
    season = Season(work, homes, seed)
    for _ in range(6):
        for act in season.random.choices(ACTS, k=3):
            act(season)
        before, unanswered = season.begun(), work.assignments.of_marathon(
            season.marathon.id, status=UNANSWERED
        )  # fmt: skip
        chosen = season.random.choice([season.plans, season.sweeps])
        chosen()

        assert before <= season.begun()
        assert list(broken(season)) == []
        moved = [one for one in unanswered if work.assignments.get(one.id).status not in HELD]
        letters = Counter(one.template for one in work.notices.all())
        assert letters["assignment_withdrawn"] >= len(moved)
