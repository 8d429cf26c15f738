"""Two plans side by side: what stayed, what changed, and why each change was made.

The plans may answer different problems (other rules, experts, works), so a pair that left is first
tried against the second problem's rules. What no rule explains is followed back along the chain of
moves: an expert who left a work for a needier one made room there, and so on until a work that
lost somebody, is new or wants more reviews. What is left are exchanges for a better plan.
"""

from collections import Counter, defaultdict, deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from flows.assignment import rules
from flows.assignment.engine.report import gini
from flows.assignment.wording import AS_GIVEN, Names
from schemas.assignment_problem import Candidate, Pair, Problem, Result, Reviewer
from schemas.plan_comparison import (
    Affinities,
    Comparison,
    Figures,
    LoadChange,
    PairChange,
    PanelChange,
    Stability,
)

# What a caller may know about a pair that left, beyond the problem: ``causes`` of ``compare``.
DECLINED, EXPIRED, BY_HAND = "declined", "expired", "by_hand"
REASONS: Mapping[str, str] = {
    "declined": "эксперт отказался",
    "expired": "эксперт не ответил в срок",
    "by_hand": "правка от руки",
    "work_withdrawn": "работы больше нет в плане",
    "expert_gone": "эксперта больше нет в плане",
    "capacity": "нагрузка эксперта стала меньше: не больше {load}",
    "max_per_municipality": "экспертов из муниципалитета «{place}» в коллегии стало бы больше, чем можно",
    "reviews": "работе нужно меньше экспертиз",
    "made_room": "понадобился работе {number}",
    "exchanged": "обмен: так план в целом лучше",
    "new_work": "новая работа",
    "new_expert": "новый эксперт",
    "extra_review": "работе нужно больше экспертиз",
    "gap_filled": "раньше на эту работу не хватало экспертов",
    "instead": "вместо эксперта {expert}: {why}",
}


@dataclass(frozen=True)
class Side:
    """A problem and the pairs of one plan for it, with their affinities."""

    problem: Problem
    pairs: Affinities

    @classmethod
    def of(cls, problem: Problem, result: Result) -> "Side":
        return cls(problem, result.pairs)

    @cached_property
    def affinity(self) -> dict[Pair, float]:
        return {(work, expert): value for work, expert, value in self.pairs}

    @cached_property
    def works(self) -> dict[str, Candidate]:
        return {work.id: work for work in self.problem.submissions}

    @cached_property
    def experts(self) -> dict[str, Reviewer]:
        return {expert.id: expert for expert in self.problem.experts}

    @cached_property
    def loads(self) -> Counter[str]:
        return Counter(expert for _, expert in self.affinity)

    @cached_property
    def panels(self) -> dict[str, list[str]]:
        panels = defaultdict(list)
        for work, expert in sorted(self.affinity):
            panels[work].append(expert)
        return panels

    def wanted(self, work: str) -> int:
        own = self.works[work].reviews
        return self.problem.policy.reviews if own is None else own


def compare(
    before: Side,
    after: Side,
    *,
    causes: Mapping[Pair, str] | None = None,
    names: Names = AS_GIVEN,
) -> Comparison:
    """The second plan against the first.

    ``causes`` are what the problems cannot tell: ``DECLINED`` and ``EXPIRED`` of pairs that left,
    ``BY_HAND`` of pairs that an edit took out or put in.
    """
    reasons = _Reasons(before, after, causes or {}, names)
    kept = tuple(sorted(before.affinity.keys() & after.affinity.keys()))
    left, joined = tuple(reasons.left()), tuple(reasons.joined())
    was, now = figures(before), figures(after)
    difference = {name: getattr(now, name) - getattr(was, name) for name in Figures.model_fields}
    return Comparison(
        kept=kept,
        left=left,
        joined=joined,
        panels=tuple(_panels(before, after)),
        loads=tuple(_loads(left, joined, before, after)),
        before=was,
        after=now,
        difference=Figures(**difference),
        stability=_stability(before, after, len(kept)),
    )


