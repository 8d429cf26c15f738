"""Potential conflicts in a real database: found once, decided once, kept out of plans."""

from datetime import timedelta

import builders
import pytest

from flows.assignment import conflict_operations as conflicts
from flows.assignment import posing
from schemas.assignment import AssignmentStatus
from schemas.assignment_problem import Problem
from schemas.conflict import ConflictSource, SuspicionStatus
from schemas.people import Actor
from schemas.submission import SubmissionStatus
from storage.identifiers import new_id

pytestmark = pytest.mark.both_databases

BY = Actor(part="organiser")
NOW = builders.NOW - timedelta(days=45)


@pytest.fixture
def homes(work):
    return builders.members(work, builders.a_cluster(work))


@pytest.fixture
def marathon(work, homes):
    return builders.a_marathon(work)


@pytest.fixture
def expert(work, homes):
    person = builders.a_person(work, "Берёзкина Анна Петровна")
    return builders.an_expert(work, homes[0], person_id=person.id)


@pytest.fixture
def submission(work, marathon, homes, expert):
    return builders.a_submission(work, marathon, homes[1], mentor="Берёзкина А. П.")


def found(work, marathon):
    return work.suspicions.of_marathon(marathon.id)


def barred(work, marathon):
    problem: Problem = posing.problem_of(work, marathon, now=NOW)
    return set(problem.conflicts)


def test_looking_twice_finds_nothing_new(work, marathon, submission, expert):
    assert conflicts.detect(work, marathon.id, now=NOW) == 1
    assert conflicts.detect(work, marathon.id, now=NOW) == 0

    (one,) = found(work, marathon)
    assert one.source is ConflictSource.MENTOR
    assert (submission.id, expert.id) in barred(work, marathon)


def test_dismissed_stays_dismissed_and_the_pair_is_free(work, marathon, submission, expert):
    conflicts.detect(work, marathon.id, now=NOW)
    (one,) = found(work, marathon)

    conflicts.decide(work, one.id, confirmed=False, by=BY, now=NOW)

    assert conflicts.detect(work, marathon.id, now=NOW) == 0
    assert found(work, marathon)[0].status is SuspicionStatus.DISMISSED
    assert barred(work, marathon) == set()


def test_confirmed_is_a_conflict_even_when_its_reason_has_gone(work, marathon, submission, expert):
    conflicts.detect(work, marathon.id, now=NOW)
    (one,) = found(work, marathon)
    conflicts.decide(work, one.id, confirmed=True, by=BY, now=NOW)
    work.submissions.save(submission.model_copy(update={"mentor": ""}))

    conflicts.detect(work, marathon.id, now=NOW)

    assert found(work, marathon)[0].status is SuspicionStatus.CONFIRMED
    assert work.conflicts.pairs(marathon.id) == [(submission.id, expert.id)]


def test_open_one_disappears_with_its_reason(work, marathon, submission, expert):
    conflicts.detect(work, marathon.id, now=NOW)
    work.submissions.save(submission.model_copy(update={"mentor": ""}))

    conflicts.detect(work, marathon.id, now=NOW)

    assert found(work, marathon) == []


@pytest.mark.parametrize(
    ("status", "stays"), [(SubmissionStatus.REVIEWED, 1), (SubmissionStatus.WITHDRAWN, 0)]
)
def test_open_one_waits_for_a_decision_after_all_reviews_are_in(
    work, marathon, submission, expert, status, stays
):
    conflicts.detect(work, marathon.id, now=NOW)
    builders.an_assignment(work, submission, expert, status=AssignmentStatus.SUBMITTED)
    work.submissions.save(submission.model_copy(update={"status": status}))

    conflicts.detect(work, marathon.id, now=NOW)

    assert len(found(work, marathon)) == stays


def test_confirming_takes_an_assignment_back_and_asks_for_another_expert(
    work, marathon, submission, expert
):
    conflicts.detect(work, marathon.id, now=NOW)
    on_review = work.submissions.move(submission, to=SubmissionStatus.IN_REVIEW, by=BY, now=NOW)
    item = builders.an_assignment(work, on_review, expert, status=AssignmentStatus.ACCEPTED)

    conflicts.decide(work, found(work, marathon)[0].id, confirmed=True, by=BY, now=NOW)

    assert work.assignments.get(item.id).status is AssignmentStatus.REPLACED
    assert [run.deployment for run in work.runs.waiting()] == ["replace_experts"]


def test_sent_review_stays_and_is_counted(work, marathon, submission, expert):
    conflicts.detect(work, marathon.id, now=NOW)
    item = builders.an_assignment(work, submission, expert, status=AssignmentStatus.SUBMITTED)
    (one,) = found(work, marathon)

    assert conflicts.sent_reviews(work, [one]) == 1
    conflicts.decide(work, one.id, confirmed=True, by=BY, now=NOW)

    assert work.assignments.get(item.id).status is AssignmentStatus.SUBMITTED


def test_decision_turned_round_frees_the_pair_but_not_from_what_the_expert_declared(
    work, marathon, submission, expert
):
    conflicts.detect(work, marathon.id, now=NOW)
    (one,) = found(work, marathon)
    conflicts.decide(work, one.id, confirmed=True, by=BY, now=NOW)
    conflicts.decide(work, one.id, confirmed=False, by=BY, now=NOW)
    assert work.conflicts.pairs(marathon.id) == []

    work.conflicts.declare(submission.id, expert.id, "declared")
    conflicts.decide(work, one.id, confirmed=True, by=BY, now=NOW)
    conflicts.decide(work, one.id, confirmed=False, by=BY, now=NOW)

    assert work.conflicts.pairs(marathon.id) == [(submission.id, expert.id)]


def test_people_who_signed_together_in_an_earlier_year_are_found_but_not_drafts(
    work, marathon, homes, expert
):
    person = work.people.get(expert.person_id)
    other = builders.a_person(work, "Ветров Олег Ильич")
    both = (builders.an_author(person, homes[0]), builders.an_author(other, homes[1]))
    earlier = builders.a_marathon(work, year=2023)
    draft = builders.a_submission(
        work,
        earlier,
        homes[1],
        authors=both,
        owner_id=other.id,
        status=SubmissionStatus.DRAFT,
        submitted_at=None,
    )
    builders.a_submission(
        work,
        marathon,
        homes[1],
        authors=(builders.an_author(other, homes[1]),),
        owner_id=other.id,
    )
    assert conflicts.detect(work, marathon.id, now=NOW) == 0

    work.submissions.add(
        draft.model_copy(
            update={
                "id": new_id(),
                "number": 99,
                "status": SubmissionStatus.WITHDRAWN,
                "submitted_at": NOW,
            }
        )
    )

    assert conflicts.detect(work, marathon.id, now=NOW) == 1
    assert "(2023)" in found(work, marathon)[0].evidence


def test_decisions_are_in_the_journal(work, marathon, submission, expert):
    conflicts.detect(work, marathon.id, now=NOW)
    (one,) = found(work, marathon)
    conflicts.decide(work, one.id, confirmed=True, by=BY, now=NOW)
    conflicts.decide(work, one.id, confirmed=True, by=BY, now=NOW)

    assert [entry.action for entry in work.journal.about(one.id)] == ["confirmed"]
