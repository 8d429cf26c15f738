"""The pairs a large problem starts from: about the best thirty of each work and of each expert.

Bars instead of rankings: a sample of each row and column says how near a pair has to be to belong
to the best, and one comparison finds them all. What the sample misjudges, the prices put right.
"""

from collections.abc import Iterator

import numpy as np

from flows.assignment.affinity_arrays import rows_at_once
from flows.assignment.engine.affinities import Affinities
from flows.assignment.engine.instance import Instance, Integers
from flows.assignment.rules import Mask

PER_SUBMISSION = 30
PER_EXPERT = 8
SEATS = 4  # candidates per expert for each unit of mean load
RANK = 4  # the sample is so dense that its fourth best is the bar
CROWD = 4  # so many times more pairs at the bar than wanted are a tie


def shortlist(instance: Instance) -> Integers:
    """Lawful pairs (n x 2), ordered by row and column, some perhaps twice."""
    values = instance.affinity
    seats = SEATS * int(instance.demand.sum()) // values.shape[1]
    bars, tied = _bars(values, PER_SUBMISSION)
    columns, _ = _bars(values.T, max(PER_EXPERT, seats))
    blocks = [*_above(values, bars, columns), *_some_of_ties(values, bars, tied)]
    return np.concatenate(blocks)


def _bars(values: Affinities, wanted: int) -> tuple[Affinities, Mask]:
    """For each row the value that about ``wanted`` pairs reach; just above it where many tie."""
    step = max(1, wanted // RANK)
    blocks = []
    for first in range(0, len(values), rows_at_once(values.shape[1] // step)):
        rows = slice(first, first + rows_at_once(values.shape[1] // step))
        blocks.append(_bar(np.ascontiguousarray(values[rows, ::step]), -(-wanted // step)))
    bars = np.concatenate([bar for bar, _ in blocks])
    tied = np.concatenate([crowded for _, crowded in blocks])
    return bars, tied


def _bar(sample: Affinities, rank: int) -> tuple[Affinities, Mask]:
    place = max(0, sample.shape[1] - rank)
    bar = np.maximum(np.partition(sample, place, axis=1)[:, place], 0)
    tied = (sample >= bar[:, None]).sum(axis=1) > CROWD * rank
    return bar + tied.astype(bar.dtype), tied


def _above(values: Affinities, bars: Affinities, columns: Affinities) -> Iterator[Integers]:
    step = rows_at_once(values.shape[1])
    for first in range(0, len(values), step):
        block = values[first : first + step]
        near = block >= bars[first : first + step, None]
        near |= block >= columns
        row, column = np.nonzero(near)
        yield np.column_stack((row + first, column))


def _some_of_ties(values: Affinities, bars: Affinities, tied: Mask) -> Iterator[Integers]:
    """Where many pairs are as good as the bar, some of them, other experts for other works."""
    for row in np.flatnonzero(tied).tolist():
        same = np.flatnonzero(values[row] == bars[row] - 1)
        spread = row + np.arange(PER_SUBMISSION) * len(same) // PER_SUBMISSION
        column = same[spread % len(same)] if len(same) else same
        yield np.column_stack((np.full(len(column), row), column))