def figures(side: Side) -> Figures:
    """The plan in numbers; panels are means over the reviews their works want."""
    total = sum(side.affinity.values())
    sums: defaultdict[str, float] = defaultdict(float)
    for (work, _), value in side.affinity.items():
        sums[work] += value
    wanted = {work: max(side.wanted(work), len(side.panels.get(work, ()))) for work in side.works}
    panels = np.array([sums[work] / size for work, size in wanted.items() if size])
    loads = np.array([side.loads[expert] for expert in side.experts], dtype=np.int64)
    return Figures(
        pairs=len(side.affinity),
        missing=sum(wanted.values()) - len(side.affinity),
        total=total,
        mean=total / len(side.affinity) if side.affinity else 0.0,
        min=float(panels.min()) if len(panels) else 0.0,
        p5=float(np.percentile(panels, 5)) if len(panels) else 0.0,
        load_gini=gini(loads),
    )


def _panels(before: Side, after: Side) -> Iterator[PanelChange]:
    for work in sorted(before.works.keys() & after.works.keys()):
        was, now = set(before.panels.get(work, ())), set(after.panels.get(work, ()))
        if was != now:
            yield PanelChange(
                submission=work,
                kept=tuple(sorted(was & now)),
                left=tuple(sorted(was - now)),
                joined=tuple(sorted(now - was)),
            )


def _loads(
    left: tuple[PairChange, ...], joined: tuple[PairChange, ...], before: Side, after: Side
) -> Iterator[LoadChange]:
    lost: defaultdict[str, list[str]] = defaultdict(list)
    gained: defaultdict[str, list[str]] = defaultdict(list)
    for listed, changes in ((lost, left), (gained, joined)):
        for change in changes:
            listed[change.expert].append(change.submission)
    for expert in sorted(lost.keys() | gained.keys()):
        yield LoadChange(
            expert=expert,
            before=before.loads[expert],
            after=after.loads[expert],
            left=tuple(lost[expert]),
            joined=tuple(gained[expert]),
        )


def _stability(before: Side, after: Side, kept: int) -> Stability:
    common = before.works.keys() & after.works.keys()
    same = sum(before.panels.get(work) == after.panels.get(work) for work in common)
    everyone = before.loads.keys() | after.loads.keys()
    moved = sum(max(0, after.loads[expert] - before.loads[expert]) for expert in everyone)
    return Stability(
        pairs_kept=kept / len(before.affinity) if before.affinity else 1.0,
        panels_unchanged=same / len(common) if common else 1.0,
        load_moved=moved,
    )


@dataclass(frozen=True)
class _Reason:
    """A code, the words that fill its sentence, and the work the change was made for."""

    code: str
    text: str
    work: str | None = None


