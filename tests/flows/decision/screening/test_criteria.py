"""Drift and strictness by criterion against plain least squares."""

import numpy as np
import pytest
from simulated_reviews import question, reviews

from flows.decision.engine import agreement, krippendorff
from flows.decision.screening import criteria
from flows.decision.screening.evidence import arrange, others_mean, ranks


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


def test_drift_equals_least_squares_on_works_experts_and_place():
    evidence = arrange(question(reviews(1)))
    slope, error, _ = by_least_squares(evidence, 2)

    found = criteria.drift(evidence, 2)

    assert found.value == pytest.approx(slope, abs=1e-8)
    half = (found.span[1] - found.span[0]) / 2
    assert 1.9 < half / error < 2.05


def test_strictness_is_the_mean_gap_to_the_others():
    evidence = arrange(question(reviews(2)))
    levels, work = evidence.levels[:, 0], evidence.marks.work
    rows = np.flatnonzero(evidence.marks.expert == 4)
    gaps = [
        np.mean([levels[other] for other in np.flatnonzero(work == work[row]) if other != row])
        - levels[row]
        for row in rows
    ]

    found = criteria.habits(evidence)[4][0].severity

    assert found.value == pytest.approx(np.mean(gaps))
    assert found.span[0] < found.value < found.span[1]


def test_chances_of_experts_are_adjusted_over_all_of_them():
    evidence = arrange(question(reviews(2)))
    column = criteria._Column.of(evidence, 0)
    alone = column.severity(np.flatnonzero(evidence.marks.expert == 4))

    assert criteria.habits(evidence)[4][0].severity.p >= alone.p


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
