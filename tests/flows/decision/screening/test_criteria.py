"""Drift against plain least squares, own measures of criteria against plain means."""

import numpy as np
import pytest
from simulated_reviews import changed, question, reviews

from flows.decision.engine import agreement, krippendorff
from flows.decision.screening import criteria
from flows.decision.screening.evidence import arrange, others_mean, ranks
from schemas.screening import Attention


def by_least_squares(evidence, column):
    """Slope and its standard error from the design matrix written out."""
    marks, levels = evidence.marks, evidence.levels[:, column]
    design = np.concatenate(
        [
            np.eye(len(marks.submissions))[marks.work],
            np.eye(len(marks.experts))[marks.expert],
            evidence.place[:, None],
        ],
        axis=1,
    )
    found, *_ = np.linalg.lstsq(design, levels, rcond=None)
    degrees = len(levels) - np.linalg.matrix_rank(design)
    noise = ((levels - design @ found) ** 2).sum() / degrees
    return found[-1], np.sqrt(noise * np.linalg.pinv(design.T @ design)[-1, -1]), degrees


def own_measures(evidence):
    """Experts and criteria with a flag."""
    return {
        (expert, habit.code)
        for expert, own in zip(evidence.marks.experts, criteria.habits(evidence), strict=True)
        for habit in own
        if habit.severity and habit.severity.attention is not Attention.NONE
    }


def test_drift_equals_least_squares_on_works_experts_and_place():
    evidence = arrange(question(reviews(1)))
    slope, error, _ = by_least_squares(evidence, 2)

    found = criteria.drift(evidence, 2)

    assert found.value == pytest.approx(slope, abs=1e-8)
    half = (found.span[1] - found.span[0]) / 2
    assert 1.9 < half / error < 2.05


def gaps(evidence, row, column):
    """By how much the review is below the mean of the others on its work."""
    levels, work = evidence.levels[:, column], evidence.marks.work
    others = [other for other in np.flatnonzero(work == work[row]) if other != row]
    return np.mean(levels[others]) - levels[row]


def within_works(evidence, column):
    levels, work = evidence.levels[:, column], evidence.marks.work
    groups = [levels[work == one] for one in np.unique(work)]
    squares = sum(((group - group.mean()) ** 2).sum() for group in groups)
    return np.sqrt(squares / (len(levels) - len(groups)))


def test_own_measure_is_the_mean_gap_to_the_others_less_that_of_the_other_criteria():
    evidence = arrange(question(reviews(2)))
    rows = np.flatnonzero(evidence.marks.expert == 4)
    mean = [np.mean([gaps(evidence, row, at) for row in rows]) for at in range(5)]
    spread = [within_works(evidence, at) for at in range(5)]
    rest = np.mean([mean[at] / spread[at] for at in range(1, 5)])

    found = criteria.habits(evidence)[4][0].severity

    assert found.value == pytest.approx(mean[0] - spread[0] * rest)
    assert found.span[0] < found.value < found.span[1]


def test_chances_of_experts_are_adjusted_over_all_of_them():
    evidence = arrange(question(reviews(2)))
    spread = [within_works(evidence, at) for at in range(5)]
    apart = criteria.beside_other_criteria(evidence.levels, spread)
    column = criteria._Column.of(evidence, apart[:, 0])
    alone = column.severity(np.flatnonzero(evidence.marks.expert == 4))

    found = criteria.habits(evidence)[4][0].severity

    assert found.value == pytest.approx(alone.value)
    assert found.p >= alone.p


def test_expert_strict_on_all_criteria_alike_has_no_own_measure_of_any():
    found = reviews(2)
    for at, one in enumerate(found):
        if one.expert == "e004":
            found[at] = changed(one, [0] * 5)
    evidence = arrange(question(found))

    assert not own_measures(evidence)


def test_generally_strict_experts_rarely_seem_to_have_an_own_measure():
    raised = sum(
        bool(own_measures(arrange(question(reviews(seed, strictness=0.8)))))
        for seed in range(60, 80)
    )

    assert raised <= 3


def harsh_on_the_last(seed):
    found = reviews(seed, works=120, strictness=0.8)
    for at, one in enumerate(found):
        if one.expert == "e004":
            levels = list(one.levels.values())
            found[at] = changed(one, [*levels[:4], max(0, levels[4] - 2)])
    return arrange(question(found))


def test_own_measure_is_found_where_experts_are_of_different_strictness():
    caught = sum(("e004", "spread") in own_measures(harsh_on_the_last(seed)) for seed in range(10))

    assert caught >= 6


def test_one_unusual_level_where_all_mark_alike_is_no_habit():
    found = [changed(one, [*list(one.levels.values())[:4], 3]) for one in reviews(2)]
    own = sorted(
        (at for at, one in enumerate(found) if one.expert == "e004"),
        key=lambda at: found[at].submitted_at,
    )
    found[own[-1]] = changed(found[own[-1]], [*list(found[own[-1]].levels.values())[:4], 2])

    habit = criteria.habits(arrange(question(found)))[4][4]

    assert habit.severity.attention is Attention.NONE
    assert habit.drift.attention is Attention.NONE


def test_long_scale_of_one_criterion_is_no_own_measure_of_it():
    levels = np.array([[0.0, 0.0], [1.0, 10.0], [2.0, 20.0]])

    apart = criteria.beside_other_criteria(levels, [1.0, 10.0])

    assert apart == pytest.approx(np.zeros((3, 2)))


def test_own_measure_needs_another_criterion_and_all_the_levels():
    levels = np.array([[1.0, 2.0, 3.0], [1.0, np.nan, 2.0]])

    assert np.isnan(criteria.beside_other_criteria(levels, [0.0, 1.0, 0.0])).all()
    assert np.isnan(criteria.beside_other_criteria(levels, [1.0, 1.0, 1.0])[1]).all()
    assert np.isnan(criteria.beside_other_criteria(levels, [1.0, 1.0, 0.0])[0]).tolist() == [
        False,
        False,
        True,
    ]


def test_agreement_of_a_criterion_is_that_of_its_levels():
    evidence = arrange(question(reviews(2)))
    found = criteria.findings(evidence)

    assert [one.code for one in found] == list(evidence.codes)
    assert found[1].alpha == krippendorff.ordinal_alpha(evidence.marks.work, evidence.levels[:, 1])
    assert found[1].alpha_span[0] < found[1].alpha < found[1].alpha_span[1]
    assert agreement.alpha(evidence.marks) != found[1].alpha


def test_place_among_own_reviews_runs_from_nought_to_one():
    assert ranks(np.array([30.0, 10.0, 20.0])).tolist() == [1.0, 0.0, 0.5]
    assert ranks(np.array([5.0, 5.0])).tolist() == [0.5, 0.5]
    assert ranks(np.array([np.nan, 1.0, 2.0])).tolist() == [0.5, 0.0, 1.0]


def test_others_mean_leaves_out_the_value_itself():
    work = np.array([0, 0, 0, 1])
    found = others_mean(work, np.array([1.0, 2.0, np.nan, 7.0]))

    assert found[:2].tolist() == [2.0, 1.0]
    assert np.isnan(found[2:]).all()
