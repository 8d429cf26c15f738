"""Probabilities instead of a plan: no pair likelier than the cap, the expected total the largest.

A person who wants to meet a certain work, or a friend's, can no longer arrange it (Jecmen et al.
2020). The same network as for a plan carries 1/``whole`` of a place per unit, with the cap as the
capacity of a pair, so probabilities are whole numbers of 1/``whole`` and every sum a plan must
keep is kept in expectation; ``sampling`` then draws plans that keep it always. The proof is the
same too: at any prices the best fractional panels bound the expected total of every lottery.

Mutual reviews are no network. Where both directions of one have a chance, one is closed
(``directions``; the cheaper one in a large problem) and the rest solved again; the bound stays the
one without closed directions, so what this costs is inside the gap.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from math import gcd

import numpy as np
from numpy.typing import NDArray

from flows.assignment.engine import balance, goals, network
from flows.assignment.engine.certificate import ROWS_AT_ONCE, Goal, Proof, worths
from flows.assignment.engine.directions import to_close
from flows.assignment.engine.goals import Attained
from flows.assignment.engine.instance import NOT_ALLOWED, Instance, Integers
from flows.assignment.engine.network import Arcs
from schemas.assignment_problem import Policy, Weights

DENOMINATOR = 10_000


@dataclass(frozen=True)
class Odds:
    """No pair is likelier than ``most`` / ``whole``."""

    most: int
    whole: int


@dataclass(frozen=True)
class Lottery:
    """Each pair's ``amount`` in 1/``odds.whole``, and the proof over all lotteries.

    ``attained``, ``kept`` (chances of pairs to keep, counted or not) and ``expected`` (affinity of
    the free pairs, in units) are in 1/``odds.whole`` too; ``reach`` proves the higher goals where
    they cannot all be met.
    """

    odds: Odds
    rows: Integers
    columns: Integers
    amount: Integers
    attained: Attained
    kept: int
    expected: int
    proof: Proof
    reach: Proof | None = None

    @property
    def bound(self) -> int:
        """The most that lotteries with the same higher goals can expect, like ``expected``."""
        return max(self.expected, self.proof.bound - _higher(self, self.proof.goal.weights))


def asked(policy: Policy) -> bool:
    """True when the plan has to be drawn; a cap of 1 leaves nothing to chance."""
    return policy.max_probability is not None and policy.max_probability < 1


def odds_of(probability: float) -> Odds:
    """The cap in lowest terms, rounded down to 1/10,000."""
    most = int(probability * DENOMINATOR + 1e-6)
    shared = gcd(most, DENOMINATOR)
    return Odds(most // shared, DENOMINATOR // shared)


def spread(instance: Instance, odds: Odds) -> Lottery:
    """The best lottery in the order of the goals in which two people never review each other."""
    free = replace(instance, rivals=instance.rivals[:0])
    first = _in_order(free, odds)
    final = _without_mutual(instance, first) if len(instance.rivals) else first
    proof = first.proof
    if final.attained != first.attained:  # a proof that counts reviews says nothing of fewer
        proof = _solve(free, odds, Weights(affinity=1)).proof
    if final.attained == ceilings(instance, odds):
        return replace(final, proof=proof)
    reach = first.reach or _solve(free, odds, goals.reach_weights(instance)).proof
    return replace(final, proof=proof, reach=reach)


def ceilings(instance: Instance, odds: Odds) -> Attained:
    """What the higher goals could come to at best, in 1/``odds.whole``."""
    top = goals.ceilings(instance)
    return Attained(top.coverage * odds.whole, top.minimum * odds.whole, top.kept * odds.most)


def most_reviews(instance: Instance, odds: Odds) -> int:
    """Reviews that can be placed under the cap at all, in 1/``odds.whole``."""
    free = replace(instance, rivals=instance.rivals[:0])
    return _solve(free, odds, Weights(coverage=1)).attained.coverage


def _in_order(instance: Instance, odds: Odds) -> Lottery:
    weights = goals.modest(instance)
    found = _solve(instance, odds, weights)
    if found.attained == ceilings(instance, odds):
        return found
    reach = _solve(instance, odds, goals.reach_weights(instance))
    while found.attained != reach.attained:
        weights = goals.raised(weights, found.attained, reach.attained)
        found = _solve(instance, odds, weights)
    return replace(found, reach=reach.proof)


def _without_mutual(instance: Instance, start: Lottery) -> Lottery:
    """Close one direction of every mutual review that has a chance, until none has."""
    if not len(_mutual(instance, start)):
        return start
    chosen = to_close(instance, start.proof.goal.weights, start.odds.most / start.odds.whole)
    closed, best = instance.rivals[:0, :2], start
    if chosen is not None:
        closed, best = chosen, _with_closed(instance, start.odds, chosen)
    while len(both := _mutual(instance, best)):
        closed = np.concatenate((closed, _cheaper(instance, best, both)))
        best = _with_closed(instance, start.odds, closed)
    return best


def _with_closed(instance: Instance, odds: Odds, closed: Integers) -> Lottery:
    affinity = instance.affinity.copy()
    affinity[closed[:, 0], closed[:, 1]] = NOT_ALLOWED
    kept = instance.kept[~_among(instance, instance.kept, closed)]
    rivals = instance.rivals[:0]
    return _in_order(replace(instance, affinity=affinity, kept=kept, rivals=rivals), odds)


def _mutual(instance: Instance, lottery: Lottery) -> Integers:
    """Rival pairs of which both have a chance."""
    chosen = np.column_stack((lottery.rows, lottery.columns))
    ours = _among(instance, instance.rivals[:, :2], chosen)
    return instance.rivals[ours & _among(instance, instance.rivals[:, 2:], chosen)]


def _among(instance: Instance, pairs: Integers, others: Integers) -> NDArray[np.bool_]:
    experts = max(1, len(instance.experts))
    return np.isin(pairs[:, 0] * experts + pairs[:, 1], others[:, 0] * experts + others[:, 1])


def _cheaper(instance: Instance, lottery: Lottery, both: Integers) -> Integers:
    """The direction of each that brings less now; the first of equals."""
    chance = {
        (row, column): amount
        for row, column, amount in zip(
            lottery.rows.tolist(), lottery.columns.tolist(), lottery.amount.tolist(), strict=True
        )
    }
    worth = np.array([[chance[a, b], chance[c, d]] for a, b, c, d in both.tolist()])
    worth *= instance.affinity[both[:, [0, 2]], both[:, [1, 3]]]
    return np.where((worth[:, 0] <= worth[:, 1])[:, None], both[:, :2], both[:, 2:])


def _solve(instance: Instance, odds: Odds, weights: Weights) -> Lottery:
    """The best lottery for the weights over all lawful pairs, with its proof."""
    pairs = network.candidates(instance)
    while True:
        found, wanted = _solve_on(instance, odds, weights, pairs)
        wider = network.union(instance, pairs, wanted)
        if len(wider) == len(pairs) or found.proof.bound == _value(found, weights):
            return found
        pairs = wider


def _solve_on(
    instance: Instance, odds: Odds, weights: Weights, pairs: Integers
) -> tuple[Lottery, Integers]:
    arcs = _arcs(instance, odds, weights, pairs)
    flows = network.min_cost(arcs)
    proof, wanted = _prove(instance, odds, weights, network.expert_prices(instance, arcs, flows))
    used = flows[: len(pairs)] > 0
    rows, columns = pairs[used].T
    return _lottery(instance, odds, (rows, columns, flows[: len(pairs)][used]), proof), wanted


def _lottery(
    instance: Instance, odds: Odds, shares: tuple[Integers, Integers, Integers], proof: Proof
) -> Lottery:
    rows, columns, amount = shares
    loads = np.zeros(len(instance.experts), dtype=np.int64)
    np.add.at(loads, columns, amount)
    kept = int(amount[_among(instance, np.column_stack((rows, columns)), instance.kept)].sum())
    attained = Attained(
        int(amount.sum()),
        int(np.minimum(loads, odds.whole * instance.minimum).sum()),
        kept if instance.keep_bonus is None else 0,
    )
    expected = int((amount * instance.affinity[rows, columns]).sum())
    return Lottery(odds, rows, columns, amount, attained, kept, expected, proof)


def _higher(lottery: Lottery, weights: Weights) -> int:
    got = lottery.attained
    return (
        weights.coverage * got.coverage
        + weights.minimum * got.minimum
        + weights.kept * lottery.kept
    )


def _value(lottery: Lottery, weights: Weights) -> int:
    return _higher(lottery, weights) + weights.affinity * lottery.expected


def _arcs(instance: Instance, odds: Odds, weights: Weights, pairs: Integers) -> Arcs:
    """The network of plans with every capacity in 1/whole and ``most`` for a pair."""
    submissions, experts = len(instance.submissions), len(instance.experts)
    sink = submissions + experts
    tails, group_tail, group_head, group_room = network.group_arcs(
        instance, pairs, sink + 1, share=odds.most / odds.whole
    )
    everyone, works = submissions + np.arange(experts), np.arange(submissions)
    least, places = _loads(instance)
    bonus = np.full(experts, -weights.minimum, dtype=np.int64)
    supply = np.zeros(int(max(sink, group_head.max(initial=0))) + 1, dtype=np.int64)
    supply[:submissions] = odds.whole * instance.demand
    supply[sink] = -supply[:submissions].sum()
    to_sink = np.full(2 * experts + submissions, sink)
    room = np.concatenate((group_room, least, places - least, instance.demand))
    cost = network.costs(instance, Goal(weights), pairs)
    return Arcs(
        tail=np.concatenate((tails, group_tail, everyone, everyone, works)),
        head=np.concatenate((submissions + pairs[:, 1], group_head, to_sink)),
        capacity=np.concatenate((np.full(len(pairs), odds.most), odds.whole * room)),
        cost=np.concatenate((cost, 0 * group_room, bonus, np.zeros(experts + submissions, int))),
        supply=supply,
    )


def _loads(instance: Instance) -> tuple[Integers, Integers]:
    """Least and largest free load of every expert."""
    places = balance.places(instance)
    return np.minimum(instance.minimum, places), places


def _prove(
    instance: Instance, odds: Odds, weights: Weights, prices: Integers
) -> tuple[Proof, Integers]:
    """The bound these prices prove for every lottery, and the pairs of the best panels."""
    least, places = _loads(instance)
    prices = np.maximum(prices, -weights.minimum * (least > 0))
    met = weights.minimum * least
    earned = np.maximum(np.maximum(0, prices * least + met), prices * places + met)
    bound = odds.whole * int(earned.sum())
    wanted = [np.zeros((0, 2), dtype=np.int64)]
    for worth, pairs in _best_panels(instance, odds, Goal(weights), prices):
        bound += worth
        wanted.append(pairs)
    goal = Goal(weights, odds.whole)
    no_rivals = np.zeros(len(instance.rivals), dtype=np.int64)
    return Proof(goal, prices * odds.whole, no_rivals, bound), np.concatenate(wanted)


def _best_panels(
    instance: Instance, odds: Odds, goal: Goal, prices: Integers
) -> Iterator[tuple[int, Integers]]:
    """Worth of the best fractional panels of some rows, and the pairs they consist of."""
    no_rivals = np.zeros(len(instance.rivals), dtype=np.int64)
    step = max(1, ROWS_AT_ONCE // max(1, len(instance.experts)))
    for start in range(0, len(instance.submissions), step):
        rows = slice(start, min(start + step, len(instance.submissions)))
        worth = worths(instance, goal, rows, prices, no_rivals)
        order = np.argsort(-worth, axis=1, kind="stable")
        best = np.maximum(np.take_along_axis(worth, order, axis=1), 0)
        most = np.take_along_axis(_most(instance, odds, rows, worth), order, axis=1) * (best > 0)
        left = odds.whole * instance.demand[rows, None] - (np.cumsum(most, axis=1) - most)
        taken = np.clip(left, 0, most)
        line, place = np.nonzero(taken)
        yield (
            sum((taken * best).sum(axis=1).tolist()),
            np.column_stack((line + start, order[line, place])),
        )


def _most(instance: Instance, odds: Odds, rows: slice, worth: Integers) -> Integers:
    """What each pair can have at most when the best of its municipality are served first."""
    most = np.full(worth.shape, odds.most, dtype=np.int64)
    ends = np.append(instance.starts, len(instance.experts))
    room = odds.whole * np.maximum(instance.room[rows], 0)
    for group, (first, end) in enumerate(pairwise(ends.tolist())):
        if (end - first) * odds.most > room[:, group].min(initial=odds.whole):
            order = np.argsort(-worth[:, first:end], axis=1, kind="stable")
            rank = np.argsort(order, axis=1)
            most[:, first:end] = np.clip(room[:, [group]] - rank * odds.most, 0, odds.most)
    return most
