"""The additive model: equal to the textbook formulas, and blind to the order of its input."""

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.decision.engine import severity
from flows.decision.engine.severity import Marks
from schemas.decision_problem import ScoredReview


def reviews_of(works: int, experts: int, per_work: int, *, strictness: float, seed: int):
    rng = np.random.default_rng(seed)
    quality = rng.normal(60, 12, works)
    lenient = rng.normal(0, 12 * strictness, experts)
    return [
        ScoredReview(
            submission=f"w{work}",
            expert=f"e{expert}",
            score=float(np.clip(quality[work] + lenient[expert] + rng.normal(0, 12), 0, 100)),
        )
        for work in range(works)
        for expert in sorted(rng.choice(experts, per_work, replace=False))
    ]


@dataclass
class Textbook:
    """The same model by inverting the covariance of all marks and Henderson's equations."""

    quality: np.ndarray
    leniency: np.ndarray
    quality_sd: np.ndarray
    leniency_sd: np.ndarray
    log_likelihood: float


def textbook(marks: Marks, a: float, b: float) -> Textbook:
    works, experts = len(marks.submissions), len(marks.experts)
    y, n = marks.score, len(marks.score)
    of_work, of_expert = np.eye(works)[marks.work], np.eye(experts)[marks.expert]
    inverse = np.linalg.inv(a * of_work @ of_work.T + b * of_expert @ of_expert.T + np.eye(n))
    information = inverse.sum()
    mean = inverse.sum(axis=0) @ y / information
    error = (y - mean) @ inverse @ (y - mean)
    design = np.hstack([np.ones((n, 1)), of_work, of_expert])
    ridge = np.diag([0.0] + [1 / a] * works + [1 / b] * experts)
    cover = np.linalg.inv(design.T @ design + ridge) * error / (n - 1)
    pick = np.hstack([np.ones((works, 1)), np.eye(works), np.zeros((works, experts))])
    return Textbook(
        quality=mean + a * of_work.T @ inverse @ (y - mean),
        leniency=b * of_expert.T @ inverse @ (y - mean),
        quality_sd=np.sqrt(np.diag(pick @ cover @ pick.T)),
        leniency_sd=np.sqrt(np.diag(cover)[1 + works :]),
        log_likelihood=-0.5
        * ((n - 1) * np.log(error) - np.linalg.slogdet(inverse)[1] + np.log(information)),
    )


@given(
    works=st.integers(2, 9),
    experts=st.integers(2, 5),
    seed=st.integers(0, 10_000),
    ratio=st.sampled_from([0.05, 0.7, 6.0]),
)
@settings(max_examples=25, deadline=None)
def test_model_equals_inversion_of_the_whole_covariance(works, experts, seed, ratio):
    marks = severity.tabulate(reviews_of(works, experts, 2, strictness=0.7, seed=seed))
    ratios = np.array([0.005, 0.4, 4.0])

    ours = severity.posterior(marks, ratio, ratios)

    for row, b in enumerate(ratios):
        expected = textbook(marks, ratio, b)
        np.testing.assert_allclose(ours.quality[row], expected.quality, atol=1e-9)
        np.testing.assert_allclose(ours.leniency[row], expected.leniency, atol=1e-9)
        np.testing.assert_allclose(ours.quality_sd[row], expected.quality_sd, atol=1e-9)
        np.testing.assert_allclose(ours.leniency_sd[row], expected.leniency_sd, atol=1e-9)
        assert ours.log_likelihood[row] == pytest.approx(expected.log_likelihood, abs=1e-8)


@pytest.mark.parametrize("ratio", [0.05, 0.7, 6.0])
def test_likelihood_without_experts_is_what_ever_less_strictness_comes_to(ratio):
    marks = severity.tabulate(reviews_of(12, 5, 3, strictness=0.7, seed=4))

    alone = severity.likelihood_without_experts(marks, ratio)

    assert alone == pytest.approx(textbook(marks, ratio, 1e-9).log_likelihood, abs=1e-5)


