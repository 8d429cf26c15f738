"""Proposing, applying and mending an assignment on a real database."""

from datetime import timedelta

import builders
import pytest
from contents import contents

from flows.assignment import operations
from flows.review import operations as reviewing
from schemas.assignment import HELD, AssignmentStatus, DeclineReason, PlanStatus
from schemas.assignment_problem import Result
from schemas.errors import BadInput, Conflict, NotFound
from schemas.marathon import AssignmentPolicy
from schemas.people import Actor
from schemas.submission import SubmissionStatus

pytestmark = pytest.mark.both_databases

BY = Actor(part="organiser")


@pytest.fixture
def during():
    return builders.NOW - timedelta(days=45)


@pytest.fixture
def homes(work):
    return builders.members(work, builders.a_cluster(work))


@pytest.fixture
def marathon(work, homes):
    return builders.a_marathon(work, assignment=AssignmentPolicy(reviews=2))


@pytest.fixture
def works(work, marathon, homes):
    return [builders.a_submission(work, marathon, home) for home in (*homes, homes[0])]


@pytest.fixture
def experts(work, homes):
    return [builders.an_expert(work, home) for home in homes for _ in range(2)]


def planned(work, marathon, now):
    plan = operations.propose(work, marathon.id, now=now)
    return plan, operations.apply(work, plan.id, by=BY, now=now)


def broken_rules(work, marathon):
    """Sentences about standing assignments that break a hard rule."""
    experts = {one.id: one for one in work.experts.all()}
    works = {one.id: one for one in work.submissions.of_marathon(marathon.id)}
    held = work.assignments.held(marathon.id)
    load = {}
    for item in held:
        load.setdefault(item.expert_id, []).append(item)
        home = experts[item.expert_id].municipality_id
        if home in works[item.submission_id].municipality_ids:
            yield "own municipality"
        if (item.submission_id, item.expert_id) in work.conflicts.pairs(marathon.id):
            yield "declared conflict"
    for identifier, items in load.items():
        if len(items) > experts[identifier].capacity:
            yield "over capacity"
    for submission_id in works:
        of_work = [item for item in held if item.submission_id == submission_id]
        places = [experts[item.expert_id].municipality_id for item in of_work]
        if len(set(places)) < len(places):
            yield "two experts of one municipality"


def test_applied_plan_gives_every_work_its_lawful_experts(work, marathon, works, experts, during):
    plan, invited = planned(work, marathon, during)

    assert Result.model_validate(plan.result).status == "optimal"
    assert len(invited) == 2 * len(works)
    assert list(broken_rules(work, marathon)) == []
    assert {one.status for one in work.submissions.of_marathon(marathon.id)} == {
        SubmissionStatus.IN_REVIEW
    }
    assert {one.template for one in work.notices.all()} == {"invitation"}
    assert work.notices.count() == len(invited)


def test_applying_twice_is_applying_once(installation, work, marathon, works, experts, during):
    plan, _ = planned(work, marathon, during)
    work.session.commit()
    before = contents(installation)

    operations.apply(work, plan.id, by=BY, now=during + timedelta(hours=1))
    work.session.commit()

    assert contents(installation) == before


def test_plan_made_before_things_changed_is_refused(work, marathon, works, experts, during):
    plan = operations.propose(work, marathon.id, now=during)
    work.experts.save(experts[0].model_copy(update={"active": False}))

    with pytest.raises(Conflict) as refusal:
        operations.apply(work, plan.id, by=BY, now=during)

    assert "Составьте план ещё раз" in refusal.value.sentence
    assert work.assignments.count() == 0


def test_new_proposal_discards_the_earlier_one(work, marathon, works, experts, during):
    first = operations.propose(work, marathon.id, now=during)
    second = operations.propose(work, marathon.id, now=during)

    assert work.plans.get(first.id).status is PlanStatus.DISCARDED
    assert work.plans.proposed(marathon.id) == second
    with pytest.raises(Conflict):
        operations.apply(work, first.id, by=BY, now=during)


def test_stage_out_of_order_says_what_comes_first(work, marathon, homes, experts, during):
    with pytest.raises(BadInput) as nothing:
        operations.propose(work, marathon.id, now=during)
    builders.a_submission(work, marathon, homes[0], status=SubmissionStatus.SUBMITTED)
    with pytest.raises(BadInput):
        operations.propose(work, marathon.id, now=during)

    assert "проверка файлов" in nothing.value.sentence
    assert work.plans.count() == 0


