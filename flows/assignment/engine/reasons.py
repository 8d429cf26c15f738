"""Why an expert has a work, or has not: rules, the panel, other works that need them more, the price.

Rules answer at once. Where no rule forbids, the certificate's prices say in which other work the
expert is worth more, and solving again says exactly what the plan would lose.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from flows.assignment import rules, wording
from flows.assignment.affinity_arrays import Affinity
from flows.assignment.engine import goals
from flows.assignment.engine.fairness import defend
from flows.assignment.engine.instance import NOT_ALLOWED, Floats, Instance, prepare
from flows.assignment.engine.panels import Table, affinities_to
from flows.assignment.engine.report import total_units
from flows.assignment.wording import AS_GIVEN, Names
from flows.documents.wording import plural
from schemas.assignment_problem import Problem, Result
from schemas.errors import BadInput
from schemas.plan_reasons import BrokenRule, Nearer, Why

NEARER = 10  # of these one more would not help anybody to understand
OTHER_GOALS = (
    "место есть, но план держится за более важное: наименьшую нагрузку, сохранённые пары,"
    " слабые коллегии или ровную нагрузку"
)
STANDING = "занят: всю его нагрузку занимают закреплённые экспертизы"


def why(
    problem: Problem,
    result: Result,
    submission: str,
    expert: str,
    *,
    affinity: Affinity | None = None,
    names: Names = AS_GIVEN,
    exact: bool = True,
) -> Why:
    """Reasons for one pair of a work and an expert; without ``exact`` nothing is solved again.

    Raises BadInput for a work or an expert the plan does not know.
    """
    asked = _Asked(problem, result, submission, expert, affinity, names)
    asked.require_known()
    broken = asked.broken
    loss, reviews = asked.loss() if exact and not broken else (None, 0)
    nearer = tuple(asked.nearer()) if asked.chosen else ()
    return Why(
        submission=submission,
        expert=expert,
        chosen=asked.chosen,
        affinity=asked.values[expert],
        rank=asked.rank,
        lawful=len(asked.lawful),
        broken=broken,
        nearer=nearer,
        loss=loss,
        reviews_lost=reviews,
        sentences=tuple(asked.sentences(loss, reviews, nearer)),
    )


@dataclass(frozen=True)
class _Asked:
    """One pair of one plan."""

    problem: Problem
    result: Result
    work: str
    expert: str
    given: Affinity | None
    names: Names

    def require_known(self) -> None:
        if self.work not in self.table.works or self.expert not in self.table.experts:
            raise BadInput(
                "Такой работы или такого эксперта в плане нет. Обновите страницу.", code="bad_pair"
            )

    @cached_property
    def table(self) -> Table:
        return Table(self.problem, (pair[:2] for pair in self.result.pairs), self.names)

    @cached_property
    def instance(self) -> Instance:
        return prepare(self.problem, affinity=self.given, kept=self.problem.kept)

    @cached_property
    def values(self) -> dict[str, float]:
        """Affinity of every expert to this work, whether lawful or not."""
        return affinities_to(self.problem, self.work, self.given)

    @property
    def chosen(self) -> bool:
        return self.expert in self.table.panels[self.work]

    @property
    def standing(self) -> bool:
        return (self.work, self.expert) in self.table.fixed

    @cached_property
    def lawful(self) -> set[str]:
        return {key for key in self.table.experts if not self._forbidding(key)}

    def _forbidding(self, expert: str) -> tuple[rules.HardRule, ...]:
        table = self.table
        return rules.broken(table.facts, table.works[self.work], table.experts[expert])

    @property
    def rank(self) -> int | None:
        if self.expert not in self.lawful:
            return None
        mine = self.values[self.expert]
        return 1 + sum(self.values[key] > mine for key in self.lawful)

    @cached_property
    def broken(self) -> tuple[BrokenRule, ...]:
        """Rules that no rearrangement of the plan gets round."""
        if self.chosen:
            return ()
        found = [
            BrokenRule(code=rule.code, text=self.names.why_not(rule, self.work, self.expert))
            for rule in self._forbidding(self.expert)
        ]
        among_fixed = Table(self.problem, self.problem.fixed, self.names)
        standing = among_fixed.broken(self.work, self.expert)
        return (*found, *(rule for rule in standing if rule not in found))

    def loss(self) -> tuple[float | None, int]:
        """What the best plan is worth less with the pair taken out (put in), and reviews lost."""
        if self.standing or self.result.draw is not None:
            return None, 0
        reviews, total = self._best(self.instance)
        try:
            other = prepare(self._turned, affinity=self.given, kept=self._turned.kept)
        except BadInput:
            return None, 0
        left, worth = self._best(other)
        return (total - worth) / self.instance.unit, reviews - left

    @cached_property
    def _turned(self) -> Problem:
        """The problem in which this pair is the other way round."""
        pair, problem = (self.work, self.expert), self.problem
        kept = tuple(one for one in problem.kept if one != pair)
        field = "forbidden" if self.chosen else "fixed"
        return problem.model_copy(update={"kept": kept, field: (*getattr(problem, field), pair)})

    def _best(self, instance: Instance) -> tuple[int, int]:
        """Reviews and total affinity (units) of the best plan, fixed pairs included."""
        found = defend(instance, goals.optimise(instance), self.problem.policy.fairness).solution
        return len(found.rows) + len(instance.fixed), total_units(instance, found)

    def nearer(self) -> Iterator[Nearer]:
        """Experts nearer to the work than this member who are not in its panel."""
        mine, panel = self.values[self.expert], self.table.panels[self.work]
        listed = [key for key, value in self.values.items() if value > mine and key not in panel]
        listed.sort(key=lambda key: (-self.values[key], key))
        for other in listed[:NEARER]:
            yield self.away(other, self.expert)

    def away(self, other: str, member: str | None) -> Nearer:
        """What keeps the other expert from the member's seat."""
        found = list(self.table.broken(self.work, other, None if self.standing else member))
        found.sort(key=lambda rule: rule.code == "capacity")
        if found and found[0].code != "capacity":
            return self._nearer(other, found[0].code, found[0].text)
        works = [work for work, panel in self.table.panels.items() if other in panel]
        free = [work for work in works if (work, other) not in self.table.fixed]
        if found and not free:
            return self._nearer(other, "full", STANDING)
        if not free or not (found or self._price(other)):
            return self._nearer(other, "other_goals", OTHER_GOALS)
        price, work = min((self._move(other, work, member), work) for work in sorted(free))
        return self._busy(other, work, price)

    def _nearer(
        self,
        expert: str,
        reason: str,
        text: str,
        *,
        work: str | None = None,
        price: float | None = None,
    ) -> Nearer:
        affinity = self.values[expert]
        return Nearer(
            expert=expert, affinity=affinity, reason=reason, text=text, work=work, price=price
        )

    def _busy(self, expert: str, work: str, price: float) -> Nearer:
        named = self.names.work(work)
        text = f"занят: его время дороже, в работе {named} он полезнее на {wording.decimal(price)}"
        if price <= 0:
            text = f"занят в работе {named}: обмен ничего не прибавил бы"
        return self._nearer(expert, "busy", text, work=work, price=price)

    def _price(self, expert: str) -> float:
        return float(self._prices[self._column[expert]])

    @cached_property
    def _prices(self) -> Floats:
        """What a unit of each expert's time is worth, in affinity."""
        proof = self.result.certificate.proofs[-1]
        listed = [proof.prices.get(expert.id, 0) for expert in self.instance.experts]
        return np.array(listed) / (proof.scale * self.result.certificate.unit)

    @cached_property
    def _column(self) -> dict[str, int]:
        return {expert.id: number for number, expert in enumerate(self.instance.experts)}

    @cached_property
    def _row(self) -> dict[str, int]:
        return {work.id: number for number, work in enumerate(self.instance.submissions)}

    def _move(self, expert: str, work: str, member: str | None) -> float:
        """What the plan loses by the prices when the expert leaves ``work`` for the member's seat."""
        there = self.instance.affinity[self._row[work], self._column[expert]] / self.instance.unit
        stays = there - self._second_best(work, expert)
        gains = self.values[expert]
        if member is not None:
            gains -= self.values[member] - self._price(member)
        return round(max(0.0, float(stays - gains)), 9)

    def _second_best(self, work: str, leaver: str) -> float:
        """The best that could come instead, its time paid for; 0 when nobody could."""
        affinity, column = self.instance.affinity[self._row[work]], self._column
        members = [column[key] for key in self.table.panels[work]]
        rest = [number for number in members if number != column[leaver]]
        crowd = np.bincount(self.instance.group[rest], minlength=len(self.instance.starts))
        fits = (affinity != NOT_ALLOWED) & (crowd < self._limit)[self.instance.group]
        fits[members] = False
        worth = affinity / self.instance.unit - self._prices
        return float(worth[fits].max(initial=0.0))

    @property
    def _limit(self) -> int:
        return self.problem.policy.max_per_municipality or 1

    def sentences(
        self, loss: float | None, reviews: int, nearer: tuple[Nearer, ...]
    ) -> Iterator[str]:
        yield self._closeness()
        if self.broken:
            yield f"Пара невозможна: {', '.join(rule.text for rule in self.broken)}."
        elif not self.chosen and self.result.draw is None:
            yield self._not_chosen()
        if self.standing:
            yield "Пара закреплена: эксперт уже приглашён или оценивает."
        yield from self._drawn()
        yield from self._price_told(loss, reviews)
        for one in nearer:
            near = wording.decimal(one.affinity, 2)
            yield f"{self.names.expert(one.expert)} (близость {near}) — {one.text}."

    def _closeness(self) -> str:
        near = wording.decimal(self.values[self.expert], 2)
        if self.rank is None:
            return f"Близость {near}."
        count = len(self.lawful)
        among = plural(
            count, "допустимого эксперта", "допустимых экспертов", "допустимых экспертов"
        )
        return f"Близость {near}: {self.rank}-е место среди {count} {among}."

    def _not_chosen(self) -> str:
        """Against the member most easily given up: the first seat that a rule leaves open."""
        panel = self.table.panels[self.work]
        free = [key for key in panel if (self.work, key) not in self.table.fixed]
        free.sort(key=lambda key: (self.values[key] - self._price(key), key))
        found = [self.away(self.expert, key) for key in free] or [self.away(self.expert, None)]
        best = min(found, key=lambda one: one.reason not in {"busy", "full", "other_goals"})
        member = free[found.index(best)] if free else None
        weaker = member is not None and self.values[member] >= self.values[self.expert]
        if weaker and best.reason == "other_goals":
            return "Не назначен: все члены коллегии не дальше от работы."
        return f"Не назначен: {best.text}."

    def _drawn(self) -> Iterator[str]:
        if self.result.draw is None:
            return
        odds = {row[:2]: row[2] for row in self.result.draw.probabilities}
        share = odds.get((self.work, self.expert), 0.0)
        yield f"План составлен жеребьёвкой, вероятность этой пары — {wording.decimal(share, 2)}."

    def _price_told(self, loss: float | None, reviews: int) -> Iterator[str]:
        if loss is None:
            return
        turned = "Без этой пары" if self.chosen else "С этой парой"
        if reviews > 0:
            yield f"{turned} плану не хватило бы ещё {wording.of_reviews(reviews)}."
        elif loss > 0:
            yield f"{turned} лучший план потерял бы {wording.decimal(loss)} близости."
        elif loss < 0:
            more = wording.decimal(-loss)
            yield f"{turned} близости было бы больше на {more}, но пострадали бы более важные цели."
        else:
            yield (
                f"{turned} лучший план был бы не хуже: пара выбрана из равных."
                if self.chosen
                else (f"{turned} лучший план был бы не хуже: можно поменять.")
            )
