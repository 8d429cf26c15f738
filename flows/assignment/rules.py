"""The hard rules: who may never review what, as a table of keys that must or must not meet.

A rule forbids a pair when the work's keys and the expert's keys meet (own municipality, own
organisation, authorship, declared conflict, forbidden by the organiser) or, for tracks, when they
do not. One table therefore answers both questions: "why may this pair not be?" for one pair, and
the whole mask for a hundred million of them.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from schemas.assignment_problem import Candidate, Pair, Problem, Reviewer

Mask = NDArray[np.bool_]
Forbidden = tuple[NDArray[np.intp], ...]  # rows and columns of forbidden pairs

RECTANGLE = 1_000  # cells from which rows and columns are shorter to write than pairs


@lru_cache(maxsize=65_536)
def tidy(name: str) -> str:
    """The same name typed with other spaces or another Unicode form is the same name."""
    return " ".join(unicodedata.normalize("NFC", name).split())


class Places:
    """Union-find over municipality names: ``same_place`` pairs are one municipality.

    It goes by the first of its names in the alphabet, whatever the order of the pairs.
    """

    def __init__(self, same: Iterable[tuple[str, str]]) -> None:
        self._parent: dict[str, str] = {}
        for left, right in same:
            first, other = sorted((self.of(left), self.of(right)))
            self._parent[other] = first

    def of(self, name: str) -> str:
        root = tidy(name)
        while self._parent.get(root, root) != root:
            root = self._parent[root]
        return root


@dataclass(frozen=True)
class Facts:
    """What the rules look at, resolved once per problem."""

    problem: Problem

    @cached_property
    def places(self) -> Places:
        return Places(self.problem.same_place)

    @cached_property
    def conflicts(self) -> dict[str, tuple[str, ...]]:
        return _by_expert(self.problem.conflicts)

    @cached_property
    def forbidden(self) -> dict[str, tuple[str, ...]]:
        return _by_expert(self.problem.forbidden)


def _by_expert(pairs: Iterable[Pair]) -> dict[str, tuple[str, ...]]:
    listed = defaultdict(list)
    for submission, expert in pairs:
        listed[expert].append(submission)
    return {expert: tuple(submissions) for expert, submissions in listed.items()}


Keys = tuple[str, ...]


@dataclass(frozen=True)
class HardRule:
    """``reason`` completes "the expert may not review this work: ..."."""

    code: str
    reason: str
    of_submission: Callable[[Facts, Candidate], Keys]
    of_expert: Callable[[Facts, Reviewer], Keys]
    must_meet: bool = False  # tracks: no common key forbids, and no keys at all permit


def _place(facts: Facts, who: Candidate | Reviewer) -> Keys:
    return (facts.places.of(who.municipality),) if facts.problem.policy.cross_municipal else ()


def _organisation(_: Facts, who: Candidate | Reviewer) -> Keys:
    return (tidy(who.organisation),) if who.organisation.strip() else ()


HARD_RULES = (
    HardRule("own_municipality", "свой муниципалитет", _place, _place),
    HardRule("own_organisation", "своя организация", _organisation, _organisation),
    HardRule(
        "authorship",
        "собственная работа",
        lambda _, work: tuple(tidy(author) for author in work.authors),
        lambda _, expert: (tidy(expert.person),),
    ),
    HardRule(
        "conflict",
        "конфликт интересов",
        lambda _, work: (work.id,),
        lambda facts, expert: facts.conflicts.get(expert.id, ()),
    ),
    HardRule(
        "forbidden",
        "пара запрещена",
        lambda _, work: (work.id,),
        lambda facts, expert: facts.forbidden.get(expert.id, ()),
    ),
    HardRule(
        "track",
        "другое направление",
        lambda _, work: (tidy(work.track),),
        lambda _, expert: tuple(tidy(track) for track in expert.tracks),
        must_meet=True,
    ),
)


def broken(facts: Facts, submission: Candidate, expert: Reviewer) -> tuple[HardRule, ...]:
    """The hard rules this pair would break; empty means the pair is lawful."""
    return tuple(rule for rule in HARD_RULES if _forbids(rule, facts, submission, expert))


def _forbids(rule: HardRule, facts: Facts, submission: Candidate, expert: Reviewer) -> bool:
    theirs = rule.of_expert(facts, expert)
    meet = not set(theirs).isdisjoint(rule.of_submission(facts, submission))
    return bool(theirs) and not meet if rule.must_meet else meet


def lawful(facts: Facts, submissions: tuple[Candidate, ...], experts: tuple[Reviewer, ...]) -> Mask:
    """Mask (submissions x experts), true where no hard rule forbids the pair."""
    mask = np.ones((len(submissions), len(experts)), dtype=np.bool_)
    for forbidden in unlawful(facts, submissions, experts):
        mask[forbidden] = False
    return mask


def unlawful(
    facts: Facts, submissions: tuple[Candidate, ...], experts: tuple[Reviewer, ...]
) -> Iterator[Forbidden]:
    """What the rules forbid, as indices of a matrix submissions x experts: pairs and rectangles.

    Works with the same keys are looked up once, so a hundred million pairs take no longer than
    the cells they forbid.
    """
    for rule in HARD_RULES:
        rows, columns = [], []
        for row, column in _rectangles(rule, facts, submissions, experts):
            if len(row) * len(column) > RECTANGLE:
                yield np.ix_(row, column)
            else:
                rows.append(np.repeat(row, len(column)))
                columns.append(np.tile(column, len(row)))
        if rows:
            yield np.concatenate(rows), np.concatenate(columns)


def forbidding(
    facts: Facts, submissions: tuple[Candidate, ...], experts: tuple[Reviewer, ...]
) -> Iterator[tuple[HardRule, Mask]]:
    """Every hard rule with its own mask (submissions x experts), true where it forbids."""
    for rule in HARD_RULES:
        mask = np.zeros((len(submissions), len(experts)), dtype=np.bool_)
        for row, column in _rectangles(rule, facts, submissions, experts):
            mask[np.ix_(row, column)] = True
        yield rule, mask


def _rectangles(
    rule: HardRule,
    facts: Facts,
    submissions: tuple[Candidate, ...],
    experts: tuple[Reviewer, ...],
) -> Iterator[Forbidden]:
    """Works (rows) of the same keys, and the experts (columns) these keys forbid."""
    holders, keyless = _holders(rule, facts, experts)
    alike = defaultdict(list)
    for row, submission in enumerate(submissions):
        keys = rule.of_submission(facts, submission)
        if rule.must_meet or any(key in holders for key in keys):
            alike[keys].append(row)
    for keys, rows in alike.items():
        met = np.zeros(len(experts), dtype=np.bool_)
        for key in keys:
            met[holders.get(key, [])] = True
        yield np.array(rows), np.flatnonzero(~(met | keyless) if rule.must_meet else met)


def _holders(
    rule: HardRule, facts: Facts, experts: tuple[Reviewer, ...]
) -> tuple[dict[str, list[int]], Mask]:
    keys = [rule.of_expert(facts, expert) for expert in experts]
    listed = defaultdict(list)
    for column, held in enumerate(keys):
        for key in held:
            listed[key].append(column)
    return dict(listed), np.array([not held for held in keys], dtype=np.bool_)
