"""Plans and replacements when time has passed or somebody acts while a plan is made."""

from datetime import timedelta

import builders
import pytest
from together import in_threads

from flows.assignment import operations
from schemas.errors import DeadlinePassed
from schemas.marathon import AssignmentPolicy
from schemas.people import Actor
from schemas.submission import SubmissionStatus

pytestmark = pytest.mark.both_databases

BY = Actor(part="test")


@pytest.fixture
def during():
    return builders.NOW - timedelta(days=45)


@pytest.fixture
def homes(work):
    return builders.members(work, builders.a_cluster(work))


@pytest.fixture
def marathon(work, homes):
    for home in homes:
        builders.an_expert(work, home)
    return builders.a_marathon(work, assignment=AssignmentPolicy(reviews=2))


def test_nobody_is_planned_or_invited_after_the_deadline(work, marathon, homes, during):
    builders.a_submission(work, marathon, homes[0])
    proposal = operations.propose(work, marathon.id, now=during)
    late = marathon.reviews_until + timedelta(days=1)

    with pytest.raises(DeadlinePassed):
        operations.propose(work, marathon.id, now=late)
    with pytest.raises(DeadlinePassed):
        operations.apply(work, proposal.id, by=BY, now=late)

    assert work.assignments.all() == []


def test_work_withdrawn_while_replacements_are_sought_gets_none(work, marathon, homes, during):
    one = builders.a_submission(work, marathon, homes[0], status=SubmissionStatus.IN_REVIEW)
    posed = operations.gaps(work, marathon.id, now=during)
    work.submissions.move(one, to=SubmissionStatus.WITHDRAWN, by=BY, now=during)

    invited = operations.fill(work, marathon.id, posed, operations.solved(posed), by=BY, now=during)

    assert invited == 0
    assert work.assignments.all() == []


def test_two_sweeps_at_one_moment_invite_once(installation, during):
    with installation.begin() as work:
        homes = builders.members(work, builders.a_cluster(work))
        for home in homes:
            builders.an_expert(work, home)
        marathon = builders.a_marathon(work, assignment=AssignmentPolicy(reviews=2))
        builders.a_submission(work, marathon, homes[0], status=SubmissionStatus.IN_REVIEW)
        posed = operations.gaps(work, marathon.id, now=during)
    result = operations.solved(posed)

    def sweep(_number):
        with installation.begin() as work:
            return operations.fill(work, marathon.id, posed, result, by=BY, now=during)

    assert sorted(in_threads(4, sweep)) == [0, 0, 0, 2]
