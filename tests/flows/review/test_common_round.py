"""The calibration round while it runs and when it ends: the gate, reminders, works, marks."""

from datetime import timedelta

import builders
import pytest

from flows.review import common_round, operations
from flows.review.common_gate import waits_for_common
from schemas.assignment import OPEN, AssignmentStatus, DeclineReason
from schemas.common_round import changeable_until
from schemas.errors import Conflict
from schemas.marathon import CommonRound
from schemas.people import Actor
from schemas.review import Recommendation, ReviewDraft
from schemas.rubric import RUBRICS
from schemas.submission import SubmissionStatus

pytestmark = pytest.mark.both_databases
BY = Actor(part="expert")
SENT = AssignmentStatus.SUBMITTED
GIVEN_UP = (AssignmentStatus.DECLINED, AssignmentStatus.EXPIRED, AssignmentStatus.REPLACED)


@pytest.fixture
def during():
    return builders.NOW - timedelta(days=35)


@pytest.fixture
def homes(work):
    return builders.members(work, builders.a_cluster(work))


@pytest.fixture
def common(work, homes, during):
    """The common work, its round open for a week."""
    before = builders.a_marathon(work)
    one = builders.a_submission(work, before, homes[0], status=SubmissionStatus.IN_REVIEW)
    held = CommonRound(submission_ids=(one.id,), opened_at=during, until=during + timedelta(days=7))
    work.marathons.save(before.model_copy(update={"common_round": held}))
    return one


@pytest.fixture
def marathon(work, common):
    return work.marathons.get(common.marathon_id)


@pytest.fixture
def experts(work, homes):
    return [builders.an_expert(work, homes[1]) for _ in range(4)]


@pytest.fixture
def items(work, common, experts, marathon, during):
    return [
        builders.an_assignment(
            work,
            common,
            expert,
            proposed_at=during,
            due_at=marathon.common_round.until,
            answer_until=marathon.common_round.until,
        )
        for expert in experts
    ]


@pytest.fixture
def real(work, marathon, homes, experts, during):
    """An ordinary work of the first expert, accepted."""
    one = builders.a_submission(work, marathon, homes[2], status=SubmissionStatus.IN_REVIEW)
    return builders.an_assignment(
        work, one, experts[0], proposed_at=during, due_at=during + timedelta(days=14)
    )


def a_draft(marathon, level=2, **changes):
    rubric = RUBRICS[marathon.rubric]
    facts = {
        "levels": {part.code: level for part in rubric.criteria},
        "gates": {gate.code: True for gate in rubric.gates},
        "recommendation": Recommendation.BOTH,
        "comment": "Полезная работа.",
    }
    return ReviewDraft(**facts | changes)


def send(work, marathon, item, now, **changes):
    return operations.submit(work, item.id, a_draft(marathon, **changes), by=BY, now=now)


def refused(call):
    with pytest.raises(Conflict) as refusal:
        call()
    return refusal.value.code


def test_real_work_can_be_neither_accepted_nor_scored_before_the_common_one(
    work, marathon, items, real, during
):
    invited = work.assignments.change(real, status=AssignmentStatus.INVITED)

    def save():
        operations.save_draft(work, real.id, a_draft(marathon), version=None, by=BY, now=during)

    codes = {
        refused(lambda: operations.accept(work, invited.id, by=BY, now=during)),
        refused(save),
        refused(lambda: send(work, marathon, real, during)),
    }

    assert codes == {"common_round_first"}
    assert work.assignments.get(real.id).status is AssignmentStatus.INVITED


def test_real_work_can_be_declined_before_the_common_one(work, items, real, during):
    declined = operations.decline(work, real.id, reason=DeclineReason.NOT_NOW, by=BY, now=during)

    assert declined.status is AssignmentStatus.DECLINED


def test_real_work_opens_the_moment_the_own_common_review_is_sent(
    work, marathon, items, real, during
):
    send(work, marathon, items[0], during)

    assert send(work, marathon, real, during).submitted_at == during


def test_common_reviews_of_others_open_nothing(work, marathon, items, real, during):
    for item in items[1:]:
        send(work, marathon, item, during)

    assert refused(lambda: send(work, marathon, real, during)) == "common_round_first"


@pytest.mark.parametrize("status", GIVEN_UP)
def test_who_gave_the_common_work_up_waits_for_nothing(work, marathon, items, real, during, status):
    mine = [items[0].model_copy(update={"status": status}), real]

    assert not waits_for_common(real, mine, marathon, now=during)


def test_who_joined_later_waits_for_nothing(marathon, items, real, during):
    assert not waits_for_common(real, [real], marathon, now=during)


@pytest.mark.parametrize("status", sorted(set(AssignmentStatus) - OPEN))
def test_what_is_done_is_not_closed_again_by_a_later_round(marathon, items, real, during, status):
    done = real.model_copy(update={"status": status})

    assert not waits_for_common(done, [items[0], done], marathon, now=during)


def test_real_works_open_for_everybody_when_the_time_of_the_round_is_over(
    work, marathon, items, real, during
):
    later = marathon.common_round.until + timedelta(minutes=1)

    assert send(work, marathon, real, later).submitted_at == later


def test_real_works_open_for_everybody_when_the_round_is_closed(
    work, marathon, items, real, during
):
    common_round.close_round(work, marathon.id, by=BY, now=during)

    assert send(work, marathon, real, during).submitted_at == during


def test_common_work_waits_for_everybody_who_holds_it(work, marathon, common, items, during):
    for item in items[:3]:
        send(work, marathon, item, during)
    operations.collect(work, marathon.id, now=during)
    assert work.submissions.get(common.id).status is SubmissionStatus.IN_REVIEW

    operations.decline(work, items[3].id, reason=DeclineReason.NOT_NOW, by=BY, now=during)
    operations.collect(work, marathon.id, now=during)

    assert work.submissions.get(common.id).status is SubmissionStatus.REVIEWED


