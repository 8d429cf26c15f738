"""Is the claimed bound true? The certificate's prices are charged again, with plain arithmetic.

For any prices, (the best legal panel of each work at these prices) + (what the prices of all
experts' time come to) is at least the value of every lawful plan. So nothing about the solver has
to be believed: only this sum has to be added up again, in whole numbers, over all pairs.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import accumulate, islice
from math import inf

import numpy as np
from numpy.typing import NDArray

from flows.assignment.checker import tolls
from flows.assignment.checker.mutual_reviews import answers_fixed
from flows.assignment.checker.register import Register
from schemas.assignment_problem import Candidate, ProofRecord, Result

TOLERANCE = 1e-6

Option = tuple[int, str, bool]  # priced worth, municipality, senior


class Bill:
    """The problem that is left after the fixed pairs, and the plan's free pairs."""

    def __init__(self, register: Register, result: Result) -> None:
        self.register = register
        self.unit = result.certificate.unit
        self.units = register.units(self.unit)
        self._no_prices = np.zeros(len(register.column), dtype=np.int64)
        self._prices: dict[str, NDArray[np.int64]] = {}
        self.kept = set(result.certificate.kept)
        self.kept_for: dict[str, list[str]] = defaultdict(list)
        for work, expert in self.kept:
            self.kept_for[work].append(expert)
        fixed = set(register.fixed)
        self.free = [pair[:2] for pair in result.pairs if pair[:2] not in fixed]
        self.seats = Counter(work for work, _ in fixed)
        self.given = Counter(expert for _, expert in fixed)
        self.crowd = Counter((work, self.place_of(expert)) for work, expert in fixed)
        self.led = {work for work, expert in fixed if register.experts[expert].senior}
        self.has_places = np.array([self.capacity(row) > 0 for row in register.experts], dtype=bool)
        self.fixed_units = Counter[str]()
        for work, expert in fixed:
            self.fixed_units[work] += self.affinity(work, expert)

    def place_of(self, expert: str) -> str:
        return self.register.place(self.register.experts[expert].municipality)

    def affinity(self, work: str, expert: str) -> int:
        return int(self.units[self.register.row[work], self.register.column[expert]])

    def prices(self, proof: ProofRecord) -> NDArray[np.int64]:
        """Price of each expert's time, by column; at most one proof of a goal has any."""
        if not proof.prices:
            return self._no_prices
        if proof.goal not in self._prices:
            listed = [proof.prices.get(row.id, 0) for row in self.register.problem.experts]
            self._prices[proof.goal] = np.array(listed, dtype=np.int64)
        return self._prices[proof.goal]

    def demand(self, work: Candidate) -> int:
        return self.register.wanted(work) - self.seats[work.id]

    def capacity(self, expert: str) -> int:
        return self.register.experts[expert].capacity - self.given[expert]

    def minimum(self, expert: str) -> int:
        return max(0, self.register.experts[expert].minimum - self.given[expert])

    def met_minimum(self) -> int:
        loads = Counter(expert for _, expert in self.free)
        return sum(min(loads[expert], self.minimum(expert)) for expert in self.register.experts)

    def missing(self) -> int:
        wanted = sum(self.demand(work) for work in self.register.problem.submissions)
        return wanted - len(self.free)

    def unmet_minimum(self) -> int:
        return sum(map(self.minimum, self.register.experts)) - self.met_minimum()

    def higher_goals(self, proof: ProofRecord) -> int:
        """What the plan earns under the proof's weights besides affinity, uneven loads deducted."""
        weights = proof.weights
        stayed = sum(pair in self.kept for pair in self.free)
        return (
            weights.coverage * len(self.free)
            + weights.minimum * self.met_minimum()
            + weights.kept * stayed
            - weights.affinity * self.balance()
        )

    def balance(self) -> int:
        """What the free part of the loads costs, when even loads are asked for."""
        loads = Counter(expert for _, expert in self.free)
        return sum(self.unit_cost(e, nth) for e, load in loads.items() for nth in range(load))

    def unit_cost(self, expert: str, nth: int) -> int:
        """Units of affinity that the expert's free pair number ``nth`` (from 0) costs."""
        share = self.register.problem.policy.load_balance
        most = max(1, self.register.experts[expert].capacity - 1)
        return round(share * self.unit * (self.given[expert] + nth) / most)

    def panel_units(self) -> Counter[str]:
        sums = Counter(self.fixed_units)
        for work, expert in self.free:
            sums[work] += self.affinity(work, expert)
        return sums


