"""Affinities kept as bytes come back as they were."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.assignment.affinity_arrays import AffinityArrays
from flows.assignment.packing import pack, unpack

places = st.integers(0, 70_000)
four_digits = st.integers(0, 10_000).map(lambda count: count / 10_000)
any_share = st.floats(0, 1)


def arrays(rows):
    row, column, value = zip(*rows, strict=True) if rows else ((), (), ())
    return AffinityArrays(np.array(row, int), np.array(column, int), np.array(value, float))


@settings(max_examples=60)
@given(
    st.lists(st.tuples(places, places, four_digits), max_size=30)
    | st.lists(st.tuples(places, places, any_share), max_size=30)
)
def test_every_value_and_position_comes_back(rows):
    given_arrays = arrays(rows)
    back = unpack(pack(given_arrays))

    assert back.row.tolist() == given_arrays.row.tolist()
    assert back.column.tolist() == given_arrays.column.tolist()
    assert back.value.tolist() == given_arrays.value.tolist()


def test_nothing_kept_is_nothing_listed():
    assert len(unpack(b"").value) == 0


def test_hundred_thousand_pairs_take_less_than_two_bytes_each():
    row, column = np.indices((500, 200))
    values = np.round(np.random.default_rng(7).random(100_000), 4)

    assert len(pack(AffinityArrays(row.ravel(), column.ravel(), values))) < 200_000
