"""A plan that calls itself fair has to prove it: no price, floor or rounding hides a fairer one."""

import pytest

from flows.assignment.checker.checking import check
from flows.assignment.checker.proof_checking import Bill, upper_bound
from flows.assignment.checker.register import Register
from flows.assignment.planning import plan
from schemas.assignment_problem import (
    Candidate,
    Certificate,
    Policy,
    Problem,
    ProofRecord,
    Reviewer,
    Weights,
)

FULL = Weights(coverage=40_000, affinity=1)


def posed(affinity, **policy):
    """Works and experts named by the affinities, each from a town of their own, one place each."""
    works, experts = (sorted({key[side] for key in affinity}) for side in (0, 1))
    return Problem(
        submissions=tuple(
            Candidate(id=one, municipality=one, organisation="", authors=(), track="")
            for one in works
        ),
        experts=tuple(
            Reviewer(id=one, person=one, municipality=one, organisation="", capacity=1)
            for one in experts
        ),
        affinity=tuple((*pair, value) for pair, value in affinity.items()),
        forbidden=tuple((w, e) for w in works for e in experts if (w, e) not in affinity),
        policy=Policy(reviews=1, **policy),
    )


UNFAIR = posed(
    {("a", "x"): 0.9, ("a", "y"): 0.5, ("b", "x"): 0.8, ("b", "y"): 0.1}, fairness="maxmin"
)
TOTAL = ProofRecord(
    goal="total",
    weights=FULL,
    prices={"x": 20_000},
    multipliers={"a": 10**6},
    floors={"a": 9_000},
    bound=0,
)


def forged(problem, pairs, *proofs):
    """The plan of these pairs called optimal, with proofs whose bounds add up."""
    values = {row[:2]: row[2] for row in problem.affinity}
    total = sum(values[pair] for pair in pairs)
    certificate = Certificate(proofs=proofs)
    told = {
        "status": "optimal",
        "pairs": tuple((*pair, values[pair]) for pair in pairs),
        "total": total,
        "bound": total,
        "gap": 0.0,
        "certificate": certificate,
    }
    result = plan(problem).model_copy(update=told)
    bill = Bill(Register(problem), result)
    bounded = [one.model_copy(update={"bound": upper_bound(bill, one)}) for one in proofs]
    honest = certificate.model_copy(update={"proofs": tuple(bounded)})
    return result.model_copy(update={"certificate": honest})


@pytest.mark.parametrize(
    ("claim", "words"),
    [
        ({"multipliers": {"a": 1}, "prices": {"x": 10**7, "y": 10**7}}, "можно усилить"),
        ({"multipliers": {"b": 1}, "floors": {"b": 10**6}}, "пороги справедливости"),
        ({"multipliers": {"b": 1}, "scale": 10**6}, "можно усилить"),
        ({}, "Нет доказательства"),
    ],
)
def test_prices_floors_and_rounding_do_not_hide_a_fairer_plan(claim, words):
    fair = ProofRecord(goal="fairness", weights=Weights(), bound=0, **claim)

    sentences = check(UNFAIR, forged(UNFAIR, [("a", "x"), ("b", "y")], fair, TOTAL))

    assert words in " ".join(sentences)


def test_floors_above_the_weakest_panel_hide_no_plan_of_a_larger_total():
    problem = posed(
        {
            ("a", "z"): 0.1,
            ("b", "x"): 0.1,
            ("b", "y"): 0.11,
            ("c", "x"): 0.5,
            ("c", "y"): 0.9,
        },
        fairness="maxmin",
    )
    fair = ProofRecord(goal="fairness", weights=Weights(), multipliers={"a": 1}, bound=0)
    total = ProofRecord(
        goal="total",
        weights=FULL,
        prices={"x": 30_000, "y": 10**6},
        multipliers={"b": 10**4},
        floors={"b": 1_100},
        bound=0,
    )
    lower = forged(problem, [("a", "z"), ("b", "y"), ("c", "x")], fair, total)

    assert any("Пороги выше" in sentence for sentence in check(problem, lower))
    best = plan(problem)
    assert (best.status, best.total) == ("optimal", pytest.approx(1.1))
    assert check(problem, best) == []
