"""Marks of one work seen together: counts per level, the middle, who stands apart."""

from statistics import median

import builders
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.review import panel_marks, rules
from schemas.review import Review, ReviewDraft
from schemas.rubric import DEFAULT, RUBRICS

CODES = [part.code for part in DEFAULT.criteria]


def a_review(expert, level, rubric=DEFAULT):
    """A review with one level (its place on the scale) for all criteria."""
    levels = {part.code: part.levels[level].value for part in rubric.criteria}
    return Review(
        id=expert,
        assignment_id=f"assignment {expert}",
        marathon_id="marathon",
        submission_id="work",
        expert_id=expert,
        draft=ReviewDraft(levels=levels),
        score=rules.score(rubric, levels),
        saved_at=builders.NOW,
    )


def panel(*levels):
    return [a_review(f"expert {number}", level) for number, level in enumerate(levels)]


levels = st.lists(st.integers(0, 3), min_size=1, max_size=9)


@given(levels)
def test_counts_are_of_all_marks_and_the_middle_is_their_median(marks):
    for one in panel_marks.spreads(DEFAULT, panel(*marks)):
        assert one.sent == len(marks)
        assert [one.counts[level] for level in range(4)] == [marks.count(n) for n in range(4)]
        assert sum(one.middle) / len(one.middle) == median(marks)
        assert 0 <= one.spread <= 0.5


@given(levels, st.randoms())
def test_order_of_reviews_changes_nothing(marks, chance):
    reviews = panel(*marks)
    mixed = chance.sample(reviews, len(reviews))

    assert panel_marks.spreads(DEFAULT, reviews) == panel_marks.spreads(DEFAULT, mixed)
    assert panel_marks.apart(DEFAULT, [reviews]) == panel_marks.apart(DEFAULT, [mixed])


@pytest.mark.parametrize(("own", "side"), [(0, "below"), (2, "with"), (3, "above")])
def test_own_mark_is_told_against_the_median(own, side):
    reviews = [*panel(2, 2, 2), a_review("me", own)]

    found = panel_marks.spreads(DEFAULT, reviews, expert_id="me")

    assert {(one.own, one.side) for one in found} == {(own, side)}


def test_without_a_reader_no_mark_is_anybodys_own():
    assert {one.side for one in panel_marks.spreads(DEFAULT, panel(1, 2))} == {""}


def test_marks_at_both_ends_are_understood_differently_and_neighbours_are_not():
    assert all(
        one.is_understood_differently for one in panel_marks.spreads(DEFAULT, panel(0, 3, 0, 3))
    )
    assert not any(
        one.is_understood_differently for one in panel_marks.spreads(DEFAULT, panel(1, 2, 1, 2))
    )


def test_uneven_levels_are_counted_in_steps():
    rubric = next(
        one
        for one in RUBRICS.values()
        if [level.value for level in one.criteria[0].levels]
        != list(range(len(one.criteria[0].levels)))
    )
    reviews = [a_review(f"expert {place}", place, rubric) for place in (0, 0, 1)]

    steps = {one.expert_id: one.steps for one in panel_marks.apart(rubric, [reviews])}

    assert steps["expert 1"] == 1


def test_most_different_expert_stands_first_with_the_sign_of_mildness():
    first, *_ = panel_marks.apart(DEFAULT, [[*panel(2, 2, 2, 2), a_review("strict", 0)]])

    assert (first.expert_id, first.is_far) == ("strict", True)
    assert first.points < 0
    assert first.steps == 2


def test_two_marks_are_too_few_to_compare():
    assert panel_marks.apart(DEFAULT, [panel(0, 3)]) == ()


def test_expert_of_both_works_is_told_the_mean_of_both():
    one = [*panel(2, 2), a_review("me", 3)]
    other = [*panel(1, 1), a_review("me", 0)]

    mine = next(row for row in panel_marks.apart(DEFAULT, [one, other]) if row.expert_id == "me")

    assert mine.points == pytest.approx(0)
    assert mine.steps == 1
