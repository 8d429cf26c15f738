"""A forged link, exchange or price of connectedness is noticed."""

import pytest

from flows.assignment.bench.synthetic import Size, problem
from flows.assignment.checker.checking import check
from flows.assignment.planning import plan
from schemas.assignment_problem import Policy


@pytest.fixture(scope="module")
def posed():
    return problem(Size(14, 12, 6), seed=1, policy=Policy(connected=True))


@pytest.fixture(scope="module")
def result(posed):
    return plan(posed)


def forged(result, **changes):
    told = result.connectivity.model_copy(update=changes)
    return result.model_copy(update={"connectivity": told})


def test_untouched_links_have_nothing_broken(posed, result):
    assert result.connectivity.taken
    assert check(posed, result) == []


@pytest.mark.parametrize(
    "forgery",
    [
        lambda told: {"components": told.components + 1},
        lambda told: {"link": told.link + 0.01},
        lambda told: {"enough": not told.enough},
        lambda told: {"price": told.price + 0.01},
        lambda told: {"taken": told.given},
        lambda told: {"given": told.taken},
        lambda _: {"taken": ()},
        lambda _: {"given": ()},
        lambda told: {"taken": (*told.taken, ("nobody", "no one"))},
    ],
)
def test_forged_link_or_exchange_is_noticed(posed, result, forgery):
    assert check(posed, forged(result, **forgery(result.connectivity))) != []


def test_missing_answer_and_exchanges_nobody_asked_for_are_noticed(posed, result):
    plain = posed.model_copy(update={"policy": Policy()})

    assert check(posed, result.model_copy(update={"connectivity": None})) != []
    assert check(plain, result) != []
