"""What can be said about one work and one expert: may they meet, at what price, and why (not)."""

from schemas.base import Schema


class BrokenRule(Schema):
    """``code`` is stable; ``text`` is the Russian reason, ready to follow «нельзя: »."""

    code: str
    text: str


class Option(Schema):
    """An expert for one work.

    ``chosen`` when in its panel, ``fixed`` when the pair stands. ``out`` is the member who would
    leave for this expert (none where a place is free) and ``price`` what the plan's total affinity
    would change by; neither is given for a member. ``broken`` are the rules in the way.
    """

    expert: str
    affinity: float
    chosen: bool
    fixed: bool
    load: int
    capacity: int
    out: str | None = None
    price: float | None = None
    broken: tuple[BrokenRule, ...] = ()


class Nearer(Schema):
    """An expert nearer to the work who is not in its panel, and what keeps them away.

    ``reason`` is a rule's code, ``busy``, ``full`` or ``other_goals``; ``work`` is where the expert
    is worth more, by ``price`` of affinity.
    """

    expert: str
    affinity: float
    reason: str
    text: str
    work: str | None = None
    price: float | None = None


class Why(Schema):
    """Why a pair is in the plan, or is not.

    ``rank`` is the place among the ``lawful`` experts of this work by affinity, 1 the nearest;
    none for a pair a rule forbids. ``loss`` is what the best plan would lose in total affinity
    were the pair taken out (or put in), found by solving again; ``reviews_lost`` is how many
    reviews it would lose besides.
    """

    submission: str
    expert: str
    chosen: bool
    affinity: float
    rank: int | None
    lawful: int
    broken: tuple[BrokenRule, ...]
    nearer: tuple[Nearer, ...]
    loss: float | None
    reviews_lost: int
    sentences: tuple[str, ...]
