"""Plans asked for, tried, adopted, put aside: what may happen to each and what may not."""

from datetime import timedelta

import builders
import pytest
from contents import contents
from together import in_threads

from flows.assignment import drafts, operations
from flows.assignment.checker.checking import check
from flows.review import operations as reviewing
from schemas.assignment import (
    ELSEWHERE,
    AssignmentStatus,
    Newcomers,
    PlanKind,
    PlanStatus,
    WhatIf,
)
from schemas.errors import BadInput, Conflict, DeadlinePassed, NotFound
from schemas.marathon import AssignmentChanges, AssignmentPolicy
from schemas.people import Actor

pytestmark = pytest.mark.both_databases

BY = Actor(part="organiser")
DURING = builders.NOW - timedelta(days=45)
ONE_REVIEW = WhatIf(policy=AssignmentChanges(reviews=1))


@pytest.fixture
def homes(work):
    return builders.members(work, builders.a_cluster(work))


@pytest.fixture
def marathon(work, homes):
    return builders.a_marathon(work, assignment=AssignmentPolicy(reviews=2))


@pytest.fixture
def experts(work, homes):
    return [builders.an_expert(work, home) for home in homes for _ in range(2)]


@pytest.fixture
def works(work, marathon, homes, experts):
    return [builders.a_submission(work, marathon, home) for home in homes]


def asked(work, marathon, what_if=None, now=DURING):
    return operations.request(work, marathon.id, what_if=what_if, by=BY, now=now)


def answer(work, plan, now=DURING):
    """What the stage does for one requested plan."""
    posed = operations.waiting(work, plan.marathon_id, now=now, what_if=plan.what_if)
    return operations.keep(work, plan.id, posed, operations.solved(posed), now=now)


def made(work, marathon, what_if=None, now=DURING):
    return answer(work, asked(work, marathon, what_if, now), now)


def status(work, plan):
    return work.plans.get(plan.id).status


def test_request_waits_with_a_run_and_the_same_one_is_not_asked_twice(work, marathon, works):
    proposal, trial = asked(work, marathon), asked(work, marathon, ONE_REVIEW)

    assert (proposal.status, proposal.kind) == (PlanStatus.REQUESTED, PlanKind.PROPOSAL)
    assert (trial.kind, trial.what_if) == (PlanKind.WHAT_IF, ONE_REVIEW)
    assert asked(work, marathon) == proposal
    assert asked(work, marathon, ONE_REVIEW) == trial
    assert operations.requested(work, marathon.id) == [proposal, trial]
    assert [run.deployment for run in work.runs.waiting()] == ["assign_experts"]


@pytest.mark.parametrize(
    ("what_if", "word"),
    [
        (WhatIf(), "ничего не изменено"),
        (WhatIf(without=("no-such-expert",)), "нет в реестре"),
        (WhatIf(newcomers=(Newcomers(municipality_id="no-such-place"),)), "нет в реестре"),
        (
            WhatIf(policy=AssignmentChanges(max_probability=0.5, connected=True)),
            "не сочетается с правилом",
        ),
    ],
)
def test_trial_of_what_is_not_there_is_refused_in_words(work, marathon, works, what_if, word):
    with pytest.raises(BadInput) as refusal:
        asked(work, marathon, what_if)

    assert word in refusal.value.sentence
    assert work.plans.count() == 0
    assert work.runs.waiting() == []


def test_nothing_is_asked_for_after_the_deadline_or_from_a_plan_that_is_not_there(
    work, marathon, works
):
    with pytest.raises(DeadlinePassed):
        asked(work, marathon, now=marathon.reviews_until + timedelta(days=1))
    with pytest.raises(NotFound):
        operations.request(work, marathon.id, parent_id="no-such-plan", by=BY, now=DURING)


