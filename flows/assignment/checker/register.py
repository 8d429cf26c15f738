"""What the checker knows of a problem, read plainly: who is where, who wrote what, how near."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from flows.assignment.affinity_arrays import CELLS_AT_ONCE, Affinity, AffinityMatrix
from schemas.assignment_problem import Candidate, Problem, Reviewer

Bools = NDArray[np.bool_]
Units = NDArray[np.signedinteger[Any]]

INTEGERS = (np.int16, np.int32, np.int64)


def same_name(name: str) -> str:
    return " ".join(unicodedata.normalize("NFC", name).split())


class Register:
    """A problem with look-ups; rows and columns are positions in its own lists."""

    def __init__(self, problem: Problem, affinity: Affinity | None = None) -> None:
        self.problem = problem
        self.works = {work.id: work for work in problem.submissions}
        self.experts = {expert.id: expert for expert in problem.experts}
        self.row = {work.id: number for number, work in enumerate(problem.submissions)}
        self.column = {expert.id: number for number, expert in enumerate(problem.experts)}
        self.fixed = list(dict.fromkeys(problem.fixed))
        self.conflicts = set(problem.conflicts)
        self.forbidden = set(problem.forbidden)
        self._affinity = affinity
        self._units: tuple[int, Units, float] | None = None
        self._alias = _aliases(problem.same_place)

    def place(self, name: str) -> str:
        return self._alias.get(same_name(name), same_name(name))

    def wanted(self, work: Candidate) -> int:
        """Size of a full panel; more fixed pairs than asked for are all kept."""
        asked = self.problem.policy.reviews if work.reviews is None else work.reviews
        return max(asked, len(self.fixed_for.get(work.id, [])))

    def wrote(self, expert: Reviewer, work: Candidate) -> bool:
        return same_name(expert.person) in {same_name(author) for author in work.authors}

    def units(self, unit: int) -> Units:
        """Affinity of every pair in 1/``unit``, in as few bytes as hold it (works x experts)."""
        return self._in_units(unit)[1]

    def rounding(self, unit: int) -> float:
        """What the unit takes from an affinity at most, beyond what the file's numbers can hold."""
        return self._in_units(unit)[2]

    def _in_units(self, unit: int) -> tuple[int, Units, float]:
        if self._units is None or self._units[0] != unit:
            self._units = unit, *self._counted(unit)
        return self._units

    def _counted(self, unit: int) -> tuple[Units, float]:
        kind = next(kind for kind in INTEGERS if unit <= np.iinfo(kind).max)
        default = self.problem.policy.default_affinity * unit
        lost = abs(default - round(default)) / unit
        table = np.full((len(self.row), len(self.column)), round(default), dtype=kind)
        for rows, columns, values in self._given():
            scaled = values.astype(np.float64) * unit
            table[rows, columns] = np.rint(scaled)
            scaled -= np.rint(scaled)
            lost = max(lost, float(np.abs(scaled).max(initial=0)) / unit - _coarseness(values))
        return table, lost

    def _given(self) -> Iterator[tuple[Any, Any, NDArray[Any]]]:
        """Rows, columns and values of the affinities as given, some millions at a time."""
        if isinstance(self._affinity, AffinityMatrix):
            default = self.problem.policy.default_affinity
            for first, block in self._affinity.blocks():
                filled = np.where(np.isnan(block), default, block)
                yield slice(first, first + len(block)), slice(block.shape[1]), filled
        elif self._affinity is not None:
            row, column, value = self._affinity.row, self._affinity.column, self._affinity.value
            for first in range(0, len(value), CELLS_AT_ONCE):
                some = slice(first, first + CELLS_AT_ONCE)
                yield row[some], column[some], value[some]
        elif self.problem.affinity:
            rows = [self.row[work] for work, _, _ in self.problem.affinity]
            columns = [self.column[expert] for _, expert, _ in self.problem.affinity]
            yield rows, columns, np.array([value for _, _, value in self.problem.affinity])

    @cached_property
    def expert_places(self) -> NDArray[np.str_]:
        return np.array([self.place(row.municipality) for row in self.problem.experts], dtype=str)

    @cached_property
    def seniors(self) -> Bools:
        return np.array([expert.senior for expert in self.problem.experts], dtype=bool)

    @cached_property
    def _at_place(self) -> dict[str, list[int]]:
        return _columns(self.expert_places.tolist())

    @cached_property
    def _in_organisation(self) -> dict[str, list[int]]:
        return _columns(same_name(row.organisation) for row in self.problem.experts)

    @cached_property
    def _of_person(self) -> dict[str, list[int]]:
        return _columns(self.persons.tolist())

    @cached_property
    def persons(self) -> NDArray[np.str_]:
        return np.array([same_name(row.person) for row in self.problem.experts], dtype=str)

    @cached_property
    def _barred(self) -> dict[str, list[int]]:
        listed = defaultdict(list)
        for work, expert in self.conflicts | self.forbidden:
            listed[work].append(self.column[expert])
        return listed

    @cached_property
    def fixed_for(self) -> dict[str, list[int]]:
        """Columns of the experts fixed to each work."""
        listed = defaultdict(list)
        for work, expert in self.fixed:
            listed[work].append(self.column[expert])
        return listed

    @cached_property
    def _open_by_track(self) -> dict[str, Bools]:
        known = [{same_name(track) for track in row.tracks} for row in self.problem.experts]
        return {
            track: np.array([not tracks or track in tracks for tracks in known], dtype=bool)
            for track in {same_name(work.track) for work in self.problem.submissions}
        }

    def allowed(self, work: Candidate) -> Bools:
        """Experts whom no pair rule keeps from this work."""
        free = self._open_by_track[same_name(work.track)].copy()
        if self.problem.policy.cross_municipal:
            free[self._at_place.get(self.place(work.municipality), [])] = False
        if same_name(work.organisation):
            free[self._in_organisation.get(same_name(work.organisation), [])] = False
        for author in work.authors:
            free[self._of_person.get(same_name(author), [])] = False
        free[self._barred.get(work.id, [])] = False
        return free


def _coarseness(values: NDArray[Any]) -> float:
    """How far short floats may be from the decimals they stand for."""
    return float(np.finfo(values.dtype).eps) if values.dtype.kind == "f" else 0.0


def _columns(names: Iterable[str]) -> dict[str, list[int]]:
    listed = defaultdict(list)
    for column, name in enumerate(names):
        listed[name].append(column)
    return dict(listed)


def _aliases(pairs: tuple[tuple[str, str], ...]) -> dict[str, str]:
    """Every name of a municipality -> the first of its names in the alphabet."""
    neighbours = defaultdict(set)
    for left, right in pairs:
        neighbours[same_name(left)].add(same_name(right))
        neighbours[same_name(right)].add(same_name(left))
    alias: dict[str, str] = {}
    for name in sorted(neighbours):
        fresh = [name] if name not in alias else []
        while fresh:
            here = fresh.pop()
            alias[here] = name
            fresh.extend(other for other in neighbours[here] if other not in alias)
    return alias
