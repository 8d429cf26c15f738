"""Does the plan link its experts as it says? The graph once more, entry by entry.

Two experts of one panel are linked with one over its size; the link is the second smallest
eigenvalue of the Laplacian. The exchanges told must be exchanges: as many pairs taken as given,
the given ones in the plan and the taken ones not, at the price told.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import permutations

import numpy as np

from flows.assignment.checker.register import Register
from schemas.assignment_problem import Connectivity, Pair, Result

COMPUTED = 600  # experts with a work: above this the link is believed
ENOUGH = 1.0
TOLERANCE = 1e-6


def check_links(register: Register, result: Result) -> Iterator[str]:
    """Sentences about every claim on connectedness that does not hold."""
    told, panels = result.connectivity, _panels(result)
    if told is None:
        if register.problem.policy.connected and len(_members(panels)) <= COMPUTED:
            yield "Связность экспертов задана, а в ответе её нет."
        return
    yield from _check_graph(told, panels)
    yield from _check_exchanges(register, result, told)


def _panels(result: Result) -> dict[str, list[str]]:
    panels = defaultdict(list)
    for work, expert, _ in result.pairs:
        panels[work].append(expert)
    return panels


def _members(panels: dict[str, list[str]]) -> list[str]:
    return sorted({expert for panel in panels.values() for expert in panel})


def _check_graph(told: Connectivity, panels: dict[str, list[str]]) -> Iterator[str]:
    members = _members(panels)
    groups = _groups(panels)
    if told.components != groups:
        yield f"Групп связанных экспертов {groups}, а заявлено {told.components}."
    if len(members) > COMPUTED:
        return
    link = _link(panels, members) if groups == 1 else 0.0
    if abs(told.link - link) > TOLERANCE:
        yield f"Связность экспертов {link:.6f}, а заявлено {told.link:.6f}."
    enough = len(members) <= 1 or link >= ENOUGH
    if told.enough != enough and abs(link - ENOUGH) > TOLERANCE:
        yield "Достаточна ли связность экспертов, сказано неверно."


def _groups(panels: dict[str, list[str]]) -> int:
    """How many groups of experts share no work with each other."""
    leader: dict[str, str] = {}

    def root(expert: str) -> str:
        while leader.setdefault(expert, expert) != expert:
            expert = leader[expert]
        return expert

    for panel in panels.values():
        for expert in panel:
            leader[root(expert)] = root(panel[0])
    return len({root(expert) for expert in list(leader)})


def _link(panels: dict[str, list[str]], members: list[str]) -> float:
    place = {expert: number for number, expert in enumerate(members)}
    laplacian = np.zeros((len(members), len(members)))
    for panel in panels.values():
        for one, two in permutations(panel, 2):
            laplacian[place[one], place[two]] -= 1 / len(panel)
            laplacian[place[one], place[one]] += 1 / len(panel)
    return float(np.linalg.eigvalsh(laplacian)[1]) if len(members) > 1 else 0.0


def _check_exchanges(register: Register, result: Result, told: Connectivity) -> Iterator[str]:
    value = {pair[:2]: pair[2] for pair in result.pairs}
    taken, given = set(told.taken), set(told.given)
    if (taken or given) and not register.problem.policy.connected:
        yield "Пары обменяны ради связности, о которой не просили."
    known = all(work in register.works and expert in register.experts for work, expert in taken)
    if not known or taken & set(value) or not given <= set(value):
        yield "Обменянные ради связности пары не согласованы с планом."
        return
    if _by_work(taken) != _by_work(given):
        yield "Ради связности взято и отдано не поровну."
    units = register.units(result.certificate.unit)
    lost = sum(int(units[register.row[w], register.column[e]]) for w, e in taken)
    price = lost / result.certificate.unit - sum(value[pair] for pair in given)
    if abs(price - told.price) > TOLERANCE * max(1, len(taken)):
        yield f"Связность стоит {price:.6f}, а заявлено {told.price:.6f}."


def _by_work(pairs: set[Pair]) -> Counter[str]:
    return Counter(work for work, _ in pairs)