def test_kept_plan_can_be_listed_by_its_figures_and_has_its_affinities(work, marathon, works):
    plan = made(work, marathon)

    [outline] = operations.history(work, marathon.id)
    assert outline.figures == plan.figures
    assert (outline.figures.pairs, outline.figures.wanted, outline.figures.missing) == (8, 8, 0)
    assert outline.figures.status == "optimal"
    assert not hasattr(outline, "problem")
    assert plan.problem["affinity"] == []
    assert work.plans.affinity(plan.id)


@pytest.mark.parametrize(
    "rules",
    [{}, {"max_probability": 0.6}, {"connected": True}, {"load_balance": 0.5}],
)
def test_kept_plan_passes_the_independent_checker(work, marathon, works, rules):
    policy = AssignmentPolicy(reviews=2, **rules)
    chosen = work.marathons.save(marathon.model_copy(update={"assignment": policy}))
    plan = made(work, chosen)

    problem, result = drafts.made(plan)
    assert check(problem, result, affinity=drafts.affinity_of(work, plan)) == []


def test_what_is_missing_is_told_by_numbers_and_names(work, marathon, homes):
    one = builders.a_submission(work, marathon, homes[0])
    expert = builders.an_expert(work, homes[1])
    [deficit] = made(work, marathon).result["deficits"]

    said = " ".join((deficit["text"], *deficit["remedies"]))
    assert f"№ {one.number}" in said
    assert not [key for key in (one.id, expert.id, homes[0].id, homes[1].id) if key in said]


def test_a_plan_that_was_made_already_is_not_made_over(work, marathon, works):
    plan = made(work, marathon)

    assert answer(work, plan, now=DURING + timedelta(hours=1)) == plan
    assert operations.fail(work, plan.id, "Поздно.") == plan


def test_failed_plan_says_why(work, marathon, works):
    plan = operations.fail(work, asked(work, marathon).id, "Экспертов нет.")

    assert (plan.status, plan.message) == (PlanStatus.FAILED, "Экспертов нет.")
    with pytest.raises(Conflict):
        operations.apply(work, plan.id, by=BY, now=DURING)


def test_new_proposal_takes_the_place_of_the_old_one_and_leaves_trials(work, marathon, works):
    first, trial = made(work, marathon), made(work, marathon, ONE_REVIEW)
    later = DURING + timedelta(hours=1)
    second = made(work, marathon, now=later)
    other_trial = made(work, marathon, WhatIf(capacity_change=1), now=later)

    assert status(work, first) is PlanStatus.DISCARDED
    assert {status(work, one) for one in (trial, second, other_trial)} == {PlanStatus.PROPOSED}
    assert work.plans.proposed(marathon.id).id == second.id
    assert [one.id for one in operations.history(work, marathon.id)] == [
        one.id for one in (other_trial, second, trial, first)
    ]


def test_trial_changes_the_plan_and_nothing_else(work, marathon, works, experts):
    trial = made(work, marathon, ONE_REVIEW)
    fewer = made(work, marathon, WhatIf(without=(experts[0].id, experts[1].id)))

    assert trial.figures.wanted == 4
    assert not {experts[0].id, experts[1].id} & {pair[1] for pair in fewer.result["pairs"]}
    assert work.marathons.get(marathon.id) == marathon
    assert work.assignments.count() == 0


def test_newcomers_help_a_cluster_that_is_short_of_experts(work, marathon, homes):
    builders.a_submission(work, marathon, homes[0])
    builders.an_expert(work, homes[1])
    alone = made(work, marathon)
    joined = made(
        work, marathon, WhatIf(newcomers=(Newcomers(municipality_id=ELSEWHERE, capacity=1),))
    )

    assert (alone.figures.missing, joined.figures.missing) == (1, 0)


