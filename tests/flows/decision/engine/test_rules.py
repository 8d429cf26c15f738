"""Publication of one work: thresholds, sureness, fragility and what each outcome needs."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chi2, norm

from flows.decision.engine import rules, severity
from flows.decision.engine.rules import Evidence, Mark
from schemas.decision_problem import Policy, Publication, ScoredReview
from schemas.decision_reasons import Reason
from schemas.review import Recommendation

POLICY = Policy()


def work(*scores: float, probability: float | None = 0.95, **known) -> Evidence:
    return Evidence(marks=tuple(Mark(score) for score in scores), probability=probability, **known)


def test_sure_work_above_threshold_is_published():
    verdict = rules.verdict(work(80, 85), POLICY)

    assert verdict.publication is Publication.YES
    assert verdict.stable
    assert verdict.reasons == (Reason.ABOVE_THRESHOLD,)


def test_sure_work_below_threshold_is_not_published():
    verdict = rules.verdict(work(30, 35, probability=0.03), POLICY)

    assert (verdict.publication, verdict.stable) == (Publication.NO, True)


def test_score_exactly_at_threshold_passes_despite_rounding():
    verdict = rules.verdict(work(59.9, 60.2, 59.9), POLICY)

    assert verdict.publication is Publication.YES


def test_threshold_finer_than_scores_is_met_by_marks_equal_to_it():
    third = 100 / 3
    policy = Policy(publication_threshold=third, live_floor=third)

    assert rules.verdict(work(third, third, third), policy).publication is Publication.YES
    assert rules.live_obstacle(work(third, third), policy, available=True, slots=1) is None


@pytest.mark.parametrize("probability", [0.21, 0.5, 0.79, None])
def test_unsure_work_gets_another_review_until_the_council(probability):
    two = rules.verdict(work(55, 66, probability=probability), POLICY)
    four = rules.verdict(work(55, 66, 58, 63, probability=probability), POLICY)

    assert (two.publication, two.stable) == (Publication.EXTRA_REVIEW, False)
    assert (four.publication, four.stable) == (Publication.COUNCIL, False)
    assert Reason.BORDERLINE in two.reasons
    assert Reason.REVIEWS_EXHAUSTED in four.reasons


@pytest.mark.parametrize(
    ("scores", "reason"), [((), Reason.NO_REVIEWS), ((100,), Reason.TOO_FEW_REVIEWS)]
)
def test_one_opinion_is_never_final(scores, reason):
    verdict = rules.verdict(work(*scores), POLICY)

    assert verdict.publication is Publication.EXTRA_REVIEW
    assert verdict.reasons == (reason,)
    assert not verdict.stable


def test_one_opinion_goes_to_the_council_where_no_second_is_allowed():
    verdict = rules.verdict(work(100), Policy(max_reviews=1))

    assert verdict.publication is Publication.COUNCIL


@given(
    st.lists(st.floats(0, 100), min_size=2, max_size=5),
    st.floats(0, 1),
)
def test_final_answer_has_score_and_probability_on_one_side(scores, probability):
    evidence = work(*scores, probability=probability)
    verdict = rules.verdict(evidence, POLICY)

    if verdict.publication is Publication.YES:
        assert evidence.score >= 60
        assert probability >= 0.8
    if verdict.publication is Publication.NO:
        assert evidence.score < 60
        assert probability <= 0.2


def test_sure_probability_against_the_score_is_not_decided_automatically():
    verdict = rules.verdict(work(58, 58, probability=0.85), POLICY)

    assert verdict.publication is Publication.EXTRA_REVIEW
    assert Reason.SCORE_CONTRADICTS_PROBABILITY in verdict.reasons


def test_decision_hanging_on_one_review_is_fragile():
    verdict = rules.verdict(work(40, 75, 75, probability=0.81), POLICY)
    fragile = rules.verdict(work(40, 62, 90, probability=0.81), POLICY)

    assert verdict.stable is False
    assert Reason.ONE_REVIEW_DECIDES in verdict.reasons
    assert fragile.stable is False
    assert rules.verdict(work(62, 75, 75, probability=0.81), POLICY).stable


def test_failed_gate_outweighs_any_score():
    verdict = rules.verdict(work(100, 100, veto=("Нет согласий",)), POLICY)

    assert (verdict.publication, verdict.stable) == (Publication.NO, True)
    assert verdict.reasons == (Reason.VETO,)


def test_correction_is_capped_either_way():
    assert [rules.capped(points, 10) for points in (-30, -4, 0, 12)] == [-10, -4, 0, 10]


def test_probability_averages_over_the_grid_and_over_the_unknown_noise():
    model = severity.fit(
        severity.tabulate(
            ScoredReview(submission=f"w{work}", expert=f"e{expert}", score=score)
            for work, row in enumerate([(50, 64), (71, 80), (40, 38)])
            for expert, score in enumerate(row)
        )
    )
    # By quantiles of the noise variance, whose posterior is scaled inverse chi-squared.
    steps = (np.arange(20_000) + 0.5) / 20_000
    stretch = np.sqrt(chi2.ppf(steps, model.degrees) / model.degrees)
    distance = (model.posterior.quality - 60) / model.posterior.quality_sd
    expected = [
        sum(
            weight * norm.cdf(cell * stretch).mean()
            for weight, cell in zip(model.weight, column, strict=True)
        )
        for column in distance.T
    ]

    assert model.degrees == 5
    assert rules.probabilities(model, 60) == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize("limit", [0.0, 100.0])
def test_corrections_do_not_break_ties_at_the_ends_of_the_scale(limit):
    one = Evidence(marks=(Mark(limit, -9), Mark(limit, -9)))
    other = Evidence(marks=(Mark(limit, 4), Mark(limit, 9)), probability=0.9)

    assert one.score == other.score == limit
    assert Reason.MARKS_AT_LIMIT in rules.verdict(other, POLICY).reasons


def test_corrected_score_stays_on_the_scale():
    assert Evidence(marks=(Mark(100, -9), Mark(98, -9))).score == 100
    assert Evidence(marks=(Mark(0, 9), Mark(2, 9))).score == 0


@given(st.permutations([33.3, 66.7, 10.1, 99.9]))
def test_score_does_not_depend_on_the_order_of_marks(scores):
    assert work(*scores).score == work(33.3, 66.7, 10.1, 99.9).score


def test_advice_of_the_majority_is_shown_when_it_differs_from_the_score():
    against = (Recommendation.NEITHER, Recommendation.REVISE, Recommendation.BOTH)
    revise = (Recommendation.REVISE, Recommendation.REVISE, Recommendation.BOTH)

    assert (
        Reason.ADVICE_CONTRADICTS_SCORE
        in rules.verdict(work(80, 85, 90, advice=against), POLICY).reasons
    )
    assert Reason.REVISION_ADVISED in rules.verdict(work(80, 85, 9, advice=revise), POLICY).reasons


@pytest.mark.parametrize(
    ("evidence", "available", "slots", "obstacle"),
    [
        (work(80, 80), True, 3, None),
        (work(80, 80), False, 3, Reason.LIVE_UNAVAILABLE),
        (work(80, 80), True, 0, Reason.LIVE_NO_SLOTS),
        (work(69, 70), True, 3, Reason.LIVE_BELOW_FLOOR),
        (work(70, 70), True, 3, None),
        (work(95), True, 3, Reason.TOO_FEW_REVIEWS),
        (work(), True, 3, Reason.NO_REVIEWS),
        (work(95, 95, veto=("Нет согласий",)), True, 3, Reason.VETO),
        (work(95, 95, live_veto=("Не для сцены",)), True, 3, Reason.LIVE_VETO),
        (work(95, 95, live_veto=("Не для сцены",)), False, 3, Reason.LIVE_UNAVAILABLE),
    ],
)
def test_who_may_compete_for_a_live_place(evidence, available, slots, obstacle):
    assert rules.live_obstacle(evidence, POLICY, available=available, slots=slots) is obstacle


@pytest.mark.parametrize(
    ("marks", "reasons"),
    [
        ((), (Reason.NO_REVIEWS, Reason.REVIEWS_CLOSED)),
        ((70,), (Reason.TOO_FEW_REVIEWS, Reason.REVIEWS_CLOSED)),
        ((59, 61), (Reason.REVIEWS_CLOSED,)),
    ],
)
def test_closed_work_goes_to_the_council_as_it_is(marks, reasons):
    verdict = rules.verdict(work(*marks, probability=0.5, closed=True), POLICY)

    assert verdict.publication is Publication.COUNCIL
    assert verdict.reasons[: len(reasons)] == reasons
    assert Reason.BORDERLINE not in verdict.reasons
    assert Reason.REVIEWS_EXHAUSTED not in verdict.reasons


def test_closed_work_that_is_sure_is_decided_as_any_other():
    verdict = rules.verdict(work(80, 85, closed=True), POLICY)

    assert verdict == rules.verdict(work(80, 85), POLICY)


def test_gate_of_live_presentation_leaves_publication_alone():
    assert rules.verdict(work(80, 85, live_veto=("Не для сцены",)), POLICY).publication is (
        Publication.YES
    )


@pytest.mark.parametrize(
    ("advice", "against"),
    [
        ((), False),
        ((Recommendation.BOTH,), False),
        ((Recommendation.BOTH, Recommendation.PUBLICATION), True),
        ((Recommendation.LIVE, Recommendation.BOTH, Recommendation.PUBLICATION), False),
        ((Recommendation.PUBLICATION,) * 3, True),
    ],
)
def test_half_of_the_advice_is_enough_to_speak_against_live(advice, against):
    assert rules.advises_against_live(work(80, 80, advice=advice)) is against


def test_advice_to_present_live_adds_its_share_of_the_bonus():
    advice = (
        Recommendation.LIVE,
        Recommendation.BOTH,
        Recommendation.PUBLICATION,
        Recommendation.REVISE,
    )

    assert rules.live_value(work(80, 80, advice=advice), POLICY) == 82.5
    assert rules.live_value(work(80, 80), POLICY) == 80
