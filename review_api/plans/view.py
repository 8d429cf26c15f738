"""A plan as people look at it: panels, loads, who reads whom, what is missing."""

from collections import Counter, defaultdict
from collections.abc import Collection
from typing import Any, TypeVar

from review_api import trial_form
from review_api.plans.names import Registry
from review_api.plans.remedies import Remedy, remedies
from review_api.plans.words import STATUS_WORDS
from schemas.assignment import Plan, WhatIf
from schemas.assignment_problem import Pair, Problem, Result
from schemas.base import Schema
from schemas.ordering import name_key
from storage.work import Work

Row = TypeVar("Row", bound=tuple[Any, ...])


class Seat(Schema):
    """An expert on a panel; ``new`` ones do not hold the work yet."""

    expert_id: str
    name: str
    municipality: str
    affinity: float
    senior: bool
    new: bool


class Panel(Schema):
    """A work with the experts proposed for it; ``missing`` is how many there are not.

    An ``own`` work of whoever looks has no facts here but that it is there.
    """

    id: str
    number: int
    title: str
    track: str
    municipality: str
    seats: tuple[Seat, ...]
    missing: int
    affinity: float
    own: bool = False


class Load(Schema):
    """``price`` is what one more place of this expert would be worth, in affinity."""

    id: str
    name: str
    municipality: str
    works: int
    new: int
    capacity: int
    senior: bool
    price: float


class Missing(Schema):
    works: tuple[str, ...]
    experts: tuple[str, ...]
    count: int
    text: str
    remedies: tuple[Remedy, ...]


class PlanView(Schema):
    """``matrix`` counts pairs by (place of the work, place of the expert)."""

    panels: tuple[Panel, ...]
    loads: tuple[Load, ...]
    places: tuple[str, ...]
    matrix: dict[str, dict[str, int]]
    pairs: int
    invitations: int
    invited: tuple[str, ...]
    wanted: int
    status: str
    status_words: str
    mean: float
    lowest: float
    total: float
    gap: float
    missing: tuple[Missing, ...]


class Opened:
    """A plan with its problem, its answer, the names in it and the pairs that stand now.

    ``authored`` works are those of whoever looks: who reviews them is left out everywhere, so
    that no load or count gives it away. ``answer`` is the whole result, for checking only.
    """

    def __init__(self, work: Work, plan: Plan, authored: frozenset[str] = frozenset()) -> None:
        self.plan = plan
        self.problem = Problem.model_validate(plan.problem)
        self.own = authored & {one.id for one in self.problem.submissions}
        self.answer = Result.model_validate(plan.result)
        self.result = without(self.answer, self.own)
        self.registry = Registry(work, self.problem)
        rounds = {key: one.round for key, one in self.registry.submissions.items()}
        self.held: frozenset[Pair] = frozenset(
            (item.submission_id, item.expert_id)
            for item in work.assignments.held(plan.marathon_id)
            if rounds.get(item.submission_id) == item.round and item.submission_id not in self.own
        )

    @property
    def pairs(self) -> frozenset[Pair]:
        return frozenset((one, expert) for one, expert, _ in self.result.pairs)


def without(result: Result, own: frozenset[str]) -> Result:
    """The result as one who wrote these works may see it."""
    if not own:
        return result
    draw, link = result.draw, result.connectivity
    changes: dict[str, object] = {
        "pairs": others(result.pairs, own),
        "deficits": tuple(one for one in result.deficits if own.isdisjoint(one.submissions)),
        "draw": draw and draw.model_copy(update={"probabilities": others(draw.probabilities, own)}),
        "connectivity": link
        and link.model_copy(
            update={"taken": others(link.taken, own), "given": others(link.given, own)}
        ),
    }
    return result.model_copy(update=changes)


def others(rows: tuple[Row, ...], own: frozenset[str]) -> tuple[Row, ...]:
    """Rows that begin with another work."""
    return tuple(row for row in rows if row[0] not in own)


def view(opened: Opened) -> PlanView:
    result, registry = opened.result, opened.registry
    new = Counter(expert for _, expert in opened.pairs - opened.held)
    found = panels(opened)
    return PlanView(
        panels=found,
        loads=loads(opened, new),
        places=tuple(sorted({registry.seat_of(key) for key in registry.reviewers}, key=name_key)),
        matrix=matrix(result, registry),
        pairs=len(result.pairs),
        invitations=sum(new.values()),
        invited=tuple(sorted(f"{registry.name(key)}: {count}" for key, count in new.items())),
        wanted=sum(count for key, count in wanted(opened.problem).items() if key not in opened.own),
        status=result.status,
        status_words=STATUS_WORDS[result.status],
        mean=result.metrics.mean,
        lowest=result.metrics.min,
        total=result.total,
        gap=result.gap,
        missing=missing(opened),
    )


