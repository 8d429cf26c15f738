"""One work of a plan: who is on its panel, whom else it could have, and at what price."""

from collections.abc import Mapping, Sequence

from review_api.plans.names import Registry
from review_api.plans.view import Opened
from schemas.assignment import Edit
from schemas.base import Schema
from schemas.errors import BadInput
from schemas.plan_reasons import Option

COLUMNS: Mapping[str, str] = {
    "name": "Эксперт",
    "municipality": "Муниципалитет",
    "affinity": "Близость",
    "load": "Работ",
    "instead": "Вместо кого",
    "price": "Что изменится",
    "broken": "Почему нельзя",
}
SEPARATOR = ":"  # ids have none


class Member(Schema):
    """Somebody on the panel; ``new`` ones do not hold the work yet, ``fixed`` ones stay."""

    id: str
    name: str
    municipality: str
    affinity: float
    load: int
    capacity: int
    senior: bool
    new: bool
    fixed: bool


def members(options: Sequence[Option], opened: Opened, submission_id: str) -> list[Member]:
    registry = opened.registry
    return [
        Member(
            id=one.expert,
            name=registry.name(one.expert),
            municipality=registry.seat_of(one.expert),
            affinity=one.affinity,
            load=one.load,
            capacity=one.capacity,
            senior=registry.reviewers[one.expert].senior,
            new=(submission_id, one.expert) not in opened.held,
            fixed=one.fixed,
        )
        for one in options
        if one.chosen
    ]


def candidates(options: Sequence[Option], registry: Registry) -> list[dict[str, object]]:
    """Rows of everybody else, lawful ones first as the engine ranks them."""
    return [candidate(one, registry) for one in options if not one.chosen]


def candidate(one: Option, registry: Registry) -> dict[str, object]:
    return {
        "value": f"{one.expert}{SEPARATOR}{one.out or ''}",
        "expert": one.expert,
        "name": registry.name(one.expert),
        "municipality": registry.seat_of(one.expert),
        "affinity": one.affinity,
        "load": f"{one.load} из {one.capacity}",
        "instead": registry.name(one.out) if one.out and not one.broken else "",
        "price": one.price,
        "broken": "; ".join(rule.text for rule in one.broken),
        "lawful": not one.broken,
    }


def edit_of(submission_id: str, change: str) -> Edit:
    """The edit behind a chosen row, «who comes:who leaves»; raises ``BadInput`` for none."""
    into, separator, out = change.partition(SEPARATOR)
    if not separator or not (into or out):
        raise BadInput("Выберите эксперта из списка.", field="change")
    return Edit(submission_id=submission_id, into=into or None, out=out or None)
