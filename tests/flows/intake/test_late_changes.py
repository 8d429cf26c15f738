"""What authors may still do once intake is over, and many of them acting at one moment."""

from datetime import timedelta

import builders
import pytest
from together import in_threads

from flows.intake import operations
from schemas.errors import Conflict, DeadlinePassed
from schemas.marathon import Phase
from schemas.people import Actor
from schemas.submission import (
    Children,
    ConsentKind,
    FileStatus,
    SubmissionFile,
    SubmissionStatus,
)
from storage.identifiers import new_id

pytestmark = pytest.mark.both_databases

BY = Actor(part="test")


@pytest.fixture
def home(work):
    return builders.a_municipality(work, builders.a_cluster(work))


def decided(work, home, **changes):
    """An approved work whose author has only agreed to processing."""
    marathon = builders.a_marathon(work, phase=Phase.DECISION)
    only = builders.consents(ConsentKind.PROCESSING)
    one = builders.a_decided_work(work, marathon, home, consents=only, **changes)
    work.files.add(
        SubmissionFile(
            id=new_id(),
            submission_id=one.id,
            marathon_id=marathon.id,
            name="работа.docx",
            sha256="a" * 64,
            size=1,
            status=FileStatus.ACCEPTED,
            uploaded_at=builders.NOW,
        )
    )
    return one


def test_approved_work_gets_its_missing_consents_after_the_deadline(work, home, now):
    one = decided(work, home, children=Children.UNANSWERED)
    assert one.withheld == ("no_distribution", "no_licence", "children_unanswered")

    kinds = tuple(ConsentKind)
    after = operations.give_consents(
        work, one.id, kinds, text_version="1", children=Children.NONE, now=now
    )

    assert after.withheld == ()
    assert after.consents[0].given_at == one.consents[0].given_at


def test_consent_can_be_taken_back_after_publication(work, home, now):
    one = decided(work, home, status=SubmissionStatus.PUBLISHED)

    after = operations.give_consents(
        work, one.id, [ConsentKind.PROCESSING], text_version="1", now=now
    )

    assert after.withheld == ("no_distribution", "no_licence")


def test_withdrawn_work_needs_no_consents(work, home, now):
    one = decided(work, home, status=SubmissionStatus.WITHDRAWN)

    with pytest.raises(Conflict):
        operations.give_consents(work, one.id, [], text_version="1", now=now)


@pytest.mark.parametrize("status", [SubmissionStatus.RETURNED, SubmissionStatus.REVISING])
@pytest.mark.parametrize("phase", [Phase.RESULTS, Phase.ARCHIVE])
def test_work_sent_back_is_not_taken_when_nobody_would_review_it(work, home, now, status, phase):
    marathon = builders.a_marathon(work, phase=phase)
    one = builders.a_submission(work, marathon, home, status=status)

    with pytest.raises(DeadlinePassed):
        operations.submit(work, one.id, by=BY, now=now)


def test_starting_and_withdrawing_at_one_moment_never_wait_in_a_circle(installation, now):
    with installation.begin() as work:
        home = builders.a_municipality(work, builders.a_cluster(work))
        marathon = builders.a_marathon(
            work,
            phase=Phase.INTAKE,
            submissions_until=now + timedelta(days=1),
            reviews_until=now + timedelta(days=9),
        )
        people = [builders.a_person(work) for _ in range(6)]
        sent = [builders.a_submission(work, marathon, home) for _ in range(6)]

    def act(number):
        with installation.begin() as work:
            if number % 2:
                return operations.withdraw(work, sent[number // 2].id, by=BY, now=now)
            owner = people[number // 2].id
            return operations.start(work, marathon_id=marathon.id, owner_id=owner, now=now)

    outcomes = in_threads(12, act)

    assert [one for one in outcomes if isinstance(one, Exception)] == []
    assert len({one.number for one in outcomes}) == 12
