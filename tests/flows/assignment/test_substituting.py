"""One assignment given to another expert: lawful, priced, told, and never after reading began."""

from datetime import timedelta

import builders
import pytest

from flows.assignment import substituting
from schemas.assignment import AssignmentStatus
from schemas.errors import BadInput, Conflict, DeadlinePassed
from schemas.marathon import AssignmentPolicy
from schemas.people import Actor
from schemas.submission import SubmissionStatus

BY = Actor(part="organiser")
DURING = builders.NOW


@pytest.fixture
def town(work, now):
    """A work on review with two experts of other places, one more who could read it, one who not."""
    cluster = builders.a_cluster(work)
    homes = builders.members(work, cluster)
    marathon = builders.a_marathon(work, cluster, assignment=AssignmentPolicy(reviews=2))
    one = builders.a_submission(work, marathon, homes[0], status=SubmissionStatus.IN_REVIEW)
    held = [builders.an_expert(work, place) for place in homes[1:3]]
    free = builders.an_expert(work, homes[3])
    barred = builders.an_expert(work, homes[0])
    items = [
        builders.an_assignment(work, one, expert, status=AssignmentStatus.INVITED)
        for expert in held
    ]
    at = min(now, marathon.reviews_until)
    return one, items, free, barred, at


def test_only_lawful_experts_have_a_price_and_the_others_a_reason(work, town):
    _, (item, other), free, barred, at = town

    found = {one.expert: one for one in substituting.options(work, item.id, now=at)}

    assert found.keys() == {free.id, barred.id}
    assert not found[free.id].broken
    assert found[free.id].out == item.expert_id
    assert found[barred.id].broken
    assert other.expert_id not in found


def test_best_expert_is_invited_and_the_other_one_told(work, town):
    one, (item, other), free, _, at = town

    invited = substituting.substitute(work, item.id, by=BY, now=at)

    assert (invited.expert_id, invited.status) == (free.id, AssignmentStatus.INVITED)
    assert work.assignments.get(item.id).status is AssignmentStatus.REPLACED
    assert work.assignments.get(other.id).status is AssignmentStatus.INVITED
    assert {letter.template for letter in work.notices.all()} >= {"assignment_withdrawn"}
    [entry] = [e for e in work.journal.all() if e.action == "expert_substituted"]
    assert entry.details == {"instead_of": item.id}
    with pytest.raises(Conflict):
        substituting.substitute(work, item.id, by=BY, now=at)
    held = [a for a in work.assignments.of_submission(one.id) if a.status == "invited"]
    assert len(held) == 2


def test_whoever_has_agreed_but_not_begun_can_be_replaced(work, town):
    _, (item, _), free, _, at = town
    work.assignments.save(item.model_copy(update={"status": AssignmentStatus.ACCEPTED}))

    assert substituting.substitute(work, item.id, free.id, by=BY, now=at).expert_id == free.id


@pytest.mark.parametrize("status", [AssignmentStatus.IN_PROGRESS, AssignmentStatus.SUBMITTED])
def test_what_is_begun_stays(work, town, status):
    _, (item, _), free, _, at = town
    work.assignments.save(item.model_copy(update={"status": status}))

    with pytest.raises(Conflict) as refusal:
        substituting.substitute(work, item.id, free.id, by=BY, now=at)

    assert refusal.value.code == "already_begun"


def test_rules_hold_for_the_hand_too(work, town):
    _, (item, other), _, barred, at = town
    for expert in (barred.id, other.expert_id, item.expert_id, "nobody"):
        with pytest.raises(BadInput):
            substituting.substitute(work, item.id, expert, by=BY, now=at)
    assert work.assignments.get(item.id).status is AssignmentStatus.INVITED


def test_nobody_left_is_said(work, town):
    _, (item, _), free, _, at = town
    work.experts.save(free.model_copy(update={"active": False}))

    with pytest.raises(Conflict) as refusal:
        substituting.substitute(work, item.id, by=BY, now=at)

    assert "Заменить некем" in refusal.value.sentence


def test_nobody_is_invited_after_the_reviews(work, town):
    one, (item, _), *_ = town
    late = work.marathons.get(one.marathon_id).reviews_until + timedelta(days=1)

    with pytest.raises(DeadlinePassed):
        substituting.options(work, item.id, now=late)
