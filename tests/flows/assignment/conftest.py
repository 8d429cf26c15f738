"""An oracle for small problems: the same rules as one dense integer programme."""

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from flows.assignment.checker.register import Register


class Oracle:
    """Lexicographic optimum (reviews, minimum loads, total) by dense MILP, rules read plainly."""

    def __init__(self, problem):
        self.register = Register(problem)
        self.problem = problem
        self.shape = (len(problem.submissions), len(problem.experts))
        self.rows, self.low, self.high = [], [], []
        self._panels()
        self._loads()
        if problem.policy.no_reciprocity:
            self._rivals()

    def best(self):
        """(reviews placed, units of minimum load met, total affinity)."""
        works, experts = self.shape
        pairs = works * experts
        reviews = np.concatenate((np.ones(pairs), np.zeros(experts)))
        minimums = np.concatenate((np.zeros(pairs), np.ones(experts)))
        total = np.concatenate((self.register.affinity.ravel(), np.zeros(experts)))
        values = []
        for goal in (reviews, minimums):
            values.append(round(self._maximum(goal)))
            self._row(goal, values[-1], values[-1])
        return (*values, self._maximum(total))

    def _maximum(self, goal):
        works, experts = self.shape
        allowed = np.array([self.register.allowed(work) for work in self.problem.submissions])
        upper = np.concatenate((allowed.ravel(), [e.minimum for e in self.problem.experts]))
        integral = np.concatenate((np.ones(works * experts), np.zeros(experts)))
        rows = LinearConstraint(np.array(self.rows), self.low, self.high)
        answer = milp(-goal, integrality=integral, bounds=Bounds(0, upper), constraints=rows)
        return -answer.fun

    def _row(self, coefficients, low, high):
        self.rows.append(coefficients)
        self.low.append(low)
        self.high.append(high)

    def _over(self, *pairs):
        row = np.zeros(self.shape[0] * self.shape[1] + self.shape[1])
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
