"""In which order an expert gets the works."""

from datetime import timedelta

from builders import NOW

from flows.review.queue import next_to_review
from schemas.assignment import Assignment, AssignmentStatus


def assigned(name, status=AssignmentStatus.ACCEPTED, *, days=5):
    due = NOW + timedelta(days=days)
    return Assignment(
        id=name,
        marathon_id="m",
        submission_id=f"work of {name}",
        expert_id="e",
        status=status,
        proposed_at=NOW,
        answer_until=due,
        due_at=due,
    )


def test_work_with_fewest_reviews_comes_next_even_when_due_later():
    items = [assigned("near", days=1), assigned("lonely", days=9)]
    assert next_to_review(items, {"work of near": 2, "work of lonely": 1}).id == "lonely"


def test_among_equals_the_nearest_due_comes_next():
    items = [assigned("far", days=9), assigned("near", days=1)]
    assert next_to_review(items, {}).id == "near"


def test_invitations_come_after_accepted_works():
    items = [assigned("invited", AssignmentStatus.INVITED, days=1), assigned("taken", days=9)]
    assert next_to_review(items, {}).id == "taken"
    assert next_to_review(items[:1], {}).id == "invited"


def test_work_just_left_is_not_next_and_sent_ones_never_are():
    items = [assigned("left"), assigned("sent", AssignmentStatus.SUBMITTED)]
    assert next_to_review(items, {}, after="left") is None