def wanted(problem: Problem) -> dict[str, int]:
    return {
        one.id: problem.policy.reviews if one.reviews is None else one.reviews
        for one in problem.submissions
    }


def chosen_of(result: Result) -> dict[str, list[tuple[str, float]]]:
    """Experts with affinities by work, the nearest first."""
    chosen: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for submission, expert, affinity in sorted(result.pairs, key=lambda pair: -pair[2]):
        chosen[submission].append((expert, affinity))
    return chosen


def panels(opened: Opened) -> tuple[Panel, ...]:
    """Works short of experts first, then the weakest panels."""
    chosen, needs, registry = chosen_of(opened.result), wanted(opened.problem), opened.registry
    found = [
        Panel(
            id=one.id,
            number=registry.number(one.id),
            title=registry.title(one.id),
            track=one.track,
            municipality=registry.home_of(one.id),
            seats=tuple(seat(opened, one.id, *taken) for taken in chosen[one.id]),
            missing=0 if one.id in opened.own else max(0, needs[one.id] - len(chosen[one.id])),
            affinity=sum(value for _, value in chosen[one.id]) / max(len(chosen[one.id]), 1),
            own=one.id in opened.own,
        )
        for one in opened.problem.submissions
    ]
    return tuple(sorted(found, key=lambda panel: (-panel.missing, panel.affinity, panel.number)))


def seat(opened: Opened, submission_id: str, expert_id: str, affinity: float) -> Seat:
    registry = opened.registry
    return Seat(
        expert_id=expert_id,
        name=registry.name(expert_id),
        municipality=registry.seat_of(expert_id),
        affinity=affinity,
        senior=registry.reviewers[expert_id].senior,
        new=(submission_id, expert_id) not in opened.held,
    )


def loads(opened: Opened, new: Counter[str]) -> tuple[Load, ...]:
    """The busiest first; prices are those of the proof of the total."""
    works = Counter(expert for _, expert, _ in opened.result.pairs)
    prices, registry = prices_of(opened.result), opened.registry
    found = [
        Load(
            id=one.id,
            name=registry.name(one.id),
            municipality=registry.seat_of(one.id),
            works=works[one.id],
            new=new[one.id],
            capacity=one.capacity,
            senior=one.senior,
            price=prices.get(one.id, 0.0),
        )
        for one in opened.problem.experts
    ]
    return tuple(sorted(found, key=lambda load: (-load.works, name_key(load.name), load.id)))


def prices_of(result: Result) -> dict[str, float]:
    """What a unit of each expert's load is worth in affinity, by the proof of the total.

    An incomplete plan is proven with reviews worth more than any affinity; such prices say what is
    scarce and not how much affinity it costs, and come as they are.
    """
    proof = next((one for one in result.certificate.proofs if one.goal == "total"), None)
    if proof is None:
        return {}
    unit = proof.scale * max(proof.weights.affinity, 1) * result.certificate.unit
    return {key: price / unit for key, price in proof.prices.items()}


def matrix(result: Result, registry: Registry) -> dict[str, dict[str, int]]:
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for submission, expert, _ in result.pairs:
        counts[registry.home_of(submission)][registry.seat_of(expert)] += 1
    return {home: dict(counts[home]) for home in sorted(counts)}


def missing(opened: Opened) -> tuple[Missing, ...]:
    registry, policy = opened.registry, opened.problem.policy
    return tuple(
        Missing(
            works=named(one.submissions, registry),
            experts=tuple(registry.named(key) for key in one.experts),
            count=one.missing,
            text=registry.readable(one.text),
            remedies=tuple(
                with_trial(remedy, opened.plan.what_if) for remedy in remedies(one, policy)
            ),
        )
        for one in opened.result.deficits
    )


def with_trial(remedy: Remedy, what_if: WhatIf) -> Remedy:
    """The remedy of a trial's plan is tried together with what that trial changed."""
    if not remedy.fields:
        return remedy
    return remedy.model_copy(update={"fields": trial_form.together(what_if, remedy.fields)})


def named(submission_ids: Collection[str], registry: Registry) -> tuple[str, ...]:
    return tuple(registry.work(key) for key in sorted(submission_ids, key=registry.number))