def test_likelihood_ratio_is_between_the_best_of_the_grid_and_the_best_without_experts():
    marks = severity.tabulate(reviews_of(20, 6, 3, strictness=0.7, seed=4))
    with_experts = [
        textbook(marks, a, b).log_likelihood
        for a in severity.QUALITY_RATIOS
        for b in severity.SEVERITY_RATIOS
    ]
    without = [textbook(marks, a, 1e-9).log_likelihood for a in severity.QUALITY_RATIOS]

    ratio = severity.fit(marks).likelihood_ratio

    assert ratio == pytest.approx(2 * (max(with_experts) - max(without)), abs=1e-4)
    assert ratio > 0


def test_works_in_several_blocks_equal_works_in_one(monkeypatch):
    marks = severity.tabulate(reviews_of(20, 6, 3, strictness=0.5, seed=3))
    whole = severity.posterior(marks, 1.0, severity.SEVERITY_RATIOS)
    monkeypatch.setattr(severity, "WORKS_AT_ONCE", 7)

    parts = severity.posterior(marks, 1.0, severity.SEVERITY_RATIOS)

    np.testing.assert_allclose(parts.quality_sd, whole.quality_sd, atol=1e-12)


@given(order=st.permutations(range(36)))
@settings(max_examples=15, deadline=None)
def test_order_of_reviews_changes_no_bit(order):
    reviews = reviews_of(12, 5, 3, strictness=0.6, seed=5)

    first = severity.fit(severity.tabulate(reviews))
    again = severity.fit(severity.tabulate([reviews[place] for place in order]))

    assert first.likelihood_ratio == again.likelihood_ratio
    for one, other in zip(
        first.quality() + first.leniency(), again.quality() + again.leniency(), strict=True
    ):
        assert one.tobytes() == other.tobytes()


@given(shift=st.floats(-40, 40), stretch=st.floats(0.1, 3), seed=st.integers(0, 99))
@settings(max_examples=20, deadline=None)
def test_moving_and_stretching_the_scale_moves_and_stretches_the_answer(shift, stretch, seed):
    marks = severity.tabulate(reviews_of(12, 5, 3, strictness=0.6, seed=seed))
    moved = Marks(
        submissions=marks.submissions,
        experts=marks.experts,
        work=marks.work,
        expert=marks.expert,
        score=shift + stretch * marks.score,
    )

    first, second = severity.fit(marks), severity.fit(moved)

    quality, doubt = first.quality()
    np.testing.assert_allclose(second.quality()[0], shift + stretch * quality, atol=1e-9)
    np.testing.assert_allclose(second.quality()[1], stretch * doubt, atol=1e-9)
    np.testing.assert_allclose(second.leniency()[0], stretch * first.leniency()[0], atol=1e-9)
    assert second.likelihood_ratio == pytest.approx(first.likelihood_ratio, abs=1e-8)


def test_no_model_from_a_single_mark():
    assert severity.fit(severity.tabulate([])) is None
    assert severity.fit(severity.tabulate(reviews_of(1, 1, 1, strictness=0, seed=0))) is None


def test_equal_marks_leave_no_doubt_and_no_severity():
    marks = severity.tabulate(
        ScoredReview(submission=f"w{work}", expert=f"e{expert}", score=200 / 3)
        for work in range(4)
        for expert in range(3)
    )

    model = severity.fit(marks)

    np.testing.assert_allclose(model.quality()[0], 200 / 3)
    np.testing.assert_allclose(model.quality()[1], 0)
    np.testing.assert_allclose(model.leniency()[0], 0)


def test_severity_is_proven_when_real_and_rarely_when_not():
    real = severity.fit(severity.tabulate(reviews_of(60, 24, 3, strictness=1, seed=1)))
    by_chance = [
        severity.fit(severity.tabulate(reviews_of(60, 24, 3, strictness=0, seed=seed)))
        for seed in range(40)
    ]

    assert real.likelihood_ratio > 2.71
    assert sum(model.likelihood_ratio >= 2.71 for model in by_chance) <= 6


def test_estimated_leniency_has_the_sign_of_the_marks():
    reviews = [
        ScoredReview(submission=f"w{work}", expert=name, score=50 + work + points)
        for work in range(10)
        for name, points in (("kind", 15), ("plain", 0), ("strict", -15))
    ]

    marks = severity.tabulate(reviews)
    leniency = dict(zip(marks.experts, severity.fit(marks).leniency()[0], strict=True))

    assert leniency["kind"] > 10
    assert abs(leniency["plain"]) < 1
    assert leniency["strict"] < -10
