"""Two plans side by side, in words: what was asked differently and what came of it."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from review_api.formats import marked
from review_api.plans.names import Registry
from review_api.plans.view import Opened
from review_api.plans.words import parameters
from schemas.assignment import Edit
from schemas.assignment_problem import Problem
from schemas.base import Schema
from schemas.ordering import name_key
from schemas.plan_comparison import Comparison, Figures, PairChange, PanelChange

EVEN = 0.00005  # smaller differences are none
# Field: words, digits shown, and whether more is better.
FIGURES: Mapping[str, tuple[str, int, bool]] = {
    "pairs": (marked("Назначений"), 0, True),
    "missing": (marked("Не хватает экспертиз"), 0, False),
    "total": (marked("Сумма близости"), 4, True),
    "mean": (marked("Средняя близость"), 3, True),
    "min": (marked("Самая слабая коллегия"), 3, True),
    "p5": (marked("Слабые коллегии: нижняя двадцатая часть"), 3, True),
    "load_gini": (marked("Неравенство нагрузки"), 3, False),
}


class Figure(Schema):
    """``verdict`` is better, worse or same, of the second plan."""

    name: str
    left: float
    right: float
    digits: int
    change: float
    verdict: str


class Parameter(Schema):
    name: str
    left: str
    right: str


class Move(Schema):
    """An expert who left a panel or joined it, and why."""

    expert: str
    change: str
    text: str


class Panel(Schema):
    id: str
    number: int
    title: str
    kept: tuple[str, ...]
    moves: tuple[Move, ...]


class Both:
    """The names of two plans; whoever is in one of them has a name."""

    def __init__(self, left: Registry, right: Registry) -> None:
        self.left = left
        self.right = right

    def named(self, expert_id: str) -> str:
        known = self.right if expert_id in self.right.names else self.left
        return known.named(expert_id)


def figures(before: Figures, after: Figures) -> tuple[Figure, ...]:
    return tuple(figure(name, before, after) for name in FIGURES)


def figure(name: str, before: Figures, after: Figures) -> Figure:
    words, digits, more_is_better = FIGURES[name]
    left, right = float(getattr(before, name)), float(getattr(after, name))
    change = right - left
    better = (change > 0) == more_is_better
    verdict = "same" if abs(change) < EVEN else "better" if better else "worse"
    return Figure(
        name=words, left=left, right=right, digits=digits, change=abs(change), verdict=verdict
    )


def differing(left: Opened, right: Opened) -> tuple[Parameter, ...]:
    """What was asked of the engine differently: rules, then who there was."""
    rules = zip(parameters(left.problem.policy), parameters(right.problem.policy), strict=True)
    listed = [(one.name, one.value, other.value) for one, other in rules]
    listed += [
        (name, str(one), str(other))
        for (name, one), (_, other) in zip(people(left.problem), people(right.problem), strict=True)
    ]
    return tuple(
        Parameter(name=name, left=one, right=other) for name, one, other in listed if one != other
    )


def people(problem: Problem) -> Iterable[tuple[str, int]]:
    return (
        ("Работ", len(problem.submissions)),
        ("Экспертов", len(problem.experts)),
        ("Мест у экспертов", sum(one.capacity for one in problem.experts)),
        ("Конфликтов интересов", len(problem.conflicts)),
        ("Начатых экспертиз", len(problem.fixed)),
    )


def panels(
    comparison: Comparison, left: Opened, right: Opened, edits: Sequence[Edit]
) -> tuple[Panel, ...]:
    """Changed panels by number, every move with its reason; ``edits`` were made by hand."""
    names = Both(left.registry, right.registry)
    moves: dict[str, list[Move]] = {}
    for change in (*comparison.left, *comparison.joined):
        text = right.registry.readable(reason(change, edits))
        moved = Move(expert=names.named(change.expert), change=change.change, text=text)
        moves.setdefault(change.submission, []).append(moved)
    own = left.own | right.own
    listed = [
        panel(one, moves.get(one.submission, []), right, names)
        for one in comparison.panels
        if one.submission not in own
    ]
    return tuple(sorted(listed, key=lambda one: one.number))


def reason(change: PairChange, edits: Sequence[Edit]) -> str:
    """What the engine says, unless a person did it."""
    by_hand = {(edit.submission_id, key) for edit in edits for key in (edit.out, edit.into)}
    if (change.submission, change.expert) in by_hand:
        return "правка от руки"
    if edits and change.reason == "exchanged":
        return "переставлен вслед за правкой"
    return change.text


def panel(one: PanelChange, moves: Sequence[Move], right: Opened, names: Both) -> Panel:
    return Panel(
        id=one.submission,
        number=right.registry.number(one.submission),
        title=right.registry.title(one.submission),
        kept=tuple(names.named(expert) for expert in one.kept),
        moves=tuple(moves),
    )


def loads(comparison: Comparison, left: Opened, right: Opened) -> list[tuple[str, int, int]]:
    """(expert, works before, works after) where they differ, each without works of one's own."""
    names = Both(left.registry, right.registry)
    if not left.own | right.own:
        told = [(names.named(one.expert), one.before, one.after) for one in comparison.loads]
        return sorted(told, key=lambda row: name_key(row[0]))
    before, after = (Counter(expert for _, expert in one.pairs) for one in (left, right))
    moved = [key for key in before.keys() | after.keys() if before[key] != after[key]]
    told = [(names.named(key), before[key], after[key]) for key in moved]
    return sorted(told, key=lambda row: name_key(row[0]))
