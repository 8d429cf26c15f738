"""Why nothing better exists, in words: the bound, scarce experts, rules, links, the draw."""

from flows.assignment.checker.checking import check
from flows.assignment.packing import unpack
from review_api.plans.names import Registry
from review_api.plans.view import Opened, prices_of
from review_api.plans.words import RULE_NAMES
from schemas.assignment_problem import Connectivity, Pair, Problem
from schemas.base import Schema
from storage.work import Work

SCARCE = 8  # experts named
MOST_SENTENCES = 50
LIKELIEST = 60  # pairs of a draw listed on the page; the file holds all


class Scarce(Schema):
    """``price`` in affinity; above 1 it also counts reviews that nobody else could do."""

    name: str
    municipality: str
    price: float
    needed: bool


class Proof(Schema):
    total: float
    bound: float
    gap: float
    proven: bool
    pairs: int
    scarce: tuple[Scarce, ...]
    scarce_count: int
    rules: tuple[tuple[str, int], ...]


class Link(Schema):
    """How the experts hang together; ``taken`` and ``given`` are exchanged pairs in words."""

    components: int
    strength: float
    strength_words: str
    enough: bool
    taken: tuple[str, ...]
    given: tuple[str, ...]
    price: float


class Chance(Schema):
    work: str
    expert: str
    probability: float
    drawn: bool


class Lot(Schema):
    cap: float
    expected: float
    bound: float
    total: float
    chances: tuple[Chance, ...]
    count: int


def proof(opened: Opened) -> Proof:
    result, registry = opened.result, opened.registry
    prices = prices_of(result)
    ranked = sorted(prices, key=lambda key: (-prices[key], registry.name(key)))
    return Proof(
        total=result.total,
        bound=result.bound,
        gap=result.gap,
        proven=result.status == "optimal",
        pairs=len(result.pairs),
        scarce=tuple(scarce(key, prices[key], registry) for key in ranked[:SCARCE]),
        scarce_count=len(ranked),
        rules=tuple(
            (RULE_NAMES.get(rule, rule), count) for rule, count in result.metrics.violations.items()
        ),
    )


def scarce(expert_id: str, price: float, registry: Registry) -> Scarce:
    return Scarce(
        name=registry.name(expert_id),
        municipality=registry.seat_of(expert_id),
        price=min(price, 1.0),
        needed=price > 1,
    )


def link(opened: Opened) -> Link | None:
    found = opened.result.connectivity
    if found is None:
        return None
    return Link(
        components=found.components,
        strength=found.link,
        strength_words=strength_words(found),
        enough=found.enough,
        taken=pair_words(found.taken, opened.registry),
        given=pair_words(found.given, opened.registry),
        price=found.price,
    )


def strength_words(found: Connectivity) -> str:
    if found.components > 1:
        return "распадается на части"
    return "достаточная" if found.enough else "слабая"


def pair_words(pairs: tuple[Pair, ...], registry: Registry) -> tuple[str, ...]:
    return tuple(f"{registry.work(one)} — {registry.named(expert)}" for one, expert in pairs)


def lot(opened: Opened) -> Lot | None:
    """The draw behind a randomised plan, the likeliest pairs first."""
    draw = opened.result.draw
    if draw is None:
        return None
    ranked = sorted(draw.probabilities, key=lambda row: (-row[2], row[0], row[1]))
    return Lot(
        cap=draw.cap,
        expected=draw.expected,
        bound=draw.bound,
        total=opened.result.total,
        chances=tuple(chance(opened, *row) for row in ranked[:LIKELIEST]),
        count=len(ranked),
    )


def chance(opened: Opened, submission_id: str, expert_id: str, probability: float) -> Chance:
    return Chance(
        work=opened.registry.work(submission_id),
        expert=opened.registry.named(expert_id),
        probability=probability,
        drawn=(submission_id, expert_id) in opened.pairs,
    )


def full_problem(work: Work, opened: Opened) -> Problem:
    """The problem with its affinities in it, as the commands read it."""
    problem = opened.problem
    arrays = unpack(work.plans.affinity(opened.plan.id))
    if problem.affinity or not len(arrays.row):
        return problem
    works = [one.id for one in problem.submissions]
    experts = [one.id for one in problem.experts]
    listed = zip(arrays.row.tolist(), arrays.column.tolist(), arrays.value.tolist(), strict=True)
    triples = tuple((works[row], experts[column], value) for row, column, value in listed)
    return problem.model_copy(update={"affinity": triples})


def recheck(work: Work, opened: Opened) -> tuple[str, ...]:
    """What breaks, by the program that knows nothing of the engine; empty when all holds."""
    broken = check(full_problem(work, opened), opened.answer)
    told = [text for text in broken if not any(key in text for key in opened.own)]
    return tuple(opened.registry.readable(text) for text in told[:MOST_SENTENCES])
