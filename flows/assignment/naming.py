"""Names behind the ids of a problem, for sentences that people read."""

import re
from collections.abc import Collection, Sequence

from flows.assignment.wording import Names
from schemas.assignment_problem import Pair, Problem
from schemas.conflict import SuspicionStatus
from storage.work import Work

NEWCOMER = "новый эксперт"
NEW_PLACE = "новый муниципалитет"
CO_AUTHOR = "муниципалитет или организация соавтора"
SUSPECTED = "возможный конфликт, который ещё не проверен"
DECLARED = "конфликт интересов"


def names_of(work: Work, *problems: Problem) -> Names:
    """Works by number, experts by surname and initials, municipalities by name."""
    reviewers = {one.id: one for problem in problems for one in problem.experts}
    submissions = work.submissions.many(one.id for p in problems for one in p.submissions)
    experts = work.experts.many(reviewers)
    people = work.people.many(one.person_id for one in experts.values())
    places = {one.id: one.name for one in work.municipalities.all()}
    new = [one for key, one in sorted(reviewers.items()) if key not in experts]
    known = {key: people[one.person_id].initials for key, one in experts.items()}
    imagined = {one.id: f"{NEWCOMER} {number}" for number, one in enumerate(new, start=1)}
    elsewhere = {one.municipality: NEW_PLACE for one in new if one.municipality not in places}
    return Names(
        works={key: f"№ {one.number}" for key, one in submissions.items()},
        experts=known | imagined,
        places=places | elsewhere,
        conflicts=_conflicts(work, problems, {one.marathon_id for one in submissions.values()}),
    )


def _conflicts(
    work: Work, problems: Sequence[Problem], marathons: Collection[str]
) -> dict[Pair, str]:
    """What bars each pair that the problems call a conflict."""
    declared = {pair for key in marathons for pair in work.conflicts.pairs(key)}
    suspected = {
        (one.submission_id, one.expert_id)
        for key in marathons
        for one in work.suspicions.of_marathon(key, status=SuspicionStatus.OPEN)
    }
    pairs = {pair for problem in problems for pair in problem.conflicts}
    found = dict.fromkeys(pairs, CO_AUTHOR)
    found |= dict.fromkeys(pairs & suspected, SUSPECTED)
    return found | dict.fromkeys(pairs & declared, DECLARED)


def without_people(sentence: str, problem: Problem, names: Names) -> str:
    """The engine's refusal for people: ids in it become numbers of works and names of places.

    An expert is told by the municipality alone, because Prefect keeps what a run failed with.
    """
    seats = {one.id: f"эксперт, {names.place(one.municipality)}" for one in problem.experts}
    known = {**names.places, **names.works, **seats}
    return re.sub("«([^»]+)»", lambda found: f"«{known.get(found[1], found[1])}»", sentence)
