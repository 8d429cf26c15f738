import pytest

from flows.decision.engine import agreement
from flows.decision.engine.comparability import comparability, is_linked
from schemas.decision_problem import ScoredReview
from schemas.decision_reasons import CalibrationWarning

HOMES = {"1": "a", "2": "b", "3": "c"}


def reviews(*triples):
    return [
        ScoredReview(submission=work, expert=expert, score=score) for work, expert, score in triples
    ]


def test_nothing_is_said_without_reviews():
    assert comparability([], {}).model_dump() == {"experts": 0, "alpha": None, "warnings": ()}


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


def test_groups_held_together_by_one_work_are_weakly_linked():
    left = [(str(work), expert, 50 + work) for work in range(5) for expert in "xy"]
    right = [(str(work), expert, 50 + work) for work in range(5, 10) for expert in "zw"]
    homes = {str(work): "ab"[work % 2] for work in range(10)}

    found = comparability(reviews(*left, *right, ("0", "z", 55)), homes)

    assert found.warnings == (CalibrationWarning.WEAKLY_CONNECTED,)


@pytest.mark.parametrize(
    ("link", "enough"),
    [
        (None, True),
        (0.0, False),
        (agreement.LEAST_CONNECTIVITY - 1e-6, False),
        (agreement.LEAST_CONNECTIVITY - agreement.EXACT, True),
        (agreement.LEAST_CONNECTIVITY, True),
    ],
)
def test_link_is_enough_from_the_least_connectivity_on(link, enough):
    assert is_linked(link) is enough