def test_cluster_without_experts_is_said_plainly(work, marathon, works, during):
    with pytest.raises(BadInput) as refusal:
        operations.propose(work, marathon.id, now=during)

    assert "Загрузите список экспертов" in refusal.value.sentence


def test_unknown_plan_is_not_found(work, during):
    with pytest.raises(NotFound):
        operations.apply(work, "no-such-plan", by=BY, now=during)


def test_too_few_experts_give_a_plan_that_says_who_is_missing(work, marathon, works, homes, during):
    builders.an_expert(work, homes[0])

    plan, invited = planned(work, marathon, during)

    result = Result.model_validate(plan.result)
    assert result.status == "infeasible"
    assert result.deficits
    assert result.deficits[0].remedies
    assert len(invited) < 2 * len(works)
    assert list(broken_rules(work, marathon)) == []


def test_co_author_from_elsewhere_bars_experts_of_that_place_too(
    work, marathon, homes, experts, during
):
    people = [builders.a_person(work, f"Авторова Инна {n}-я") for n in range(2)]
    authors = tuple(
        builders.an_author(person, home) for person, home in zip(people, homes[:2], strict=True)
    )
    builders.a_submission(work, marathon, homes[0], owner_id=people[0].id, authors=authors)

    planned(work, marathon, during)

    assert list(broken_rules(work, marathon)) == []
    assert work.assignments.count() == 2


@pytest.mark.parametrize("reason", DeclineReason)
def test_replacement_after_a_decline_never_breaks_a_hard_rule(
    work, marathon, works, experts, during, reason
):
    _, invited = planned(work, marathon, during)
    refused = invited[::3]
    for item in refused:
        reviewing.decline(work, item.id, reason=reason, by=BY, now=during)

    replaced = operations.replace_missing(work, marathon.id, by=BY, now=during)

    assert replaced > 0
    assert list(broken_rules(work, marathon)) == []
    asked_again = [
        (item.submission_id, item.expert_id)
        for item in work.assignments.of_marathon(marathon.id, status=HELD)
    ]
    assert not {(item.submission_id, item.expert_id) for item in refused} & set(asked_again)
    kept = [item for item in invited if item not in refused]
    assert all(work.assignments.get(item.id) == item for item in kept)


def test_replacing_sweep_run_twice_changes_nothing_the_second_time(
    installation, work, marathon, works, experts, during
):
    _, invited = planned(work, marathon, during)
    reviewing.decline(work, invited[0].id, reason=DeclineReason.NOT_NOW, by=BY, now=during)
    assert operations.replace_missing(work, marathon.id, by=BY, now=during) == 1
    work.session.commit()
    before = contents(installation)

    assert operations.replace_missing(work, marathon.id, by=BY, now=during) == 0
    work.session.commit()

    assert contents(installation) == before


def test_nobody_is_invited_after_the_deadline(work, marathon, works, experts, during):
    _, invited = planned(work, marathon, during)
    reviewing.decline(work, invited[0].id, reason=DeclineReason.NOT_NOW, by=BY, now=during)
    late = marathon.reviews_until + timedelta(minutes=1)

    assert operations.replace_missing(work, marathon.id, by=BY, now=late) == 0


def test_work_sent_again_after_revision_gets_a_full_set_of_reviews(work, marathon, homes, during):
    """Also from experts who read its first round: their old reviews do not count for the new."""
    home, *others = homes
    for other in others[:2]:
        builders.an_expert(work, other)
    submission = builders.a_submission(work, marathon, home)
    _, invited = planned(work, marathon, during)
    for item in invited:
        work.assignments.save(item.model_copy(update={"status": AssignmentStatus.SUBMITTED}))
    second = work.submissions.get(submission.id)
    work.submissions.save(
        second.model_copy(update={"round": 2, "status": SubmissionStatus.CHECKED})
    )

    _, again = planned(work, marathon, during + timedelta(days=1))

    assert [item.round for item in again] == [2, 2]
    assert work.submissions.get(submission.id).status is SubmissionStatus.IN_REVIEW
    assert operations.short_of_reviews(work, marathon) == 0
