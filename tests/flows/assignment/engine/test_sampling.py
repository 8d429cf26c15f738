"""A drawn plan keeps every sum in every draw, and every probability over many draws."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.assignment.engine.sampling import Shares, sample

WHOLE = 10
DRAWS = 400


@st.composite
def shares(draw):
    """Any probabilities at all, for works and experts whose sums may be fractional."""
    works, experts = draw(st.integers(1, 4)), draw(st.integers(1, 6))
    cells = st.lists(
        st.integers(0, WHOLE), min_size=works * experts, max_size=works * experts
    )  # fmt: skip
    table = np.array(draw(cells)).reshape(works, experts)
    group = np.array(draw(st.lists(st.integers(0, 2), min_size=experts, max_size=experts)))
    rows, columns = np.nonzero(table)
    return Shares(rows, columns, group[columns], table[rows, columns], WHOLE)


def sums(number, amount):
    found = {}
    for key, value in zip(number.tolist(), amount.tolist(), strict=True):
        found[key] = found.get(key, 0) + value
    return found


@settings(max_examples=60, deadline=None)
@given(shares=shares(), seed=st.integers(0, 1000))
def test_every_draw_rounds_works_municipalities_experts_and_the_whole_to_a_neighbour(shares, seed):
    chosen = np.zeros(len(shares.rows), dtype=np.int64)
    chosen[sample(shares, seed)] = 1

    assert not chosen[shares.amount == 0].any()
    assert chosen[shares.amount == WHOLE].all()
    everything = np.zeros_like(shares.rows)
    for number in (shares.rows, shares.columns, shares.rows * 3 + shares.group, everything):
        means, counts = sums(number, shares.amount), sums(number, chosen)
        for key, mean in means.items():
            assert mean // WHOLE <= counts[key] <= -(-mean // WHOLE)


@settings(max_examples=8, deadline=None)
@given(shares=shares())
def test_over_many_draws_every_pair_has_its_probability(shares):
    counts = np.zeros(len(shares.rows))
    for seed in range(DRAWS):
        counts[sample(shares, seed)] += 1

    # Five standard deviations of a fair count, at most half a draw each.
    assert np.abs(counts / DRAWS - shares.amount / WHOLE).max(initial=0) < 2.5 / DRAWS**0.5


def test_same_seed_draws_the_same_plan_and_other_seeds_draw_others():
    rows, columns = np.divmod(np.arange(24), 6)
    half = Shares(rows, columns, columns, np.full(24, WHOLE // 2), WHOLE)

    drawn = {tuple(sample(half, seed).tolist()) for seed in range(20)}

    assert tuple(sample(half, 3).tolist()) in drawn
    assert sample(half, 3).tolist() == sample(half, 3).tolist()
    assert len(drawn) > 10
    assert {len(plan) for plan in drawn} == {12}


def test_nothing_to_draw_is_an_empty_plan():
    nothing = np.zeros(0, dtype=np.int64)

    assert sample(Shares(nothing, nothing, nothing, nothing, WHOLE), 0).tolist() == []


@pytest.mark.parametrize("whole", [1, 7, 10_000])
def test_certain_pairs_stay_whatever_the_denominator(whole):
    rows, columns = np.array([0, 1, 1]), np.array([0, 1, 2])
    sure = Shares(rows, columns, columns, np.full(3, whole), whole)

    assert sample(sure, 5).tolist() == [0, 1, 2]
