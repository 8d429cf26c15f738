"""Steps of preparation: what is missing before intake, and nothing more once authors go by it."""

import builders
import pytest

from flows.marathons import steps
from schemas.marathon import Phase


@pytest.fixture
def marathon(work):
    """Made through the programming interface: nobody has saved a step."""
    builders.members(work, builders.a_cluster(work))
    return builders.a_marathon(work, phase=Phase.PREPARATION)


def prepared(work, marathon, now, **changes):
    changed = work.marathons.save(marathon.model_copy(update=changes))
    return steps.prepared(work, changed, approved=False, now=now)


def states(known):
    return {step.code: step.state for step in steps.steps(known)}


def test_nothing_is_done_and_tracks_block_before_anybody_saves(work, marathon):
    known = prepared(work, marathon, marathon.opens_at)

    assert set(states(known).values()) == {"not_started"}
    assert [gap.page for gap in steps.gaps(known) if gap.blocking] == ["setup/tracks"]


def test_what_an_open_marathon_goes_by_is_done_whoever_set_it(work, marathon):
    known = prepared(work, marathon, marathon.opens_at, phase=Phase.INTAKE)

    assert {code for code, state in states(known).items() if state == "done"} == steps.GONE_BY
    assert not [gap for gap in steps.gaps(known) if gap.blocking]
    assert "setup/dates" not in {gap.page for gap in steps.gaps(known)}


@pytest.mark.parametrize("phase", [Phase.EXPERTISE, Phase.DECISION, Phase.RESULTS, Phase.ARCHIVE])
def test_after_intake_nobody_is_told_what_to_do_before_it(work, marathon, now, phase):
    known = prepared(work, marathon, now, phase=phase)

    assert steps.gaps(known) == []
    assert states(known)["dates"] == "done"
