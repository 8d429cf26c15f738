"""Proposing, overriding and confirming decisions on a real database."""

from datetime import timedelta

import builders
import pytest
from contents import contents

from flows.decision import operations
from schemas.decision import DecisionStatus, Ruling
from schemas.errors import BadInput, Conflict, DeadlinePassed
from schemas.outbox import NoticeStatus
from schemas.people import Actor
from schemas.submission import SubmissionStatus

pytestmark = pytest.mark.both_databases

CHAIR = Actor(part="chair")


@pytest.fixture
def homes(work):
    return builders.members(work, builders.a_cluster(work))


@pytest.fixture
def marathon(work, homes):
    return builders.a_marathon(work)


@pytest.fixture
def reviewed(work, marathon, homes):
    """Works with three sent reviews each: clearly good, clearly bad."""
    home, *others = homes
    experts = [builders.an_expert(work, other) for other in others]
    works = []
    for score in (92.0, 20.0, 88.0, 15.0):
        one = builders.a_submission(work, marathon, home, status=SubmissionStatus.REVIEWED)
        for expert in experts:
            builders.a_sent_review(work, one, expert, score=score)
        works.append(one)
    return works


def proposed(work, marathon, now):
    found = builders.proposed_decisions(work, marathon.id, now=now)
    return {item.submission_id: item for item in found}


def test_good_works_are_proposed_and_bad_ones_are_not(work, marathon, reviewed, now):
    decisions = proposed(work, marathon, now)

    assert [decisions[one.id].publication for one in reviewed] == [True, False, True, False]
    assert all(item.explanation and item.reviews == 3 for item in decisions.values())


def test_proposing_twice_changes_nothing_the_second_time(
    installation, work, marathon, reviewed, now
):
    proposed(work, marathon, now)
    work.session.commit()
    before = contents(installation)

    proposed(work, marathon, now + timedelta(hours=1))
    work.session.commit()

    assert contents(installation) == before


def test_deciding_before_anything_is_reviewed_says_so(work, marathon, homes, now):
    builders.a_submission(work, marathon, homes[0], status=SubmissionStatus.IN_REVIEW)

    with pytest.raises(BadInput) as refusal:
        builders.proposed_decisions(work, marathon.id, now=now)

    assert "закончена экспертиза" in refusal.value.sentence
    assert work.decisions.count() == 0


def test_ruling_of_a_person_stays_when_decisions_are_proposed_again(work, marathon, reviewed, now):
    bad = proposed(work, marathon, now)[reviewed[1].id]
    ruling = Ruling(publication=True, live=False, reason="Совет считает иначе.")
    operations.override(work, bad.id, ruling, by=CHAIR, now=now)

    again = proposed(work, marathon, now)[reviewed[1].id]

    assert (again.publication, again.override_reason) == (True, "Совет считает иначе.")


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("  ", "почему решение изменено"),
        ("Ну", "слишком короткое"),
        ("Ну" + " " * 20, "прочтёт автор"),
    ],
)
def test_ruling_needs_a_reason_an_author_can_read(work, marathon, reviewed, now, reason, said):
    bad = proposed(work, marathon, now)[reviewed[1].id]

    with pytest.raises(BadInput) as refusal:
        ruling = Ruling(publication=True, live=False, reason=reason)
        operations.override(work, bad.id, ruling, by=CHAIR, now=now)

    assert refusal.value.field == "reason"
    assert said in refusal.value.sentence
    assert work.decisions.get(bad.id) == bad


def test_confirming_twice_is_confirming_once_and_letters_wait_to_be_read(
    installation, work, marathon, reviewed, now
):
    ids = [item.id for item in proposed(work, marathon, now).values()]
    operations.confirm(work, ids, by=CHAIR, now=now)
    work.session.commit()
    before = contents(installation)

    operations.confirm(work, ids, by=CHAIR, now=now + timedelta(hours=1))
    work.session.commit()

    assert contents(installation) == before
    decision_letters = [one for one in work.notices.all() if one.template == "decision"]
    assert [one.status for one in decision_letters] == [NoticeStatus.DRAFT] * len(reviewed)


def test_confirmed_decision_cannot_be_changed(work, marathon, reviewed, now):
    good = proposed(work, marathon, now)[reviewed[0].id]
    operations.confirm(work, [good.id], by=CHAIR, now=now)

    with pytest.raises(Conflict) as refusal:
        ruling = Ruling(publication=False, live=False, reason="Передумали после чтения.")
        operations.override(work, good.id, ruling, by=CHAIR, now=now)

    assert "уже применено" in refusal.value.sentence


def test_unsettled_work_keeps_the_whole_list_from_being_confirmed(
    installation, work, marathon, reviewed, now
):
    decisions = list(proposed(work, marathon, now).values())
    unclear = work.decisions.save(decisions[0].model_copy(update={"outcome": "council"}))
    work.session.commit()
    before = contents(installation)

    with pytest.raises(Conflict) as refusal:
        operations.confirm(work, [item.id for item in decisions], by=CHAIR, now=now)
    work.session.commit()

    number = work.submissions.get(unclear.submission_id).number
    assert f"№ {number}" in refusal.value.sentence
    assert contents(installation) == before


def test_withdrawn_work_is_neither_proposed_nor_confirmed(work, marathon, reviewed, now):
    decision = proposed(work, marathon, now)[reviewed[0].id]
    work.submissions.move(
        work.submissions.get(reviewed[0].id), to=SubmissionStatus.WITHDRAWN, by=CHAIR, now=now
    )

    with pytest.raises(Conflict) as refusal:
        operations.confirm(work, [decision.id], by=CHAIR, now=now)

    assert "отозван" in refusal.value.sentence
    assert work.decisions.get(decision.id).status is DecisionStatus.PROPOSED
    assert reviewed[0].id not in proposed(work, marathon, now)


def test_work_to_be_revised_goes_back_for_another_round(work, marathon, reviewed, now):
    bad = proposed(work, marathon, now)[reviewed[1].id]
    ruling = Ruling(publication=False, live=False, revise=True, reason="Доработать по отзывам.")
    operations.override(work, bad.id, ruling, by=CHAIR, now=now)

    operations.confirm(work, [bad.id], by=CHAIR, now=now)

    sent_back = work.submissions.get(reviewed[1].id)
    assert (sent_back.status, sent_back.round) == (SubmissionStatus.REVISING, 2)
    letters = [(one.template, one.status) for one in work.notices.all()]
    assert letters == [
        ("decision", NoticeStatus.DRAFT),
        ("revision_asked", NoticeStatus.DRAFT),
    ]


def test_extra_review_is_asked_once_and_brings_the_work_back(work, marathon, reviewed, now):
    decision = proposed(work, marathon, now)[reviewed[0].id]
    work.decisions.save(decision.model_copy(update={"outcome": "extra_review"}))
    during = marathon.reviews_until - timedelta(days=1)

    run, count = operations.ask_extra_reviews(work, marathon.id, by=CHAIR, now=during)
    again = operations.ask_extra_reviews(work, marathon.id, by=CHAIR, now=during)

    back = work.submissions.get(reviewed[0].id)
    assert (count, run.deployment, again) == (1, "replace_experts", (None, 0))
    assert (back.status, back.extra_reviews) == (SubmissionStatus.IN_REVIEW, 1)


def test_extra_review_after_the_deadline_says_to_move_it(work, marathon, reviewed, now):
    proposed(work, marathon, now)

    with pytest.raises(DeadlinePassed) as refusal:
        operations.ask_extra_reviews(work, marathon.id, by=CHAIR, now=now)

    assert "Перенесите" in refusal.value.sentence
