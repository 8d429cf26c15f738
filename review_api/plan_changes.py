"""What applying a plan would change: who stays, who leaves and who joins, work by work."""

from collections import Counter
from collections.abc import Iterable

from review_api.plan_view import Opened
from schemas.assignment_problem import Pair
from schemas.base import Schema


class Change(Schema):
    """One work whose experts would not be those of now."""

    id: str
    number: int
    title: str
    stays: tuple[str, ...]
    leaves: tuple[str, ...]
    joins: tuple[str, ...]


class Changes(Schema):
    """``untouched`` works keep exactly the experts they have."""

    stays: int
    leaves: int
    joins: int
    untouched: int
    works: tuple[Change, ...]
    loads: tuple[tuple[str, int, int], ...]


def against_now(opened: Opened) -> Changes:
    """The plan against the assignments that stand."""
    listed = [change(opened, one.id) for one in opened.problem.submissions]
    moved = [one for one in listed if one.leaves or one.joins]
    return Changes(
        stays=len(opened.pairs & opened.held),
        leaves=len(opened.held - opened.pairs),
        joins=len(opened.pairs - opened.held),
        untouched=len(listed) - len(moved),
        works=tuple(sorted(moved, key=lambda one: one.number)),
        loads=moved_loads(opened),
    )


def change(opened: Opened, submission_id: str) -> Change:
    registry = opened.registry
    then, now = of_work(opened.pairs, submission_id), of_work(opened.held, submission_id)
    return Change(
        id=submission_id,
        number=registry.number(submission_id),
        title=registry.title(submission_id),
        stays=named(opened, then & now),
        leaves=named(opened, now - then),
        joins=named(opened, then - now),
    )


def of_work(pairs: Iterable[Pair], submission_id: str) -> frozenset[str]:
    return frozenset(expert for one, expert in pairs if one == submission_id)


def named(opened: Opened, experts: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(opened.registry.named(key) for key in experts))


def moved_loads(opened: Opened) -> tuple[tuple[str, int, int], ...]:
    """(expert, works now, works then) where they differ."""
    now = Counter(expert for _, expert in opened.held)
    then = Counter(expert for _, expert in opened.pairs)
    moved = [key for key in now.keys() | then.keys() if now[key] != then[key]]
    return tuple(sorted((opened.registry.named(key), now[key], then[key]) for key in moved))
