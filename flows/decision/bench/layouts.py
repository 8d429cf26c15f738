"""Who marks what in a made-up marathon: spread at random, or in panels that hardly meet."""

from enum import StrEnum

import numpy as np

from flows.decision.engine.severity import Ints

PANEL = 3  # experts of a closed panel
ASKED = 4  # experts lined up for each work
TRIES = 200  # exchanges looked at before a panel keeps two experts of one municipality

Panels = tuple[Ints, ...]


class Layout(StrEnum):
    """How experts are dealt to works.

    ``SPREAD`` balances loads, keeps experts from works of their own municipality and from sitting
    two of one municipality on a panel. The others deal whole panels to works: ``CLOSED`` panels
    never meet, ``SWAPPED`` ones exchange one review with the next panel, ``ANCHORED`` ones share
    one work that everyone marks; ``HALVES`` are two spread halves.
    """

    SPREAD = "spread"
    HALVES = "halves"
    CLOSED = "closed"
    SWAPPED = "swapped"
    ANCHORED = "anchored"


def panels(
    layout: Layout, rng: np.random.Generator, work_homes: Ints, expert_homes: Ints
) -> Panels:
    """Each work's experts in the order they are asked; all differ."""
    works, experts = len(work_homes), len(expert_homes)
    if layout is Layout.SPREAD:
        return tuple(spread(rng, work_homes, expert_homes))
    if layout is Layout.HALVES:
        return _halves(rng, works, experts)
    closed = _closed(rng, works, experts)
    if layout is Layout.SWAPPED:
        return _swapped(closed, experts // PANEL)
    if layout is Layout.ANCHORED:
        return (np.arange(experts), *closed[1:])
    return closed


def spread(rng: np.random.Generator, work_homes: Ints, expert_homes: Ints) -> Ints:
    """Works x 4 experts: loads are even after each round of asking."""
    works, experts = len(work_homes), len(expert_homes)
    decks = -(-works * ASKED // experts)
    dealt = np.concatenate([rng.permutation(experts) for _ in range(decks)])
    table = dealt[: works * ASKED].reshape(ASKED, works).T.copy()
    for place in range(ASKED):
        _mend(rng, table, place, work_homes, expert_homes)
    return table


def _mend(
    rng: np.random.Generator, table: Ints, place: int, work_homes: Ints, expert_homes: Ints
) -> None:
    """Exchange experts asked in the same round until each may sit where they are."""

    def lawful(work: int, expert: int) -> bool:
        before = table[work, :place]
        if expert in before or expert_homes[expert] == work_homes[work]:
            return False
        return bool((expert_homes[before] != expert_homes[expert]).all())

    for work in range(len(table)):
        if lawful(work, table[work, place]):
            continue
        for other in rng.integers(0, len(table), TRIES).tolist():
            mine, theirs = table[work, place], table[other, place]
            if lawful(work, theirs) and lawful(other, mine):
                table[work, place], table[other, place] = theirs, mine
                break


def _halves(rng: np.random.Generator, works: int, experts: int) -> Panels:
    """Two groups of experts, each with its own half of the works."""
    nowhere, anyone = np.full(works, -1), np.arange(experts)
    cut_works, cut_experts = works // 2, experts // 2
    first = spread(rng, nowhere[:cut_works], anyone[:cut_experts])
    second = spread(rng, nowhere[cut_works:], anyone[cut_experts:] - cut_experts)
    return (*first, *(second + cut_experts))


def _closed(rng: np.random.Generator, works: int, experts: int) -> Panels:
    """Panels of three experts, works dealt to them evenly; nobody else is asked."""
    groups = rng.permutation(experts // PANEL * PANEL).reshape(-1, PANEL)
    return tuple(rng.permutation(groups[work % len(groups)]) for work in range(works))


def _swapped(closed: Panels, groups: int) -> Panels:
    """The first work of each panel gets one expert of the next panel instead of one of its own."""
    changed = [panel.copy() for panel in closed]
    for group in range(groups):
        changed[group][-1] = closed[(group + 1) % groups][-1]
    return tuple(changed)
