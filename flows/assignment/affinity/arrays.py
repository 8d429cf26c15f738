"""The affinities of many works and experts as arrays, within bounded memory.

Up to ``DENSE`` pairs every pair is given. Above that works are compared by blocks of rows, and
only the best pairs of each work and of each expert are kept; for the engine the others stand at
its ``default_affinity``. Works and experts are taken in order of their ids, so that the order
in which they come never matters, not even for which of two equal pairs is kept.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from flows.assignment.affinity.profiles import ExpertProfile, WorkProfile
from flows.assignment.affinity.views import (
    NO_VECTORS,
    NO_WISHES,
    Matrix,
    Pool,
    Wishes,
    mean_of,
    pool_of,
    views_of,
)
from flows.assignment.affinity_arrays import AffinityArrays
from schemas.marathon import AffinityWeights

Places = NDArray[np.int64]

DENSE = 2_000_000  # pairs
CELLS = 1_000_000  # of one block
UNIT = 10_000
BEST_OF_WORK = 80
LEAST_OF_EXPERT = 32


@dataclass(frozen=True)
class Keep:
    """How many of its best pairs each work and each expert keeps."""

    of_work: int
    of_expert: int


def affinity_arrays(
    works: Sequence[WorkProfile],
    experts: Sequence[ExpertProfile],
    *,
    weights: AffinityWeights | None = None,
    vectors: Mapping[str, bytes] = NO_VECTORS,
    wishes: Wishes = NO_WISHES,
    dense: int = DENSE,
) -> AffinityArrays:
    """Affinities 0..1 of four digits; positions are those of ``works`` and ``experts``.

    ``vectors`` are packed sentence vectors by the SHA-256 of the text (``meaning.texts_of`` says
    which texts), ``wishes`` what experts said by (work id, expert id).
    """
    rows, columns = order_of(works), order_of(experts)
    pool = pool_of(
        [works[at] for at in rows],
        [experts[at] for at in columns],
        weights=weights,
        vectors=vectors,
        wishes=wishes,
    )
    row, column, value = pairs_of(pool, dense)
    row, column = rows[row], columns[column]
    order = np.lexsort((column, row))
    return AffinityArrays(row=row[order], column=column[order], value=value[order])


def order_of(profiles: Sequence[WorkProfile] | Sequence[ExpertProfile]) -> Places:
    ids = [one.id for one in profiles]
    return np.array(sorted(range(len(ids)), key=ids.__getitem__), dtype=np.int64)


def pairs_of(pool: Pool, dense: int) -> tuple[Places, Places, Matrix]:
    size = len(pool.works) * len(pool.experts)
    if not size:
        nothing = np.zeros(0, dtype=np.int64)
        return nothing, nothing, np.zeros(0)
    if size > dense:
        return best_pairs(pool)
    value = np.concatenate([block for _, block in blocks(pool)])
    row, column = np.divmod(np.arange(size), len(pool.experts))
    return row, column, value.ravel()


def blocks(pool: Pool) -> Iterator[tuple[slice, Matrix]]:
    """Affinities by blocks of works."""
    views, experts = views_of(pool), len(pool.experts)
    step = max(1, CELLS // experts)
    for start in range(0, len(pool.works), step):
        rows = slice(start, min(start + step, len(pool.works)))
        yield rows, mean_of(views, rows, experts)


def best_pairs(pool: Pool) -> tuple[Places, Places, Matrix]:
    """The best pairs of each work and each expert, every one once."""
    works, experts = len(pool.works), len(pool.experts)
    keep = Keep(
        of_work=min(BEST_OF_WORK, experts),
        of_expert=min(works, max(LEAST_OF_EXPERT, 12 * works // experts)),
    )
    chosen, of_expert = [], np.full((0, experts), -1, dtype=np.int64)
    for rows, block in blocks(pool):
        units = np.rint(block * UNIT).astype(np.int64)
        chosen.append(best_of_works(units, rows, keep.of_work))
        # Distinct keys: affinity first, then the earlier work.
        places = np.arange(rows.start, rows.stop)[:, None]
        of_expert = top_rows(np.vstack([of_expert, units * works + works - 1 - places]), keep)
    chosen.append(best_of_experts(of_expert, works))
    cell, first = np.unique(np.concatenate([pair[0] for pair in chosen]), return_index=True)
    units = np.concatenate([pair[1] for pair in chosen])[first]
    row, column = np.divmod(cell, experts)
    return row, column, units / UNIT


def best_of_works(units: Places, rows: slice, keep: int) -> tuple[Places, Places]:
    """Cells (row * experts + column) and units of the best experts of each work of a block."""
    experts = units.shape[1]
    keys = units * experts + experts - 1 - np.arange(experts)
    best = np.argpartition(-keys, keep - 1, axis=1)[:, :keep]
    cells = np.arange(rows.start, rows.stop)[:, None] * experts + best
    return cells.ravel(), np.take_along_axis(units, best, axis=1).ravel()


def top_rows(keys: Places, keep: Keep) -> Places:
    """The greatest keys of every column."""
    if len(keys) <= keep.of_expert:
        return keys
    return -np.partition(-keys, keep.of_expert - 1, axis=0)[: keep.of_expert]


def best_of_experts(keys: Places, works: int) -> tuple[Places, Places]:
    experts = keys.shape[1]
    units, place = np.divmod(keys, works)
    cells = (works - 1 - place) * experts + np.arange(experts)
    return cells.ravel(), units.ravel()
