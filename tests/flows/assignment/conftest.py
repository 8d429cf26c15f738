"""An oracle for small problems: the same rules as one dense integer programme."""

from collections import Counter
from itertools import combinations, product

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from flows.assignment.checker.register import Register


def uneven_costs(problem):
    """(expert's number, cost) of every unit of every load, to four digits like the affinities."""
    share = problem.policy.load_balance
    return [
        (number, round(share * 10_000 * before / max(1, expert.capacity - 1)) / 10_000)
        for number, expert in enumerate(problem.experts)
        for before in range(expert.capacity)
    ]


class Oracle:
    """Lexicographic optimum (reviews, minimum loads, total) by dense MILP, rules read plainly."""

    def __init__(self, problem):
        self.register = Register(problem)
        self.problem = problem
        self.shape = (len(problem.submissions), len(problem.experts))
        self.uneven = uneven_costs(problem) if problem.policy.load_balance else []
        self.width = self.shape[0] * self.shape[1] + self.shape[1] + len(self.uneven)
        self.rows, self.low, self.high = [], [], []
        self._panels()
        self._loads()
        if problem.policy.no_reciprocity:
            self._rivals()

    def best(self):
        """(reviews placed, units of minimum load met, total affinity less what balance costs)."""
        works, experts = self.shape
        pairs = works * experts
        rest = np.zeros(len(self.uneven))
        reviews = np.concatenate((np.ones(pairs), np.zeros(experts), rest))
        minimums = np.concatenate((np.zeros(pairs), np.ones(experts), rest))
        costs = [-cost for _, cost in self.uneven]
        total = np.concatenate(
            (self.register.units(10_000).ravel() / 10_000, np.zeros(experts), costs)
        )
        values = []
        for goal in (reviews, minimums):
            values.append(round(self._maximum(goal)))
            self._row(goal, values[-1], values[-1])
        return (*values, self._maximum(total))

    def _maximum(self, goal):
        works, experts = self.shape
        allowed = np.array([self.register.allowed(work) for work in self.problem.submissions])
        minimums = [expert.minimum for expert in self.problem.experts]
        upper = np.concatenate((allowed.ravel(), minimums, np.ones(len(self.uneven))))
        integral = np.zeros(self.width)
        integral[: works * experts] = 1
        rows = LinearConstraint(np.array(self.rows), self.low, self.high)
        answer = milp(-goal, integrality=integral, bounds=Bounds(0, upper), constraints=rows)
        return -answer.fun

    def _row(self, coefficients, low, high):
        self.rows.append(coefficients)
        self.low.append(low)
        self.high.append(high)

    def _over(self, *pairs):
        row = np.zeros(self.width)
        for work, expert in pairs:
            row[work * self.shape[1] + expert] = 1
        return row

    def _panels(self):
        policy, experts = self.problem.policy, range(self.shape[1])
        for number, work in enumerate(self.problem.submissions):
            size = self.register.wanted(work)
            self._row(self._over(*((number, expert) for expert in experts)), 0, size)
            if policy.max_per_municipality is not None:
                for place in set(self.register.expert_places):
                    members = np.flatnonzero(self.register.expert_places == place)
                    row = self._over(*((number, expert) for expert in members))
                    self._row(row, 0, policy.max_per_municipality)
            if policy.senior_required and size:
                juniors = np.flatnonzero(~self.register.seniors)
                self._row(self._over(*((number, expert) for expert in juniors)), 0, size - 1)

    def _loads(self):
        works = range(self.shape[0])
        for number, expert in enumerate(self.problem.experts):
            row = self._over(*((work, number) for work in works))
            self._row(row, 0, expert.capacity)
            met = -row
            met[self.shape[0] * self.shape[1] + number] = 1
            self._row(met, -np.inf, 0)
            if self.uneven:
                paid = row.copy()
                first = self.width - len(self.uneven)
                paid[first:] = [-(holder == number) for holder, _ in self.uneven]
                self._row(paid, -np.inf, 0)

    def _rivals(self):
        wrote = self.register.wrote
        pairs = [
            (work, expert)
            for work in range(self.shape[0])
            for expert in range(self.shape[1])
            if any(
                wrote(self.problem.experts[other], self.problem.submissions[work])
                for other in range(self.shape[1])
            )
        ]
        for first, (work, expert) in enumerate(pairs):
            for other, reader in pairs[first + 1 :]:
                mutual = wrote(self.problem.experts[reader], self.problem.submissions[work])
                if mutual and wrote(self.problem.experts[expert], self.problem.submissions[other]):
                    self._row(self._over((work, expert), (other, reader)), 0, 1)


