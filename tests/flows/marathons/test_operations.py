"""Phases in order, policies with versions, stages that run once."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.marathons import operations, policy, rules
from schemas.errors import BadInput, Conflict
from schemas.lifecycle import may_move
from schemas.marathon import NewMarathon, Phase
from schemas.outbox import RunState
from tests import builders


@pytest.fixture
def marathon(work, now):
    return builders.a_marathon(
        work,
        phase=Phase.PREPARATION,
        submissions_until=now + timedelta(days=5),
        reviews_until=now + timedelta(days=30),
    )


def as_given(marathon, **changes):
    facts = {name: getattr(marathon, name) for name in NewMarathon.model_fields}
    return NewMarathon(**facts | changes)


@given(st.sampled_from(Phase), st.sampled_from(Phase))
def test_order_is_exactly_the_table_of_moves(before, after):
    if may_move("marathon", before, after):
        rules.require_order(before, after)
        assert (before, after) in rules.PHASE_ACTS
    else:
        with pytest.raises(Conflict):
            rules.require_order(before, after)


def test_moving_twice_is_moving_once(work, marathon, organiser, now):
    policy.approve(work, marathon.id, by=organiser, now=now)
    for _ in range(2):
        moved = operations.move_phase(work, marathon.id, Phase.INTAKE, by=organiser, now=now)
    assert moved.phase is Phase.INTAKE
    assert [one.action for one in work.journal.about(marathon.id)] == ["policy_approved", "moved"]


def test_intake_does_not_open_after_its_end(work, marathon, organiser, now):
    late = now + timedelta(days=6)
    with pytest.raises(Conflict, match="Сначала поправьте даты"):
        operations.move_phase(work, marathon.id, Phase.INTAKE, by=organiser, now=late)


def test_track_with_works_cannot_be_removed(work, marathon, organiser, now):
    home = builders.a_municipality(work, work.clusters.only())
    builders.a_submission(work, marathon, home, track=3)
    fewer = as_given(marathon, tracks=marathon.tracks[:2])
    with pytest.raises(Conflict, match="В направлении 3 уже есть работы"):
        operations.change(work, marathon.id, fewer, version=1, by=organiser, now=now)


def test_changed_thresholds_are_a_new_version_that_nobody_has_approved(
    work, marathon, organiser, now
):
    approved = policy.approve(work, marathon.id, by=organiser, now=now)
    assert approved.decision.frozen_at == now
    changed = operations.set_thresholds(
        work, marathon.id, publication=55, live=75, by=organiser, now=now
    )
    assert (changed.decision.version, changed.decision.frozen_at) == (2, None)


def test_approved_thresholds_in_use_are_not_changed(work, marathon, organiser, now):
    operations.move_phase(work, marathon.id, Phase.INTAKE, by=organiser, now=now)
    policy.approve(work, marathon.id, by=organiser, now=now)
    with pytest.raises(Conflict) as refused:
        operations.set_thresholds(work, marathon.id, publication=55, live=75, by=organiser, now=now)
    assert refused.value.code == "policy_frozen"


def test_thresholds_off_the_scale_are_refused(work, marathon, organiser, now):
    with pytest.raises(BadInput):
        operations.set_thresholds(
            work, marathon.id, publication=101, live=75, by=organiser, now=now
        )


def test_running_stage_serves_the_second_asker_and_a_dead_one_does_not(
    work, marathon, organiser, now
):
    first, asked = operations.start_stage(work, marathon.id, "deliver", by=organiser, now=now)
    assert asked
    work.runs.save(first.model_copy(update={"state": RunState.RUNNING, "started_at": now}))
    same, asked = operations.start_stage(work, marathon.id, "deliver", by=organiser, now=now)
    assert (same.id, asked) == (first.id, False)
    later = now + timedelta(hours=1)
    fresh, asked = operations.start_stage(work, marathon.id, "deliver", by=organiser, now=later)
    assert asked
    assert fresh.id != first.id


def test_unknown_stage_is_bad_input(work, marathon, organiser, now):
    with pytest.raises(BadInput):
        operations.start_stage(work, marathon.id, "magic", by=organiser, now=now)
