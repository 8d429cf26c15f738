"""The panels of a small problem level by level, exactly: the weakest first, then the next.

At each level one integer programme raises the weakest open panel as far as it goes and another
lets as many panels as possible rise above it. When the same works stay behind in every such plan
they are closed by name; when the choice is open (they could rise one by one, not together) only
their number is kept and the next levels decide. Panels are compared by their mean in whole units.
"""

from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csr_array, hstack, vstack

from flows.assignment.engine import programme
from flows.assignment.engine.certificate import Goal, plan_value
from flows.assignment.engine.goals import Attained
from flows.assignment.engine.instance import Instance, Integers
from flows.assignment.engine.network import Solution
from flows.assignment.engine.programme import Active, Bools, Floats, Programme

NODES = 300
HALF = 0.5


@dataclass(frozen=True)
class Levels:
    """``floors`` (means in units) hold in every best plan; ``complete`` when nothing was cut short."""

    plan: Solution
    floors: Integers
    complete: bool


def lift(
    instance: Instance, plan: Solution, attained: Attained, own_best: Integers, *, depth: int
) -> Levels:
    """Raise up to ``depth`` levels of the works in reach, keeping what the plan attains."""
    climb = _Climb(instance, plan, attained, own_best)
    for level in range(1, depth + 1):
        if not climb.step(last=level == depth):
            break
    return climb.result()


class _Climb:
    def __init__(
        self, instance: Instance, plan: Solution, attained: Attained, own_best: Integers
    ) -> None:
        self.instance, self.plan, self.own_best = instance, plan, own_best
        self.model = _Model(instance, plan.proof.goal, attained)
        self.open = np.flatnonzero((instance.demand > 0) & (own_best > 0))
        self.floors = np.zeros(len(instance.demand), dtype=np.int64)
        self.above: Integers | None = None  # columns "is above the level", while the choice is open
        self.complete = True

    def step(self, *, last: bool) -> bool:
        """One level; False when no work is left or allowed to rise or the search was cut short."""
        if not len(self.open):
            return False
        level = self._weakest()
        if level is None:
            return False
        self._hold(level)
        return not last and self._let_rise(level)

    def _weakest(self) -> int | None:
        """The highest level of the weakest open panel."""
        trial = self.model.copied()
        column = trial.add_columns(np.array([self.own_best[self.open].max() / trial.unit]))[0]
        slack = 0.0 if self.above is None else float(self.own_best[self.open].max() / trial.unit)
        for number, work in enumerate(self.open.tolist()):
            size = float(self.instance.reviews[work])
            row = {int(column): size}
            if self.above is not None:
                row[int(self.above[number])] = size * slack
            trial.add_panel_row(work, row, size * slack)
        values = self._maximum(trial, {int(column): 1.0})
        if values is None:
            return None
        return int(self._means(trial, values)[self._counted(values)].min())

    def _hold(self, level: int) -> None:
        for number, work in enumerate(self.open.tolist()):
            size = float(self.instance.reviews[work]) * level / self.model.unit
            if self.above is None:
                self.model.add_panel_row(work, {}, -size)
            else:
                self.model.add_panel_row(work, {int(self.above[number]): size}, 0.0)
        if self.above is None:
            self.floors[self.open] = level

    def _let_rise(self, level: int) -> bool:
        """Keep as many works as possible above the level."""
        trial = self.model.copied()
        able = (self.own_best[self.open] > level).astype(np.float64)
        risen = trial.add_columns(able, integral=True)
        for number, work in enumerate(self.open.tolist()):
            size = float(self.instance.reviews[work]) * (level + 1) / trial.unit
            trial.add_panel_row(work, {int(risen[number]): size}, 0.0)
            if self.above is not None:
                trial.add_row({int(risen[number]): 1.0, int(self.above[number]): -1.0}, 0.0)
        goal = dict.fromkeys(map(int, risen), 1.0)
        values = self._maximum(trial, goal)
        if values is None or not (values[risen] > HALF).any():
            return False
        stays = values[risen] < HALF
        if self.above is None and self._forced(trial, risen, stays, able > 0):
            self.open = self.open[~stays]
            self.floors[self.open] = level + 1
            for work in self.open.tolist():
                size = float(self.instance.reviews[work]) * (level + 1) / self.model.unit
                self.model.add_panel_row(work, {}, -size)
            return True
        trial.add_row(dict.fromkeys(map(int, risen), -1.0), -float((~stays).sum()))
        self.model, self.above = trial, risen
        return True

    def _forced(self, trial: "_Model", risen: Integers, stays: Bools, able: Bools) -> bool:
        """True when the works that stay behind do so in every plan that lets as many rise."""
        most = int((~stays).sum())
        for number in np.flatnonzero(stays & able).tolist():
            other = trial.copied()
            other.add_row({int(risen[number]): -1.0}, -1.0)
            values = self._maximum(other, dict.fromkeys(map(int, risen), 1.0))
            if values is not None and int((values[risen] > HALF).sum()) >= most:
                return False
        return True

    def _counted(self, values: Floats) -> Integers:
        return self.open if self.above is None else self.open[values[self.above] > HALF]

    def _maximum(self, model: "_Model", goal: dict[int, float]) -> Floats | None:
        found = model.solved(goal)
        self.complete &= found.complete
        return found.values

    def _means(self, model: "_Model", values: Floats) -> Integers:
        chosen = model.pairs[values[: len(model.pairs)] > HALF]
        sums = self.instance.fixed_sums
        affinity = self.instance.affinity[chosen[:, 0], chosen[:, 1]].astype(np.int64)
        np.add.at(sums, chosen[:, 0], affinity)
        return sums // np.maximum(self.instance.reviews, 1)

    def result(self) -> Levels:
        """The best total among the plans that keep every level."""
        values = self._maximum(self.model, {})
        if values is None:
            return Levels(self.plan, self.floors * 0, complete=False)
        chosen = self.model.pairs[values[: len(self.model.pairs)] > HALF]
        rows, columns = chosen[:, 0], chosen[:, 1]
        value = plan_value(self.instance, self.plan.proof.goal.weights, rows, columns)
        return Levels(Solution(rows, columns, value, self.plan.proof), self.floors, self.complete)


