"""Agreement against values worked out by hand, and the linkage of experts."""

from collections import Counter
from fractions import Fraction
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.decision.engine import agreement, severity
from schemas.decision_problem import ScoredReview

KRIPPENDORFF_2011 = {
    # The four-observer example of "Computing Krippendorff's Alpha-Reliability", values 1..5.
    "A": [1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None],
    "B": [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3],
    "C": [None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None],
    "D": [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None],
}


def marks_of(table):
    return severity.tabulate(
        ScoredReview(submission=f"w{work:02}", expert=expert, score=score)
        for expert, row in table.items()
        for work, score in enumerate(row)
        if score is not None
    )


def units_of(table):
    """Values of each work that has at least two."""
    works = range(len(next(iter(table.values()))))
    units = [[row[work] for row in table.values() if row[work] is not None] for work in works]
    return [unit for unit in units if len(unit) > 1]


def by_coincidences(table, distance) -> float | None:
    """Alpha from the matrix of coincidences of values, straight from its definition."""
    units = units_of(table)
    frequency = Counter(value for unit in units for value in unit)
    total = sum(frequency.values())
    coincidence = Counter()
    for unit in units:
        for pair in permutations(unit, 2):
            coincidence[pair] += Fraction(1, len(unit) - 1)
    observed = sum(many * distance(frequency, *pair) for pair, many in coincidence.items())
    expected = sum(
        frequency[one] * frequency[other] * distance(frequency, one, other)
        for one, other in permutations(frequency, 2)
    )
    return None if expected == 0 else float(1 - (total - 1) * observed / expected)


def ordinal(frequency, one, other) -> Fraction:
    """Values between the two, ends counted half, squared."""
    low, high = min(one, other), max(one, other)
    between = sum(many for value, many in frequency.items() if low <= value <= high)
    return (between - Fraction(frequency[low] + frequency[high], 2)) ** 2


def interval(_frequency, one, other) -> Fraction:
    return Fraction(one - other) ** 2


def test_alpha_of_krippendorffs_own_example():
    marks = marks_of(KRIPPENDORFF_2011)

    assert agreement.alpha(marks) == pytest.approx(0.815, abs=5e-4)
    assert agreement.alpha_points(marks) == pytest.approx(0.849, abs=5e-4)


def test_alpha_in_points_worked_out_by_hand():
    # Gaps 0, 10 and 20 within works: observed (0 + 200 + 800) / 6; values 10 10 20 30 50 70.
    table = {"A": [10, 20, 50], "B": [10, 30, 70]}
    expected = 2 * (6 * 8900 - 190**2) / (6 * 5)

    assert agreement.alpha_points(marks_of(table)) == pytest.approx(1 - (1000 / 6) / expected)


@given(
    st.lists(st.tuples(*[st.one_of(st.none(), st.integers(0, 20))] * 4), min_size=2, max_size=12)
)
@settings(max_examples=60, deadline=None)
def test_both_alphas_equal_their_definitions_on_sparse_tables(rows):
    table = {name: [row[place] for row in rows] for place, name in enumerate("ABCD")}
    marks = marks_of(table)
    if len(units_of(table)) > 1:
        assert agreement.alpha(marks) == exactly(by_coincidences(table, ordinal))
        assert agreement.alpha_points(marks) == exactly(by_coincidences(table, interval))


def exactly(value):
    return None if value is None else pytest.approx(value, abs=1e-12)


def test_ordinal_alpha_sees_only_the_order_of_marks():
    rng = np.random.default_rng(3)
    table = {name: [float(score) for score in rng.integers(1, 9, 20)] for name in "ABC"}
    stretched = {name: [score**3 for score in row] for name, row in table.items()}

    assert agreement.alpha(marks_of(table)) == agreement.alpha(marks_of(stretched))
    assert agreement.alpha_interval(marks_of(table)) == agreement.alpha_interval(
        marks_of(stretched)
    )


@pytest.mark.parametrize(
    "table",
    [{"A": [], "B": []}, {"A": [10, 20, 30]}, {"A": [50, 50], "B": [50, 50]}],
    ids=["nothing", "one expert", "no spread"],
)
def test_alpha_is_unknown_where_marks_cannot_tell(table):
    assert agreement.alpha(marks_of(table)) is None
    assert agreement.alpha_interval(marks_of(table)) is None
    assert agreement.alpha_points(marks_of(table)) is None


def test_interval_contains_alpha_and_narrows_with_more_works():
    def width(works):
        rng = np.random.default_rng(7)
        quality = rng.normal(60, 12, works)
        table = {
            name: [float(score) for score in quality + rng.normal(0, 12, works)] for name in "ABC"
        }
        marks = marks_of(table)
        low, high = agreement.alpha_interval(marks)
        assert low < agreement.alpha(marks) < high < 1
        return high - low

    assert width(200) < width(30)
    assert width(450) < width(200)


LONG_RUN = 6 / np.pi * np.arcsin(0.5 / 2)  # of ranks, for normal marks that correlate at 0.5


def test_interval_covers_the_long_run_alpha_about_as_often_as_it_says():
    rng = np.random.default_rng(11)
    covered = 0
    for _ in range(300):
        quality = rng.normal(0, 10, 40)
        table = {name: [*map(float, quality + rng.normal(0, 10, 40))] for name in "ABC"}
        low, high = agreement.alpha_interval(marks_of(table))
        covered += low <= LONG_RUN <= high

    assert 0.90 <= covered / 300 <= 0.99


def test_reliability_grows_with_reviews_and_without_strictness():
    rng = np.random.default_rng(2)
    lenient = dict(zip("ABCD", rng.normal(0, 10, 4), strict=True))
    quality = rng.normal(60, 12, 30)
    table = {
        name: [float(score) for score in quality + points + rng.normal(0, 8, 30)]
        for name, points in lenient.items()
    }
    model = severity.fit(marks_of(table))

    single = agreement.reliability(model)
    panel = agreement.reliability(model, reviews=3)
    corrected = agreement.reliability(model, reviews=3, corrected=True)

    assert 0 < single < panel < corrected < 1


def test_experts_without_common_works_are_separate_groups():
    apart = marks_of({"A": [1, 2, None], "B": [1, 3, None], "C": [None, None, 4]})
    together = marks_of({"A": [1, 2, None], "B": [1, 3, None], "C": [None, 2, 4]})

    assert len(set(agreement.components(apart))) == 2
    assert len(set(agreement.components(together))) == 1
    assert agreement.connectivity(apart) == pytest.approx(0, abs=1e-9)
    assert agreement.connectivity(together) > 0.1


def test_connectivity_of_a_complete_panel_is_the_number_of_works():
    everyone = marks_of({name: [1, 2, 3, 4, 5] for name in "ABC"})

    assert agreement.connectivity(everyone) == pytest.approx(5)
    assert agreement.connectivity(marks_of({"A": [1, 2]})) is None


def test_group_that_saw_one_municipality_stands_apart():
    marks = marks_of({"A": [1, 2, None, None], "B": [None, None, 3, 4]})

    assert agreement.municipality_stands_apart(marks, ["north", "north", "north", "south"])
    assert not agreement.municipality_stands_apart(marks, ["north", "south", "north", "south"])
