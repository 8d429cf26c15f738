"""One level of one criterion that would have turned a score, in the words of the sheet."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.decision.engine.rules import Evidence, Mark
from flows.decision.level_flips import level_flips, neighbour, worth
from flows.review import rules as review
from schemas.rubric import DEFAULT, OBSERVED, RUBRICS, Rubric


def sheet(draw, rubric: Rubric) -> dict[str, int]:
    return {
        part.code: draw(st.sampled_from([level.value for level in part.levels]))
        for part in rubric.criteria
    }


@st.composite
def reviewed(draw):
    """(rubric, levels, marks): a work with two to four reviews."""
    rubric = draw(st.sampled_from(list(RUBRICS.values())))
    levels = [sheet(draw, rubric) for _ in range(draw(st.integers(2, 4)))]
    corrections = st.one_of(st.just(0.0), st.floats(-10, 10))
    marks = tuple(
        Mark(review.score(rubric, one), draw(corrections), f"e{number}")
        for number, one in enumerate(levels)
    )
    return rubric, levels, marks


def rescored(rubric, levels, marks, expert, code, level) -> float:
    """The published score, counted anew from the changed sheet."""
    changed = tuple(
        Mark(review.score(rubric, sheet | {code: level}), mark.correction)
        if mark.expert == expert
        else mark
        for sheet, mark in zip(levels, marks, strict=True)
    )
    return Evidence(changed).score


@settings(max_examples=60)
@given(reviewed(), st.sampled_from([45.0, 60.0, 66.7]))
def test_named_steps_are_exactly_those_that_turn_the_score(case, threshold):
    rubric, levels, marks = case
    before = Evidence(marks).score >= threshold

    expected = {
        (mark.expert, part.code, after)
        for sheet, mark in zip(levels, marks, strict=True)
        for part in rubric.criteria
        for after in (neighbour(part, sheet[part.code], -1), neighbour(part, sheet[part.code], 1))
        if after is not None
        and (rescored(rubric, levels, marks, mark.expert, part.code, after) >= threshold) != before
    }

    found = level_flips(rubric, marks, levels, threshold)
    assert {(flip.expert, flip.criterion, flip.after) for flip in found} == expected
    for flip in found:
        again = rescored(rubric, levels, marks, flip.expert, flip.criterion, flip.after)
        assert flip.score == pytest.approx(again, abs=1e-6)


def test_nearest_step_comes_first_and_only_downwards_from_a_passing_score():
    levels = dict.fromkeys(("relevance", "novelty", "method", "results", "transfer"), 2)
    marks = (Mark(200 / 3, expert="a"), Mark(200 / 3, expert="b"))

    found = level_flips(DEFAULT, marks, [levels, levels], 65)

    assert [flip.criterion for flip in found[:4]] == ["relevance", "novelty"] * 2
    assert found[-1].criterion == "method"
    assert all(flip.after == 1 for flip in found)


def test_one_level_is_worth_its_share_of_the_hundred():
    method = DEFAULT.criterion("method")

    assert worth(DEFAULT, method) == pytest.approx(100 * 3 / 27)


def test_steps_follow_the_scale_of_the_sheet():
    goal = OBSERVED.criterion("goal")

    assert [neighbour(goal, 3, step) for step in (-1, 1)] == [1, 5]
    assert neighbour(goal, 5, 1) is None
    assert neighbour(goal, 2, 1) is None


def test_levels_of_another_sheet_are_passed_over():
    marks = (Mark(59, expert="a"), Mark(59, expert="b"))

    assert level_flips(DEFAULT, marks, [{"gone": 1}, {}], 60) == ()
