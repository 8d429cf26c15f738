"""Who could review whom in return: pairs of people and pairs of municipalities, as positions.

Two people are rivals when each is an expert and an author and could read the other; two
municipalities cross when experts of each could read works of the other. Fixed pairs decide the
direction at once: what would answer them is closed.
"""

from collections import defaultdict
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from flows.assignment import rules
from schemas.assignment_problem import Candidate, Reviewer

Integers = NDArray[np.int64]
Values = NDArray[np.int32]

CLOSED = -1
NOWHERE = -1  # home of a work whose municipality sends no experts


def rivals(
    submissions: tuple[Candidate, ...], experts: tuple[Reviewer, ...], values: Values
) -> Integers:
    """Quadruples (row, column, row, column): two pairs in which two people review each other."""
    blocks = list(_rival_blocks(_written(submissions, experts), values))
    return np.concatenate(blocks) if blocks else np.zeros((0, 4), dtype=np.int64)


def _rival_blocks(written: Integers, values: Values) -> Iterator[Integers]:
    """Per (writer, work): the later writers who could read it while the writer reads theirs."""
    for number, (column, row) in enumerate(written.tolist()):
        columns, rows = written[number + 1 :].T
        mutual = (values[rows, column] >= 0) & (values[row, columns] >= 0) & (columns != column)
        rows, columns = rows[mutual], columns[mutual]
        yield np.column_stack((rows, np.full_like(rows, column), np.full_like(rows, row), columns))


def _written(submissions: tuple[Candidate, ...], experts: tuple[Reviewer, ...]) -> Integers:
    """(column, row) of every expert's own works, experts in order."""
    works = defaultdict(list)
    for row, submission in enumerate(submissions):
        for person in sorted({rules.tidy(author) for author in submission.authors}):
            works[person].append(row)
    named = ((column, rules.tidy(expert.person)) for column, expert in enumerate(experts))
    found = [(column, row) for column, person in named for row in works.get(person, ())]
    return np.array(found, dtype=np.int64).reshape(-1, 2)


def close_rivals(values: Values, fixed: Integers, pairs: Integers) -> None:
    """Forbid what would answer a fixed pair."""
    taken = np.zeros(values.shape, dtype=np.bool_)
    taken[fixed[:, 0], fixed[:, 1]] = True
    for half, other in ((pairs[:, :2], pairs[:, 2:]), (pairs[:, 2:], pairs[:, :2])):
        answered = other[taken[half[:, 0], half[:, 1]]]
        values[answered[:, 0], answered[:, 1]] = CLOSED


def still_open(values: Values, pairs: Integers) -> Integers:
    """The rivals of which both pairs may still be chosen."""
    both = (values[pairs[:, 0], pairs[:, 1]] >= 0) & (values[pairs[:, 2], pairs[:, 3]] >= 0)
    return pairs[both]


def numbered(names: list[str], homes: list[str]) -> tuple[Integers, Integers]:
    """Municipality number of each expert (by order of ``names``) and of each work's home."""
    number = {name: place for place, name in enumerate(dict.fromkeys(names))}
    place = np.array([number[name] for name in names], dtype=np.int64)
    home = np.array([number.get(name, NOWHERE) for name in homes], dtype=np.int64)
    return place, home


def close_crossings(values: Values, fixed: Integers, home: Integers, place: Integers) -> None:
    """Forbid what would answer a fixed pair between two municipalities."""
    directions = {(int(home[row]), int(place[column])) for row, column in fixed.tolist()}
    for work_home, readers in sorted(directions):
        if work_home not in {NOWHERE, readers}:
            values[np.ix_(home == readers, place == work_home)] = CLOSED


def crossings(values: Values, home: Integers, place: Integers) -> Integers:
    """Pairs (n x 2, lower first) of municipalities that could still review each other."""
    if not len(place):
        return np.zeros((0, 2), dtype=np.int64)
    count = int(place.max()) + 1
    starts = np.flatnonzero(np.diff(place, prepend=NOWHERE))
    able = np.maximum.reduceat(values, starts, axis=1) >= 0
    opened = np.zeros((count, count), dtype=np.bool_)
    known = home >= 0
    np.logical_or.at(opened, home[known], able[known])
    return np.argwhere(np.triu(opened & opened.T, 1))
