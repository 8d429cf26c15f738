"""Is the lottery lawful and as good as claimed? Probabilities, sums and the bound once more.

Everything is counted in 1/``scale`` of the total's proof, the denominator of the probabilities. Any
prices bound the expected total: a work's best panel may take of each expert no more than the cap.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from math import ceil, floor

from flows.assignment.checker.keeping import check_asked
from flows.assignment.checker.mutual_reviews import between_people
from flows.assignment.checker.proof_checking import (
    TOLERANCE,
    Bill,
    adds_up,
    best_load,
    options,
    ordered,
    room,
)
from flows.assignment.checker.register import Register
from schemas.assignment_problem import Candidate, Draw, Pair, ProofRecord, Result, Reviewer

ROUNDING = 1e-4  # a cap may be this much lower than the policy's: it needs a denominator


class Odds:
    """The claimed lottery in whole numbers of 1/``whole``."""

    def __init__(self, bill: Bill, draw: Draw, whole: int) -> None:
        fixed = set(bill.register.fixed)
        self.bill, self.draw, self.whole = bill, draw, whole
        self.most = round(draw.cap * whole)
        self.certain = {(w, e): p for w, e, p in draw.probabilities if (w, e) in fixed}
        self.chances: dict[Pair, int] = {
            (w, e): round(p * whole) for w, e, p in draw.probabilities if (w, e) not in fixed
        }
        self.works, self.loads, self.crowds = Counter[str](), Counter[str](), Counter[Pair]()
        for (work, expert), chance in self.chances.items():
            self.works[work] += chance
            self.loads[expert] += chance
            self.crowds[work, bill.place_of(expert)] += chance

    def missing(self) -> int:
        works = self.bill.register.problem.submissions
        return self.whole * sum(map(self.bill.demand, works)) - self.works.total()

    def met_minimum(self) -> int:
        experts = self.bill.register.experts
        return sum(min(self.loads[e], self.whole * self.bill.minimum(e)) for e in experts)

    def unmet_minimum(self) -> int:
        minimums = sum(map(self.bill.minimum, self.bill.register.experts))
        return self.whole * minimums - self.met_minimum()

    def unkept(self) -> int:
        """Chance that the pairs to keep lack to the cap; with a bonus keeping is weighed instead."""
        if self.bill.register.problem.policy.keep_bonus is not None:
            return 0
        return sum(self.most - self.chances.get(pair, 0) for pair in self.bill.kept)

    def expected(self) -> int:
        """In 1/whole of a unit, fixed pairs included."""
        fixed = self.whole * sum(self.bill.fixed_units.values())
        return fixed + sum(p * self.bill.affinity(*pair) for pair, p in self.chances.items())

    def higher_goals(self, proof: ProofRecord) -> int:
        weights = proof.weights
        kept = sum(chance for pair, chance in self.chances.items() if pair in self.bill.kept)
        return (
            weights.coverage * self.works.total()
            + weights.minimum * self.met_minimum()
            + weights.kept * kept
        )


def check_lottery(register: Register, result: Result) -> Iterator[str]:
    """Sentences about every claim of a drawn plan that does not hold."""
    draw, proofs = result.draw, {str(proof.goal): proof for proof in result.certificate.proofs}
    if draw is None or "total" not in proofs:
        yield "Задана наибольшая вероятность пары, а жеребьёвки (draw) или её доказательства нет."
        return
    unknown = list(_unknown(register, result, draw))
    if unknown:
        yield from unknown
        return
    odds = Odds(Bill(register, result), draw, proofs["total"].scale)
    yield from check_asked(odds.bill)
    yield from _check_chances(odds)
    yield from _check_sums(odds, partial=result.status == "infeasible")
    yield from _check_drawn(odds, result)
    yield from _check_total(odds, result, proofs["total"])
    for proof in proofs.values():
        yield from _check_bound(odds, proof)
    yield from _check_reach(odds, result, proofs.get("reach"))


def _unknown(register: Register, result: Result, draw: Draw) -> Iterator[str]:
    pairs = [pair[:2] for pair in draw.probabilities]
    if any(w not in register.works or e not in register.experts for w, e in pairs):
        yield "В жеребьёвке неизвестные работы или эксперты."
    if not all(w in register.works and e in register.experts for w, e in result.certificate.kept):
        yield "В свидетельстве среди сохраняемых пар есть неизвестные."
    if len(set(pairs)) < len(pairs):
        yield "В жеребьёвке пара названа дважды."


def _check_chances(odds: Odds) -> Iterator[str]:
    register, cap = odds.bill.register, odds.draw.cap
    wished = register.problem.policy.max_probability or 1
    if not wished - ROUNDING < cap <= wished + TOLERANCE / odds.whole:
        yield f"Наибольшая вероятность в жеребьёвке {cap}, а задана {wished}."
    shares = [cap, *(p for _, _, p in odds.draw.probabilities)]
    if any(abs(p * odds.whole - round(p * odds.whole)) > TOLERANCE for p in shares):
        yield f"Вероятности не кратны 1/{odds.whole}."
    for pair, chance in odds.chances.items():
        if not 0 < chance <= odds.most:
            yield f"Вероятность пары «{pair[0]}» — «{pair[1]}» больше {cap} или не больше нуля."
        if not register.allowed(register.works[pair[0]])[register.column[pair[1]]]:
            yield f"В жеребьёвке запрещённая пара «{pair[0]}» — «{pair[1]}»."
    if odds.certain != dict.fromkeys(register.fixed, 1.0):
        yield "Закреплённые пары должны быть в жеребьёвке с вероятностью 1."


def _check_sums(odds: Odds, *, partial: bool) -> Iterator[str]:
    bill = odds.bill
    for work in bill.register.problem.submissions:
        wanted = odds.whole * bill.demand(work)
        if odds.works[work.id] > wanted or (odds.works[work.id] < wanted and not partial):
            yield f"Вероятности работы «{work.id}» не складываются в полную коллегию."
    for (work_id, place), sum_of in odds.crowds.items():
        if sum_of > odds.whole * room(bill, bill.register.works[work_id], place):
            yield f"У работы «{work_id}» слишком вероятны эксперты из «{place}»."
    for expert, load in odds.loads.items():
        if load > odds.whole * bill.capacity(expert):
            yield f"Ожидаемая нагрузка эксперта «{expert}» больше допустимой."
    if bill.register.problem.policy.no_reciprocity:
        yield from (f"Жеребьёвка допускает: {found}" for found in _mutual(odds))


def _mutual(odds: Odds) -> Iterator[str]:
    seats: dict[str, list[Reviewer]] = defaultdict(list)
    for work, expert in (*odds.chances, *odds.certain):
        seats[work].append(odds.bill.register.experts[expert])
    return between_people(odds.bill.register, seats)


def _check_drawn(odds: Odds, result: Result) -> Iterator[str]:
    """The plan must be one that the lottery can draw."""
    drawn = {pair[:2] for pair in result.pairs} - set(odds.certain)
    if not drawn <= set(odds.chances):
        yield "В плане есть пары, которых жеребьёвка не допускает."
    sure = {pair for pair, chance in odds.chances.items() if chance == odds.whole}
    if not sure <= drawn:
        yield "В плане нет пар, вероятность которых равна 1."
    yield from _check_rounded(odds, odds.works, Counter(work for work, _ in drawn))
    yield from _check_rounded(odds, odds.loads, Counter(expert for _, expert in drawn))


def _check_rounded(odds: Odds, means: Counter[str], counts: Counter[str]) -> Iterator[str]:
    for key, mean in means.items():
        if not floor(mean / odds.whole) <= counts[key] <= ceil(mean / odds.whole):
            yield f"У «{key}» в плане {counts[key]}, а ожидается {mean / odds.whole:.4f}."


def _check_total(odds: Odds, result: Result, proof: ProofRecord) -> Iterator[str]:
    draw, unit = odds.draw, odds.bill.unit * odds.whole
    expected, fixed = odds.expected(), odds.whole * sum(odds.bill.fixed_units.values())
    if abs(expected / unit - draw.expected) > TOLERANCE:
        yield f"Ожидаемая сумма {expected / unit:.6f} не равна заявленной {draw.expected:.6f}."
    claimed = result.bound - draw.expected, result.bound - draw.bound
    if abs(claimed[0] - result.gap) > TOLERANCE or abs(claimed[1]) > TOLERANCE:
        yield "Граница или разрыв не согласованы с жеребьёвкой."
    if proof.weights.affinity != 1:
        yield "Доказательство суммы считает не сумму близости."
    proven = max(expected, proof.bound - odds.higher_goals(proof) + fixed)
    if result.bound < proven / unit - TOLERANCE:
        yield f"Заявленная граница {result.bound:.6f} меньше доказанной {proven / unit:.6f}."
    if result.status == "optimal" and (proven > expected or result.gap > TOLERANCE):
        yield "Жеребьёвка названа лучшей, но граница её не доказывает."


def _check_bound(odds: Odds, proof: ProofRecord) -> Iterator[str]:
    bill = odds.bill
    if proof.scale != odds.whole or not set(proof.prices) <= set(bill.register.experts):
        yield f"В доказательстве «{proof.goal}» чужой знаменатель или неизвестные эксперты."
    elif proof.multipliers or proof.floors or proof.rivals or proof.tolls:
        yield f"В доказательстве «{proof.goal}» недопустимые цены."
    elif not adds_up(bill, proof):
        yield f"В доказательстве «{proof.goal}» слишком большие числа."
    elif _upper_bound(odds, proof) != proof.bound:
        yield f"Граница в доказательстве «{proof.goal}» не сходится при пересчёте."


def _upper_bound(odds: Odds, proof: ProofRecord) -> int:
    """What no lottery can expect under the proof's weights, in 1/whole of a unit, rounded up."""
    register = odds.bill.register
    panels = sum(_best_panel(odds, proof, work) for work in register.problem.submissions)
    loads = sum(best_load(odds.bill, proof, expert) for expert in register.experts)
    return loads - (-panels // odds.whole)


def _best_panel(odds: Odds, proof: ProofRecord, work: Candidate) -> int:
    """The best come first, each up to the cap, while the panel and their municipality have room."""
    left, worth = odds.whole * odds.bill.demand(work), 0
    crowd = Counter[str]()
    for gain, place, _ in options(odds.bill, proof, work):
        space = odds.whole * room(odds.bill, work, place) - crowd[place]
        share = int(max(0, min(odds.most, left, space)))
        crowd[place] += share
        left -= share
        worth += share * gain
    return worth


def _check_reach(odds: Odds, result: Result, proof: ProofRecord | None) -> Iterator[str]:
    """Missing reviews, minimum loads and kept pairs must be admitted and proven unavoidable."""
    missing, told = odds.bill.missing(), sum(d.missing for d in result.deficits if d.submissions)
    if told != missing:
        yield f"Не хватает рецензий: {missing}, а в нехватках названо {told}."
    if (odds.missing() > 0) != (result.status == "infeasible"):
        yield "Полнота жеребьёвки не согласована со статусом."
    if not (odds.missing() or odds.unmet_minimum() or odds.unkept()):
        return
    if proof is None or proof.weights.affinity or not ordered(proof, odds.bill):
        yield "Нет доказательства, что нехватка неизбежна (reach)."
    elif odds.unkept() and not proof.weights.kept:
        yield "Нет доказательства, что больше пар сохранить нельзя (reach)."
    elif odds.higher_goals(proof) < proof.bound and not _hard_to_prove(odds):
        yield "Нехватка не доказана: возможно, жеребьёвку можно дополнить."


def _hard_to_prove(odds: Odds) -> bool:
    """Closed directions of mutual reviews are outside what prices can prove."""
    return odds.bill.register.problem.policy.no_reciprocity
