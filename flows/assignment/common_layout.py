"""Who can score the common works of the calibration round, who cannot and why."""

from collections import Counter

from flows.assignment.rules import Facts, broken
from flows.assignment.wording import AS_GIVEN, Names
from schemas.assignment_problem import Pair, Problem
from schemas.base import Schema


class Bar(Schema):
    """Why an expert may not score a common work: reasons of hard rules, as people are told."""

    submission_id: str
    expert_id: str
    reasons: tuple[str, ...]


class Layout(Schema):
    """What opening a round would do; ``left_out`` are experts barred from all its works."""

    invited: tuple[Pair, ...]
    bars: tuple[Bar, ...]
    left_out: tuple[str, ...]

    def panel(self, submission_id: str) -> tuple[str, ...]:
        return tuple(expert for work, expert in self.invited if work == submission_id)

    @property
    def is_linked(self) -> bool:
        """Whether all who are invited end in one group, by a work or by an expert of both."""
        works = {work for work, _ in self.invited}
        loads = Counter(expert for _, expert in self.invited)
        return len(works) < 2 or max(loads.values()) > 1  # noqa: PLR2004


def lay_out(problem: Problem, names: Names = AS_GIVEN) -> Layout:
    """Every expert with every work, but for pairs that a hard rule forbids.

    Capacities and the places on a panel do not count: these works are for everybody.
    """
    facts, invited, bars = Facts(problem), [], []
    for work in problem.submissions:
        for expert in problem.experts:
            rules = broken(facts, work, expert)
            if not rules:
                invited.append((work.id, expert.id))
                continue
            reasons = tuple(names.why_not(rule, work.id, expert.id) for rule in rules)
            bars.append(Bar(submission_id=work.id, expert_id=expert.id, reasons=reasons))
    busy = {expert for _, expert in invited}
    left_out = tuple(one.id for one in problem.experts if one.id not in busy)
    return Layout(invited=tuple(invited), bars=tuple(bars), left_out=left_out)