class _Model:
    """A programme that grows by columns and rows."""

    def __init__(self, instance: Instance, goal: Goal, attained: Attained) -> None:
        self.instance, self.unit = instance, instance.unit
        self.pairs: Integers = np.argwhere(instance.affinity >= 0)
        every = Active(np.arange(len(instance.rivals)), np.arange(len(instance.crossings)))
        self.built: Programme = programme.build(instance, Goal(goal.weights), self.pairs, every)
        self.rows: list[tuple[dict[int, float], float]] = []
        self.lower: Floats = np.zeros_like(self.built.upper)
        self._keep(attained)

    def copied(self) -> "_Model":
        other = object.__new__(_Model)
        other.__dict__.update(self.__dict__, rows=list(self.rows))
        return other

    def _keep(self, attained: Attained) -> None:
        """No fewer reviews, minimum loads met or pairs kept than the optimum has."""
        self.add_row(dict.fromkeys(range(len(self.pairs)), -1.0), -float(attained.coverage))
        bonus = np.flatnonzero(self.built.worth[self.built.blocks[1] : self.built.blocks[2]] > 0)
        if attained.minimum:
            columns = (bonus + self.built.blocks[1]).tolist()
            self.add_row(dict.fromkeys(columns, -1.0), -float(attained.minimum))
        if attained.kept:
            place = {pair: number for number, pair in enumerate(map(tuple, self.pairs.tolist()))}
            columns = [place[pair] for pair in map(tuple, self.instance.kept.tolist())]
            self.add_row(dict.fromkeys(columns, -1.0), -float(attained.kept))

    def add_columns(self, upper: Floats, *, integral: bool = False) -> Integers:
        """New columns of no worth; their numbers."""
        count, first = len(upper), len(self.built.worth)
        empty = csr_array((self.built.matrix.shape[0], count))
        self.built = replace(
            self.built,
            worth=np.append(self.built.worth, np.zeros(count)),
            upper=np.append(self.built.upper, upper),
            integral=np.append(self.built.integral, np.full(count, integral)),
            matrix=csr_array(hstack((self.built.matrix, empty))),
        )
        self.lower = np.append(self.lower, np.zeros(count))
        return np.arange(first, first + count)

    def add_row(self, row: dict[int, float], limit: float) -> None:
        self.rows.append((row, limit))

    def add_panel_row(self, work: int, row: dict[int, float], limit: float) -> None:
        """``row`` - (affinity of the panel, fixed pairs included) is at most ``limit``."""
        mine = np.flatnonzero(self.pairs[:, 0] == work)
        affinity = self.instance.affinity[work, self.pairs[mine, 1]] / self.unit
        fixed = float(self.instance.fixed_sums[work]) / self.unit
        columns = dict(zip(mine.tolist(), (-affinity).tolist(), strict=True))
        self.add_row({**columns, **row}, limit + fixed)

    def solved(self, goal: dict[int, float]) -> programme.Branched:
        """Maximise the columns of ``goal``; none of them named: the plan's own worth."""
        worth = self.built.worth
        if goal:
            worth = np.zeros_like(worth)
            worth[list(goal)] = list(goal.values())
        grown = replace(
            self.built,
            worth=worth,
            matrix=csr_array(vstack((self.built.matrix, self._extra_rows()))),
            limit=np.append(self.built.limit, [limit for _, limit in self.rows]),
        )
        return programme.branched(grown, self.lower, self.built.upper, NODES)

    def _extra_rows(self) -> csr_array:
        data = [value for row, _ in self.rows for value in row.values()]
        columns = [column for row, _ in self.rows for column in row]
        ends = np.cumsum([0, *(len(row) for row, _ in self.rows)])
        return csr_array((data, columns, ends), shape=(len(self.rows), len(self.built.worth)))
