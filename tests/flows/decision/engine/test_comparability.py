from flows.decision.engine.comparability import Comparability, comparability
from schemas.decision_problem import ScoredReview
from schemas.decision_reasons import CalibrationWarning

HOMES = {"1": "a", "2": "b", "3": "c"}


def reviews(*triples):
    return [
        ScoredReview(submission=work, expert=expert, score=score) for work, expert, score in triples
    ]


def test_nothing_is_said_without_reviews():
    assert comparability([], {}) == Comparability()


def test_experts_who_share_every_work_can_be_compared():
    found = comparability(
        reviews(*((work, expert, float(work) * 20) for work in HOMES for expert in "xyz")), HOMES
    )

    assert found.warnings == ()
    assert (found.experts, found.alpha) == (3, 1.0)


def test_groups_without_a_common_work_are_told():
    found = comparability(
        reviews(("1", "x", 50), ("1", "y", 60), ("2", "z", 70), ("2", "w", 80)), HOMES
    )

    assert CalibrationWarning.DISCONNECTED in found.warnings
    assert CalibrationWarning.MUNICIPALITY_APART in found.warnings
