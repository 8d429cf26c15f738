"""The whole decision: same answer whatever the order, corrections only when proven, blind words."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.decision.engine.deciding import decide
from schemas.decision_problem import Entry, Policy, Problem, Publication, ScoredReview
from schemas.decision_reasons import CalibrationWarning, Reason


def contest(works=24, experts=10, *, per_work=3, strictness=0.6, seed=1, **policy) -> Problem:
    rng = np.random.default_rng(seed)
    quality = rng.normal(65, 14, works)
    lenient = rng.normal(0, 14 * strictness, experts)
    return Problem(
        reviews=[
            ScoredReview(
                submission=f"work-{work}",
                expert=f"person-{expert}",
                score=float(np.clip(quality[work] + lenient[expert] + rng.normal(0, 9), 0, 100)),
                recommendation=str(rng.choice(["live", "both", "publication", "revise"])),
            )
            for work in range(works)
            for expert in rng.choice(experts, per_work, replace=False)
        ],
        submissions=[
            Entry(id=f"work-{work}", municipality=f"town-{work % 5}", track="AB"[work % 2])
            for work in range(works)
        ],
        policy=Policy(slots={"A": 4, "B": 3}, max_live_per_municipality=2, **policy),
    )


@given(st.randoms(use_true_random=False))
@settings(max_examples=8, deadline=None)
def test_order_of_reviews_and_reruns_change_no_byte(random):
    problem = contest()
    shuffled = list(problem.reviews)
    random.shuffle(shuffled)

    again = decide(problem.model_copy(update={"reviews": tuple(shuffled)}))

    assert again.model_dump_json() == decide(problem).model_dump_json()


def test_order_of_submissions_changes_no_score_and_no_publication():
    problem = contest()
    backwards = problem.model_copy(update={"submissions": problem.submissions[::-1]})

    there, back = decide(problem), decide(backwards)

    assert back.submissions == there.submissions[::-1]
    assert back.calibration == there.calibration


def test_nothing_is_corrected_while_strictness_is_not_proven():
    result = decide(contest(strictness=0, min_likelihood_ratio=50))

    assert result.calibration.applied is False
    assert all(expert.correction == 0 for expert in result.calibration.experts)
    assert all(work.score == work.raw for work in result.submissions)
    assert any(expert.severity for expert in result.calibration.experts)


def test_proven_strictness_is_corrected_up_to_the_cap():
    result = decide(contest(strictness=2, max_correction=4))
    corrections = {expert.id: expert.correction for expert in result.calibration.experts}

    assert result.calibration.applied
    assert max(corrections.values()) == 4
    assert min(corrections.values()) == -4


def test_score_is_the_mean_of_marks_less_corrections():
    problem = contest(strictness=1)
    result = decide(problem)
    correction = {expert.id: expert.correction for expert in result.calibration.experts}

    for work in result.submissions:
        marks = [
            review.score - correction[review.expert]
            for review in problem.reviews
            if review.submission == work.id
        ]
        assert work.score == pytest.approx(min(100, max(0, np.mean(marks))), abs=1e-8)


def test_works_with_all_marks_at_the_end_of_the_scale_stay_tied():
    problem = contest(strictness=1.5)
    lowest = [
        ScoredReview(submission=f"zero-{work}", expert=f"person-{expert}", score=0)
        for work in range(2)
        for expert in range(3 * work, 3 * work + 3)
    ]
    entries = [Entry(id=f"zero-{work}", municipality="town-9", track="A") for work in range(2)]
    result = decide(
        Problem(
            reviews=(*problem.reviews, *lowest),
            submissions=(*problem.submissions, *entries),
            policy=problem.policy,
        )
    )

    assert result.calibration.applied
    assert [work.score for work in result.submissions[-2:]] == [0, 0]


def test_every_work_is_explained_and_nobody_is_named():
    problem = contest(strictness=1)
    result = decide(problem)

    for work in result.submissions:
        assert work.reasons
        assert "порог" in work.explanation
        assert "эксперт 2" in work.explanation
        assert not re.search(r"person-|work-", work.explanation)


def test_refused_works_carry_the_reason_of_the_selection():
    result = decide(contest(works=40))
    reasons = {work.id: work.reasons for work in result.submissions}

    assert result.selection.refusals
    for refusal in result.selection.refusals:
        assert refusal.reason in reasons[refusal.id]
    assert sum(work.live for work in result.submissions) <= 7


def test_failed_gate_bars_publication_and_stage():
    problem = contest()
    best = max(decide(problem).submissions, key=lambda work: work.score).id
    barred = tuple(
        entry.model_copy(update={"veto": ("нет согласия на снимки детей",)})
        if entry.id == best
        else entry
        for entry in problem.submissions
    )

    work = next(
        work
        for work in decide(problem.model_copy(update={"submissions": barred})).submissions
        if work.id == best
    )

    assert (work.publication, work.live) == (Publication.NO, False)
    assert work.reasons == (Reason.VETO,)
    assert "Нет согласия на снимки детей." in work.explanation


def test_groups_of_experts_without_common_works_are_warned_about():
    halves = [
        ScoredReview(submission=f"w{work}", expert=f"e{2 * (work % 2) + expert}", score=50 + work)
        for work in range(12)
        for expert in range(2)
    ]
    entries = [Entry(id=f"w{work}", municipality=f"m{work % 2}", track="A") for work in range(12)]

    calibration = decide(Problem(reviews=halves, submissions=entries)).calibration

    assert not calibration.connected
    assert calibration.components == 2
    assert calibration.warnings == (
        CalibrationWarning.DISCONNECTED,
        CalibrationWarning.MUNICIPALITY_APART,
    )


def test_marathon_without_reviews_or_works_has_an_answer():
    nothing = decide(Problem(reviews=(), submissions=()))
    waiting = decide(
        Problem(reviews=(), submissions=(Entry(id="w", municipality="m", track="A"),))
    ).submissions[0]

    assert nothing.submissions == ()
    assert (waiting.raw, waiting.publication) == (None, Publication.EXTRA_REVIEW)
    assert waiting.reasons == (Reason.NO_REVIEWS,)


@given(
    st.dictionaries(
        st.tuples(st.integers(0, 3), st.integers(0, 2)),
        st.sampled_from([0.0, 33.0, 60.0, 100.0]),
        max_size=12,
    )
)
@settings(max_examples=40, deadline=None)
def test_tiny_and_degenerate_marathons_get_finite_numbers(table):
    reviews = [
        ScoredReview(submission=f"w{work}", expert=f"e{expert}", score=score)
        for (work, expert), score in table.items()
    ]
    entries = [Entry(id=f"w{work}", municipality=f"m{work}", track="A") for work in range(4)]

    result = decide(Problem(reviews=reviews, submissions=entries, policy=Policy(slots={"A": 2})))

    assert "NaN" not in result.model_dump_json()
    for work in result.submissions:
        assert work.score is None or 0 <= work.score <= 100
        assert work.p_publication is None or 0 <= work.p_publication <= 1
        if work.reviews < 2:
            assert work.publication is Publication.EXTRA_REVIEW
            assert not work.live


@pytest.mark.parametrize("size", [2, 3, 5, 6, 7, 9])
def test_experts_of_one_common_work_are_linked_enough(size):
    """Their link is exactly 1; a rounding error below it is no weakness."""
    reviews = [
        ScoredReview(
            submission="work", expert=f"person-{number}", score=50 + number, recommendation="both"
        )
        for number in range(size)
    ]
    entry = Entry(id="work", municipality="town", track="A")
    decided = decide(Problem(reviews=reviews, submissions=[entry], policy=Policy(slots={"A": 1})))

    assert decided.calibration.algebraic_connectivity == pytest.approx(1)
    assert CalibrationWarning.WEAKLY_CONNECTED not in decided.calibration.warnings
