"""Where a round ends, where the time ends, and what the sweep does while experts act."""

from datetime import timedelta

import builders
import pytest
from together import in_threads

from flows.review import operations
from schemas.assignment import AssignmentStatus
from schemas.errors import Conflict
from schemas.people import Actor
from schemas.review import Recommendation, ReviewDraft
from schemas.rubric import RUBRICS
from schemas.submission import SubmissionStatus

pytestmark = pytest.mark.both_databases

BY = Actor(part="expert")


@pytest.fixture
def during():
    return builders.NOW - timedelta(days=35)


@pytest.fixture
def home(work):
    return builders.a_municipality(work, builders.a_cluster(work))


@pytest.fixture
def marathon(work, home):
    return builders.a_marathon(work)


@pytest.fixture
def on_review(work, marathon, home):
    return builders.a_submission(work, marathon, home, status=SubmissionStatus.IN_REVIEW)


def an_item(work, submission, home, due_at, **changes):
    return builders.an_assignment(
        work, submission, builders.an_expert(work, home), due_at=due_at, **changes
    )


def a_draft(marathon):
    rubric = RUBRICS[marathon.rubric]
    return ReviewDraft(
        levels={part.code: part.highest for part in rubric.criteria},
        gates={gate.code: True for gate in rubric.gates},
        recommendation=Recommendation.BOTH,
    )


def test_review_of_an_earlier_round_cannot_be_changed_any_more(
    work, marathon, on_review, home, during
):
    item = an_item(work, on_review, home, during + timedelta(days=5))
    operations.submit(work, item.id, a_draft(marathon), by=BY, now=during)
    current = work.submissions.get(on_review.id)
    work.submissions.save(current.model_copy(update={"round": 2}))

    changed = a_draft(marathon).model_copy(update={"comment": "Передумал."})
    with pytest.raises(Conflict) as refusal:
        operations.submit(work, item.id, changed, by=BY, now=during)

    assert refusal.value.code == "review_over"


@pytest.mark.parametrize("status", sorted(operations.PAST_REVIEW))
def test_sweep_lets_experts_go_whose_work_needs_no_review_any_more(
    work, marathon, home, during, status
):
    over = builders.a_submission(work, marathon, home, status=status)
    item = an_item(work, over, home, during - timedelta(days=1))

    operations.collect(work, marathon.id, now=during)
    operations.collect(work, marathon.id, now=during)

    assert work.assignments.get(item.id).status is AssignmentStatus.REPLACED
    assert [one.template for one in work.notices.all()] == ["assignment_withdrawn"]


def test_nobody_is_reminded_of_a_review_that_would_be_refused(work, marathon, on_review, home):
    an_item(work, on_review, home, marathon.reviews_until)

    counts = operations.collect(work, marathon.id, now=marathon.reviews_until + timedelta(days=1))

    assert counts["reminded"] == 0
    assert work.notices.all() == []


def test_overdue_expert_gets_all_the_days_of_an_extension(work, on_review, home, during):
    item = an_item(work, on_review, home, during - timedelta(days=3))

    extended = operations.extend(work, item.id, days=2, by=BY, now=during)

    marathon = work.marathons.get(item.marathon_id)
    assert extended.due_at == marathon.end_of_day(during + timedelta(days=2))


def test_reminding_and_extending_never_undo_what_an_expert_has_done(work, on_review, home, during):
    item = an_item(work, on_review, home, during)
    work.assignments.move(item, to=AssignmentStatus.DECLINED, by=BY, now=during)

    with pytest.raises(Conflict):
        work.assignments.change(item, reminded=(1,))

    assert work.assignments.get(item.id).status is AssignmentStatus.DECLINED


def test_sweeps_and_answers_at_one_moment_lose_nothing(installation, during):
    with installation.begin() as work:
        home = builders.a_municipality(work, builders.a_cluster(work))
        marathon = builders.a_marathon(work)
        submission = builders.a_submission(work, marathon, home, status=SubmissionStatus.IN_REVIEW)
        items = [
            an_item(
                work,
                submission,
                home,
                during + timedelta(days=10),
                status=AssignmentStatus.INVITED,
                answer_until=during + timedelta(hours=1),
            )
            for _ in range(6)
        ]

    def act(number):
        with installation.begin() as work:
            if number % 2:
                return operations.collect(work, marathon.id, now=during)
            return operations.accept(work, items[number // 2].id, by=BY, now=during)

    outcomes = in_threads(12, act)

    assert [one for one in outcomes if isinstance(one, Exception)] == []
    with installation.begin() as work:
        accepted = [work.assignments.get(item.id).status for item in items]
    assert accepted == [AssignmentStatus.ACCEPTED] * 6