def check_proofs(register: Register, result: Result) -> Iterator[str]:
    """Sentences about every claim of the result that its certificate does not prove."""
    if not all(w in register.works and e in register.experts for w, e in result.certificate.kept):
        yield "В свидетельстве среди сохраняемых пар есть неизвестные."
        return
    bill = Bill(register, result)
    proofs = {str(proof.goal): proof for proof in result.certificate.proofs}
    for proof in proofs.values():
        yield from _check_bound(bill, proof)
    if "total" not in proofs:
        yield "В свидетельстве нет доказательства для суммы (total)."
        return
    yield from _check_total(bill, result, proofs["total"])
    yield from _check_reach(bill, result, proofs.get("reach"))


def _check_bound(bill: Bill, proof: ProofRecord) -> Iterator[str]:
    named = {*proof.prices, *(expert for rival in proof.rivals for expert in rival[1:4:2])}
    works = {*proof.multipliers, *proof.floors}
    if not (named <= set(bill.register.experts) and works <= set(bill.register.works)):
        yield f"В доказательстве «{proof.goal}» неизвестные работы или эксперты."
    elif proof.floors and proof.goal != "total":
        yield f"Доказательство «{proof.goal}» не может опираться на пороги справедливости."
    elif min(proof.multipliers.values(), default=0) < 0 or not _extra_prices_hold(bill, proof):
        yield f"В доказательстве «{proof.goal}» недопустимые цены."
    elif not adds_up(bill, proof):
        yield f"В доказательстве «{proof.goal}» слишком большие числа."
    elif upper_bound(bill, proof) != proof.bound:
        yield f"Граница в доказательстве «{proof.goal}» не сходится при пересчёте."


def adds_up(bill: Bill, proof: ProofRecord) -> bool:
    """True when the worth of a pair cannot leave 64 bits, whatever is claimed."""
    weights = proof.weights
    per_unit = proof.scale * abs(weights.affinity) + max(proof.multipliers.values(), default=0)
    amounts = (
        bill.unit * per_unit,
        proof.scale * (abs(weights.coverage) + abs(weights.kept)),
        max(map(abs, proof.prices.values()), default=0),
        *(abs(price) for *_, price in proof.rivals),
        *(abs(price) for *_, price in proof.tolls),
    )
    return sum(amounts) < 2**62


def _extra_prices_hold(bill: Bill, proof: ProofRecord) -> bool:
    return _rivals_hold(bill, proof) and tolls.hold(bill.register, proof)


def _rivals_hold(bill: Bill, proof: ProofRecord) -> bool:
    """Priced pairs of pairs must really be mutual reviews, each named once."""
    register = bill.register
    if proof.rivals and not register.problem.policy.no_reciprocity:
        return False
    for work, expert, other, reader, price in proof.rivals:
        if price < 0 or {work, other} - set(register.works):
            return False
        ours, theirs = register.experts[expert], register.experts[reader]
        mutual = register.wrote(theirs, register.works[work])
        if not (mutual and register.wrote(ours, register.works[other])):
            return False
    return True


