"""Rules are tried on real marks, and a trial decides nothing."""

from datetime import timedelta

import builders
import pytest
from contents import contents

from flows.decision import operations, trials
from flows.decision.trial_flow import try_policies
from flows.runtime.worker import call_body
from schemas.decision_policy import TrialStatus
from schemas.errors import BadInput
from schemas.marathon import DecisionPolicy, Phase
from schemas.outbox import RunState
from schemas.people import Actor
from schemas.submission import SubmissionStatus

pytestmark = pytest.mark.both_databases

BY = Actor(part="test")
SCORES = (92.0, 66.0, 88.0, 15.0)
STRICTER = DecisionPolicy(publication_threshold=80)


def reviewed_marathon(work, homes, **changes):
    made = builders.a_marathon(work, phase=Phase.DECISION, **changes)
    home, *others = homes
    experts = [builders.an_expert(work, other) for other in others]
    for score in SCORES:
        one = builders.a_submission(work, made, home, status=SubmissionStatus.REVIEWED)
        for expert in experts:
            builders.a_sent_review(work, one, expert, score=score)
    return made


@pytest.fixture
def homes(opened):
    with opened.begin() as work:
        return builders.members(work, builders.a_cluster(work))


@pytest.fixture
def marathon(opened, homes):
    with opened.begin() as work:
        return reviewed_marathon(work, homes)


def asked(opened, marathon, source, policy, now):
    with opened.begin() as work:
        return trials.request(work, marathon.id, policy, source_id=source.id, by=BY, now=now)


def made(opened, marathon, source, policy, now):
    trial, run = asked(opened, marathon, source, policy, now)
    call_body(try_policies, marathon=marathon.id, request=run.id)
    with opened.begin(read_only=True) as work:
        return work.policy_trials.get(trial.id), work.runs.get(run.id)


def test_trial_tells_which_works_come_out_differently(opened, marathon, now):
    trial, run = made(opened, marathon, marathon, STRICTER, now)

    assert (trial.status, run.state) == (TrialStatus.MADE, RunState.COMPLETED)
    assert trial.outcome.before.works == trial.outcome.after.works == len(SCORES)
    assert trial.outcome.before.publication > trial.outcome.after.publication
    with opened.begin(read_only=True) as work:
        (middle,) = [one for one in work.submissions.of_marathon(marathon.id) if one.number == 2]
    (change,) = [one for one in trial.outcome.changes if one.submission_id == middle.id]
    assert change.before != change.after


def test_same_rules_change_nothing(opened, marathon, now):
    trial, _ = made(opened, marathon, marathon, DecisionPolicy(), now)

    assert trial.outcome.changes == ()
    assert trial.outcome.before == trial.outcome.after


def test_trial_never_touches_decisions_rules_or_works(opened, marathon, now):
    with opened.begin() as work:
        builders.proposed_decisions(work, marathon.id, now=now)
    before = contents(opened)

    made(opened, marathon, marathon, STRICTER, now)

    after = contents(opened)
    touched = {name for name in after if after[name] != before[name]}
    assert touched == {"policy_trial", "run"}


def test_confirmed_works_are_tried_as_if_nothing_were_decided(opened, marathon, now):
    with opened.begin() as work:
        ready = [
            one.id
            for one in builders.proposed_decisions(work, marathon.id, now=now)
            if one.outcome in ("yes", "no")
        ]
        operations.confirm(work, ready, by=BY, now=now)

    trial, _ = made(opened, marathon, marathon, STRICTER, now)

    assert trial.outcome.before.live
    assert trial.outcome.after.works == len(SCORES)


def test_rules_are_tried_on_an_earlier_marathon_of_the_cluster(opened, homes, marathon, now):
    with opened.begin() as work:
        coming = builders.a_marathon(
            work, work.clusters.only(), year=2027, opens_at=now - timedelta(days=60)
        )
        listed = trials.sources(work, coming)

    trial, _ = made(opened, coming, marathon, STRICTER, now)

    assert [one.id for one in listed] == [marathon.id]
    assert trial.outcome.after.works == len(SCORES)


def test_nothing_is_tried_on_a_marathon_without_reviews(opened, homes, now):
    with opened.begin() as work:
        empty = builders.a_marathon(work)

    with pytest.raises(BadInput) as refused:
        asked(opened, empty, empty, STRICTER, now)

    assert refused.value.code == "nothing_to_try"


def test_trial_that_cannot_be_made_says_why_and_costs_the_next_one_nothing(opened, marathon, now):
    broken = DecisionPolicy(low=0.9, high=0.1)
    first, _ = asked(opened, marathon, marathon, broken, now)

    second, run = made(opened, marathon, marathon, STRICTER, now + timedelta(minutes=1))

    with opened.begin(read_only=True) as work:
        first = work.policy_trials.get(first.id)
    assert (first.status, second.status) == (TrialStatus.FAILED, TrialStatus.MADE)
    assert "меньше верхней" in first.message
    assert run.state is RunState.COMPLETED
