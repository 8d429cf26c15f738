"""What applying a plan would change: who stays, who leaves and who joins, work by work and why."""

from collections import Counter
from collections.abc import Iterable

from flows.assignment import drafts
from flows.assignment.engine.changes import Side, compare
from flows.assignment.naming import names_of
from review_api.plans.view import Opened
from schemas.assignment_problem import Pair
from schemas.base import Schema
from schemas.ordering import name_key
from storage.work import Work

Reasons = dict[Pair, str]


class Change(Schema):
    """One work whose experts would not be those of now."""

    id: str
    number: int
    title: str
    stays: tuple[str, ...]
    leaves: tuple[str, ...]
    joins: tuple[str, ...]


class Changes(Schema):
    """``untouched`` works keep exactly the experts they have; ``withdrawn`` are who would leave."""

    stays: int
    leaves: int
    joins: int
    untouched: int
    withdrawn: tuple[str, ...]
    works: tuple[Change, ...]
    loads: tuple[tuple[str, int, int], ...]


def against_now(work: Work, opened: Opened) -> Changes:
    """The plan against the assignments that stand."""
    why = reasons(work, opened) if opened.held else {}
    listed = [
        change(opened, one.id, why)
        for one in opened.problem.submissions
        if one.id not in opened.own
    ]
    moved = [one for one in listed if one.leaves or one.joins]
    return Changes(
        stays=len(opened.pairs & opened.held),
        leaves=len(opened.held - opened.pairs),
        joins=len(opened.pairs - opened.held),
        untouched=len(listed) - len(moved),
        withdrawn=withdrawn(opened),
        works=tuple(sorted(moved, key=lambda one: one.number)),
        loads=moved_loads(opened),
    )


def reasons(work: Work, opened: Opened) -> Reasons:
    """Why each pair would leave or join, as two plans are compared."""
    problem = opened.problem
    experts = {one.id for one in problem.experts}
    standing = tuple((one, expert, 0.0) for one, expert in sorted(opened.held) if expert in experts)
    found = compare(
        Side(problem, standing),
        Side.of(problem, opened.result),
        causes=drafts.causes(work, opened.plan.marathon_id),
        names=names_of(work, problem),
    )
    return {(one.submission, one.expert): one.text for one in (*found.left, *found.joined)}


def withdrawn(opened: Opened) -> tuple[str, ...]:
    registry = opened.registry
    gone = sorted(opened.held - opened.pairs, key=lambda pair: registry.number(pair[0]))
    return tuple(f"{registry.named(expert)}: {registry.work(one)}" for one, expert in gone)


def change(opened: Opened, submission_id: str, why: Reasons) -> Change:
    registry = opened.registry
    then, now = of_work(opened.pairs, submission_id), of_work(opened.held, submission_id)
    return Change(
        id=submission_id,
        number=registry.number(submission_id),
        title=registry.title(submission_id),
        stays=named(opened, submission_id, then & now, {}),
        leaves=named(opened, submission_id, now - then, why),
        joins=named(opened, submission_id, then - now, why),
    )


def of_work(pairs: Iterable[Pair], submission_id: str) -> frozenset[str]:
    return frozenset(expert for one, expert in pairs if one == submission_id)


def named(
    opened: Opened, submission_id: str, experts: Iterable[str], why: Reasons
) -> tuple[str, ...]:
    listed = {opened.registry.named(key): why.get((submission_id, key), "") for key in experts}
    return tuple(f"{name} — {text}" if text else name for name, text in sorted(listed.items()))


def moved_loads(opened: Opened) -> tuple[tuple[str, int, int], ...]:
    """(expert, works now, works then) where they differ."""
    now = Counter(expert for _, expert in opened.held)
    then = Counter(expert for _, expert in opened.pairs)
    moved = [key for key in now.keys() | then.keys() if now[key] != then[key]]
    told = [(opened.registry.named(key), now[key], then[key]) for key in moved]
    return tuple(sorted(told, key=lambda row: name_key(row[0])))
