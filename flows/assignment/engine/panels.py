"""A plan as panels that can be asked what one more expert would break, rule by rule, in words."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property

import numpy as np

from flows.assignment import rules, wording
from flows.assignment.affinity_arrays import Affinity, AffinityArrays
from flows.assignment.wording import AS_GIVEN, Names
from schemas.assignment_problem import Pair, Problem
from schemas.plan_reasons import BrokenRule


class Table:
    """Panels, loads and the rules between them; ``fixed`` pairs stand whatever happens."""

    def __init__(self, problem: Problem, pairs: Iterable[Pair], names: Names = AS_GIVEN) -> None:
        self.problem, self.names = problem, names
        self.facts = rules.Facts(problem)
        self.works = {work.id: work for work in problem.submissions}
        self.experts = {expert.id: expert for expert in problem.experts}
        self.panels: dict[str, list[str]] = defaultdict(list)
        self.loads: Counter[str] = Counter()
        self.fixed = set(problem.fixed)
        self._readers: dict[str, set[str]] = {}
        for work, expert in pairs:
            self.panels[work].append(expert)
            self.loads[expert] += 1

    def wanted(self, work: str) -> int:
        own = self.works[work].reviews
        return self.problem.policy.reviews if own is None else own

    def place(self, key: str) -> str:
        return self.facts.places.of(self.experts[key].municipality)

    def home(self, key: str) -> str:
        return self.facts.places.of(self.works[key].municipality)

    def broken(self, work: str, into: str, out: str | None = None) -> Iterator[BrokenRule]:
        """Every rule that is broken when ``into`` joins the panel and ``out`` leaves it."""
        for rule in rules.broken(self.facts, self.works[work], self.experts[into]):
            yield BrokenRule(code=rule.code, text=self.names.why_not(rule, work, into))
        if (work, out) in self.fixed:
            yield BrokenRule(
                code="fixed",
                text=f"экспертиза эксперта {self.names.expert(str(out))} уже закреплена",
            )
        rest = [member for member in self.panels[work] if member != out]
        yield from self._seat(work, into, rest)
        yield from self._senior(work, [*rest, into])
        yield from self._mutual(work, into)

    def seated(self, work: str, member: str) -> Iterator[BrokenRule]:
        """Every rule that a member of the panel breaks by being there."""
        self.change(work, member, None)
        found = tuple(self.broken(work, member))
        self.change(work, None, member)
        return iter(found)

    def _seat(self, work: str, into: str, rest: list[str]) -> Iterator[BrokenRule]:
        if into in rest:
            yield BrokenRule(code="duplicate", text="эксперт уже в этой коллегии")
        wanted = self.wanted(work)
        if len(rest) >= wanted and (work, into) not in self.fixed:
            text = f"в коллегии уже {wording.experts(len(rest))} из {wanted}"
            yield BrokenRule(code="reviews", text=text)
        limit = self.problem.policy.max_per_municipality
        same = [member for member in rest if self.place(member) == self.place(into)]
        if limit is not None and len(same) >= limit:
            place = self.names.place(self.experts[into].municipality)
            several = "эксперт" if limit == 1 else wording.experts(limit)
            text = f"в коллегии уже есть {several} из муниципалитета «{place}»"
            yield BrokenRule(code="max_per_municipality", text=text)
        expert = self.experts[into]
        if into not in rest and self.loads[into] >= expert.capacity:
            text = f"нагрузка полна: {self.loads[into]} из {expert.capacity}"
            yield BrokenRule(code="capacity", text=text)

    def _senior(self, work: str, panel: list[str]) -> Iterator[BrokenRule]:
        if not self.problem.policy.senior_required or len(panel) < self.wanted(work):
            return
        if not any(self.experts[member].senior for member in panel):
            yield BrokenRule(code="senior", text="в коллегии не останется старшего эксперта")

    def _mutual(self, work: str, into: str) -> Iterator[BrokenRule]:
        """Reviews the other way: by the authors of this work, by people of its municipality."""
        policy = self.problem.policy
        if policy.no_reciprocity:
            for other in sorted(self._read_by_authors_of(work) & self._written_by(into) - {work}):
                text = f"взаимные экспертизы: автор этой работы оценивает {self.names.work(other)}"
                yield BrokenRule(code="reciprocity", text=text)
        if policy.no_municipal_reciprocity:
            yield from self._crossed(work, into)

    def _crossed(self, work: str, into: str) -> Iterator[BrokenRule]:
        here, there = self.home(work), self.place(into)
        if here == there:
            return
        for other in self._from.get(there, ()):
            if any(self.place(member) == here for member in self.panels.get(other, ())):
                text = (
                    f"взаимные экспертизы муниципалитетов: работу {self.names.work(other)} оценивает"
                    f" эксперт из муниципалитета «{self.names.place(self.works[work].municipality)}»"
                )
                yield BrokenRule(code="municipal_reciprocity", text=text)
                return

    @cached_property
    def _written(self) -> dict[str, set[str]]:
        written = defaultdict(set)
        for work in self.problem.submissions:
            for author in work.authors:
                written[rules.tidy(author)].add(work.id)
        return written

    def _written_by(self, expert: str) -> set[str]:
        return self._written.get(rules.tidy(self.experts[expert].person), set())

    def _read_by_authors_of(self, work: str) -> set[str]:
        if work not in self._readers:
            authors = {rules.tidy(author) for author in self.works[work].authors}
            self._readers[work] = {
                other
                for other, panel in self.panels.items()
                if any(rules.tidy(self.experts[member].person) in authors for member in panel)
            }
        return self._readers[work]

    @cached_property
    def _from(self) -> dict[str, list[str]]:
        """Works by municipality."""
        homes = defaultdict(list)
        for key in sorted(self.works):
            homes[self.home(key)].append(key)
        return homes

    def change(self, work: str, out: str | None, into: str | None) -> None:
        self._readers.clear()
        if out is not None:
            self.panels[work].remove(out)
            self.loads[out] -= 1
        if into is not None:
            self.panels[work].append(into)
            self.loads[into] += 1

    def pairs(self) -> set[Pair]:
        return {(work, expert) for work, panel in self.panels.items() for expert in panel}


def affinities_to(problem: Problem, submission: str, affinity: Affinity | None) -> dict[str, float]:
    """The work's affinity to every expert; the default where nothing is listed."""
    values = dict.fromkeys(
        (expert.id for expert in problem.experts), problem.policy.default_affinity
    )
    ids = [expert.id for expert in problem.experts]
    if affinity is None:
        return values | {row[1]: row[2] for row in problem.affinity if row[0] == submission}
    row = next(number for number, one in enumerate(problem.submissions) if one.id == submission)
    if isinstance(affinity, AffinityArrays):
        here = np.flatnonzero(affinity.row == row)
        columns, found = affinity.column[here].tolist(), affinity.value[here].tolist()
        return values | {ids[column]: value for column, value in zip(columns, found, strict=True)}
    line = next(
        block[row - first] for first, block in affinity.blocks() if row < first + len(block)
    )
    listed = zip(ids, line.tolist(), strict=False)
    return values | {expert: value for expert, value in listed if not np.isnan(value)}
