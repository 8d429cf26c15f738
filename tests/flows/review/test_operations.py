"""An expert's way through a work, and what the sweep does to those who are late."""

from datetime import timedelta

import builders
import pytest
from contents import contents

from flows.review import operations
from schemas.assignment import AssignmentStatus, DeclineReason
from schemas.errors import BadInput, Conflict, DeadlinePassed
from schemas.people import Actor
from schemas.review import Recommendation, ReviewDraft
from schemas.rubric import RUBRICS
from schemas.submission import SubmissionStatus

pytestmark = pytest.mark.both_databases

BY = Actor(part="expert")


@pytest.fixture
def during():
    """A moment while reviews are written."""
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


def an_item(work, on_review, home, during, status=AssignmentStatus.INVITED, **changes):
    terms = {"answer_until": during + timedelta(days=5), "due_at": during + timedelta(days=14)}
    return builders.an_assignment(
        work, on_review, builders.an_expert(work, home), status=status, **terms | changes
    )


@pytest.fixture
def invited(work, on_review, home, during):
    return an_item(work, on_review, home, during)


def a_draft(marathon, **changes):
    rubric = RUBRICS[marathon.rubric]
    facts = {
        "levels": {part.code: part.highest for part in rubric.criteria},
        "gates": {gate.code: True for gate in rubric.gates},
        "comment": "Хорошая работа.",
        "recommendation": Recommendation.BOTH,
    }
    return ReviewDraft(**facts | changes)


def test_review_goes_from_invitation_to_sent(work, marathon, invited, during):
    operations.accept(work, invited.id, by=BY, now=during)
    draft = a_draft(marathon)

    review = operations.submit(work, invited.id, draft, by=BY, now=during)

    assert (review.score, review.submitted_at) == (100.0, during)
    assert work.assignments.get(invited.id).status is AssignmentStatus.SUBMITTED
    assert [one.template for one in work.notices.all()] == ["review_thanks"]
    assert [run.deployment for run in work.runs.all()] == ["collect_reviews"]


def test_review_remembers_when_its_first_draft_was_kept(work, marathon, invited, during):
    later = during + timedelta(minutes=40)
    first = operations.save_draft(
        work, invited.id, ReviewDraft(comment="Начну"), version=None, by=BY, now=during
    )

    sent = operations.submit(
        work, invited.id, a_draft(marathon), version=first.version, by=BY, now=later
    )

    assert (sent.started_at, sent.submitted_at) == (during, later)


def test_sending_the_same_review_twice_changes_nothing(
    installation, work, marathon, invited, during
):
    operations.submit(work, invited.id, a_draft(marathon), by=BY, now=during)
    work.session.commit()
    before = contents(installation)

    operations.submit(work, invited.id, a_draft(marathon), by=BY, now=during + timedelta(days=1))
    work.session.commit()

    assert contents(installation) == before


def test_agreeing_twice_is_agreeing_once(work, invited, during):
    first = operations.accept(work, invited.id, by=BY, now=during)

    assert operations.accept(work, invited.id, by=BY, now=during) == first
    assert len(work.journal.about(invited.id)) == 1


@pytest.mark.parametrize(
    "status",
    [AssignmentStatus.DECLINED, AssignmentStatus.EXPIRED, AssignmentStatus.REPLACED],
)
def test_work_that_is_not_theirs_any_more_cannot_be_scored(
    work, marathon, on_review, home, during, status
):
    item = an_item(work, on_review, home, during, status)

    with pytest.raises(Conflict) as refusal:
        operations.submit(work, item.id, a_draft(marathon), by=BY, now=during)

    assert refusal.value.sentence == "Эта работа вам больше не назначена."
    assert work.reviews.of_assignment(item.id) is None


@pytest.mark.parametrize("status", sorted(operations.PAST_REVIEW))
def test_work_with_a_decision_cannot_be_scored_any_more(
    work, marathon, on_review, invited, during, status
):
    work.submissions.save(on_review.model_copy(update={"status": status}))

    with pytest.raises(Conflict) as refusal:
        operations.submit(work, invited.id, a_draft(marathon), by=BY, now=during)

    assert "оценка больше не нужна" in refusal.value.sentence
    assert work.assignments.get(invited.id) == invited


def test_review_after_the_deadline_is_refused(work, marathon, invited):
    late = marathon.reviews_until + timedelta(seconds=1)

    with pytest.raises(DeadlinePassed) as refusal:
        operations.submit(work, invited.id, a_draft(marathon), by=BY, now=late)

    assert "Срок экспертизы закончился" in refusal.value.sentence
    assert work.reviews.of_assignment(invited.id) is None


@pytest.mark.parametrize("level", [-1, 4, 99])
def test_level_off_the_scale_is_refused_even_in_a_draft(work, marathon, invited, during, level):
    code = work.rubrics.of(marathon.id).criteria[0].code
    draft = a_draft(marathon, levels={code: level})

    for act in (operations.submit, operations.save_draft):
        with pytest.raises(BadInput) as refusal:
            act(work, invited.id, draft, version=None, by=BY, now=during)
        assert refusal.value.field == f"levels.{code}"
    assert work.reviews.of_assignment(invited.id) is None


def test_criterion_that_is_not_on_the_sheet_is_refused(work, marathon, invited, during):
    draft = a_draft(marathon, levels={"charm": 3})

    with pytest.raises(BadInput) as refusal:
        operations.save_draft(work, invited.id, draft, version=None, by=BY, now=during)

    assert "«charm»" in refusal.value.sentence


