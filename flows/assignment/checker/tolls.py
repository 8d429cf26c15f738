"""Tolls in a proof: the price of "two municipalities review in one direction only".

Experts of one municipality pay a toll on a work of another. Whatever the plan, one of the two
directions stays empty, so of two opposite directions only the dearer can ever collect: its tolls
times the places that those panels have for such experts.
"""

from collections import Counter
from collections.abc import Callable, Iterator

import numpy as np

from flows.assignment.checker.register import Register
from schemas.assignment_problem import Candidate, ProofRecord

PlacesLeft = Callable[[Candidate, str], int]


def hold(register: Register, proof: ProofRecord) -> bool:
    """Tolls need the rule, known works, no negative price, and two different municipalities."""
    if proof.tolls and not register.problem.policy.no_municipal_reciprocity:
        return False
    return all(
        price >= 0
        and work in register.works
        and register.place(place) != register.place(register.works[work].municipality)
        for work, place, price in proof.tolls
    )


def most_collected(register: Register, proof: ProofRecord, places_left: PlacesLeft) -> int:
    """The most that all tolls can bring to any lawful plan."""
    roads = Counter[tuple[str, str]]()
    for work_id, name, price in proof.tolls:
        work, place = register.works[work_id], register.place(name)
        roads[register.place(work.municipality), place] += price * places_left(work, place)
    both_ways = {tuple(sorted(road)): 0 for road in roads}
    for road, worth in roads.items():
        key = tuple(sorted(road))
        both_ways[key] = max(both_ways[key], worth)
    return sum(both_ways.values())


def payers(register: Register, proof: ProofRecord, work: str) -> Iterator[tuple[int, int]]:
    """Columns of the experts who pay on this work, and how much."""
    for tolled, place, price in proof.tolls:
        if tolled == work:
            for column in np.flatnonzero(register.expert_places == register.place(place)):
                yield int(column), price
