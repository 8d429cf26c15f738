"""The few exchanges that link a plan's experts well enough (``links``).

A change gives some places to other experts: one place to an expert who has room, or two places
exchanged. Small problems are searched: every single change, then pairs of changes, the fewest
places first and the least affinity lost among those, as far as ``TRIED`` allows. Otherwise, and
where that is not enough, changes that help most per place are made again and again: across the
signs of the Fiedler vector (Fiedler 1973) and of every other mode below 1, for there is one per
badly linked group or person. What turned out unnecessary is taken back.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np

from flows.assignment.engine import extras
from flows.assignment.engine.certificate import plan_value
from flows.assignment.engine.instance import Floats, Instance, Integers
from flows.assignment.engine.links import AIM, ENOUGH, EXACT, Graph, graph, measured
from flows.assignment.engine.network import Solution
from flows.assignment.rules import Mask
from schemas.assignment_problem import Connectivity

SMALL = 2_000  # pairs: up to here single changes and pairs of them are searched
TRIED = 1_000  # changes weighed per search
CHUNK = 100
SWAPPED = 400  # places considered for exchanges in a large plan
LIKELY = 60  # changes computed one by one
LISTED = 2_000  # changes from which those made at once are taken
RETURNS = 100  # places tried to be given back in a large plan
FEW = 60  # experts: up to here every step is the best of the likely ones
TOGETHER = 32  # changes made at once in a large plan
STEPS = 30

Change = tuple[tuple[int, int], ...]  # (free pair, its new expert)


def as_it_is(instance: Instance, solution: Solution) -> tuple[Solution, Connectivity | None]:
    """The plan untouched, and how it links its experts."""
    return solution, measured(instance, solution)


def link_up(instance: Instance, solution: Solution) -> tuple[Solution, Connectivity | None]:
    """The plan with the fewest places given to others that links its experts well enough.

    Where that is out of reach, the best linked plan found. The bound of the proof stays: what the
    exchanges cost shows as a gap. Pairs that a re-plan keeps stay.
    """
    start = measured(instance, solution)
    if start is None or start.enough:
        return solution, start
    search = _Search(instance, solution)
    columns = search.run()
    goal = solution.proof.goal
    value = plan_value(instance, goal.weights, solution.rows, columns)
    linked = replace(solution, columns=columns, value=value)
    return linked, _told(instance, solution, linked)


def _told(instance: Instance, before: Solution, after: Solution) -> Connectivity | None:
    found = measured(instance, after)
    old = set(zip(before.rows.tolist(), before.columns.tolist(), strict=True))
    new = set(zip(after.rows.tolist(), after.columns.tolist(), strict=True))
    affinity = instance.affinity
    price = sum(int(affinity[p]) for p in old - new) - sum(int(affinity[p]) for p in new - old)
    changes = {"taken": _ids(instance, old - new), "given": _ids(instance, new - old)}
    update = {**changes, "price": price / instance.unit}
    return None if found is None else found.model_copy(update=update)


def _ids(instance: Instance, pairs: set[tuple[int, int]]) -> tuple[tuple[str, str], ...]:
    named = ((instance.submissions[row].id, instance.experts[column].id) for row, column in pairs)
    return tuple(sorted(named))


@dataclass(frozen=True)
class _Moves:
    """Possible changes as arrays: free pair -> expert, and for exchanges the other pair.

    ``other`` is -1 where one place is given away. ``gain`` bounds the link from above to first
    order; it is infinite where an expert joins or leaves the graph. ``loss`` is in units.
    """

    pair: Integers
    expert: Integers
    other: Integers
    gain: Floats
    loss: Integers

    @property
    def places(self) -> Integers:
        return np.where(self.other < 0, 1, 2)

    def some(self, chosen: Integers | Mask) -> "_Moves":
        return _Moves(*(getattr(self, name)[chosen] for name in self.__dataclass_fields__))

    def change(self, number: int, columns: Integers) -> Change:
        pair, expert, other = self.pair[number], self.expert[number], int(self.other[number])
        given = ((int(pair), int(expert)),)
        return given if other < 0 else (*given, (other, int(columns[pair])))


class _Search:
    """Plans around one plan; ``columns`` are the experts of the free pairs, in a fixed order."""

    def __init__(self, instance: Instance, solution: Solution) -> None:
        self.instance, self.solution = instance, solution
        self.rows, self.start = solution.rows, solution.columns
        kept = set(map(tuple, instance.kept.tolist()))
        pairs = zip(self.rows.tolist(), self.start.tolist(), strict=True)
        self.movable = np.array([pair not in kept for pair in pairs], dtype=np.bool_)

    def run(self) -> Integers:
        if self.instance.affinity.size <= SMALL:
            found = self._smallest()
            if found is not None:
                return found
        return self._without_idle(self._climb())

    def graph(self, columns: Integers) -> Graph:
        fixed = self.instance.fixed
        rows = np.concatenate((fixed[:, 0], self.rows))
        return graph(rows, np.concatenate((fixed[:, 1], columns)))

    def changed(self, columns: Integers, change: Change) -> Integers | None:
        """The experts after the change; None when a rule is broken."""
        after = columns.copy()
        for pair, expert in change:
            after[pair] = expert
        return after if self._lawful(after) else None

    def _lawful(self, columns: Integers) -> bool:
        instance, rows = self.instance, self.rows
        if (instance.affinity[rows, columns] < 0).any():
            return False
        codes = rows * len(instance.experts) + columns
        loads = np.bincount(columns, minlength=len(instance.experts))
        before = np.bincount(self.start, minlength=len(instance.experts))
        least = np.minimum(instance.minimum, before)
        crowd = np.zeros_like(instance.room)
        np.add.at(crowd, (rows, instance.group[columns]), 1)
        tried = replace(self.solution, columns=columns)
        return bool(
            len(np.unique(codes)) == len(codes)
            and (loads <= np.maximum(instance.capacity, before)).all()
            and (loads >= least).all()
            and (crowd <= np.maximum(instance.room, 0)).all()
            and extras.keeps_extras(instance, tried)
            and extras.meets_floors(instance, tried, self.solution.proof.goal.floors)
        )

    def _smallest(self) -> Integers | None:
        """One change, else two, with the fewest places and the least loss; None when not found."""
        before = self.graph(self.start)
        values, modes = before.modes(len(self.instance.experts))
        moves = self.moves(self.start, modes[:, :1])
        needed = ENOUGH - EXACT - before.link
        singles = moves.some(moves.gain >= needed)
        ordered = np.lexsort((singles.loss, singles.places)).tolist()
        once = (singles.change(number, self.start) for number in ordered)
        for changes in (once, self._twice(moves, needed)):
            found = self._first_enough(islice(changes, TRIED), values, modes)
            if found is not None:
                return found
        return None

    def _twice(self, moves: _Moves, needed: float) -> Iterator[Change]:
        """Pairs of changes that could be enough, the most promising when there are too many."""
        best = float(moves.gain.max(initial=0))
        likely = moves.some(moves.gain >= needed - best)
        likely = likely.some(np.argsort(-likely.gain, kind="stable")[: 2 * SWAPPED])
        first, second = np.triu_indices(len(likely.gain), 1)
        enough = likely.gain[first] + likely.gain[second] >= needed
        first, second = first[enough], second[enough]
        places = likely.places[first] + likely.places[second]
        order = np.lexsort((likely.loss[first] + likely.loss[second], places))
        for number in order.tolist():
            one = likely.change(int(first[number]), self.start)
            two = likely.change(int(second[number]), self.start)
            if len({pair for pair, _ in (*one, *two)}) == len(one) + len(two):
                yield (*one, *two)

    def _first_enough(
        self, changes: Iterator[Change], values: Floats, modes: Floats
    ) -> Integers | None:
        """The first change that is enough; most are ruled out by their estimates."""
        while chunk := list(islice(changes, CHUNK)):
            estimates = self._estimates(self.start, chunk, values, modes)
            for number in np.flatnonzero(estimates >= ENOUGH - EXACT).tolist():
                after = self.changed(self.start, chunk[number])
                if after is not None and self.graph(after).enough:
                    return after
        return None

    def _climb(self) -> Integers:
        """Changes that help most, again and again, until the link is enough or nothing helps."""
        columns, now = self.start, self.graph(self.start)
        best, reached = columns, (-now.components, now.link)
        for _ in range(STEPS):
            if now.enough:
                return columns
            better = self._step(columns, now)
            if better is None:
                break
            columns, now = better, self.graph(better)
            if (-now.components, now.link) > reached:
                best, reached = columns, (-now.components, now.link)
        return best

    def _step(self, columns: Integers, now: Graph) -> Integers | None:
        """The best single change of a small plan; many at once in a large one, fewer if that fails."""
        values, modes = now.modes(len(self.instance.experts))
        moves = self.moves(columns, modes * np.sqrt(np.maximum(AIM - values, 0)))
        moves = moves.some(np.isfinite(moves.gain))
        rates = np.round(moves.gain / moves.places, 2)
        moves = moves.some(np.lexsort((moves.loss, -rates))[:LISTED])
        together = TOGETHER if len(now.experts) > FEW else 0
        while together:
            after = self._made(columns, moves, together)
            if self.graph(after).lacking < now.lacking - EXACT:
                return after
            together //= 4
        return self._best(columns, now, moves)

    def _best(self, columns: Integers, now: Graph, moves: _Moves) -> Integers | None:
        """The change that leaves least lacking per place; failing that, the one that links best."""
        count = LIKELY if len(now.experts) <= FEW else LIKELY // 10
        found = [
            (after, self.graph(after), int(moves.places[number]))
            for number in range(min(count, len(moves.gain)))
            if (after := self.changed(columns, moves.change(number, columns))) is not None
        ]
        less = [(now.lacking - after.lacking) / places for _, after, places in found]
        nearer = [(after.link - now.link) / places for _, after, places in found]
        for helped in (less, nearer):
            if max(helped, default=0) > EXACT:
                return found[int(np.argmax(np.round(helped, 6)))][0]
        return None

    def _made(self, columns: Integers, moves: _Moves, together: int) -> Integers:
        """The first changes that touch neither a work nor an expert twice."""
        touched = set[tuple[str, int]]()
        after = columns
        for number in range(len(moves.gain)):
            change = moves.change(number, columns)
            ends = {("work", int(self.rows[pair])) for pair, _ in change}
            ends |= {("expert", end) for pair, to in change for end in (to, int(columns[pair]))}
            tried = None if ends & touched else self.changed(after, change)
            if tried is not None:
                after, together, touched = tried, together - 1, touched | ends
            if not together:
                break
        return after

    def _estimates(
        self, columns: Integers, changes: list[Change], values: Floats, modes: Floats
    ) -> Floats:
        """No link can be better than this after each change, if nobody joins or leaves the graph."""
        few = slice(0, CHUNK // 10)
        modes = modes[:, few]
        shifts = [sum(self._shift(columns, *one, modes) for one in change) for change in changes]
        lowest: Floats = np.linalg.eigvalsh(np.diag(values[few]) + np.array(shifts))[:, 0]
        fixed = self.instance.fixed[:, 1]
        loads = np.bincount(np.concatenate((fixed, columns)), minlength=len(modes))
        alone = [any(loads[to] == 0 or loads[columns[at]] == 1 for at, to in c) for c in changes]
        lowest[alone] = np.inf
        return lowest

    def _shift(self, columns: Integers, pair: int, expert: int, modes: Floats) -> Floats:
        """What giving the pair's place to the expert changes, in the basis of the modes."""
        panel = self._panel(columns, int(self.rows[pair]))
        others = modes[panel[panel != columns[pair]]]
        joining, leaving = modes[expert] - others, modes[columns[pair]] - others
        shift: Floats = (joining.T @ joining - leaving.T @ leaving) / len(panel)
        return shift

    def _panel(self, columns: Integers, row: int) -> Integers:
        fixed = self.instance.fixed
        return np.concatenate((fixed[fixed[:, 0] == row, 1], columns[self.rows == row]))

    def moves(self, columns: Integers, modes: Floats) -> _Moves:
        """Every change of one or two places that keeps the rules of pairs, panels and loads."""
        gain, loss = self._gains(columns, modes), self._losses(columns)
        able = self._able(columns)
        given = self._given(columns, gain, loss, able)
        swaps = self._swaps(columns, gain, loss, able)
        names = _Moves.__dataclass_fields__
        return _Moves(*(np.concatenate((getattr(given, n), getattr(swaps, n))) for n in names))

    def _gains(self, columns: Integers, modes: Floats) -> Floats:
        """First-order change of the modes' eigenvalues together when an expert takes a pair's place.

        (pairs x experts), summed over the modes (experts x modes).
        """
        fixed = self.instance.fixed
        rows = np.concatenate((fixed[:, 0], self.rows))
        everyone = np.concatenate((fixed[:, 1], columns))
        total = np.zeros((len(self.instance.submissions), modes.shape[1]))
        np.add.at(total, rows, modes[everyone])
        size = np.bincount(rows, minlength=len(total))[self.rows]
        own, squares = modes[columns], (modes**2).sum(axis=1)
        rest = total[self.rows] - own
        across = rest @ modes.T - (rest * own).sum(axis=1)[:, None]
        spread = (size - 1)[:, None] * (squares - squares[columns][:, None])
        gain: Floats = (spread - 2 * across) / size[:, None]
        loads = np.bincount(everyone, minlength=len(modes))
        gain[loads[columns] == 1] = np.inf
        gain[:, loads == 0] = np.inf
        return gain

    def _losses(self, columns: Integers) -> Integers:
        affinity = self.instance.affinity
        own = affinity[self.rows, columns].astype(np.int64)
        losses: Integers = own[:, None] - affinity[self.rows]
        return losses

    def _able(self, columns: Integers) -> Mask:
        """Whether the expert could take the pair's place in its panel (pairs x experts)."""
        instance, rows = self.instance, self.rows
        member = np.zeros((len(instance.submissions), len(instance.experts)), dtype=np.bool_)
        member[rows, columns] = True
        crowd = np.zeros_like(instance.room)
        np.add.at(crowd, (rows, instance.group[columns]), 1)
        same = instance.group[columns][:, None] == instance.group
        room = (instance.room - crowd)[rows][:, instance.group] + same > 0
        able: Mask = (instance.affinity[rows] >= 0) & ~member[rows] & room & self.movable[:, None]
        return able

    def _given(self, columns: Integers, gain: Floats, loss: Integers, able: Mask) -> _Moves:
        instance = self.instance
        loads = np.bincount(columns, minlength=len(instance.experts))
        spare = able & (loads < instance.capacity) & (loads > instance.minimum)[columns, None]
        pair, expert = np.nonzero(spare & (gain > 0))
        return _Moves(pair, expert, 0 * pair - 1, gain[pair, expert], loss[pair, expert])

    def _swaps(self, columns: Integers, gain: Floats, loss: Integers, able: Mask) -> _Moves:
        """Exchanges among the places that could gain most (all of them in a small plan)."""
        promise = np.where(able, gain, -np.inf).max(axis=1, initial=-np.inf)
        some = np.sort(np.argsort(-promise, kind="stable")[:SWAPPED])
        cross = np.ix_(some, columns[some])
        both = able[cross] & able[cross].T & (self.rows[some][:, None] != self.rows[some])
        added, lost = gain[cross] + gain[cross].T, loss[cross] + loss[cross].T
        first, second = np.nonzero(np.triu(both, 1) & (added > 0))
        pair, other = some[first], some[second]
        return _Moves(pair, columns[other], other, added[first, second], lost[first, second])

    def _without_idle(self, columns: Integers) -> Integers:
        """Give back what the link does not need, the dearest first."""
        if not self.graph(columns).enough:
            return columns
        moved = np.flatnonzero(columns != self.start)
        affinity = self.instance.affinity
        loss = affinity[self.rows, self.start].astype(np.int64) - affinity[self.rows, columns]
        dearest = moved[np.argsort(-loss[moved], kind="stable")][:RETURNS]
        for change in self._returns(columns, dearest):
            after = self.changed(columns, change)
            if after is not None and self.graph(after).enough:
                columns = after
        return columns

    def _returns(self, columns: Integers, moved: Integers) -> Iterator[Change]:
        """Single places back to their first experts, then exchanges of two such places."""
        for pair in moved.tolist():
            yield ((pair, int(self.start[pair])),)
        if len(self.instance.experts) > FEW:
            return
        for one, two in zip(*np.triu_indices(len(moved), 1), strict=True):
            pair, other = int(moved[one]), int(moved[two])
            if columns[pair] == self.start[other] or columns[other] == self.start[pair]:
                yield (pair, int(self.start[pair])), (other, int(self.start[other]))
