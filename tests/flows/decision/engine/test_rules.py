"""Publication of one work: thresholds, sureness, fragility and what each outcome needs."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chi2, norm

from flows.decision.engine import rules, severity
from flows.decision.engine.rules import Evidence, Mark
from flows.decision.engine.severity import Fit, Posterior
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


# --- at the very edges -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scores", "probability", "publication"),
    [
        ((80, 80), 0.8, Publication.YES),
        ((30, 30), 0.2, Publication.NO),
        ((80, 80), 0.2, Publication.EXTRA_REVIEW),
        ((30, 30), 0.8, Publication.EXTRA_REVIEW),
    ],
)
def test_bound_of_sureness_is_sure_already(scores, probability, publication):
    verdict = rules.verdict(work(*scores, probability=probability), POLICY)
    contradicts = publication is Publication.EXTRA_REVIEW

    assert verdict.publication is publication
    assert (Reason.SCORE_CONTRADICTS_PROBABILITY in verdict.reasons) is contradicts


@pytest.mark.parametrize("probability", [0.5, None])
def test_unsure_work_is_not_stable_though_no_review_decides_alone(probability):
    verdict = rules.verdict(work(80, 85, probability=probability), POLICY)

    assert (verdict.publication, verdict.stable) == (Publication.EXTRA_REVIEW, False)
    assert verdict.reasons == (Reason.BORDERLINE,)


@pytest.mark.parametrize(
    ("scores", "known", "reasons"),
    [
        ((30, 30), {"probability": 0.1}, (Reason.BELOW_THRESHOLD,)),
        ((80, 80, 80, 80), {}, (Reason.ABOVE_THRESHOLD,)),
        ((80, 80, 80, 80), {"probability": 0.5}, (Reason.REVIEWS_EXHAUSTED,)),
        ((80, 80, 80, 80), {"probability": 0.5, "closed": True}, (Reason.REVIEWS_EXHAUSTED,)),
        ((80, 80), {"probability": 0.5, "closed": True}, (Reason.REVIEWS_CLOSED,)),
        ((80, 80), {"closed": True}, (Reason.ABOVE_THRESHOLD,)),
        ((100, 100), {}, (Reason.ABOVE_THRESHOLD,)),
    ],
)
def test_reasons_are_these_and_no_others(scores, known, reasons):
    assert rules.verdict(work(*scores, **known), POLICY).reasons == reasons


@pytest.mark.parametrize(
    ("marks", "reason"),
    [
        ((Mark(80, 2), Mark(90)), Reason.CORRECTION_APPLIED),
        ((Mark(80, 2), Mark(90, -1)), Reason.CORRECTION_APPLIED),
        ((Mark(100, 2), Mark(100)), Reason.MARKS_AT_LIMIT),
        ((Mark(80), Mark(90)), None),
    ],
)
def test_correction_of_any_mark_is_told_with_whether_it_counts(marks, reason):
    told = rules.verdict(Evidence(marks=marks, probability=0.9), POLICY).reasons

    assert told == ((Reason.ABOVE_THRESHOLD, reason) if reason else (Reason.ABOVE_THRESHOLD,))


FOR = (Recommendation.PUBLICATION, Recommendation.BOTH)
AGAINST = (Recommendation.LIVE, Recommendation.REVISE, Recommendation.NEITHER)


@pytest.mark.parametrize("wanted", FOR)
@pytest.mark.parametrize("other", AGAINST)
def test_advice_contradicts_a_final_answer_when_more_than_half_of_it_does(wanted, other):
    def told(scores, probability, *advice):
        evidence = work(*scores, probability=probability, advice=advice)
        return Reason.ADVICE_CONTRADICTS_SCORE in rules.verdict(evidence, POLICY).reasons

    assert told((30, 30), 0.1, wanted)
    assert not told((30, 30), 0.1, other)
    assert not told((30, 30), 0.1, wanted, other)
    assert told((80, 80), 0.9, other)
    assert not told((80, 80), 0.9, wanted)
    assert not told((80, 80), 0.9, wanted, other)
    assert not told((80, 80), 0.5, wanted)
    assert not told((80, 80), 0.5, other)
    assert not told((30, 30), 0.1)


def test_half_of_the_advice_does_not_ask_for_a_revision():
    advice = (Recommendation.REVISE, Recommendation.BOTH)

    assert Reason.REVISION_ADVISED not in rules.verdict(work(80, 80, advice=advice), POLICY).reasons


def test_work_without_marks_has_no_score_and_reaches_nothing():
    nothing = Evidence(advice=(Recommendation.LIVE,))

    assert (nothing.raw, nothing.score) == (None, None)
    assert not rules.reaches(nothing.score, 0)
    assert rules.live_value(nothing, POLICY) == POLICY.recommendation_bonus


def test_score_is_kept_to_nine_decimals():
    assert work(100 / 3, 100 / 3).score == 33.333333333


def test_score_without_each_mark_in_turn():
    assert rules.scores_without((Mark(10), Mark(40), Mark(70, 10))) == (50, 35, 25)
    assert rules.scores_without((Mark(10),)) == (None,)


def test_marks_are_shown_from_the_lowest_and_equal_ones_always_alike():
    shown = [Mark(10, 1, "b"), Mark(10, 2, "a"), Mark(50), Mark(50, 0, "A"), Mark(50, 0, "b")]

    assert rules.in_order(reversed(shown)) == shown


def a_fit(quality, deviation, weight=(0.5, 0.5)):
    rows, works = np.array(quality, dtype=float), np.zeros((2, 1))
    grid = Posterior(np.zeros(2), rows, np.array(deviation, dtype=float), works, works)
    ratio = np.ones(2)
    return Fit(np.array(weight), ratio, ratio, grid, likelihood_ratio=0.0, degrees=3)


def test_quality_without_any_doubt_is_at_the_threshold_or_below():
    model = a_fit([[60, 59.9, 60.1], [60, 59.9, 59.9]], [[0, 0, 0], [0, 0, 0]])

    assert rules.probabilities(model, 60).tolist() == [1, 0, 0.5]


def test_doubt_of_less_than_a_point_is_doubt():
    model = a_fit([[60, 60.5], [60, 60.5]], [[0.5, 0.5], [0.5, 0.5]])
    even, above = rules.probabilities(model, 60).tolist()

    assert even == pytest.approx(0.5)
    assert above == pytest.approx(0.8044988905221147)  # Student's t of 3 degrees at 1


def test_probability_is_never_above_one_by_rounding():
    model = a_fit([[90], [90]], [[0], [0]], weight=(0.5, 0.5 + 1e-12))

    assert rules.probabilities(model, 60).tolist() == [1]