def upper_bound(bill: Bill, proof: ProofRecord) -> int:
    """What no lawful plan can exceed under the proof's weights, in units, rounded down."""
    works = bill.register.problem.submissions
    panels = sum(best_panel(bill, proof, work) for work in works)
    loads = sum(best_load(bill, proof, expert) for expert in bill.register.experts)
    extra = sum(price for *_, price in proof.rivals)
    extra += tolls.most_collected(
        bill.register, proof, lambda work, place: _places_left(bill, work, place)
    )
    floors = sum(
        multiplier * (proof.floors.get(work, 0) - bill.fixed_units[work])
        for work, multiplier in proof.multipliers.items()
    )
    return (panels + loads + extra - floors) // proof.scale


def best_load(bill: Bill, proof: ProofRecord, expert: str) -> int:
    """The most an expert's own price and minimum bonus can bring, over every lawful load."""
    price, bonus = proof.prices.get(expert, 0), proof.scale * proof.weights.minimum
    places = min(max(0, bill.capacity(expert)), len(bill.register.works))
    minimum = min(bill.minimum(expert), places)
    uneven = proof.scale * proof.weights.affinity
    if not (uneven and bill.register.problem.policy.load_balance):
        return max(price * load + bonus * min(load, minimum) for load in (0, minimum, places))
    gains = (
        price + bonus * (nth < minimum) - uneven * bill.unit_cost(expert, nth)
        for nth in range(places)
    )
    return max(accumulate(gains, initial=0))


def best_panel(bill: Bill, proof: ProofRecord, work: Candidate) -> int:
    demand = bill.demand(work)
    if demand <= 0:
        return 0
    needs = bill.register.problem.policy.senior_required and work.id not in bill.led
    if not needs:
        return _worth(_fill(bill, work, options(bill, proof, work), demand))
    listed = list(options(bill, proof, work))
    best = _fill(bill, work, listed, demand)
    if len(best) < demand or any(senior for _, _, senior in best):
        return _worth(best)
    return max(map(_worth, _led_panels(bill, work, listed, demand)))


def _led_panels(
    bill: Bill, work: Candidate, options: list[Option], demand: int
) -> Iterator[list[Option]]:
    """The best panel with one place empty, and the best around each municipality's best senior."""
    yield _fill(bill, work, options, demand - 1)
    places = set()
    for option in options:
        _, place, senior = option
        if senior and place not in places and room(bill, work, place) > 0:
            places.add(place)
            rest = [other for other in options if other is not option]
            yield [option, *_fill(bill, work, rest, demand - 1, taken=place)]


def _worth(panel: list[Option]) -> int:
    return sum(worth for worth, _, _ in panel)


def options(bill: Bill, proof: ProofRecord, work: Candidate) -> Iterator[Option]:
    """Experts worth having at these prices, the most valuable first."""
    register, row = bill.register, bill.register.row[work.id]
    per_unit = proof.scale * proof.weights.affinity + proof.multipliers.get(work.id, 0)
    worth = bill.units[row].astype(np.int64) * per_unit + proof.scale * proof.weights.coverage
    worth -= bill.prices(proof)
    for column, amount in _adjustments(bill, proof, work.id):
        worth[column] += amount
    open_pairs = register.allowed(work) & (worth > 0)
    open_pairs[register.fixed_for.get(work.id, [])] = False
    open_pairs &= ~answers_fixed(register, work)
    columns = np.flatnonzero(open_pairs & bill.has_places)
    columns = columns[np.argsort(-worth[columns])]
    return (
        (int(worth[column]), str(register.expert_places[column]), bool(register.seniors[column]))
        for column in columns
    )


def _adjustments(bill: Bill, proof: ProofRecord, work: str) -> Iterator[tuple[int, int]]:
    """Bonus of kept pairs, price of rival pairs and tolls, by column."""
    column = bill.register.column
    for expert in bill.kept_for.get(work, ()):
        yield column[expert], proof.scale * proof.weights.kept
    for first, expert, second, reader, price in proof.rivals:
        if first == work:
            yield column[expert], -price
        if second == work:
            yield column[reader], -price
    for payer, price in tolls.payers(bill.register, proof, work):
        yield payer, -price


