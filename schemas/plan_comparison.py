"""Two plans side by side: which pairs stayed, left and joined, and why."""

from typing import Literal

from schemas.assignment_problem import Pair
from schemas.base import Schema

Affinities = tuple[tuple[str, str, float], ...]  # submission id, expert id, affinity


class PairChange(Schema):
    """A pair that one of the plans has and the other has not.

    ``reason`` is a stable code: a hard rule's own, or one of ``flows.assignment.engine.changes``.
    ``work`` is the work the change was made for, where it was made for another one.
    """

    submission: str
    expert: str
    affinity: float
    change: Literal["left", "joined"]
    reason: str
    text: str
    work: str | None = None


class PanelChange(Schema):
    """A work whose experts are not the same; only works that both plans know."""

    submission: str
    kept: tuple[str, ...]
    left: tuple[str, ...]
    joined: tuple[str, ...]


class LoadChange(Schema):
    """An expert whose works are not the same; ``before`` and ``after`` count them."""

    expert: str
    before: int
    after: int
    left: tuple[str, ...]
    joined: tuple[str, ...]


class Figures(Schema):
    """``total`` and ``mean`` are affinity; ``min`` and ``p5`` are over panel means."""

    pairs: int
    missing: int
    total: float
    mean: float
    min: float
    p5: float
    load_gini: float


class Stability(Schema):
    """Shares 0..1: of the first plan's pairs that stayed, of common works with the same panel.

    ``load_moved`` is how many units of load went from one expert to another.
    """

    pairs_kept: float
    panels_unchanged: float
    load_moved: int


class Comparison(Schema):
    """``difference`` is the second plan's figures minus the first's."""

    kept: tuple[Pair, ...]
    left: tuple[PairChange, ...]
    joined: tuple[PairChange, ...]
    panels: tuple[PanelChange, ...]
    loads: tuple[LoadChange, ...]
    before: Figures
    after: Figures
    difference: Figures
    stability: Stability
