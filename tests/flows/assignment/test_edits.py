"""Plans changed by hand, compared, and asked about: on a real database, with people's names."""

from datetime import timedelta

import builders
import pytest
from contents import contents

from flows.assignment import by_hand, operations
from flows.review import operations as reviewing
from schemas.assignment import Edit, PlanKind, PlanStatus, WhatIf
from schemas.errors import BadInput, Conflict, NotFound
from schemas.marathon import AssignmentPolicy
from schemas.people import Actor

pytestmark = pytest.mark.both_databases

BY = Actor(part="organiser")
DURING = builders.NOW - timedelta(days=45)


@pytest.fixture
def homes(work):
    return builders.members(work, builders.a_cluster(work))


@pytest.fixture
def marathon(work, homes):
    made = builders.a_marathon(work, assignment=AssignmentPolicy(reviews=2))
    for home in homes:
        builders.a_submission(work, made, home)
        for number in range(2):
            person = builders.a_person(work, f"Экспертова Ирина {number}-я")
            builders.an_expert(work, home, person_id=person.id)
    return made


@pytest.fixture
def plan(work, marathon):
    return operations.propose(work, marathon.id, now=DURING)


def pairs(plan):
    return {tuple(pair[:2]) for pair in plan.result["pairs"]}


def choice(work, plan, *, lawful=True):
    """A work with an expert who could, or could not, replace a member of its panel."""
    for submission in work.submissions.of_marathon(plan.marathon_id):
        for option in operations.options(work, plan.id, submission.id):
            room = option.load < option.capacity
            if not option.chosen and room and bool(option.broken) is not lawful:
                return submission.id, option
    message = "no such expert"
    raise AssertionError(message)


def edited(work, plan, *, settle=False, lawful=True):
    submission_id, option = choice(work, plan, lawful=lawful)
    edit = Edit(submission_id=submission_id, out=option.out, into=option.expert)
    return edit, by_hand.edit(work, plan.id, [edit], settle=settle, by=BY, now=DURING)


@pytest.mark.parametrize("settle", [False, True])
def test_edit_is_a_plan_of_its_own_that_can_be_applied(work, marathon, plan, settle):
    edit, by_hand = edited(work, plan, settle=settle)

    assert (by_hand.kind, by_hand.parent_id, by_hand.edits) == (
        PlanKind.MANUAL,
        plan.id,
        (edit,),
    )
    assert (edit.submission_id, edit.into) in pairs(by_hand)
    assert (edit.submission_id, edit.out) not in pairs(by_hand)
    assert by_hand.figures.pairs == plan.figures.pairs
    assert work.plans.get(plan.id) == plan
    assert work.plans.affinity(by_hand.id) == work.plans.affinity(plan.id)

    operations.apply(work, by_hand.id, by=BY, now=DURING)

    held = work.assignments.held(marathon.id)
    assert {(one.submission_id, one.expert_id) for one in held} == pairs(by_hand)
    assert work.plans.get(plan.id).status is PlanStatus.DISCARDED


def test_edit_may_follow_an_edit(work, plan):
    _, first = edited(work, plan)
    edit, second = edited(work, first)

    assert second.parent_id == first.id
    assert len(pairs(second) ^ pairs(first)) == 2
    assert (edit.submission_id, edit.into) in pairs(second)


@pytest.mark.parametrize("settle", [False, True])
def test_edit_that_breaks_a_rule_names_it_and_keeps_nothing(installation, work, plan, settle):
    work.session.commit()
    before = contents(installation)
    with pytest.raises(BadInput) as refusal:
        edited(work, plan, lawful=False, settle=settle)
    work.session.commit()

    assert refusal.value.code == "own_municipality"
    assert "Экспертова\xa0И." in refusal.value.sentence
    assert contents(installation) == before


def test_begun_review_cannot_be_edited_away(work, marathon, plan):
    [first, *_] = operations.apply(work, plan.id, by=BY, now=DURING)
    reviewing.accept(work, first.id, by=BY, now=DURING)
    again = operations.propose(work, marathon.id, now=DURING)
    other = next(
        one.expert
        for one in operations.options(work, again.id, first.submission_id, out=first.expert_id)
        if not one.chosen
    )
    edit = Edit(submission_id=first.submission_id, out=first.expert_id, into=other)

    with pytest.raises(BadInput):
        by_hand.edit(work, again.id, [edit], settle=False, by=BY, now=DURING)


def test_unanswered_invitation_edited_away_is_withdrawn_with_a_letter(work, marathon, plan):
    operations.apply(work, plan.id, by=BY, now=DURING)
    edit, by_hand = edited(work, operations.propose(work, marathon.id, now=DURING))

    invited = operations.apply(work, by_hand.id, by=BY, now=DURING)

    assert [(one.submission_id, one.expert_id) for one in invited] == [
        (edit.submission_id, edit.into)
    ]
    letters = [one.template for one in work.notices.all()]
    assert letters.count("assignment_withdrawn") == 1


