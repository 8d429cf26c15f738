"""One more review for one work, leaving it to the council, and what confirming waits for."""

from datetime import timedelta

import builders
import pytest
from contents import contents

from flows.decision import operations
from flows.decision.freshness import wants_proposing
from flows.review import operations as reviewing
from schemas.decision import DecisionStatus, Ruling
from schemas.errors import Conflict, DeadlinePassed
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
def during(marathon):
    return marathon.reviews_until - timedelta(days=1)


@pytest.fixture
def decisions(work, marathon, homes, during):
    """By name: one clear yes, one clear no, one at the threshold."""
    experts = [builders.an_expert(work, home) for home in homes[1:]]
    marks = {"yes": (92, 95, 90), "no": (12, 15, 18), "unsure": (52, 66, 61)}
    works = {}
    for name, scores in marks.items():
        works[name] = builders.a_submission(
            work, marathon, homes[0], status=SubmissionStatus.REVIEWED
        )
        for expert, score in zip(experts, scores, strict=True):
            builders.a_sent_review(work, works[name], expert, score=score)
    found = {
        one.submission_id: one for one in builders.proposed_decisions(work, marathon.id, now=during)
    }
    return {name: found[one.id] for name, one in works.items()}


def work_of(work, decision):
    return work.submissions.get(decision.submission_id)


def refused(act, *arguments, **facts):
    with pytest.raises(Conflict) as refusal:
        act(*arguments, by=CHAIR, **facts)
    return refusal.value


def test_one_more_review_can_be_asked_of_a_work_that_is_clear(work, decisions, during):
    run = operations.ask_extra_review(work, decisions["yes"].id, by=CHAIR, now=during)

    back = work_of(work, decisions["yes"])
    assert run.deployment == "replace_experts"
    assert (back.status, back.extra_reviews) == (SubmissionStatus.IN_REVIEW, 1)


def test_asking_while_the_review_is_going_on_says_so(work, decisions, during):
    operations.ask_extra_review(work, decisions["yes"].id, by=CHAIR, now=during)

    error = refused(operations.ask_extra_review, work, decisions["yes"].id, now=during)

    assert error.code == "review_running"
    assert f"№ {work_of(work, decisions['yes']).number}" in error.sentence


def test_final_decision_is_not_reviewed_again(work, decisions, during):
    operations.confirm(work, [decisions["no"].id], by=CHAIR, now=during)

    error = refused(operations.ask_extra_review, work, decisions["no"].id, now=during)

    assert error.code == "already_confirmed"


def test_after_the_deadline_one_more_review_needs_another_deadline(work, decisions, now):
    error = refused(operations.ask_extra_review, work, decisions["yes"].id, now=now)

    assert isinstance(error, DeadlinePassed)
    assert "Перенесите" in error.sentence


def test_person_may_ask_for_more_than_the_rules_but_not_for_a_tenth(
    work, homes, marathon, decisions, during
):
    one = work_of(work, decisions["unsure"])
    for _ in range(operations.MOST_REVIEWS - 3):
        operations.ask_extra_review(work, decisions["unsure"].id, by=CHAIR, now=during)
        expert = builders.an_expert(work, homes[2])
        builders.a_sent_review(work, one, expert, score=60.0)
        reviewing.collect(work, marathon.id, now=during)

    error = refused(operations.ask_extra_review, work, decisions["unsure"].id, now=during)

    assert error.code == "too_many_reviews"
    assert "уже 9 экспертиз" in error.sentence
    assert work_of(work, decisions["unsure"]).extra_reviews == 6


def test_council_stays_the_answer_when_decisions_are_proposed_again(
    work, marathon, decisions, during
):
    sent = operations.send_to_council(work, decisions["unsure"].id, by=CHAIR, now=during)
    again = operations.send_to_council(work, decisions["unsure"].id, by=CHAIR, now=during)

    builders.proposed_decisions(work, marathon.id, now=during)

    kept = work.decisions.get(sent.id)
    assert again == sent
    assert (sent.outcome, kept.outcome) == ("council", "council")
    assert "Новых экспертиз больше не будет" in kept.explanation


