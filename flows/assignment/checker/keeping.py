"""Whether a re-plan kept what it was asked to keep, and as the policy asks.

Without a bonus keeping comes before affinity: every pair that was let go has to be unavoidable by
the proof ``reach``. With a bonus it is weighed, so the proof has to count exactly that bonus.
"""

from collections.abc import Iterator

import numpy as np

from flows.assignment.checker.mutual_reviews import answers_fixed
from flows.assignment.checker.proof_checking import TOLERANCE, Bill, ordered, room
from flows.assignment.checker.register import Register
from schemas.assignment_problem import Pair, ProofRecord, Result


def check_kept(register: Register, result: Result) -> Iterator[str]:
    """Sentences about pairs that were to be kept."""
    bill = Bill(register, result)
    yield from check_asked(bill)
    proofs = {proof.goal: proof for proof in result.certificate.proofs}
    if register.problem.policy.keep_bonus is None:
        yield from _check_first(bill, result, proofs.get("reach"))
    else:
        yield from _check_weighed(bill, proofs["total"])


def check_asked(bill: Bill) -> Iterator[str]:
    """The plan, drawn or not, tried to keep what it was asked to keep and nothing else."""
    register = bill.register
    asked = set(register.problem.kept) - set(register.fixed)
    if not bill.kept <= asked:
        yield "План сохраняет пары, о которых не просили (kept)."
    forgotten = [pair for pair in sorted(asked - bill.kept) if _could_be(bill, pair)]
    if forgotten:
        yield f"План не пытался сохранить пары: {', '.join(map(_named, forgotten))}."


def _named(pair: Pair) -> str:
    return f"«{pair[0]}» — «{pair[1]}»"


def _could_be(bill: Bill, pair: Pair) -> bool:
    """True when neither a pair rule nor the fixed pairs rule the pair out."""
    register = bill.register
    work, expert = register.works[pair[0]], pair[1]
    lawful = register.allowed(work) & ~answers_fixed(register, work)
    free = bool(lawful[register.column[expert]])
    return free and bill.capacity(expert) > 0 and room(bill, work, bill.place_of(expert)) > 0


def _check_first(bill: Bill, result: Result, proof: ProofRecord | None) -> Iterator[str]:
    lost = len(bill.kept) - sum(pair in bill.kept for pair in bill.free)
    if not lost or result.gap > TOLERANCE or result.status == "feasible":
        return
    if proof is None or proof.weights.kept <= 0 or not ordered(proof, bill):
        yield "Нет доказательства, что больше пар сохранить нельзя (reach)."
    elif bill.higher_goals(proof) < proof.bound:
        yield "Не доказано, что больше пар сохранить нельзя."


def _check_weighed(bill: Bill, proof: ProofRecord) -> Iterator[str]:
    bonus = bill.register.problem.policy.keep_bonus or 0.0
    if bill.kept and proof.weights.kept != int(np.rint(bonus * bill.unit)):
        yield "Доказательство считает не ту цену сохранённой пары (keep_bonus)."
