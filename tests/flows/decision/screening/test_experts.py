"""Consistency of experts against full matrices; pace and uniformity by hand."""

import numpy as np
import pytest
from scipy.stats import binom
from simulated_reviews import question, reviews

from flows.decision.screening import experts, whitening
from flows.decision.screening.evidence import arrange
from schemas.screening import Attention


def by_matrices(marks, ratio):
    count = len(marks.score)
    works = np.eye(len(marks.submissions))[marks.work]
    panel = np.eye(len(marks.experts))[marks.expert]
    spread = np.eye(count) + ratio.quality * works @ works.T + ratio.severity * panel @ panel.T
    inverse, ones = np.linalg.inv(spread), np.ones(count)
    projection = inverse - np.outer(inverse @ ones, inverse @ ones) / (ones @ inverse @ ones)
    seen = projection @ marks.score
    noise = marks.score @ seen / (count - 1)
    return seen / np.sqrt(noise * np.diag(projection))


def test_gaps_equal_those_of_full_matrices():
    marks = arrange(question(reviews(1))).marks
    ratio = whitening.Ratios(quality=1.2, severity=0.3)

    assert whitening.standardised(marks, ratio) == pytest.approx(by_matrices(marks, ratio))


def test_gaps_of_a_national_marathon_come_close_without_full_matrices(monkeypatch):
    marks = arrange(question(reviews(1))).marks
    ratio = whitening.Ratios(quality=1.2, severity=0.3)
    monkeypatch.setattr(whitening, "INVERTED_EXPERTS", 0)

    assert whitening.standardised(marks, ratio) == pytest.approx(
        by_matrices(marks, ratio), rel=0.02, abs=1e-6
    )


def test_outfit_of_honest_experts_is_about_one():
    evidence = arrange(question(reviews(1, works=200, experts=40)))
    ratio = whitening.Ratios(quality=1.5, severity=0.3)
    outfits = [one.outfit for one in experts.portraits(evidence, ratio)]

    assert np.mean(outfits) == pytest.approx(1, abs=0.1)


def test_pace_far_below_the_others_is_too_fast():
    paces = [100.0, 120.0, 90.0, 110.0, 105.0, 95.0, 8.0, None]

    assert experts.too_fast(paces) == [False] * 6 + [True, False]


def test_pace_is_unknown_where_reviews_are_not_timed():
    found = [one.model_copy(update={"started_at": None}) for one in reviews(1)]
    evidence = arrange(question(found))

    assert {one.pace for one in experts.portraits(evidence, None)} == {None}
    assert experts.too_fast([100.0, 1.0]) == [False, False]


def test_uniform_reviews_are_weighed_by_the_binomial_tail():
    uniform = np.zeros(40, dtype=bool)
    uniform[[0, 1, 2, 3, 10]] = True
    rows = [np.arange(5 * at, 5 * at + 5) for at in range(8)]
    chance = binom.sf(3, 5, 5 / 40) * 8

    assert chance < 0.05
    assert experts.uniform_attention(uniform, rows) == [Attention.ALARM] + [Attention.NONE] * 7