@pytest.mark.parametrize(
    "gap",
    [{"levels": {}}, {"gates": {}}, {"recommendation": None}],
    ids=lambda gap: next(iter(gap)),
)
def test_incomplete_review_can_be_kept_but_not_sent(work, marathon, invited, during, gap):
    draft = a_draft(marathon, **gap)

    kept = operations.save_draft(work, invited.id, draft, version=None, by=BY, now=during)
    with pytest.raises(BadInput):
        operations.submit(work, invited.id, draft, by=BY, now=during)

    assert kept.draft == draft
    assert work.reviews.of_assignment(invited.id).submitted_at is None


def test_second_tab_is_told_of_the_first(work, marathon, invited, during):
    opened = operations.save_draft(
        work, invited.id, ReviewDraft(), version=None, by=BY, now=during
    ).version
    first = ReviewDraft(comment="из первой вкладки")
    operations.save_draft(work, invited.id, first, version=opened, by=BY, now=during)

    with pytest.raises(Conflict) as refusal:
        second = ReviewDraft(comment="из второй вкладки")
        operations.save_draft(work, invited.id, second, version=opened, by=BY, now=during)

    assert refusal.value.code == "stale_version"
    assert work.reviews.of_assignment(invited.id).draft == first


def test_sent_review_can_be_changed_and_keeps_the_old_text(work, marathon, invited, during):
    operations.submit(work, invited.id, a_draft(marathon), by=BY, now=during)
    lower = {part.code: 0 for part in work.rubrics.of(marathon.id).criteria}
    second = a_draft(marathon, levels=lower)

    changed = operations.submit(work, invited.id, second, by=BY, now=during + timedelta(days=1))

    assert changed.score == 0
    assert [ReviewDraft(**one.model_dump(exclude={"sent_at"})) for one in changed.history] == [
        a_draft(marathon)
    ]
    assert [one.sent_at for one in changed.history] == [during]
    assert changed.submitted_at == during


def test_declared_conflict_is_remembered_and_asks_for_a_replacement(
    work, marathon, invited, during
):
    for _ in range(2):
        declined = operations.decline(
            work, invited.id, reason=DeclineReason.CONFLICT, note="коллега", by=BY, now=during
        )

    assert declined.decline_note == "коллега"
    assert work.conflicts.pairs(marathon.id) == [(invited.submission_id, invited.expert_id)]
    assert [run.deployment for run in work.runs.all()] == ["replace_experts"]


def test_sweep_run_twice_changes_nothing_the_second_time(
    installation, work, marathon, on_review, home, during
):
    for status in AssignmentStatus:
        an_item(work, on_review, home, during, status)
    later = during + timedelta(days=12)

    first = operations.collect(work, marathon.id, now=later)
    work.session.commit()
    before = contents(installation)
    second = operations.collect(work, marathon.id, now=later)
    work.session.commit()

    assert first == {"expired": 1, "reminded": 2, "reviewed": 0}
    assert second == {"expired": 0, "reminded": 0, "reviewed": 0}
    assert contents(installation) == before


def test_expert_reminded_to_answer_is_still_reminded_to_review(work, marathon, invited, during):
    operations.collect(work, marathon.id, now=invited.answer_until - timedelta(days=1))
    operations.accept(work, invited.id, by=BY, now=during)

    operations.collect(work, marathon.id, now=invited.due_at - timedelta(days=3))

    assert [one.template for one in work.notices.all()] == ["answer_reminder", "review_reminder"]


def test_extended_review_is_reminded_of_by_its_new_date(work, marathon, on_review, home, during):
    item = an_item(
        work,
        on_review,
        home,
        during,
        AssignmentStatus.ACCEPTED,
        due_at=during + timedelta(days=5),
    )
    operations.collect(work, marathon.id, now=during + timedelta(days=4))
    extended = operations.extend(work, item.id, days=5, by=BY, now=during + timedelta(days=4))

    operations.collect(work, marathon.id, now=extended.due_at - timedelta(days=1))

    assert work.notices.count() == 2


def test_extension_never_goes_past_the_marathons_own_deadline(work, marathon, invited, during):
    extended = operations.extend(work, invited.id, days=900, by=BY, now=during)

    assert extended.due_at == marathon.reviews_until


def test_finished_assignment_cannot_be_extended(work, on_review, home, during):
    item = an_item(work, on_review, home, during, AssignmentStatus.EXPIRED)

    with pytest.raises(Conflict):
        operations.extend(work, item.id, days=3, by=BY, now=during)


def test_work_with_all_its_reviews_is_closed_and_one_without_is_not(
    work, marathon, on_review, home, during
):
    waiting = builders.a_submission(work, marathon, home, status=SubmissionStatus.IN_REVIEW)
    for _ in range(marathon.assignment.reviews):
        builders.a_sent_review(work, on_review, builders.an_expert(work, home))

    assert operations.collect(work, marathon.id, now=during)["reviewed"] == 1
    assert work.submissions.get(on_review.id).status is SubmissionStatus.REVIEWED
    assert work.submissions.get(waiting.id).status is SubmissionStatus.IN_REVIEW


def test_after_the_deadline_a_work_is_closed_with_what_has_come(work, marathon, on_review, home):
    builders.a_sent_review(work, on_review, builders.an_expert(work, home))
    late = marathon.reviews_until + timedelta(minutes=1)

    assert operations.collect(work, marathon.id, now=late)["reviewed"] == 1


def test_reviews_of_an_earlier_round_do_not_close_the_next(work, marathon, on_review, home, during):
    for _ in range(marathon.assignment.reviews):
        builders.a_sent_review(work, on_review, builders.an_expert(work, home))
    work.submissions.save(on_review.model_copy(update={"round": 2}))

    assert operations.collect(work, marathon.id, now=during)["reviewed"] == 0
