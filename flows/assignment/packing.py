"""Affinities of a plan as bytes, small enough to be kept beside it."""

from io import BytesIO

import numpy as np

from flows.assignment.affinity_arrays import AffinityArrays, Numbers, Whole

UNIT = 10_000  # affinities are rounded to four digits: two bytes hold one


def pack(affinity: AffinityArrays) -> bytes:
    """A compressed npz of positions and values; every value comes back as it was."""
    stored = BytesIO()
    np.savez_compressed(
        stored,
        row=_small(affinity.row),
        column=_small(affinity.column),
        value=_counted(affinity.value),
    )
    return stored.getvalue()


def unpack(packed: bytes) -> AffinityArrays:
    """What ``pack`` was given; nothing listed when nothing was kept."""
    if not packed:
        nothing = np.zeros(0, dtype=np.int64)
        return AffinityArrays(nothing, nothing, np.zeros(0))
    with np.load(BytesIO(packed), allow_pickle=False) as stored:
        value = stored["value"]
        if value.dtype.kind == "u":
            value = value / UNIT
        return AffinityArrays(
            stored["row"].astype(np.int64), stored["column"].astype(np.int64), value
        )


def _small(positions: Whole) -> Whole:
    """In the smallest unsigned type that holds them."""
    return positions.astype(np.min_scalar_type(int(positions.max(initial=0))))


def _counted(values: Numbers) -> Numbers:
    """Values in units where these hold all of them exactly."""
    counts = np.rint(values * UNIT)
    exact = bool((counts / UNIT == values).all())
    return counts.astype(np.uint16) if exact else values
