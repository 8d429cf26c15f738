"""Where an expert lives: the registry follows the person, and works of the new home go to others.

Nobody reviews works of their own municipality, so a move takes back what is not finished. A review
that has been sent stays and is shown to organisers as a potential conflict.
"""

from collections.abc import Iterable
from datetime import datetime

from schemas.assignment import HELD, OPEN, Assignment, AssignmentStatus
from schemas.base import Schema
from schemas.cluster import Expert
from schemas.conflict import ConflictSource, Suspicion, SuspicionStatus
from schemas.marathon import Marathon, Phase
from schemas.people import Actor, Person
from schemas.submission import Submission
from storage.identifiers import new_id
from storage.work import Work

OVER = frozenset({Phase.RESULTS, Phase.ARCHIVE})


class Move(Schema):
    """What became of an expert's works: ``taken`` back, and reviews ``sent`` to be looked at.

    ``place`` names the new municipality, empty when it is the same as before.
    """

    expert: Expert
    place: str = ""
    taken: tuple[Assignment, ...] = ()
    sent: tuple[Suspicion, ...] = ()


def follow(work: Work, person: Person, *, by: Actor, now: datetime) -> Move | None:
    """Let the registry say of an expert what the person says; nothing for those who review not."""
    expert = work.experts.of_person(person.id)
    if expert is None or person.municipality_id is None:
        return None
    same = expert.municipality_id == person.municipality_id
    return move(
        work,
        expert,
        municipality_id=person.municipality_id,
        organisation_id=person.organisation_id or (expert.organisation_id if same else None),
        by=by,
        now=now,
    )


def move(
    work: Work,
    expert: Expert,
    *,
    municipality_id: str,
    organisation_id: str | None,
    by: Actor,
    now: datetime,
) -> Move:
    """The expert at the new place; said again, it changes nothing."""
    moved = expert.model_copy(
        update={"municipality_id": municipality_id, "organisation_id": organisation_id}
    )
    if moved == expert:
        return Move(expert=expert)
    work.journal.lock()
    work.experts.save(moved)
    far = municipality_id != expert.municipality_id
    if far:
        write_journal(work, expert, moved, by=by, now=now)
    barred = own_works(work, moved)
    return Move(
        expert=moved,
        place=work.municipalities.get(municipality_id).name if far else "",
        taken=take_back(work, [one for one in barred if one.status in OPEN], by=by, now=now),
        sent=show(work, moved, [one for one in barred if one.status not in OPEN], now=now),
    )


def write_journal(work: Work, before: Expert, after: Expert, *, by: Actor, now: datetime) -> None:
    details = {"municipality": after.municipality_id, "before": before.municipality_id}
    work.journal.write(
        by, action="changed", kind="expert", subject_id=after.id, now=now, details=details
    )


def own_works(work: Work, expert: Expert) -> list[Assignment]:
    """What the expert holds in marathons under way and may not judge from where they are now."""
    held = [one for one in work.assignments.of_expert(expert.id) if one.status in HELD]
    marathons = work.marathons.many(one.marathon_id for one in held)
    works = work.submissions.many(one.submission_id for one in held)
    near = places_near(work, expert)
    return [
        one
        for one in held
        if marathons[one.marathon_id].phase not in OVER
        and is_own(works[one.submission_id], expert, marathons[one.marathon_id], near)
    ]


def is_own(submission: Submission, expert: Expert, marathon: Marathon, near: set[str]) -> bool:
    """Whether an author works in the expert's organisation or, where it matters, municipality."""
    barred = near if marathon.assignment.cross_municipal else set()
    return any(
        author.municipality_id in barred
        or (author.organisation_id and author.organisation_id == expert.organisation_id)
        for author in submission.authors
    )


def places_near(work: Work, expert: Expert) -> set[str]:
    """Ids of the expert's municipality and of those that count as the same place."""
    near = {expert.municipality_id}
    pairs = [set(one) for one in work.municipalities.same_place_pairs(expert.cluster_id)]
    while more := [pair for pair in pairs if pair & near and not pair <= near]:
        near = near.union(*more)
    return near


def take_back(
    work: Work, items: Iterable[Assignment], *, by: Actor, now: datetime
) -> tuple[Assignment, ...]:
    """End the assignments, with a letter to the expert, and have others sought."""
    taken = tuple(
        work.assignments.move(one, to=AssignmentStatus.REPLACED, by=by, now=now) for one in items
    )
    for marathon_id in sorted({one.marathon_id for one in taken}):
        work.runs.ask("replace_experts", marathon_id=marathon_id, by=by.person_id, now=now)
    return taken


def show(
    work: Work, expert: Expert, items: Iterable[Assignment], *, now: datetime
) -> tuple[Suspicion, ...]:
    """A potential conflict for every review that was sent from elsewhere; earlier ones stay."""
    name = work.people.get(expert.person_id).name
    found = []
    for one in items:
        known = work.suspicions.of_marathon(one.marathon_id)
        if any(key_of(other) == (one.submission_id, expert.id) for other in known):
            continue
        found.append(work.suspicions.add(suspicion(work, one, name, now)))
    return tuple(found)


def key_of(one: Suspicion) -> tuple[str, str] | None:
    """The pair of a conflict made by a move."""
    return (one.submission_id, one.expert_id) if one.source is ConflictSource.OWN_PLACE else None


def suspicion(work: Work, item: Assignment, name: str, now: datetime) -> Suspicion:
    number = work.submissions.get(item.submission_id).number
    return Suspicion(
        id=new_id(),
        marathon_id=item.marathon_id,
        submission_id=item.submission_id,
        expert_id=item.expert_id,
        source=ConflictSource.OWN_PLACE,
        evidence=f"Эксперт {name} уже после своей оценки оказался земляком авторов работы № {number}.",
        status=SuspicionStatus.OPEN,
        found_at=now,
    )