@pytest.fixture(scope="session")
def oracle():
    return lambda problem: Oracle(problem).best()


class EveryPlan:
    """All lawful plans of a tiny problem, one by one: the slowest and plainest oracle."""

    def __init__(self, problem):
        self.problem, self.policy = problem, problem.policy
        self.register = Register(problem)
        self.unit = 10_000
        self.units = self.register.units(self.unit)
        self.plans = [plan for plan in self._combined() if self._lawful(plan)]
        fullest = max(map(self.reached, self.plans))
        self.full = [plan for plan in self.plans if self.reached(plan) == fullest]

    def _panels(self, work):
        """Every set of experts this work may have, as columns; fixed ones are in each."""
        fixed = self.register.fixed_for.get(work.id, [])
        allowed = set(np.flatnonzero(self.register.allowed(work)).tolist()) - set(fixed)
        wanted = self.register.wanted(work)
        for size in range(wanted - len(fixed) + 1):
            for chosen in combinations(sorted(allowed), size):
                panel = (*fixed, *chosen)
                if self._panel_lawful(panel, wanted):
                    yield panel

    def _panel_lawful(self, panel, wanted):
        places = Counter(self.register.expert_places[column] for column in panel)
        limit = self.policy.max_per_municipality
        led = len(panel) < wanted or not wanted or any(self.register.seniors[c] for c in panel)
        crowded = limit is not None and max(places.values(), default=0) > limit
        return not crowded and (led or not self.policy.senior_required)

    def _combined(self):
        return product(*(list(self._panels(work)) for work in self.problem.submissions))

    def _lawful(self, plan):
        experts = self.problem.experts
        load = Counter(column for panel in plan for column in panel)
        if any(load[number] > expert.capacity for number, expert in enumerate(experts)):
            return False
        seats = [
            (work, experts[column])
            for work, panel in zip(self.problem.submissions, plan, strict=True)
            for column in panel
        ]
        return not (self._people_answer(seats) or self._places_answer(seats))

    def _people_answer(self, seats):
        if not self.policy.no_reciprocity:
            return False
        reads = {(expert.person, author) for work, expert in seats for author in work.authors}
        return any((author, reader) in reads for reader, author in reads if reader != author)

    def _places_answer(self, seats):
        if not self.policy.no_municipal_reciprocity:
            return False
        place = self.register.place
        roads = {(place(work.municipality), place(expert.municipality)) for work, expert in seats}
        return any((there, home) in roads for home, there in roads if home != there)

    def reached(self, plan):
        """Reviews, then units of minimum load."""
        load = Counter(column for panel in plan for column in panel)
        minimums = enumerate(expert.minimum for expert in self.problem.experts)
        return sum(map(len, plan)), sum(min(load[number], least) for number, least in minimums)

    def worth(self, plan):
        """Total affinity less what uneven loads cost, as whole units."""
        units = sum(self._sum(row, panel) for row, panel in enumerate(plan))
        load = Counter(column for panel in plan for column in panel)
        given = Counter(self.register.column[expert] for _, expert in self.register.fixed)
        return units - sum(
            round(self.policy.load_balance * self.unit * nth / max(1, expert.capacity - 1))
            for number, expert in enumerate(self.problem.experts)
            for nth in range(given[number], load[number])
        )

    def _sum(self, row, panel):
        return sum(int(self.units[row, column]) for column in panel)

    def levels(self, plan):
        """Panel means in whole units, the weakest first; works that no expert fits are left out."""
        return sorted(
            self._sum(row, panel) // self.register.wanted(work)
            for row, (work, panel) in enumerate(zip(self.problem.submissions, plan, strict=True))
            if self._can_rise(row, work)
        )

    def _can_rise(self, row, work):
        if self.register.wanted(work) <= len(self.register.fixed_for.get(work.id, [])):
            return False
        open_panels = (
            panel
            for panel in self._panels(work)
            if all(self.problem.experts[column].capacity > 0 for column in panel)
        )
        return max(self._sum(row, p) for p in open_panels) // self.register.wanted(work) > 0

    def as_plan(self, result):
        """The result's panels in the same form."""
        panels = {work.id: [] for work in self.problem.submissions}
        for work, expert, _ in result.pairs:
            panels[work].append(self.register.column[expert])
        return tuple(tuple(panel) for panel in panels.values())


@pytest.fixture(scope="session")
def every_plan():
    return EveryPlan
