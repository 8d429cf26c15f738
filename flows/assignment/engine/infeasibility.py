"""Why a plan cannot be full, in words an organiser can act on, and what would help.

Shortages come from a minimum cut (``shortages``); what is still missing beside them is due to the
rules no network carries. Works that compete for nobody are told together when one track or one
municipality is the reason. Remedies (``remedies``) were all solved again.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from flows.assignment import rules, wording
from flows.assignment.engine.goals import Optimum
from flows.assignment.engine.instance import Instance, Integers
from flows.assignment.engine.remedies import Lack, remedies
from flows.assignment.engine.shortages import Shortage, market, shortages
from flows.assignment.rules import Mask
from flows.assignment.wording import AS_GIVEN, Names
from flows.documents.wording import counted, plural
from schemas.assignment_problem import Candidate, Deficit, Problem, Trial

NO_PLACES = "нет свободных мест"
NO_ROOM = "в коллегии уже есть эксперты их муниципалитета"
RULE_TITLES = {
    "senior_required": "старший эксперт в каждой коллегии",
    "no_reciprocity": "запрет взаимных экспертиз",
    "no_municipal_reciprocity": "запрет взаимных экспертиз между муниципалитетами",
    "tracks": "эксперт оценивает только свои направления",
}


def deficits(
    problem: Problem, instance: Instance, optimum: Optimum, *, names: Names = AS_GIVEN
) -> tuple[Deficit, ...]:
    """Deficits of coverage with remedies, then the minimum loads that cannot be given."""
    short = int(instance.demand.sum()) - optimum.attained.coverage
    told = _Telling(problem, instance, names)
    found = told.coverage(optimum, short) if short else ()
    return (*found, *told.idle_minimums(optimum))


@dataclass(frozen=True)
class _Telling:
    """One problem's shortages in words."""

    problem: Problem
    instance: Instance
    names: Names

    def coverage(self, optimum: Optimum, short: int) -> tuple[Deficit, ...]:
        found = self._merged(shortages(market(self.instance)))
        rest = short - sum(shortage.missing for shortage in found)
        lacks = [Lack(shortage.rows, shortage.missing) for shortage in found]
        plain = [self._deficit(shortage) for shortage in found]
        if rest > 0:
            lacks.append(Lack(None, rest))
            plain.append(self._extra_rules(optimum, rest))
        helping = remedies(self.problem, self.instance, lacks)
        return tuple(map(self._with_remedies, plain, helping))

    def _merged(self, found: list[Shortage]) -> list[Shortage]:
        """Works that compete for nobody, by track where tracks divide experts, else by place."""
        alone = defaultdict(list)
        together = []
        for shortage in found:
            if len(shortage.columns):
                together.append(shortage)
                continue
            for row in shortage.rows.tolist():
                alone[self._cause(row)].append((row, shortage.missing // len(shortage.rows)))
        for _, rows in sorted(alone.items()):
            numbers = np.array(sorted(row for row, _ in rows), dtype=np.int64)
            nobody = np.zeros(0, dtype=np.int64)
            together.append(Shortage(numbers, nobody, sum(lacking for _, lacking in rows)))
        return sorted(together, key=lambda one: -one.missing)

    def _cause(self, row: int) -> tuple[str, str]:
        work = self.instance.submissions[row]
        track = rules.tidy(work.track)
        if track in self._divided:
            return "track", track
        return "place", self.facts.places.of(work.municipality)

    @cached_property
    def facts(self) -> rules.Facts:
        return rules.Facts(self.problem)

    @cached_property
    def _divided(self) -> set[str]:
        """Tracks that some experts do not review."""
        limits = {frozenset(map(rules.tidy, row.tracks)) for row in self.problem.experts}
        tracks = {rules.tidy(work.track) for work in self.problem.submissions}
        return {track for track in tracks if any(own and track not in own for own in limits)}

    def _with_remedies(self, deficit: Deficit, trials: list[Trial]) -> Deficit:
        told = tuple(sentence(trial, deficit.missing, self.problem, self.names) for trial in trials)
        return deficit.model_copy(update={"trials": tuple(trials), "remedies": told})

    def _deficit(self, shortage: Shortage) -> Deficit:
        works = [self.instance.submissions[row] for row in shortage.rows]
        useful: Mask = np.logical_or.reduce(self.instance.affinity[shortage.rows] >= 0, axis=0)
        experts = [self.instance.experts[column] for column in np.flatnonzero(useful)]
        text = (
            f"{self._what(shortage)}; {self._who(shortage.rows, useful, shortage.columns)}.",
            "" if self._all_seated(shortage.rows) else self._diversity(),
            self._others(shortage.rows, useful),
            f"Работы: {self._numbers([work.id for work in works])}.",
        )
        return Deficit(
            submissions=tuple(sorted(work.id for work in works)),
            experts=tuple(sorted(expert.id for expert in experts)),
            missing=shortage.missing,
            text=" ".join(filter(None, text)),
        )

    def _numbers(self, keys: list[str]) -> str:
        named = [self.names.work(key) for key in keys]
        return wording.listed(sorted(named, key=_naturally))

    def _what(self, shortage: Shortage) -> str:
        """«Направление 2: не хватает 5 экспертиз для 5 работ (Бодайбо — 2, Братск — 3)»."""
        works = [self.instance.submissions[row] for row in shortage.rows]
        places = Counter(self.names.place(work.municipality) for work in works)
        return (
            f"{self._tracks(works)}: не хватает {wording.of_reviews(shortage.missing)}"
            f" для {wording.of_works(len(works))} ({wording.tallied(places)})"
        )

    def _tracks(self, works: list[Candidate]) -> str:
        every = {rules.tidy(work.track) for work in self.problem.submissions}
        if len(every) > 1 and {rules.tidy(work.track) for work in works} == every:
            return "Все направления"
        return wording.tracks(
            sorted({self.names.track(work.track) for work in works}, key=_naturally)
        )

    def _who(self, rows: Integers, useful: Mask, scarce: Integers) -> str:
        count = int(useful.sum())
        if not count:
            return "ни один эксперт не может их оценить"
        columns = np.flatnonzero(useful)
        places = Counter(
            self.names.place(self.instance.experts[column].municipality) for column in columns
        )
        if not len(scarce) and self._all_seated(rows):
            fit = plural(count, "подходит", "подходят", "подходят")
            return f"{fit} только {wording.experts(count)}: {wording.tallied(places)}, больше звать некого"
        if not len(scarce):
            free = plural(count, "свободен", "свободны", "свободны")
            return f"{free} {wording.experts(count)}: {wording.tallied(places)}"
        seats = int(np.maximum(self.instance.capacity[scarce], 0).sum())
        fit = plural(count, "подходит", "подходят", "подходят")
        whose = "них" if len(scarce) == count else f"{len(scarce)} из них"
        places_left = counted(seats, "место", "места", "мест")
        return (
            f"{fit} {wording.experts(count)}: {wording.tallied(places)};"
            f" у {whose} всего {places_left}, и все заняты"
        )

    def _all_seated(self, rows: Integers) -> bool:
        """No panel turns anybody away: there is nobody else to ask."""
        able = np.add.reduceat(self.instance.affinity[rows] >= 0, self.instance.starts, axis=1)
        return bool((able <= self.instance.room[rows]).all())

    def _diversity(self) -> str:
        limit = self.problem.policy.max_per_municipality
        if limit is None:
            return ""
        return f"На одну работу — не больше {wording.of_experts(limit)} от муниципалитета."

    def _others(self, rows: Integers, useful: Mask) -> str:
        """Who cannot help, counted by the rule that stands in the way of most of these works."""
        others = np.flatnonzero(~useful)
        if not len(others):
            return ""
        reasons = self._reasons(rows, others)
        told = [f"{reason} — {count}" for reason, count in reasons.most_common()]
        cannot = plural(len(others), "помочь не может", "помочь не могут", "помочь не могут")
        rest = plural(len(others), "Ещё", "Ещё", "Ещё")
        return f"{rest} {wording.experts(len(others))} {cannot}: {', '.join(told)}."

    def _reasons(self, rows: Integers, others: Integers) -> Counter[str]:
        works = tuple(self.instance.submissions[row] for row in rows)
        experts = tuple(self.instance.experts[column] for column in others)
        listed = list(rules.forbidding(self.facts, works, experts))
        times = np.array([mask.sum(axis=0) for _, mask in listed])
        full = self.instance.capacity[others] <= 0
        reasons = [rule.reason for rule, _ in listed]
        found = Counter[str]()
        for number in range(len(others)):
            most = int(times[:, number].argmax())
            blocked = int(times[most, number]) > 0
            found[NO_PLACES if full[number] else reasons[most] if blocked else NO_ROOM] += 1
        return found

    def _extra_rules(self, optimum: Optimum, missing: int) -> Deficit:
        """What is still missing after the network's own shortages is due to the extra rules."""
        placed = np.bincount(optimum.solution.rows, minlength=len(self.instance.demand))
        rows = np.flatnonzero(placed < self.instance.demand)
        works = [self.instance.submissions[row].id for row in rows]
        policy = self.problem.policy
        guilty = [title for rule, title in RULE_TITLES.items() if getattr(policy, rule, False)]
        seniors = [expert for expert in self.problem.experts if expert.senior]
        seats = sum(expert.capacity for expert in seniors)
        led = (
            f" Старших экспертов: {len(seniors)}, мест у них: {seats}."
            if policy.senior_required
            else ""
        )
        text = (
            f"Не хватает {wording.of_reviews(missing)} для {wording.of_works(len(works))}:"
            f" мешает правило «{'» и «'.join(guilty)}».{led} Работы: {self._numbers(works)}."
        )
        helpers = tuple(sorted(expert.id for expert in seniors)) if policy.senior_required else ()
        return Deficit(
            submissions=tuple(sorted(works)), experts=helpers, missing=missing, text=text
        )

    def idle_minimums(self, optimum: Optimum) -> Iterator[Deficit]:
        loads = np.bincount(optimum.solution.columns, minlength=len(self.instance.experts))
        short = np.maximum(self.instance.minimum - loads, 0)
        missing = int(short.sum())
        if not missing:
            return
        experts = sorted(self.instance.experts[column].id for column in np.flatnonzero(short))
        told = wording.listed(sorted(map(self.names.expert, experts)))
        yield Deficit(
            submissions=(),
            experts=tuple(experts),
            missing=missing,
            text=(
                f"Наименьшую нагрузку нельзя дать всем: не хватает {wording.of_works(missing)}"
                f" (эксперты: {told}). План соблюдает её, насколько возможно."
            ),
            remedies=("Уменьшите наименьшую нагрузку этих экспертов.",),
        )


def _naturally(name: str) -> tuple[str, int, str]:
    """«№ 2» before «№ 12»."""
    digits = "".join(character for character in name if character.isdigit())
    return name.split(digits, maxsplit=1)[0] if digits else name, int(digits or 0), name


def sentence(trial: Trial, missing: int, problem: Problem, names: Names = AS_GIVEN) -> str:
    """A remedy and what it leaves, here and in the whole plan."""
    return f"{_what_to_do(trial, problem, names)}: {_outcome(trial, missing)}"


def _what_to_do(trial: Trial, problem: Problem, names: Names) -> str:
    policy, count = problem.policy, trial.count
    if trial.code == "newcomers":
        return _who_to_find(trial, names, senior=policy.senior_required)
    if trial.code == "fewer_reviews":
        fewer = policy.reviews - count
        return f"По {fewer} {plural(fewer, 'экспертизе', 'экспертизы', 'экспертиз')} на работу вместо {policy.reviews}"
    if trial.code == "more_per_municipality":
        more = (policy.max_per_municipality or 0) + count
        return f"До {wording.of_experts(more)} от одного муниципалитета на работу"
    if trial.code == "more_load":
        return f"Нагрузка каждого эксперта больше на {counted(count, 'работу', 'работы', 'работ')}"
    return f"Снять правило «{RULE_TITLES[str(trial.rule)]}»"


def _who_to_find(trial: Trial, names: Names, *, senior: bool) -> str:
    load = f"(нагрузка {trial.capacity})"
    whom = wording.senior_experts(trial.count) if senior else wording.experts(trial.count)
    more = f"Ещё {whom}"
    if trial.municipality is not None:
        return f"{more} из муниципалитета «{names.place(trial.municipality)}» {load}"
    if trial.count == 1:
        return f"{more} из нового муниципалитета {load}"
    return f"{more}, все из разных новых муниципалитетов {load}"


def _outcome(trial: Trial, missing: int) -> str:
    here, total = trial.left_here, trial.left_total
    if not total:
        return "хватит всем."
    whole = f"во всём плане не хватит {wording.of_reviews(total)}"
    if not here:
        return f"здесь хватит, {whole}."
    return f"здесь останется нехватка {here} (сейчас {missing}), {whole}."
