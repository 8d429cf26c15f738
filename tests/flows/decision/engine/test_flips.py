"""The smallest change of one mark that turns a score: right, minimal and honest."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.decision.engine.deciding import decide
from flows.decision.engine.flips import GRAIN, flips, smallest_change, with_change
from flows.decision.engine.rules import Evidence, Mark, passes
from schemas.decision_problem import (
    Entry,
    FrozenCorrections,
    Policy,
    Problem,
    Publication,
    ScoredReview,
)

scores = st.one_of(st.floats(0, 100), st.sampled_from([0.0, 33.3, 59.9, 60.0, 60.1, 66.7, 100.0]))
corrections = st.one_of(st.just(0.0), st.floats(-10, 10))
works = st.lists(st.builds(Mark, score=scores, correction=corrections), min_size=2, max_size=5).map(
    tuple
)
ends = st.tuples(st.sampled_from([0.0, 100.0]), st.lists(corrections, min_size=2, max_size=4)).map(
    lambda drawn: tuple(Mark(drawn[0], correction) for correction in drawn[1])
)
thresholds = st.one_of(st.floats(0, 100), st.sampled_from([0.0, 5.0, 60.0, 95.0, 100.0]))
marks_of_works = st.one_of(works, ends)


def named(*pairs: tuple[float, float]) -> Evidence:
    marks = tuple(
        Mark(score, correction, f"e{number}") for number, (score, correction) in enumerate(pairs)
    )
    return Evidence(marks, probability=0.9)


@given(marks_of_works, thresholds)
def test_returned_change_turns_the_score_and_a_slightly_smaller_one_does_not(marks, threshold):
    policy = Policy(publication_threshold=threshold)
    before = passes(marks, policy)

    for place in range(len(marks)):
        change = smallest_change(marks, place, policy)
        if change is None:
            continue
        smaller = abs(change) - 3 * GRAIN
        assert passes(with_change(marks, place, change), policy) != before
        if smaller > 0:
            less = smaller if change > 0 else -smaller
            assert passes(with_change(marks, place, less), policy) == before


@given(marks_of_works, thresholds, st.floats(0, 100))
def test_no_change_below_the_returned_one_turns_the_score(marks, threshold, wanted):
    policy = Policy(publication_threshold=threshold)

    for place, mark in enumerate(marks):
        found = smallest_change(marks, place, policy)
        tried = wanted - mark.score
        if passes(with_change(marks, place, tried), policy) != passes(marks, policy):
            assert found is not None
            assert abs(found) <= abs(tried) + 3 * GRAIN
            assert found * tried > 0


@given(marks_of_works, thresholds)
def test_changed_mark_stays_on_the_scale(marks, threshold):
    for place, mark in enumerate(marks):
        change = smallest_change(marks, place, Policy(publication_threshold=threshold))
        if change is not None:
            assert -GRAIN <= mark.score + change <= 100 + GRAIN


def test_flips_come_the_least_change_first_and_only_possible_ones():
    found = flips(named((40, 0), (62, 0), (90, 0)), Policy(), Publication.YES)

    assert [flip.expert for flip in found] == ["e0", "e1", "e2"]
    assert {round(flip.change, 3) for flip in found} == {-12.0}

    (only,) = flips(named((10, 0), (80, 0)), Policy(), Publication.NO)
    assert (only.expert, round(only.change, 4)) == ("e0", 30.0)


def test_score_exactly_at_the_threshold_passes_so_the_change_up_is_exact():
    up, _ = flips(named((50, 0), (60, 0)), Policy(), Publication.NO)

    assert up.change == pytest.approx(10, abs=GRAIN)


def test_leaving_the_end_of_the_scale_lets_corrections_in():
    at_once = flips(named((100, 10), (100, 10)), Policy(publication_threshold=95), Publication.YES)

    assert [abs(flip.change) for flip in at_once] == [GRAIN, GRAIN]


def test_corrections_of_the_other_experts_count():
    plain, _ = flips(named((50, 0), (60, 0)), Policy(), Publication.NO)
    kinder, _ = flips(named((50, 0), (60, -4)), Policy(), Publication.NO)

    assert plain.change - kinder.change == pytest.approx(4, abs=GRAIN)


@pytest.mark.parametrize("publication", [Publication.COUNCIL, Publication.EXTRA_REVIEW])
def test_undecided_works_have_nothing_to_turn(publication):
    assert flips(named((59, 0), (61, 0)), Policy(), publication) == ()


def test_work_stopped_by_a_gate_has_nothing_to_turn():
    stopped = Evidence(named((59, 0), (58, 0)).marks, veto=("Нет согласий.",))

    assert flips(stopped, Policy(), Publication.NO) == ()


@pytest.mark.parametrize(
    ("reviews", "outcome"), [(2, Publication.EXTRA_REVIEW), (4, Publication.COUNCIL)]
)
def test_turned_score_leaves_the_work_undecided_not_decided_the_other_way(reviews, outcome):
    found = flips(named(*[(65, 0)] * reviews), Policy(), Publication.YES)

    assert {flip.outcome for flip in found} == {outcome}


MUNICIPALITIES = ("Киренск", "Катанга")


def problem_of(scores: list[list[float]]) -> Problem:
    """Works by row, experts by column; no corrections, whatever the marks."""
    return Problem(
        reviews=tuple(
            ScoredReview(submission=f"w{row}", expert=f"e{column}", score=score)
            for row, marks in enumerate(scores)
            for column, score in enumerate(marks)
        ),
        submissions=tuple(
            Entry(id=f"w{row}", municipality=MUNICIPALITIES[row % 2], track="1")
            for row in range(len(scores))
        ),
        frozen=FrozenCorrections(applied=False),
    )


@settings(max_examples=25, deadline=None)
@given(st.lists(st.lists(st.floats(0, 100), min_size=3, max_size=3), min_size=8, max_size=8))
def test_decision_does_not_stand_once_the_mark_has_changed(scores):
    before = {item.id: item for item in decide(problem_of(scores)).submissions}

    flipped = [(item, flip) for item in before.values() for flip in item.flips[:1]]
    for item, flip in flipped[:2]:
        changed = [list(marks) for marks in scores]
        row, column = int(item.id[1:]), int(flip.expert[1:])
        changed[row][column] = min(100, max(0, changed[row][column] + flip.change))
        after = {one.id: one for one in decide(problem_of(changed)).submissions}
        assert after[item.id].publication != item.publication


def test_of_very_many_reviews_only_marks_with_room_enough_are_asked_about():
    marks = tuple(Mark(score, expert=f"e{place}") for place, score in enumerate((62, 58, 61) * 400))
    evidence = Evidence(marks=marks, probability=0.95)

    assert flips(evidence, Policy(publication_threshold=50), Publication.YES) == ()
    assert len(flips(evidence, Policy(publication_threshold=60.3), Publication.YES)) == 1200