def test_policy_trial_is_adopted_and_then_applied(work, marathon, works):
    trial = made(work, marathon, ONE_REVIEW)
    with pytest.raises(Conflict) as early:
        operations.apply(work, trial.id, by=BY, now=DURING)

    adopted = operations.adopt(work, trial.id, by=BY, now=DURING)
    again = operations.adopt(work, trial.id, by=BY, now=DURING)
    invited = operations.apply(work, trial.id, by=BY, now=DURING)

    assert "примите" in early.value.sentence
    assert adopted.assignment == marathon.assignment.model_copy(update={"reviews": 1})
    assert again == adopted
    assert len(invited) == 4
    assert [one.action for one in work.journal.about(marathon.id)] == ["policy_adopted"]


@pytest.mark.parametrize("policy", [AssignmentChanges(), AssignmentChanges(reviews=1)])
def test_trial_of_other_experts_or_loads_is_never_applied(work, marathon, works, policy):
    trial = made(work, marathon, WhatIf(policy=policy, capacity_change=-1))
    if policy.reviews:
        operations.adopt(work, trial.id, by=BY, now=DURING)
    else:
        with pytest.raises(BadInput):
            operations.adopt(work, trial.id, by=BY, now=DURING)
    with pytest.raises(Conflict) as refusal:
        operations.apply(work, trial.id, by=BY, now=DURING)

    assert "применить её нельзя" in refusal.value.sentence
    assert work.assignments.count() == 0


def test_adopting_rules_makes_the_proposal_stale(work, marathon, works):
    proposal, trial = made(work, marathon), made(work, marathon, ONE_REVIEW)
    operations.adopt(work, trial.id, by=BY, now=DURING)

    with pytest.raises(Conflict):
        operations.apply(work, proposal.id, by=BY, now=DURING)


def test_applied_plan_puts_every_other_one_aside_and_cannot_be_discarded(work, marathon, works):
    trial, proposal = made(work, marathon, ONE_REVIEW), made(work, marathon)
    operations.apply(work, proposal.id, by=BY, now=DURING)

    assert status(work, trial) is PlanStatus.DISCARDED
    for act in (operations.discard, operations.adopt):
        with pytest.raises(Conflict):
            act(work, proposal.id if act is operations.discard else trial.id, by=BY, now=DURING)


def test_discarded_plan_stays_in_the_history_and_is_not_applied(work, marathon, works):
    plan = made(work, marathon)
    discarded = operations.discard(work, plan.id, by=BY, now=DURING)

    assert operations.discard(work, plan.id, by=BY, now=DURING) == discarded
    assert [one.status for one in operations.history(work, marathon.id)] == [PlanStatus.DISCARDED]
    with pytest.raises(Conflict):
        operations.apply(work, plan.id, by=BY, now=DURING)


def test_plan_that_was_put_aside_while_it_was_made_stays_aside(work, marathon, works):
    plan = asked(work, marathon)
    operations.discard(work, plan.id, by=BY, now=DURING)

    assert answer(work, plan).status is PlanStatus.DISCARDED


def test_wishes_and_weights_do_not_make_a_plan_stale(work, marathon, works):
    """They move affinity, and an applied plan is still lawful."""
    plan = made(work, marathon)
    weights = marathon.assignment.weights.model_copy(update={"wish": 1.0})
    rules = marathon.assignment.model_copy(update={"weights": weights})
    work.marathons.save(marathon.model_copy(update={"assignment": rules}))

    assert len(operations.apply(work, plan.id, by=BY, now=DURING)) == 8


def test_new_plan_withdraws_only_what_nobody_has_answered(work, marathon, works, experts):
    """Who leaves the registry loses the invitation and keeps what is begun."""
    invited = operations.apply(work, made(work, marathon).id, by=BY, now=DURING)
    mine = [one for one in invited if one.expert_id == invited[0].expert_id]
    begun, unanswered = mine[0], mine[1:]
    reviewing.accept(work, begun.id, by=BY, now=DURING)
    gone = work.experts.get(begun.expert_id)
    work.experts.save(gone.model_copy(update={"active": False}))

    again = operations.apply(work, made(work, marathon).id, by=BY, now=DURING)

    assert work.assignments.get(begun.id).status is AssignmentStatus.ACCEPTED
    assert {work.assignments.get(one.id).status for one in unanswered} <= {
        AssignmentStatus.REPLACED
    }
    assert len(again) == len(unanswered)
    letters = [one.template for one in work.notices.all()]
    assert letters.count("assignment_withdrawn") == len(unanswered)
    assert len(work.assignments.held(marathon.id)) == 8


