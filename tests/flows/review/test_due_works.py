"""The sweep looks up what is due and leaves everything else alone."""

from datetime import timedelta

import builders
import pytest

from flows.review import operations
from schemas.assignment import AssignmentStatus
from schemas.submission import SubmissionStatus

pytestmark = pytest.mark.both_databases


@pytest.fixture
def home(work):
    return builders.a_municipality(work, builders.a_cluster(work))


@pytest.fixture
def marathon(work, home, now):
    return builders.a_marathon(work, reviews_until=now + timedelta(days=60), submissions_until=now)


def on_review(work, marathon, home, *statuses, due_at=None, **changes):
    """A work with an assignment at each status."""
    one = builders.a_submission(work, marathon, home, status=SubmissionStatus.IN_REVIEW, **changes)
    for status in statuses:
        expert = builders.an_expert(work, home)
        builders.an_assignment(work, one, expert, status=status, due_at=due_at, answer_until=due_at)
    return one.id


def due(work, marathon, now):
    return operations.to_collect(work, marathon.id, now=now)


SUBMITTED = AssignmentStatus.SUBMITTED


def test_work_with_all_its_reviews_is_due(work, marathon, home, now):
    done = on_review(work, marathon, home, SUBMITTED, SUBMITTED, SUBMITTED)
    on_review(work, marathon, home, SUBMITTED, SUBMITTED)
    assert due(work, marathon, now) == [done]


def test_work_that_waits_for_an_extra_review_is_not(work, marathon, home, now):
    on_review(work, marathon, home, SUBMITTED, SUBMITTED, SUBMITTED, extra_reviews=1)
    assert due(work, marathon, now) == []


def test_after_the_deadline_one_review_is_enough(work, marathon, home, now):
    one = on_review(work, marathon, home, SUBMITTED)
    assert due(work, marathon, marathon.reviews_until + timedelta(days=1)) == [one]


def test_invitation_to_be_reminded_of_is_due_and_a_fresh_one_is_not(work, marathon, home, now):
    invited = AssignmentStatus.INVITED
    soon = on_review(work, marathon, home, invited, due_at=now + timedelta(days=2))
    on_review(work, marathon, home, invited, due_at=now + timedelta(days=20))
    assert due(work, marathon, now) == [soon]


def test_work_that_was_withdrawn_from_under_its_experts_is_due(work, marathon, home, now):
    one = on_review(work, marathon, home, AssignmentStatus.ACCEPTED)
    found = work.submissions.get(one)
    work.submissions.save(found.model_copy(update={"status": SubmissionStatus.WITHDRAWN}))
    assert due(work, marathon, now) == [one]


def test_sweep_of_chosen_works_touches_no_others(work, marathon, home, now):
    first, second = (
        on_review(work, marathon, home, SUBMITTED, SUBMITTED, SUBMITTED) for _ in range(2)
    )
    assert operations.collect(work, marathon.id, [first], now=now)["reviewed"] == 1
    assert work.submissions.get(first).status is SubmissionStatus.REVIEWED
    assert work.submissions.get(second).status is SubmissionStatus.IN_REVIEW