def test_person_may_still_ask_for_a_review_of_a_work_left_to_the_council(work, decisions, during):
    operations.send_to_council(work, decisions["unsure"].id, by=CHAIR, now=during)

    operations.ask_extra_review(work, decisions["unsure"].id, by=CHAIR, now=during)

    back = work_of(work, decisions["unsure"])
    assert (back.status, back.reviews_closed) == (SubmissionStatus.IN_REVIEW, False)


def test_clear_work_is_not_left_to_the_council(work, decisions, during):
    error = refused(operations.send_to_council, work, decisions["yes"].id, now=during)

    assert error.code == "already_settled"


def test_every_unsettled_work_is_named_with_what_it_lacks_and_none_is_confirmed(
    installation, work, decisions, during
):
    operations.ask_extra_review(work, decisions["no"].id, by=CHAIR, now=during)
    work.session.commit()
    before = contents(installation)
    listed = [one.id for one in decisions.values()]

    error = refused(operations.confirm, work, listed, now=during)
    work.session.commit()

    running, unsure = (work_of(work, decisions[name]).number for name in ("no", "unsure"))
    assert error.code == "unsettled"
    assert f"№ {running}: дополнительная экспертиза запрошена и ещё идёт" in error.sentence
    assert f"№ {unsure}: у порога: запросите экспертизу" in error.sentence
    assert f"№ {work_of(work, decisions['yes']).number}:" not in error.sentence
    assert contents(installation) == before


def test_subset_without_the_unsettled_works_is_confirmed(work, decisions, during):
    done = operations.confirm(work, [decisions["yes"].id, decisions["no"].id], by=CHAIR, now=during)

    assert [one.status for one in done] == [DecisionStatus.CONFIRMED] * 2
    assert work_of(work, decisions["unsure"]).status is SubmissionStatus.REVIEWED


def test_waiting_for_the_council_is_told_apart_from_standing_at_the_threshold(
    work, decisions, during
):
    operations.send_to_council(work, decisions["unsure"].id, by=CHAIR, now=during)

    error = refused(operations.confirm, work, [decisions["unsure"].id], now=during)

    assert "совет ещё не голосовал" in error.sentence


def test_after_the_deadline_the_way_to_the_council_is_told(work, decisions, now):
    error = refused(operations.confirm, work, [decisions["unsure"].id], now=now)

    assert "срок экспертизы прошёл" in error.sentence


def test_ruled_work_waits_for_the_review_that_was_asked_for(work, decisions, during):
    ruling = Ruling(publication=True, live=False, reason="Совет видел урок.")
    operations.override(work, decisions["unsure"].id, ruling, by=CHAIR, now=during)
    operations.ask_extra_review(work, decisions["unsure"].id, by=CHAIR, now=during)

    error = refused(operations.confirm, work, [decisions["unsure"].id], now=during)

    assert "ещё идёт" in error.sentence


def test_proposal_counted_before_a_new_review_is_not_made_final(
    work, marathon, homes, decisions, during
):
    submission = work_of(work, decisions["yes"])
    late = builders.an_expert(work, homes[-1], capacity=9)
    builders.a_sent_review(work, submission, late, score=5)

    refusal = refused(operations.confirm, work, [decisions["yes"].id], now=during)

    assert refusal.code == "unsettled"
    assert "экспертизы изменились после расчёта" in refusal.sentence
    assert work.decisions.get(decisions["yes"].id).status is DecisionStatus.PROPOSED


def test_persons_ruling_becomes_final_whatever_reviews_came_since(
    work, marathon, homes, decisions, during
):
    submission = work_of(work, decisions["yes"])
    ruling = Ruling(publication=True, live=False, reason="Решение совета.")
    operations.override(work, decisions["yes"].id, ruling, by=CHAIR, now=during)
    late = builders.an_expert(work, homes[-1], capacity=9)
    builders.a_sent_review(work, submission, late, score=5)

    (done,) = operations.confirm(work, [decisions["yes"].id], by=CHAIR, now=during)

    assert done.status is DecisionStatus.CONFIRMED


def test_proposals_are_wanted_once_reviews_came_that_they_do_not_know(
    work, marathon, homes, decisions
):
    assert not wants_proposing(work, marathon.id)
    late = builders.an_expert(work, homes[-1], capacity=9)
    builders.a_sent_review(work, work_of(work, decisions["no"]), late, score=55)

    assert wants_proposing(work, marathon.id)
