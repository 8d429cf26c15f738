"""Reviews in return: between two people, and between two municipalities.

Both rules are read plainly off the plan. Fixed pairs decide a direction before anybody plans, so
``answers_fixed`` tells which experts a work may no longer have because of them.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from flows.assignment.checker.register import Bools, Register, same_name
from schemas.assignment_problem import Candidate, Reviewer

Seats = Mapping[str, Sequence[Reviewer]]


def between_people(register: Register, seats: Seats) -> Iterator[str]:
    """A sentence per pair of people who review each other."""
    reviewing: dict[frozenset[str], set[str]] = defaultdict(set)
    for work_id, panel in seats.items():
        for expert in panel:
            reader = same_name(expert.person)
            for author in {same_name(name) for name in register.works[work_id].authors}:
                reviewing[frozenset((reader, author))].add(reader)
    for people, readers in sorted(reviewing.items(), key=lambda item: sorted(item[0])):
        if len(readers) > 1:
            yield f"Взаимные рецензии: {' и '.join(f'«{name}»' for name in sorted(people))}."


def between_municipalities(register: Register, seats: Seats) -> Iterator[str]:
    """A sentence per pair of municipalities whose experts review works of each other."""
    travelled = {
        (register.place(register.works[work_id].municipality), register.place(expert.municipality))
        for work_id, panel in seats.items()
        for expert in panel
    }
    for home, readers in sorted(travelled):
        if home < readers and (readers, home) in travelled:
            yield f"Муниципалитеты «{home}» и «{readers}» рецензируют работы друг друга."


def answers_fixed(register: Register, work: Candidate) -> Bools:
    """Experts whose review of this work would answer a fixed pair."""
    policy = register.problem.policy
    answers = np.zeros(len(register.column), dtype=bool)
    if policy.no_reciprocity:
        for person in _read_by_authors(register, work):
            answers |= register.persons == person
    if policy.no_municipal_reciprocity:
        home = register.place(work.municipality)
        for place in _read_by_place(register, home):
            answers |= register.expert_places == place
    return answers


def _read_by_authors(register: Register, work: Candidate) -> set[str]:
    """Authors of works that are fixed to an author of this one."""
    authors = {same_name(author) for author in work.authors}
    return {
        same_name(author)
        for fixed_work, expert in register.fixed
        if same_name(register.experts[expert].person) in authors
        for author in register.works[fixed_work].authors
    }


def _read_by_place(register: Register, home: str) -> set[str]:
    """Municipalities of the works that are fixed to experts from ``home``; never itself."""
    places = {
        register.place(register.works[work].municipality)
        for work, expert in register.fixed
        if register.place(register.experts[expert].municipality) == home
    }
    return places - {home}
