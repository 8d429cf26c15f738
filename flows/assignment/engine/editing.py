"""Plans changed by hand: whom a work could have, what each would cost, and a re-checked plan.

The bound that was proven for the problem holds for any plan of it, so what is missing to it after
an edit is the price of the hand. ``apply`` changes what it is told and nothing else; ``settle``
lets the engine rearrange the rest at the smallest price, keeping as many pairs as it can.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from flows.assignment import rules, wording
from flows.assignment.affinity_arrays import Affinity
from flows.assignment.engine import goals, report
from flows.assignment.engine.certificate import Goal, Proof, plan_value, prove
from flows.assignment.engine.extras import meets_floors
from flows.assignment.engine.fairness import defend
from flows.assignment.engine.instance import Instance, prepare
from flows.assignment.engine.links import measured
from flows.assignment.engine.network import Solution
from flows.assignment.engine.panels import Table, affinities_to
from flows.assignment.wording import AS_GIVEN, Names
from schemas.assignment import Edit
from schemas.assignment_problem import Pair, Problem, ProofRecord, Result
from schemas.errors import BadInput
from schemas.plan_reasons import Option


def options(
    problem: Problem,
    result: Result,
    submission: str,
    *,
    affinity: Affinity | None = None,
    out: str | None = None,
    names: Names = AS_GIVEN,
) -> tuple[Option, ...]:
    """Every expert for one work, members first, then the lawful ones by price, then the others.

    ``out`` names the member who would leave; without it each newcomer is tried against the
    weakest member whose leaving breaks no rule. Raises BadInput for an unknown work or member.
    """
    pairs = (pair[:2] for pair in result.pairs)
    return options_among(problem, pairs, submission, affinity=affinity, out=out, names=names)


def options_among(
    problem: Problem,
    pairs: Iterable[Pair],
    submission: str,
    *,
    affinity: Affinity | None = None,
    out: str | None = None,
    names: Names = AS_GIVEN,
) -> tuple[Option, ...]:
    """``options`` of a work where these pairs stand, whatever plan they come from."""
    table = Table(problem, pairs, names)
    _require_known(table, submission)
    if out is not None and out not in table.panels[submission]:
        raise BadInput(f"Эксперта {names.expert(out)} нет в этой коллегии.", code="bad_edit")
    values = affinities_to(problem, submission, affinity)
    asked = _Asked(table, submission, values, out)
    listed = [asked.option(expert.id) for expert in problem.experts]
    return tuple(sorted(listed, key=_best_first))


def _best_first(option: Option) -> tuple[bool, bool, float, str]:
    price = option.affinity if option.price is None else option.price
    return not option.chosen, bool(option.broken), -price, option.expert


@dataclass(frozen=True)
class _Asked:
    """One work whose panel is asked about."""

    table: Table
    work: str
    values: dict[str, float]
    out: str | None

    def option(self, expert: str) -> Option:
        chosen = expert in self.table.panels[self.work]
        leaver = None if chosen else self._leaver(expert)
        found = () if chosen else tuple(self.table.broken(self.work, expert, leaver))
        gain = self.values[expert] - (self.values[leaver] if leaver else 0.0)
        return Option(
            expert=expert,
            affinity=self.values[expert],
            chosen=chosen,
            fixed=(self.work, expert) in self.table.fixed,
            load=self.table.loads[expert],
            capacity=self.table.experts[expert].capacity,
            out=leaver,
            price=None if chosen else round(gain, 9),
            broken=found,
        )

    def _leaver(self, expert: str) -> str | None:
        """Nobody while there is a place; else the weakest whose leaving makes room lawfully."""
        if self.out is not None or not self._leavers:
            return self.out
        lawful = (
            member
            for member in self._leavers
            if next(self.table.broken(self.work, expert, member), None) is None
        )
        if len(
            rules.broken(self.table.facts, self.table.works[self.work], self.table.experts[expert])
        ):
            return self._leavers[0]
        return next(lawful, self._leavers[0])

    @cached_property
    def _leavers(self) -> list[str]:
        """Members who may leave, the weakest first; nobody when the panel has an empty place."""
        panel = self.table.panels[self.work]
        if len(panel) < self.table.wanted(self.work):
            return []
        free = [member for member in panel if (self.work, member) not in self.table.fixed]
        return sorted(free, key=lambda member: (self.values[member], member))


def apply(
    problem: Problem,
    result: Result,
    edits: Iterable[Edit],
    *,
    affinity: Affinity | None = None,
    names: Names = AS_GIVEN,
) -> Result:
    """The plan with these edits and nothing else changed, against the bound proven before.

    Raises BadInput whose ``code`` is the rule that the edited plan breaks.
    """
    edits = tuple(edits)
    table = _edited(problem, result, edits, names)
    _refuse_broken(table, result, edits)
    return restated(problem, result, table.pairs(), affinity=affinity)


def settle(
    problem: Problem,
    result: Result,
    edits: Iterable[Edit],
    *,
    affinity: Affinity | None = None,
    names: Names = AS_GIVEN,
) -> Result:
    """The best plan in which the edits stand, keeping as many other pairs as it can.

    Raises BadInput when a wished pair breaks a rule or leaves a work without an expert.
    """
    edits = tuple(edits)
    posed = _with_edits(problem, result, edits, names)
    _refuse_among_fixed(posed, problem.fixed, names)
    instance = prepare(posed, affinity=affinity, kept=posed.kept)
    found = defend(instance, goals.optimise(instance), problem.policy.fairness).solution
    pairs = {row[:2] for row in report.pairs(instance, found)}
    lost = len(result.pairs) - len(pairs)
    if lost > 0:
        raise BadInput(
            f"С такой правкой плану не хватит {wording.of_reviews(lost)}: заменить некем."
            " Выберите другого эксперта.",
            code="reviews",
        )
    return restated(problem, result, pairs, affinity=affinity)


def _with_edits(problem: Problem, result: Result, edits: tuple[Edit, ...], names: Names) -> Problem:
    """Wished pairs fixed, unwished ones forbidden, the rest to be kept."""
    table = Table(problem, (pair[:2] for pair in result.pairs), names)
    for edit in edits:
        _require_known(table, edit.submission_id, edit.into, edit.out)
    joining = {(edit.submission_id, edit.into) for edit in edits if edit.into is not None}
    leaving = {(edit.submission_id, edit.out) for edit in edits if edit.out is not None} - joining
    for work, expert in sorted(leaving & table.fixed):
        _refuse("fixed", work, expert, "экспертиза уже закреплена", names)
    for work, expert in sorted(joining):
        for rule in rules.broken(table.facts, table.works[work], table.experts[expert]):
            _refuse(rule.code, work, expert, names.why_not(rule, work, expert), names)
    policy = problem.policy.model_copy(update={"keep_bonus": None})
    kept = {pair[:2] for pair in result.pairs} - leaving - joining - table.fixed
    return problem.model_copy(
        update={
            "fixed": (*problem.fixed, *sorted(joining - table.fixed)),
            "forbidden": (*problem.forbidden, *sorted(leaving)),
            "kept": tuple(sorted(kept)),
            "policy": policy,
        }
    )


def _refuse_among_fixed(posed: Problem, before: tuple[Pair, ...], names: Names) -> None:
    """Wished pairs that the pairs which stand leave no place for."""
    table = Table(posed, posed.fixed, names)
    for work, expert in posed.fixed[len(before) :]:
        for rule in table.seated(work, expert):
            _refuse(rule.code, work, expert, rule.text, names)


def restated(
    problem: Problem, result: Result, pairs: Iterable[Pair], *, affinity: Affinity | None = None
) -> Result:
    """The result with these pairs in place of its own, measured against its own proof."""
    if result.draw is not None:
        raise BadInput(
            "План составлен жеребьёвкой, править его от руки нельзя. Составьте план без"
            " ограничения вероятности.",
            code="drawn_plan",
        )
    instance = prepare(problem, affinity=affinity, kept=problem.kept)
    record = result.certificate.proofs[-1]
    plan = _solution(instance, set(pairs) - set(problem.fixed), record)
    record = _without_floors(instance, plan, record)
    value = plan_value(instance, record.weights, plan.rows, plan.columns)
    gap, total = max(0, record.bound - value), report.total_units(instance, plan)
    proofs = (*result.certificate.proofs[:-1], record)
    return result.model_copy(
        update={
            "status": _status(result, gap, fair=problem.policy.fairness != "none"),
            "pairs": report.pairs(instance, plan),
            "total": total / instance.unit,
            "bound": (total + gap) / instance.unit,
            "gap": gap / instance.unit,
            "certificate": result.certificate.model_copy(update={"proofs": proofs}),
            "metrics": report.metrics(instance, plan),
            "connectivity": measured(instance, plan) if result.connectivity else None,
            "seconds": 0.0,
        }
    )


def _status(result: Result, gap: int, *, fair: bool) -> str:
    """An edited plan is called fair by nobody: that would need a proof of its own."""
    if result.status == "infeasible":
        return result.status
    return "feasible" if gap or fair else result.status


def _solution(instance: Instance, pairs: set[Pair], record: ProofRecord) -> Solution:
    row = {work.id: number for number, work in enumerate(instance.submissions)}
    column = {expert.id: number for number, expert in enumerate(instance.experts)}
    found = sorted((row[work], column[expert]) for work, expert in pairs)
    at = np.array(found, dtype=np.int64).reshape(-1, 2)
    nobody = np.zeros(0, dtype=np.int64)
    proof = Proof(Goal(record.weights, record.scale), nobody, nobody, record.bound)
    return Solution(at[:, 0], at[:, 1], 0, proof)


def _without_floors(instance: Instance, plan: Solution, record: ProofRecord) -> ProofRecord:
    """A plan below the floors is measured against all plans: the same prices, without floors."""
    floors = np.array(
        [record.floors.get(work.id, 0) for work in instance.submissions], dtype=np.int64
    )
    if not len(record.floors) or meets_floors(instance, plan, floors):
        return record
    prices = np.array(
        [record.prices.get(expert.id, 0) for expert in instance.experts], dtype=np.int64
    )
    proof, _ = prove(instance, Goal(record.weights, record.scale), prices)
    return report.record(instance, "total", proof)


def _require_known(table: Table, work: str, *experts: str | None) -> None:
    if work not in table.works:
        raise BadInput(f"Такой работы в плане нет: {work}.", code="bad_edit")
    for expert in experts:
        if expert is not None and expert not in table.experts:
            raise BadInput(f"Такого эксперта в плане нет: {expert}.", code="bad_edit")


def _refuse(code: str, work: str, expert: str, text: str, names: Names) -> None:
    raise BadInput(
        f"Правка невозможна, работа {names.work(work)}, эксперт {names.expert(expert)}: {text}.",
        code=code,
    )


def _edited(problem: Problem, result: Result, edits: tuple[Edit, ...], names: Names) -> Table:
    table = Table(problem, (pair[:2] for pair in result.pairs), names)
    for edit in edits:
        _require_known(table, edit.submission_id, edit.into, edit.out)
        panel = table.panels[edit.submission_id]
        if edit.out is not None and edit.out not in panel:
            _refuse("bad_edit", edit.submission_id, edit.out, "его нет в этой коллегии", names)
        if edit.into is not None and edit.into in panel:
            _refuse("duplicate", edit.submission_id, edit.into, "он уже в этой коллегии", names)
        table.change(edit.submission_id, edit.out, edit.into)
    return table


def _refuse_broken(table: Table, result: Result, edits: tuple[Edit, ...]) -> None:
    """The first rule that the edited plan breaks; edits are judged together, not one by one."""
    pairs = table.pairs()
    for work, expert in sorted(table.fixed - pairs):
        _refuse("fixed", work, expert, "экспертиза уже закреплена", table.names)
    sizes = Counter(pair[0] for pair in result.pairs)
    for edit in edits:
        work = edit.submission_id
        if len(table.panels[work]) < sizes[work]:
            text = f"в коллегии останется {wording.experts(len(table.panels[work]))}, а было {sizes[work]}"
            _refuse("reviews", work, str(edit.out), text, table.names)
        for member in (*table.panels[work],):
            for rule in table.seated(work, member):
                _refuse(rule.code, work, member, rule.text, table.names)