def test_plan_after_nothing_has_changed_keeps_every_invitation(work, marathon, works):
    invited = operations.apply(work, made(work, marathon).id, by=BY, now=DURING)
    work.marathons.save(
        marathon.model_copy(
            update={"assignment": marathon.assignment.model_copy(update={"seed": 5})}
        )
    )

    assert operations.apply(work, made(work, marathon).id, by=BY, now=DURING) == []
    assert all(work.assignments.get(one.id) == one for one in invited)


def test_the_same_request_at_one_moment_is_one_plan(installation):
    with installation.begin() as work:
        marathon = builders.a_marathon(work)

    def ask(_number):
        with installation.begin() as work:
            return asked(work, marathon, ONE_REVIEW).id

    assert len(set(in_threads(4, ask))) == 1
    with installation.begin(read_only=True) as work:
        assert (work.plans.count(), work.runs.count()) == (1, 1)


def test_two_trials_are_made_at_once_and_both_are_kept(installation):
    trials = [ONE_REVIEW, WhatIf(capacity_change=1)]
    with installation.begin() as work:
        homes = builders.members(work, builders.a_cluster(work))
        for home in homes:
            builders.an_expert(work, home)
        marathon = builders.a_marathon(work, assignment=AssignmentPolicy(reviews=2))
        builders.a_submission(work, marathon, homes[0])

    def make(number):
        with installation.begin() as work:
            plan = asked(work, marathon, trials[number % 2])
        with installation.begin(read_only=True) as work:
            posed = operations.waiting(work, marathon.id, now=DURING, what_if=plan.what_if)
        result = operations.solved(posed)
        with installation.begin() as work:
            return operations.keep(work, plan.id, posed, result, now=DURING).status

    assert in_threads(4, make) == [PlanStatus.PROPOSED] * 4
    with installation.begin(read_only=True) as work:
        kept = operations.history(work, marathon.id)
    assert {one.status for one in kept} == {PlanStatus.PROPOSED}
    assert {one.what_if.capacity_change for one in kept} == {0, 1}


def test_two_plans_applied_at_one_moment_invite_once(installation):
    with installation.begin() as work:
        homes = builders.members(work, builders.a_cluster(work))
        for home in homes:
            builders.an_expert(work, home)
        marathon = builders.a_marathon(work, assignment=AssignmentPolicy(reviews=2))
        builders.a_submission(work, marathon, homes[0])
        trial = made(work, marathon, WhatIf(policy=AssignmentChanges(seed=3)))
        operations.adopt(work, trial.id, by=BY, now=DURING)
        plans = [made(work, marathon).id, trial.id]

    def apply(number):
        with installation.begin() as work:
            work.plans.get(plans[number % 2])  # as pages do before they act
            return len(operations.apply(work, plans[number % 2], by=BY, now=DURING))

    results = in_threads(4, apply)
    with installation.begin(read_only=True) as work:
        assert work.assignments.count() == 2
        statuses = sorted(one.status for one in operations.history(work, marathon.id))
    assert statuses == [PlanStatus.APPLIED, PlanStatus.DISCARDED]
    assert {type(one) for one in results} == {int, Conflict}


def test_applying_again_writes_nothing(installation, work, marathon, works):
    plan = made(work, marathon)
    operations.apply(work, plan.id, by=BY, now=DURING)
    work.session.commit()
    before = contents(installation)

    operations.apply(work, plan.id, by=BY, now=DURING + timedelta(hours=1))
    work.session.commit()

    assert contents(installation) == before