def test_common_work_that_everybody_was_asked_about_asks_for_no_more_reviews(
    work, marathon, common, real, items, during
):
    for item in items:
        send(work, marathon, item, during)
    send(work, marathon, real, during)
    operations.collect(work, marathon.id, now=during)
    operations.collect(work, marathon.id, now=marathon.reviews_until + timedelta(minutes=1))

    ordinary = work.submissions.get(real.submission_id)
    assert work.submissions.get(common.id).reviews_closed
    assert (ordinary.status, ordinary.reviews_closed) == (SubmissionStatus.REVIEWED, False)


def test_sweep_closes_the_round_when_its_time_is_over_and_lets_the_idle_go(
    work, marathon, common, items, during
):
    for item in items[:3]:
        send(work, marathon, item, during)
    later = marathon.common_round.until + timedelta(minutes=1)

    operations.collect(work, marathon.id, now=later)
    operations.collect(work, marathon.id, now=later + timedelta(minutes=15))

    assert work.marathons.get(marathon.id).common_round.closed_at == later
    assert work.assignments.get(items[3].id).status is AssignmentStatus.REPLACED
    assert work.submissions.get(common.id).status is SubmissionStatus.REVIEWED


def test_sweep_leaves_a_running_round_alone(work, marathon, items, during):
    operations.collect(work, marathon.id, now=during)

    assert work.marathons.get(marathon.id) == marathon


def test_closing_again_changes_nothing(work, marathon, items, during):
    first = common_round.close_round(work, marathon.id, by=BY, now=during)

    assert common_round.close_round(work, marathon.id, by=BY, now=during + timedelta(1)) == first


def test_marathon_without_a_round_has_nothing_to_close(work, homes, during):
    plain = builders.a_marathon(work)

    assert (
        refused(lambda: common_round.close_round(work, plain.id, by=BY, now=during)) == "no_round"
    )
    assert refused(lambda: common_round.remind_all(work, plain.id, by=BY, now=during)) == "no_round"


def test_begun_common_review_may_be_sent_after_the_round(work, marathon, items, during):
    operations.save_draft(work, items[0].id, a_draft(marathon), version=None, by=BY, now=during)
    common_round.close_round(work, marathon.id, by=BY, now=during)

    assert send(work, marathon, items[0], during).submitted_at == during


def test_sent_marks_of_a_common_work_stand_once_others_can_be_seen(work, marathon, items, during):
    send(work, marathon, items[0], during)
    send(work, marathon, items[0], during, level=3)
    common_round.close_round(work, marathon.id, by=BY, now=during)

    assert refused(lambda: send(work, marathon, items[0], during, level=1)) == "common_round_over"


def test_reminder_goes_to_those_who_are_waited_for_once_a_day(work, marathon, items, during):
    send(work, marathon, items[0], during)
    for _ in range(2):
        assert common_round.remind_all(work, marathon.id, by=BY, now=during) == 3

    letters = [one for one in work.notices.all() if one.template == "review_reminder"]
    assert {one.subject_id for one in letters} == {item.id for item in items[1:]}
    assert len(letters) == 3


def mine(work, item, marathon, now):
    current = work.marathons.get(marathon.id)
    return common_round.own_marks(work, work.assignments.get(item.id), current, now=now)


def test_marks_of_others_are_seen_only_after_the_round_and_after_own(work, marathon, items, during):
    for item in items[:3]:
        send(work, marathon, item, during)
    operations.save_draft(work, items[3].id, a_draft(marathon), version=None, by=BY, now=during)
    assert mine(work, items[0], marathon, during) == ()
    assert common_round.outcome(work, marathon, now=during) is None

    common_round.close_round(work, marathon.id, by=BY, now=during)

    assert mine(work, items[3], marathon, during) == ()
    assert {one.counts for one in mine(work, items[0], marathon, during)} == {(0, 0, 3, 0)}
    send(work, marathon, items[3], during, level=1)
    assert {one.counts for one in mine(work, items[3], marathon, during)} == {(0, 1, 3, 0)}


def test_two_marks_are_shown_to_nobody(work, marathon, items, during):
    for item in items[:2]:
        send(work, marathon, item, during)
    closed = common_round.close_round(work, marathon.id, by=BY, now=during)

    found = common_round.outcome(work, closed, now=during)
    assert mine(work, items[0], marathon, during) == ()
    assert [(one.reviews, one.spreads) for one in found.works] == [(2, ())]
    assert found.experts == ()


def test_organisers_see_unclear_criteria_and_who_differs(work, marathon, items, during):
    for item, level in zip(items, (3, 3, 3, 0), strict=True):
        send(work, marathon, item, during, level=level)
    closed = common_round.close_round(work, marathon.id, by=BY, now=during)

    found = common_round.outcome(work, closed, now=during)

    assert found.experts[0].expert_id == items[3].expert_id
    assert found.experts[0].is_far
    assert set(found.unclear) == {part.title for part in RUBRICS[marathon.rubric].criteria}


def test_letter_promises_no_change_of_marks_after_the_round_or_the_expertise(
    work, marathon, items, real
):
    earlier = marathon.common_round.until - timedelta(days=1)
    cut_short = marathon.model_copy(update={"reviews_until": earlier})

    assert changeable_until(items[0], marathon) == marathon.common_round.until
    assert changeable_until(items[0], cut_short) == earlier
    assert changeable_until(real, marathon) == marathon.reviews_until
