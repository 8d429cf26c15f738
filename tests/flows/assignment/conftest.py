"""An oracle for small problems: the same rules as one dense integer programme."""

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