class _Reasons:
    def __init__(self, before: Side, after: Side, causes: Mapping[Pair, str], names: Names) -> None:
        self.before, self.after, self.causes, self.names = before, after, causes, names
        self.facts = rules.Facts(after.problem)
        self.gone = sorted(before.affinity.keys() - after.affinity.keys())
        self.come = sorted(after.affinity.keys() - before.affinity.keys())
        self.forced = {pair: found for pair in self.gone if (found := self._forced(pair))}
        self.moved = self._chains()

    def left(self) -> Iterator[PairChange]:
        for pair in self.gone:
            yield self._change(pair, self.before.affinity[pair], "left", self._why_left(pair))

    def joined(self) -> Iterator[PairChange]:
        replaced = self._replaced()
        for pair in self.come:
            reason = self._why_joined(pair, replaced.get(pair))
            yield self._change(pair, self.after.affinity[pair], "joined", reason)

    def _change(self, pair: Pair, affinity: float, change: str, reason: _Reason) -> PairChange:
        return PairChange.model_validate(
            {
                "submission": pair[0],
                "expert": pair[1],
                "affinity": affinity,
                "change": change,
                "reason": reason.code,
                "text": reason.text,
                "work": reason.work,
            }
        )

    def _said(self, code: str, work: str | None = None, **words: object) -> _Reason:
        return _Reason(code, REASONS[code].format(**words), work)

    def _why_left(self, pair: Pair) -> _Reason:
        return self.forced.get(pair) or self.moved.get(pair) or self._said("exchanged")

    def _forced(self, pair: Pair) -> _Reason | None:
        """What makes the old pair impossible in the new problem; none when it could have stayed."""
        work, expert = self.after.works.get(pair[0]), self.after.experts.get(pair[1])
        if pair in self.causes:
            return self._said(self.causes[pair])
        if work is None:
            return self._said("work_withdrawn")
        if expert is None:
            return self._said("expert_gone")
        broken = rules.broken(self.facts, work, expert)
        if broken:
            return _Reason(broken[0].code, self.names.why_not(broken[0], *pair))
        return self._no_room(work, expert)

    def _no_room(self, work: Candidate, expert: Reviewer) -> _Reason | None:
        """Limits that became tighter than the old plan was."""
        if expert.capacity < self.before.loads[expert.id]:
            return self._said("capacity", load=expert.capacity)
        if self.after.wanted(work.id) < len(self.before.panels[work.id]):
            return self._said("reviews")
        limit, place = self.after.problem.policy.max_per_municipality, self._place(expert.id)
        panel = [one for one in self.before.panels[work.id] if one in self.after.experts]
        if limit is not None and sum(self._place(one) == place for one in panel) > limit:
            return self._said("max_per_municipality", place=self.names.place(expert.municipality))
        return None

    def _place(self, expert: str) -> str:
        return self.facts.places.of(self.after.experts[expert].municipality)

    def _chains(self) -> dict[Pair, _Reason]:
        """Pairs that broke up because their expert was needed elsewhere, from the needy works on."""
        leaving, arriving = defaultdict(list), defaultdict(list)
        for work, expert in self.gone:
            leaving[expert].append(work)
        for work, expert in self.come:
            arriving[work].append(expert)
        needy = deque(sorted(self._needy()))
        seen, found = set(needy), dict[Pair, _Reason]()
        while needy:
            work = needy.popleft()
            for expert in arriving[work]:
                for other in leaving[expert]:
                    if (other, expert) in self.forced or (other, expert) in found:
                        continue
                    found[other, expert] = self._said(
                        "made_room", work, number=self.names.work(work)
                    )
                    if other not in seen:
                        seen.add(other)
                        needy.append(other)
        return found

    def _needy(self) -> set[str]:
        """Works that would have had an empty place without a change."""
        spared = {"reviews", "work_withdrawn"}  # these leave no place to fill
        lost = {pair[0] for pair, why in self.forced.items() if why.code not in spared}
        lost |= {pair[0] for pair in self.come if pair in self.causes}
        return lost | {work for work in self.after.works if self._grew(work)}

    def _grew(self, work: str) -> str | None:
        """Why the work has more experts to find than it lost."""
        if work not in self.before.works:
            return "new_work"
        if self.after.wanted(work) > self.before.wanted(work):
            return "extra_review"
        if len(self.before.panels.get(work, ())) < self.before.wanted(work):
            return "gap_filled"
        return None

    def _replaced(self) -> dict[Pair, str]:
        """Who came for whom in a panel: those who had to leave are replaced first."""
        leavers, comers = defaultdict(list), defaultdict(list)
        for pair in sorted(self.gone, key=lambda pair: (pair not in self.forced, pair)):
            leavers[pair[0]].append(pair[1])
        for work, expert in self.come:
            comers[work].append(expert)
        return {
            (work, comer): leaver
            for work, listed in comers.items()
            for comer, leaver in zip(listed, leavers[work], strict=False)
        }

    def _why_joined(self, pair: Pair, instead: str | None) -> _Reason:
        work, expert = pair
        if pair in self.causes:
            return self._said(self.causes[pair])
        if instead is not None:
            why = self._why_left((work, instead))
            if why.code == "exchanged" and expert not in self.before.experts:
                return self._said("new_expert")
            if why.code == "exchanged":
                return why
            told = self._said("instead", expert=self.names.expert(instead), why=why.text)
            return _Reason("instead", told.text, why.work)
        grew = self._grew(work)
        if grew:
            return self._said(grew)
        return self._said("new_expert" if expert not in self.before.experts else "exchanged")
