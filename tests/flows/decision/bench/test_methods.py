"""Each way of scoring gives the answer worked out by hand."""

import numpy as np
import pytest

from flows.decision.bench.methods import METHODS, settle, third_is_called
from flows.decision.bench.worlds import Setting, simulate
from flows.decision.engine.deciding import decide
from schemas.decision_problem import Entry, Problem, ScoredReview


def problem(marks):
    """Marks by work, in the order they came; the place in the list names the expert."""
    return Problem(
        reviews=tuple(
            ScoredReview(submission=work, expert=f"e{place}", score=score)
            for work, scores in marks.items()
            for place, score in enumerate(scores)
        ),
        submissions=tuple(Entry(id=work, municipality="m", track="t") for work in marks),
    )


THREE = problem({"b": [50, 70, 90], "a": [50, 69, 99], "c": [30, 10, 0]})


@pytest.mark.parametrize(
    ("method", "scores"),
    [
        ("raw_mean", [70, 218 / 3, 40 / 3]),
        ("median", [70, 69, 10]),
        ("third_mark_final", [90, 59.5, 0]),
    ],
)
def test_scores_are_those_by_hand_in_the_order_of_submissions(method, scores):
    assert METHODS[method](THREE) == pytest.approx(scores)


def test_third_mark_is_called_from_a_gap_of_twenty_and_two_marks_are_averaged_without_it():
    assert third_is_called([50, 70])
    assert not third_is_called([50, 69.9])
    assert not third_is_called([50])
    assert METHODS["third_mark_final"](problem({"a": [40, 80], "b": [10]})).tolist() == [60, 10]


def test_z_scores_forget_how_strict_and_how_generous_with_the_scale_an_expert_is():
    scores = METHODS["z_score"](problem({"a": [40, 0], "b": [60, 100]}))

    spread = np.std([40, 60, 0, 100])
    assert scores == pytest.approx([50 - spread, 50 + spread])


def test_calibrated_scores_are_what_the_engine_publishes():
    world = simulate(Setting(1, works=30, severity=1), 0)
    posed = world.problem(world.usual())
    scores = METHODS["calibrated"](posed)

    result = decide(posed)
    assert scores.tolist() == [work.score for work in result.submissions]
    assert not np.allclose(scores, METHODS["raw_mean"](posed))


def test_short_way_settles_works_as_the_whole_decision_does():
    for number in range(3):
        world = simulate(Setting(1, works=30), number)
        posed = world.problem(world.usual())
        short, whole = settle(posed), decide(posed)

        assert short.calibration == whole.calibration
        for one, other in zip(short.submissions, whole.submissions, strict=True):
            assert (one.score, one.sd) == (other.score, other.sd)
            assert (one.publication, one.stable) == (other.publication, other.stable)
        assert len({work.publication for work in short.submissions}) == 3
        assert len({work.stable for work in short.submissions}) == 2
