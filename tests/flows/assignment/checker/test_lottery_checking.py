"""A forged probability, plan, price or cap of a lottery is noticed."""

import pytest
from forgeries import beside_figures, with_proof

from flows.assignment.bench.synthetic import Size, problem
from flows.assignment.checker.checking import check
from flows.assignment.planning import plan
from schemas.assignment_problem import Policy


@pytest.fixture(scope="module")
def posed():
    return problem(Size(14, 12, 6), seed=3, policy=Policy(reviews=2, max_probability=0.6))


@pytest.fixture(scope="module")
def result(posed):
    return plan(posed)


def with_draw(result, **changes):
    return result.model_copy(update={"draw": result.draw.model_copy(update=changes)})


def with_chance(result, number, chance):
    listed = list(result.draw.probabilities)
    listed[number] = (*listed[number][:2], chance)
    return with_draw(result, probabilities=tuple(listed))


def test_untouched_lottery_has_nothing_broken(posed, result):
    assert result.status == "optimal"
    assert check(posed, result) == []


def test_any_single_changed_probability_is_noticed(posed, result):
    for number, (_, _, chance) in enumerate(result.draw.probabilities):
        for forged in (0.0, chance - 0.2, chance + 0.2, chance + 0.01):
            assert check(posed, with_chance(result, number, forged)) != []


@pytest.mark.parametrize(
    "forgery",
    [
        {"cap": 0.7},
        {"cap": 0.5},
        {"expected": 0.0},
        {"bound": 0.0},
        {"probabilities": ()},
        {"probabilities": (("nobody", "e00000", 0.6),)},
    ],
)
def test_forged_cap_sums_and_pairs_of_the_draw_are_noticed(posed, result, forgery):
    assert check(posed, with_draw(result, **forgery)) != []


def test_pair_named_twice_or_forbidden_is_noticed(posed, result):
    first = result.draw.probabilities[0]
    forbidden = posed.model_copy(update={"forbidden": (first[:2],)})

    twice = with_draw(result, probabilities=(*result.draw.probabilities, first))
    assert check(posed, twice) != []
    assert check(forbidden, result) != []


def test_plan_that_the_lottery_cannot_draw_is_noticed(posed, result):
    affinity = {pair[:2]: pair[2] for pair in posed.affinity}
    possible = {pair[:2] for pair in result.draw.probabilities}
    work, _, value = result.pairs[0]
    for other in posed.experts:
        if (work, other.id) in possible:
            continue
        fit = affinity.get((work, other.id), 0.0)
        forged = ((work, other.id, fit), *result.pairs[1:])
        changed = {"pairs": forged, "total": result.total - value + fit}
        assert beside_figures(posed, result.model_copy(update=changed)) != []


def test_forged_proof_is_noticed(posed, result):
    total = result.certificate.proofs[-1]
    forgeries = [
        {"prices": {}},
        {"prices": {"nobody": 1}},
        {"bound": total.bound - 1},
        {"scale": 2 * total.scale},
        {"multipliers": {posed.submissions[0].id: 1}},
        {"weights": total.weights.model_copy(update={"affinity": 0})},
        {"prices": {"e00000": 2**61}},
    ]
    for forgery in forgeries:
        assert check(posed, with_proof(result, **forgery)) != []


def test_plan_without_its_draw_and_draw_nobody_asked_for_are_noticed(posed, result):
    plain = posed.model_copy(update={"policy": Policy(reviews=2)})

    assert check(posed, result.model_copy(update={"draw": None})) != []
    assert check(posed, plan(plain)) != []
    assert check(plain, result) != []


def test_incomplete_lottery_that_could_be_complete_is_noticed(posed, result):
    low = posed.model_copy(update={"policy": Policy(reviews=2, max_probability=0.1)})
    short = plan(low)

    assert short.status == "infeasible"
    assert check(low, short) == []
    assert check(low, short.model_copy(update={"deficits": ()})) != []
    assert check(low, short.model_copy(update={"status": "feasible"})) != []
    certificate = short.certificate.model_copy(update={"proofs": short.certificate.proofs[1:]})
    assert check(low, short.model_copy(update={"certificate": certificate})) != []
    assert check(posed, short) != []


def test_lottery_that_forgets_the_pairs_to_keep_is_noticed(posed, result):
    asked = posed.model_copy(update={"kept": tuple(row[:2] for row in plan(posed).pairs[:6])})
    forgetful = result.certificate.model_copy(update={"kept": asked.kept})

    assert check(asked, plan(asked)) == []
    assert check(asked, result) != []
    assert check(asked, result.model_copy(update={"certificate": forgetful})) != []
