"""What the checker knows of a problem, read plainly: who is where, who wrote what, how near."""

import unicodedata
from collections import defaultdict
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from flows.assignment.affinity_arrays import AffinityArrays
from schemas.assignment_problem import Candidate, Problem, Reviewer

Bools = NDArray[np.bool_]


def same_name(name: str) -> str:
    return " ".join(unicodedata.normalize("NFC", name).split())


class Register:
    """A problem with look-ups; rows and columns are positions in its own lists."""

    def __init__(self, problem: Problem, affinity: AffinityArrays | None = None) -> None:
        self.problem = problem
        self.works = {work.id: work for work in problem.submissions}
        self.experts = {expert.id: expert for expert in problem.experts}
        self.row = {work.id: number for number, work in enumerate(problem.submissions)}
        self.column = {expert.id: number for number, expert in enumerate(problem.experts)}
        self.fixed = list(dict.fromkeys(problem.fixed))
        self.conflicts = set(problem.conflicts)
        self.forbidden = set(problem.forbidden)
        self._arrays = affinity
        self._alias = _aliases(problem.same_place)

    def place(self, name: str) -> str:
        return self._alias.get(same_name(name), same_name(name))

    def wanted(self, work: Candidate) -> int:
        """Size of a full panel; more fixed pairs than asked for are all kept."""
        asked = self.problem.policy.reviews if work.reviews is None else work.reviews
        return max(asked, len(self.fixed_for.get(work.id, [])))

    def wrote(self, expert: Reviewer, work: Candidate) -> bool:
        return same_name(expert.person) in {same_name(author) for author in work.authors}

    @cached_property
    def affinity(self) -> NDArray[np.float64]:
        """Affinity 0..1 of every pair, as given."""
        shape = (len(self.row), len(self.column))
        table = np.full(shape, self.problem.policy.default_affinity)
        if self._arrays is not None:
            table[self._arrays.row, self._arrays.column] = self._arrays.value
        for work, expert, value in self.problem.affinity:
            table[self.row[work], self.column[expert]] = value
        return table

    @cached_property
    def expert_places(self) -> NDArray[np.str_]:
        return np.array([self.place(row.municipality) for row in self.problem.experts], dtype=str)

    @cached_property
    def seniors(self) -> Bools:
        return np.array([expert.senior for expert in self.problem.experts], dtype=bool)

    @cached_property
    def _expert_organisations(self) -> NDArray[np.str_]:
        return np.array([same_name(row.organisation) for row in self.problem.experts], dtype=str)

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
        organisation = same_name(work.organisation)
        free = np.ones(len(self.column), dtype=bool)
        if self.problem.policy.cross_municipal:
            free &= self.expert_places != self.place(work.municipality)
        if organisation:
            free &= self._expert_organisations != organisation
        for author in work.authors:
            free &= self.persons != same_name(author)
        free[self._barred.get(work.id, [])] = False
        free &= self._open_by_track[same_name(work.track)]
        return free


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
