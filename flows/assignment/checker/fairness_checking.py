"""The weakest panel is as strong as it can be, and the floors of the proof hide no better plan.

The proof of fairness puts multipliers on works: the sum of their panels, so weighted, has a bound,
hence the smallest mean among them has one too. Of ``leximin`` only this first level is proven.
"""

from collections import Counter
from collections.abc import Iterator

from flows.assignment.checker.proof_checking import Bill, best_panel
from flows.assignment.checker.register import Register
from schemas.assignment_problem import Candidate, ProofRecord, Result, Weights


def check_fairness(register: Register, result: Result) -> Iterator[str]:
    """Floors may narrow the field only if fairness was asked for and the plan meets them."""
    bill = Bill(register, result)
    proofs = {str(proof.goal): proof for proof in result.certificate.proofs}
    floors, fairness = proofs["total"].floors, register.problem.policy.fairness
    if (floors or proofs["total"].multipliers) and fairness == "none":
        yield "Доказательство опирается на пороги справедливости, которых никто не просил."
    sums = bill.panel_units()
    low = [work for work, floor in floors.items() if sums[work] < floor]
    if low:
        yield f"Работы ниже порога справедливости: {', '.join(low)}."
    if fairness != "none" and result.status == "optimal" and not low:
        open_works = [work for work in register.problem.submissions if _can_have_panel(bill, work)]
        if open_works:
            yield from _check_smallest(bill, proofs, sums, open_works)


def _check_smallest(
    bill: Bill, proofs: dict[str, ProofRecord], sums: Counter[str], open_works: list[Candidate]
) -> Iterator[str]:
    """The smallest panel mean must be the ceiling that the multipliers prove.

    Under ``maxmin`` no floor may be higher: it would hide plans of a larger total.
    """
    proof = proofs.get("fairness")
    if proof is None or not proof.multipliers or any(proof.weights.model_dump().values()):
        yield "Нет доказательства, что самый слабый состав экспертов нельзя усилить."
        return
    wanted = {work.id: bill.register.wanted(work) for work in open_works}
    share = sum(proof.multipliers[work] * wanted.get(work, 0) for work in proof.multipliers)
    smallest = min(sums[work] // size for work, size in wanted.items())
    highest = (proof.bound + 1) * proof.scale - 1  # the bound was rounded down to a unit
    if share <= 0 or smallest < highest // share:
        yield "Самый слабый состав экспертов можно усилить: план не самый справедливый."
    floors = proofs["total"].floors.items()
    too_high = [work for work, floor in floors if floor > smallest * wanted.get(work, 0)]
    if too_high and bill.register.problem.policy.fairness == "maxmin":
        yield f"Пороги выше самого слабого состава: {', '.join(sorted(too_high))}."


def _can_have_panel(bill: Bill, work: Candidate) -> bool:
    """False where even the best panel of all is worth nothing: no plan can do better for it."""
    if bill.demand(work) <= 0:
        return False
    alone = ProofRecord(goal="fairness", weights=Weights(affinity=1), bound=0)
    best = best_panel(bill, alone, work) + bill.fixed_units[work.id]
    return best // bill.register.wanted(work) > 0