def _places_left(bill: Bill, work: Candidate, place: str) -> int:
    """Seats that the panel still has for experts of this municipality."""
    members = Counter(bill.register.expert_places.tolist())[place] - bill.crowd[work.id, place]
    return int(max(0, min(bill.demand(work), members, room(bill, work, place))))


def room(bill: Bill, work: Candidate, place: str) -> float:
    """How many more experts of the municipality the panel may have."""
    limit = bill.register.problem.policy.max_per_municipality
    return inf if limit is None else limit - bill.crowd[work.id, place]


def _fill(
    bill: Bill, work: Candidate, options: Iterable[Option], demand: int, *, taken: str | None = None
) -> list[Option]:
    """Take the best while their municipality has room: greedy is optimal for such limits."""
    crowd = Counter([] if taken is None else [taken])

    def fitting() -> Iterator[Option]:
        for option in options:
            if crowd[option[1]] < room(bill, work, option[1]):
                crowd[option[1]] += 1
                yield option

    return list(islice(fitting(), demand))


def _check_total(bill: Bill, result: Result, proof: ProofRecord) -> Iterator[str]:
    if proof.weights.affinity != 1:
        yield "Доказательство суммы считает не сумму близости."
        return
    total = sum(bill.panel_units().values())
    fixed = sum(bill.fixed_units.values())
    bound = proof.bound - bill.higher_goals(proof) + fixed
    if result.bound < bound / bill.unit - TOLERANCE:
        yield f"Заявленная граница {result.bound:.6f} меньше доказанной {bound / bill.unit:.6f}."
    if result.status == "optimal" and (bound > total or result.gap > TOLERANCE):
        yield "План назван оптимальным, но граница его не доказывает."


def _check_reach(bill: Bill, result: Result, proof: ProofRecord | None) -> Iterator[str]:
    """Missing reviews must be admitted and proven unavoidable, and so must unmet minimum loads.

    A plan that admits a gap may have given up minimum loads: the gap counts them.
    """
    missing, unmet = bill.missing(), bill.unmet_minimum()
    told = sum(deficit.missing for deficit in result.deficits if deficit.submissions)
    if told != missing:
        yield f"Не хватает рецензий: {missing}, а в нехватках названо {told}."
    if missing and result.status != "infeasible":
        yield "План неполон, но не назван невыполнимым."
    if not missing and result.status == "infeasible":
        yield "План полон, но назван невыполнимым."
    claimed = result.gap <= TOLERANCE
    if not (missing or (unmet and claimed)):
        return
    if proof is None or proof.weights.affinity or not ordered(proof, bill):
        yield "Нет доказательства, что нехватка неизбежна (reach)."
    elif _could_be_fuller(bill, proof, claimed=claimed) and not _hard_to_prove(bill):
        yield "Нехватка не доказана: возможно, план можно дополнить."


def _could_be_fuller(bill: Bill, proof: ProofRecord, *, claimed: bool) -> bool:
    """The bound leaves place for one more review, or for any higher goal where none is given up."""
    if claimed:
        return bill.higher_goals(proof) < proof.bound
    return proof.weights.coverage * (len(bill.free) + 1) <= proof.bound


def ordered(proof: ProofRecord, bill: Bill) -> bool:
    """One more review must outweigh all minimum units, and one of these all kept pairs."""
    if proof.weights.kept < 0:
        return False
    minimums = sum(map(bill.minimum, bill.register.experts))
    weights = proof.weights
    lower = weights.minimum * minimums + weights.kept * len(bill.kept)
    return weights.coverage > lower and weights.minimum > weights.kept * len(bill.kept)


def _hard_to_prove(bill: Bill) -> bool:
    """Seniors and mutual reviews may leave an integrality gap that prices cannot close."""
    policy = bill.register.problem.policy
    mutual = policy.no_reciprocity or policy.no_municipal_reciprocity
    return policy.senior_required or mutual
