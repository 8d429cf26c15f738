"""Terms of invitations: whole days where the marathon is."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import builders
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.assignment.inviting import terms
from flows.review.deadlines import reminders_due
from flows.review.overdue import is_overdue
from schemas.assignment import Assignment, AssignmentStatus
from schemas.marathon import AssignmentPolicy, Marathon, Track

NOW = builders.NOW
IRKUTSK = ZoneInfo("Asia/Irkutsk")
MARATHON = Marathon(
    id="m",
    cluster_id="c",
    title="Марафон",
    year=2026,
    opens_at=NOW - timedelta(days=90),
    submissions_until=NOW - timedelta(days=50),
    reviews_until=NOW + timedelta(days=90),
    live_on=NOW.date(),
    tracks=(Track(number=1, title="Первое"),),
    assignment=AssignmentPolicy(answer_days=5, review_days=14),
)


def invited(now, status=AssignmentStatus.INVITED):
    item = Assignment(
        id="a", marathon_id="m", submission_id="s", expert_id="e", proposed_at=now, status=status
    )
    answer_until, due_at = terms(MARATHON, item, now)
    return item.model_copy(update={"answer_until": answer_until, "due_at": due_at})


@settings(max_examples=30)
@given(minutes=st.integers(min_value=0, max_value=3 * 24 * 60))
def test_terms_end_with_the_last_second_of_the_day(minutes):
    now = NOW + timedelta(minutes=minutes)
    item = invited(now)

    for until, days in ((item.answer_until, 5), (item.due_at, 14)):
        local = until.astimezone(IRKUTSK)
        assert (local.hour, local.minute, local.second) == (23, 59, 59)
        assert local.date() == (now.astimezone(IRKUTSK) + timedelta(days=days)).date()


@pytest.mark.parametrize("status", [AssignmentStatus.INVITED, AssignmentStatus.ACCEPTED])
def test_nobody_is_overdue_on_the_due_day(status):
    item = invited(NOW, status)
    until = item.answer_until if status is AssignmentStatus.INVITED else item.due_at

    assert not is_overdue(item, now=until)
    assert is_overdue(item, now=until + timedelta(seconds=1))


def test_terms_never_pass_the_end_of_the_expertise():
    late = MARATHON.reviews_until - timedelta(days=2)

    assert invited(late).due_at == MARATHON.reviews_until


def test_reminders_wait_for_the_morning_of_their_day():
    item = invited(NOW)
    day = item.answer_until.astimezone(IRKUTSK).date() - timedelta(days=3)
    morning = datetime(day.year, day.month, day.day, 9, tzinfo=IRKUTSK)

    assert reminders_due(item, MARATHON, now=morning - timedelta(seconds=1)) == ()
    assert reminders_due(item, MARATHON, now=morning) == (3,)
