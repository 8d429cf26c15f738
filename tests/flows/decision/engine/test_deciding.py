"""The whole decision: same answer whatever the order, corrections only when proven, blind words."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.decision.engine.deciding import decide
from schemas.decision_problem import (
    Entry,
    FrozenCorrections,
    Policy,
    Problem,
    Publication,
    ScoredReview,
)
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


def frozen(problem: Problem, *, applied: bool = True) -> Problem:
    standing = FrozenCorrections(applied=applied, corrections={"person-1": 4.5, "person-2": -6})
    return problem.model_copy(update={"frozen": standing})


def test_frozen_corrections_are_taken_as_they_stand():
    result = decide(frozen(contest(strictness=2)))
    corrections = {expert.id: expert.correction for expert in result.calibration.experts}

    assert (result.calibration.applied, result.calibration.frozen) == (True, True)
    assert {name: value for name, value in corrections.items() if value} == {
        "person-1": 4.5,
        "person-2": -6,
    }
    assert all(work.p_publication is not None for work in result.submissions)


def test_corrections_frozen_as_not_applied_leave_the_plain_mean():
    result = decide(frozen(contest(strictness=2), applied=False))

    assert (result.calibration.applied, result.calibration.frozen) == (False, True)
    assert all(work.score == work.raw for work in result.submissions)
    assert decide(contest()).calibration.frozen is False


@given(work=st.integers(0, 23), expert=st.integers(0, 11), score=st.floats(0, 100))
@settings(max_examples=25, deadline=None)
def test_marks_of_other_works_never_move_a_score_once_corrections_are_frozen(work, expert, score):
    problem = frozen(contest(strictness=1))
    new = ScoredReview(submission=f"work-{work}", expert=f"person-{expert}", score=score)
    others = tuple(
        review
        for review in problem.reviews
        if (review.submission, review.expert) != (new.submission, new.expert)
    )

    before = decide(problem).submissions
    after = decide(problem.model_copy(update={"reviews": (*others, new)})).submissions

    assert [item.score for item in after if item.id != new.submission] == [
        item.score for item in before if item.id != new.submission
    ]


@given(expert=st.integers(0, 9), points=st.floats(1, 15))
@settings(max_examples=20, deadline=None)
def test_harsher_expert_moves_corrected_scores_less_than_plain_ones(expert, points):
    problem = contest(strictness=1, max_correction=100, min_likelihood_ratio=0)
    raised = tuple(
        review.model_copy(
            update={
                "score": 20 + 0.5 * review.score + points * (review.expert == f"person-{expert}")
            }
        )
        for review in problem.reviews
    )
    plain = tuple(
        review.model_copy(update={"score": 20 + 0.5 * review.score}) for review in problem.reviews
    )

    before = decide(problem.model_copy(update={"reviews": plain})).submissions
    after = decide(problem.model_copy(update={"reviews": raised})).submissions

    pairs = list(zip(before, after, strict=True))
    moved = sum((now.score - then.score) ** 2 for then, now in pairs)
    assert moved < sum((now.raw - then.raw) ** 2 for then, now in pairs)


def test_new_names_of_works_and_experts_change_no_number():
    problem = contest(strictness=1)
    renamed = tuple(
        review.model_copy(update={"expert": f"x{hash_of(review.expert)}"})
        for review in problem.reviews
    )

    there = decide(problem).submissions
    back = decide(problem.model_copy(update={"reviews": renamed})).submissions

    for one, other in zip(there, back, strict=True):
        assert other.score == pytest.approx(one.score, abs=1e-8)
        assert other.sd == pytest.approx(one.sd, abs=1e-9)
        assert other.p_publication == pytest.approx(one.p_publication, abs=1e-9)
        assert other.publication == one.publication


def hash_of(name: str) -> int:
    return (int(name.removeprefix("person-")) * 7 + 3) % 11
