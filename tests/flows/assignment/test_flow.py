"""The stage makes every plan it is asked for; one that cannot be made costs the others nothing."""

from datetime import timedelta

import builders
import pytest

from flows.assignment import operations
from flows.assignment.flow import assign_experts, replace_experts
from flows.review import operations as reviewing
from flows.runtime import conduct
from flows.runtime.worker import call_body
from schemas.assignment import DeclineReason, PlanKind, PlanStatus, WhatIf
from schemas.errors import BadInput
from schemas.marathon import AssignmentChanges, AssignmentPolicy, Phase
from schemas.outbox import RunState
from schemas.people import Actor
from schemas.submission import SubmissionStatus

pytestmark = pytest.mark.both_databases

BY = Actor(part="test")
NOW = builders.this_moment()


@pytest.fixture
def marathon(opened):
    with opened.begin() as work:
        homes = builders.members(work, builders.a_cluster(work))
        made = builders.a_marathon(
            work,
            assignment=AssignmentPolicy(reviews=2),
            reviews_until=NOW + timedelta(days=30),
        )
        for home in homes:
            builders.an_expert(work, home)
            builders.a_submission(work, made, home)
    return made


def asked(opened, marathon, *trials):
    with opened.begin() as work:
        for what_if in trials:
            operations.request(work, marathon.id, what_if=what_if, by=BY, now=conduct.clock())
        return work.runs.ask(
            "assign_experts", marathon_id=marathon.id, by=None, now=conduct.clock()
        )


def run(opened, flow, marathon, request=None):
    call_body(flow, marathon=marathon.id, request=request and request.id)
    with opened.begin(read_only=True) as work:
        told = request and work.runs.get(request.id)
        return told, operations.history(work, marathon.id)


def test_nothing_asked_for_gives_one_fresh_proposal(opened, marathon):
    told, [plan] = run(opened, assign_experts, marathon, asked(opened, marathon))

    assert (plan.kind, plan.status) == (PlanKind.PROPOSAL, PlanStatus.PROPOSED)
    assert told.state is RunState.COMPLETED
    assert "составлен, назначений: 8" in told.message
    assert "после применения плана" in told.message


def test_every_requested_plan_is_made_and_one_that_fails_says_why(opened, marathon):
    trials = [
        WhatIf(policy=AssignmentChanges(reviews=1)),
        None,
        WhatIf(without=experts(opened)),
    ]
    told, plans = run(opened, assign_experts, marathon, asked(opened, marathon, *trials))

    assert sorted(plan.status for plan in plans) == [
        PlanStatus.FAILED,
        PlanStatus.PROPOSED,
        PlanStatus.PROPOSED,
    ]
    [failed] = [plan for plan in plans if plan.status is PlanStatus.FAILED]
    assert "нет экспертов" in failed.message
    assert told.state is RunState.COMPLETED
    assert "не составлен. В реестре нет экспертов" in told.message


def experts(opened):
    with opened.begin(read_only=True) as work:
        return tuple(sorted(one.id for one in work.experts.all()))


def test_stage_that_can_make_no_plan_fails_with_its_sentence(opened, marathon):
    request = asked(opened, marathon, WhatIf(without=experts(opened)))
    with pytest.raises(BadInput):
        run(opened, assign_experts, marathon, request)

    with opened.begin(read_only=True) as work:
        told = work.runs.get(request.id)
        assert (told.state, "нет экспертов" in told.message) == (RunState.FAILED, True)
        assert operations.requested(work, marathon.id) == []


def test_stage_without_works_fails_and_leaves_no_plan(opened, marathon):
    with opened.begin() as work:
        for one in work.submissions.of_marathon(marathon.id):
            work.submissions.move(one, to=SubmissionStatus.WITHDRAWN, by=BY, now=NOW)
    with pytest.raises(BadInput):
        run(opened, assign_experts, marathon)

    with opened.begin(read_only=True) as work:
        assert work.plans.count() == 0


def test_plan_of_a_run_that_was_lost_is_not_made_twice(opened, marathon):
    """A run that is started again after it has done its work finds nothing to do."""
    request = asked(opened, marathon)
    run(opened, assign_experts, marathon, request)
    told, plans = run(opened, assign_experts, marathon, request)

    assert len(plans) == 1
    assert told.message == "План уже составлен."


def test_plan_a_run_left_behind_is_made_by_the_next_one(opened, marathon):
    asked(opened, marathon, WhatIf(capacity_change=1))
    _, [plan] = run(opened, assign_experts, marathon)

    assert (plan.kind, plan.status) == (PlanKind.WHAT_IF, PlanStatus.PROPOSED)


def test_potential_conflict_is_found_before_the_plan_and_told(opened, marathon):
    with opened.begin() as work:
        [one, *_] = work.submissions.of_marathon(marathon.id)
        expert = next(
            row
            for row in work.experts.all()
            if row.municipality_id != one.authors[0].municipality_id
        )
        name = work.people.get(expert.person_id).name
        work.submissions.save(one.model_copy(update={"mentor": name}))
    told, [plan] = run(opened, assign_experts, marathon, asked(opened, marathon))

    assert "возможных конфликтов интересов" in told.message
    with opened.begin(read_only=True) as work:
        barred = {(row.submission_id, row.expert_id) for row in work.suspicions.all()}
        pairs = {tuple(pair[:2]) for pair in work.plans.get(plan.id).result["pairs"]}
    assert barred
    assert not barred & pairs


def test_declined_invitation_is_filled_by_the_sweep(opened, marathon):
    with opened.begin() as work:
        plan = operations.propose(work, marathon.id, now=NOW)
        [first, *rest] = operations.apply(work, plan.id, by=BY, now=NOW)
        reviewing.decline(work, first.id, reason=DeclineReason.NOT_NOW, by=BY, now=NOW)
    run(opened, replace_experts, marathon)

    with opened.begin(read_only=True) as work:
        held = work.assignments.held(marathon.id)
        assert len(held) == 8
        assert {one.id for one in rest} <= {one.id for one in held}


def test_marathon_that_cannot_be_mended_does_not_cost_another_its_replacements(opened, marathon):
    with opened.begin() as work:
        homes = work.municipalities.of_cluster(marathon.cluster_id)
        plan = operations.propose(work, marathon.id, now=NOW)
        [first, *_] = operations.apply(work, plan.id, by=BY, now=NOW)
        reviewing.decline(work, first.id, reason=DeclineReason.NOT_NOW, by=BY, now=NOW)
        work.marathons.save(marathon.model_copy(update={"phase": Phase.EXPERTISE}))
        stricter = builders.a_marathon(
            work,
            phase=Phase.EXPERTISE,
            opens_at=marathon.opens_at - timedelta(days=1),
            assignment=AssignmentPolicy(reviews=3),
            reviews_until=NOW + timedelta(days=30),
        )
        one = builders.a_submission(work, stricter, homes[0], status=SubmissionStatus.IN_REVIEW)
        for _ in range(2):
            builders.an_assignment(work, one, builders.an_expert(work, homes[1]))

    with pytest.raises(BadInput):
        call_body(replace_experts, marathon=None, request=None)

    with opened.begin(read_only=True) as work:
        assert len(work.assignments.held(marathon.id)) == 8
