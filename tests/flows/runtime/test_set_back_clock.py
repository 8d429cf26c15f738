"""Schedules go on where the machine's clock was set back, and nothing happens a second time."""

import time
from datetime import timedelta

import builders
import pytest

from flows.notices.flow import remind_people
from flows.review.flow import collect_reviews
from flows.runtime import conduct
from flows.runtime.deploying import DECLARED, read_deployments
from flows.runtime.dispatcher import Dispatcher
from flows.runtime.prefect_api import PrefectApi
from flows.runtime.run_queue import StoredRuns
from flows.runtime.worker import call_body
from schemas.assignment import AssignmentStatus
from schemas.marathon import Phase
from schemas.outbox import RunState

HOUR = timedelta(hours=1).total_seconds()
SWEEPS = {one.name: one.interval for one in read_deployments(DECLARED) if one.interval}


@pytest.fixture
def opened(installation, monkeypatch):
    """The installation as flows open it for themselves."""
    monkeypatch.setenv("MARATHON_DATA", str(installation.settings.data))
    conduct.installation.cache_clear()
    yield installation
    conduct.installation().close()
    conduct.installation.cache_clear()


@pytest.fixture
def dispatcher(opened):
    queue = StoredRuns(opened, opened.clock.now)
    with PrefectApi("http://127.0.0.1:9/api", timeout=0.5) as prefect:
        yield Dispatcher(queue, prefect, read_deployments(DECLARED), call=nobody)


def nobody(*given):
    raise AssertionError(given)


def set_back(opened, seconds=HOUR):
    """The machine's clock is behind by so much what was told here."""
    moment = time.time() + seconds
    opened.clock.leave_mark(moment)
    return moment


def asked(opened):
    """Names of what was asked for since the last time, which is under way now."""
    with opened.begin() as work:
        found = work.runs.waiting()
        for run in found:
            work.runs.save(run.model_copy(update={"state": RunState.RUNNING}))
    return sorted(run.deployment for run in found)


def test_sweeps_are_asked_for_by_their_intervals_while_the_clock_is_behind(opened, dispatcher):
    set_back(opened)
    dispatcher._ask_what_is_due(0.0)
    assert asked(opened) == []

    dispatcher._ask_what_is_due(60.0)
    assert asked(opened) == ["deliver_notices"]

    dispatcher._ask_what_is_due(61.0)
    assert asked(opened) == []

    dispatcher._ask_what_is_due(4000.0)
    assert asked(opened) == sorted(name for name, every in SWEEPS.items() if every <= HOUR)


@pytest.mark.parametrize("seconds", [0.0, 30.0])
def test_a_clock_that_is_right_or_corrected_a_little_leaves_schedules_to_prefect(
    opened, dispatcher, seconds
):
    set_back(opened, seconds)
    for moment in (0.0, 100_000.0):
        dispatcher._ask_what_is_due(moment)

    assert asked(opened) == []


def test_flows_go_by_the_moment_that_was_told_last(opened):
    """Restarted, too: the moment is kept beside the database."""
    moment = set_back(opened)
    conduct.installation.cache_clear()

    assert conduct.clock().timestamp() == pytest.approx(moment, abs=1)


@pytest.fixture
def invitation(opened):
    """It lapses in half an hour."""
    now = opened.clock.now()
    with opened.begin() as work:
        homes = builders.members(work, builders.a_cluster(work))
        made = builders.a_marathon(
            work,
            phase=Phase.EXPERTISE,
            opens_at=now - timedelta(days=9),
            submissions_until=now - timedelta(days=2),
            reviews_until=now + timedelta(minutes=30),
        )
        one = builders.a_submission(work, made, homes[0])
        expert = builders.an_expert(work, homes[1])
        return builders.an_assignment(
            work,
            one,
            expert,
            status=AssignmentStatus.INVITED,
            answer_until=now + timedelta(minutes=30),
        )


def swept(opened, invitation):
    """Its state and every letter written so far, after the sweeps."""
    for flow in (collect_reviews, remind_people):
        call_body(flow, marathon=invitation.marathon_id)
    with opened.begin(read_only=True) as work:
        return work.assignments.get(invitation.id).status, sorted(
            letter.dedup_key for letter in work.notices.all()
        )


def test_what_lapsed_stays_so_and_nobody_is_reminded_twice(opened, invitation):
    assert swept(opened, invitation)[0] is AssignmentStatus.INVITED
    set_back(opened)  # it was an hour later, and somebody has seen that
    lapsed, letters = swept(opened, invitation)
    assert lapsed is AssignmentStatus.EXPIRED

    conduct.installation.cache_clear()
    for _ in range(3):
        assert swept(opened, invitation) == (lapsed, letters)