def test_nothing_edited_and_plans_that_are_over_are_refused(work, plan):
    with pytest.raises(BadInput):
        by_hand.edit(work, plan.id, [], settle=False, by=BY, now=DURING)
    operations.discard(work, plan.id, by=BY, now=DURING)
    with pytest.raises(Conflict):
        edited(work, plan)


def test_plan_put_aside_while_an_edit_was_solved_stays_aside(work, plan):
    submission_id, option = choice(work, plan)
    edit = Edit(submission_id=submission_id, out=option.out, into=option.expert)
    draft = by_hand.begin(work, plan.id, [edit])
    result = draft.solved(settle=False)
    operations.discard(work, plan.id, by=BY, now=DURING)

    with pytest.raises(Conflict):
        by_hand.keep(work, draft, result, by=BY, now=DURING)
    assert len(operations.history(work, plan.marathon_id)) == 1


def test_edited_trial_is_as_little_to_be_applied_as_the_trial(work, marathon):
    trial = operations.request(
        work, marathon.id, what_if=WhatIf(capacity_change=1), by=BY, now=DURING
    )
    posed = operations.waiting(work, marathon.id, now=DURING, what_if=trial.what_if)
    kept = operations.keep(work, trial.id, posed, operations.solved(posed), now=DURING)
    _, by_hand = edited(work, kept)

    with pytest.raises(Conflict):
        operations.apply(work, by_hand.id, by=BY, now=DURING)


def test_two_plans_side_by_side_name_every_pair_that_changed(work, plan):
    edit, by_hand = edited(work, plan)
    found = operations.comparison(work, plan.id, by_hand.id)

    assert [(one.submission, one.expert) for one in found.left] == [(edit.submission_id, edit.out)]
    assert [(one.submission, one.expert) for one in found.joined] == [
        (edit.submission_id, edit.into)
    ]
    assert len(found.kept) == plan.figures.pairs - 1
    assert edit.into not in " ".join(one.text for one in (*found.left, *found.joined))


def test_declined_pair_is_given_as_the_reason_of_a_change(work, marathon, plan):
    [first, *_] = operations.apply(work, plan.id, by=BY, now=DURING)
    reviewing.decline(work, first.id, reason="not_now", by=BY, now=DURING)
    again = operations.propose(work, marathon.id, now=DURING)

    found = operations.comparison(work, plan.id, again.id)

    assert [(one.expert, one.reason) for one in found.left] == [(first.expert_id, "declined")]


def test_plans_of_two_marathons_are_not_compared(work, homes, plan):
    other = builders.a_marathon(work, title="Другой марафон", year=2027)
    builders.a_submission(work, other, homes[0])
    theirs = operations.propose(work, other.id, now=DURING)

    with pytest.raises(NotFound):
        operations.comparison(work, plan.id, theirs.id)


def test_plan_that_is_not_made_has_nothing_to_show(work, marathon):
    asked = operations.request(work, marathon.id, by=BY, now=DURING)

    with pytest.raises(Conflict):
        operations.options(work, asked.id, "any-work")
    with pytest.raises(Conflict):
        operations.comparison(work, asked.id, asked.id)


def test_every_pair_of_a_plan_has_its_reasons_and_no_ids_in_them(work, plan):
    """What it is worth is found by solving again; the quick answer leaves that out."""
    submission_id, expert_id, affinity = plan.result["pairs"][0]
    exact = operations.why(work, plan.id, submission_id, expert_id)
    quick = operations.why(work, plan.id, submission_id, expert_id, exact=False)

    assert (exact.chosen, exact.affinity) == (True, affinity)
    assert (quick.loss, exact.loss is None) == (None, False)
    assert exact.sentences
    assert submission_id not in " ".join(exact.sentences)
    assert expert_id not in " ".join(exact.sentences)


def test_an_expert_from_a_co_authors_place_is_not_said_to_have_a_conflict(work, marathon, homes):
    submission = work.submissions.of_marathon(marathon.id)[0]
    colleague = builders.a_person(work, "Соавторова Нина Петровна")
    authors = (*submission.authors, builders.an_author(colleague, homes[1]))
    work.submissions.save(submission.model_copy(update={"authors": authors}))
    plan = operations.propose(work, marathon.id, now=DURING)
    said = {
        rule.text
        for option in operations.options(work, plan.id, submission.id)
        if work.experts.get(option.expert).municipality_id == homes[1].id
        for rule in option.broken
    }
    assert "муниципалитет или организация соавтора" in said
    assert not any("конфликт" in text for text in said)
