from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.decision.engine.deciding import decide
from flows.decision.engine.forecast import forecast, live_places
from schemas.decision import Decision, DecisionStatus
from schemas.decision_problem import Problem, Publication
from schemas.marathon import DecisionPolicy

POLICY = DecisionPolicy()
POINTS = st.floats(min_value=0, max_value=100)


def a_decision(**changes):
    facts = {
        "id": "d",
        "marathon_id": "m",
        "submission_id": "s",
        "outcome": "yes",
        "publication": True,
        "live": False,
        "score": 66.0,
        "sd": 5.0,
        "p_publication": 0.9,
        "reviews": 3,
        "proposed_at": datetime(2026, 3, 1, tzinfo=UTC),
    }
    return Decision(**facts | changes)


def of_result(item):
    return a_decision(
        id=item.id,
        outcome=item.publication.value,
        publication=item.publication is Publication.YES,
        live=item.live,
        score=item.score,
        sd=item.sd,
        p_publication=item.p_publication,
        reviews=item.reviews,
        reasons=tuple(reason.value for reason in item.reasons),
    )


def a_problem(threshold):
    """Forty works of spread quality, three uneven marks each."""
    return Problem.model_validate(
        {
            "reviews": [
                {
                    "submission": f"s{work}",
                    "expert": f"e{(work + step) % 11}",
                    "score": 30 + 1.5 * work + 7 * ((work * step) % 3 - 1),
                }
                for work in range(40)
                for step in (1, 4, 9)
            ],
            "submissions": [
                {"id": f"s{work}", "municipality": f"m{work % 4}", "track": "t"}
                for work in range(40)
            ],
            "policy": {"publication_threshold": threshold, "slots": {"t": 5}},
        }
    )


@pytest.mark.parametrize("threshold", [45, 55, 60, 65, 75])
def test_forecast_is_near_what_the_engine_would_decide(threshold):
    known = [of_result(item) for item in decide(a_problem(60)).submissions]
    exact = {item.id: item.publication for item in decide(a_problem(threshold)).submissions}

    wrong = [one.id for one in known if forecast(one, POLICY).outcome(threshold) != exact[one.id]]

    assert len(wrong) <= (0 if threshold == 60 else 2)


@settings(max_examples=200)
@given(
    st.sampled_from(list(Publication)),
    POINTS,
    st.floats(min_value=0, max_value=30),
    st.floats(min_value=0, max_value=1),
    st.integers(min_value=0, max_value=5),
    POINTS,
    POINTS,
)
def test_raising_the_threshold_never_helps_and_the_proposal_stands_at_its_own(
    outcome, score, sd, chance, reviews, one, other
):
    decision = a_decision(
        outcome=outcome.value, score=score, sd=sd, p_publication=chance, reviews=reviews
    )
    found = forecast(decision, POLICY)
    order = [Publication.YES, found.undecided, Publication.NO]
    low, high = sorted((one, other))

    assert found.outcome(POLICY.publication_threshold) is outcome
    assert order.index(found.outcome(low)) <= order.index(found.outcome(high))


@pytest.mark.parametrize(
    "changes",
    [
        {"status": DecisionStatus.CONFIRMED},
        {"overridden_by": "chair"},
        {"outcome": "no", "reasons": ("veto",)},
        {"outcome": "extra_review", "reviews": 1},
        {"outcome": "extra_review", "score": None, "sd": None, "p_publication": None},
    ],
)
def test_what_is_settled_otherwise_moves_with_no_threshold(changes):
    found = forecast(a_decision(**changes), POLICY)

    outcomes = {found.outcome(threshold) for threshold in (0.0, 50.0, 60.0, 100.0)}
    assert outcomes == {Publication(changes.get("outcome", "yes"))}


@pytest.mark.parametrize("score", [2.3, 57.9, 66.3, 70.1, 99.9])
def test_work_without_any_doubt_is_published_up_to_its_own_score_and_no_further(score):
    passes = score >= POLICY.publication_threshold
    decision = a_decision(
        outcome="yes" if passes else "no", score=score, sd=0.0, p_publication=float(passes)
    )

    found = forecast(decision, POLICY)

    assert (found.yes_to, found.no_from) == (score, round(score + 0.01, 2))


def test_work_that_cannot_be_live_never_competes():
    assert not forecast(a_decision(reasons=("live_unavailable",)), POLICY).competes(0)
    assert forecast(a_decision(), POLICY).competes(66)
    assert not forecast(a_decision(), POLICY).competes(66.01)


def test_live_places_are_filled_up_to_the_slots_of_each_track():
    assert live_places([(1, True), (1, True), (1, True), (2, True), (3, True)], {1: 2, 2: 5}) == 3
