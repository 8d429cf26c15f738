"""Conflicts of interest that organisers know of: an expert and a work, a person or an organisation."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from flows.assignment import conflict_operations
from schemas.assignment import OPEN, AssignmentStatus
from schemas.conflict import ConflictSource, Suspicion, SuspicionStatus
from schemas.errors import BadInput, NotFound
from schemas.ordering import name_key
from schemas.people import Actor
from schemas.submission import Author, Submission, SubmissionStatus
from storage.identifiers import new_id
from storage.repositories.people import fold
from storage.repositories.rows import MISSING
from storage.work import Work

SHORTEST_REASON, LONGEST_REASON = 10, 500  # characters
GONE = frozenset({SubmissionStatus.DRAFT, SubmissionStatus.WITHDRAWN})


class Choices(NamedTuple):
    """(key, words) of what a conflict may be with; a key is what the form gives back."""

    works: list[tuple[str, str]]
    people: list[tuple[str, str]]
    organisations: list[tuple[str, str]]


class Entered(NamedTuple):
    """How many pairs are barred now that were not, how many were taken back, have a review."""

    pairs: int
    taken_back: int
    reviewed: int


def works_of(work: Work, marathon_id: str, but: frozenset[str]) -> list[Submission]:
    """Works that were sent; ``but`` are those of whoever asks."""
    found = work.submissions.of_marathon(marathon_id)
    return [one for one in found if one.status not in GONE and one.id not in but]


def person_key(author: Author) -> str:
    return author.person_id or fold(author.name)


def organisation_key(author: Author) -> str:
    return author.organisation_id or fold(author.organisation)


def choices(works: Sequence[Submission]) -> Choices:
    authors = [author for one in works for author in one.authors]
    people = {person_key(one): described(one) for one in reversed(authors)}
    places = {organisation_key(one): one.organisation for one in authors if one.organisation}
    return Choices(
        works=[(one.id, f"№ {one.number}. {one.title}") for one in works],
        people=sorted(people.items(), key=lambda one: name_key(one[1])),
        organisations=sorted(places.items(), key=lambda one: name_key(one[1])),
    )


def described(author: Author) -> str:
    return ", ".join(filter(None, (author.name, author.organisation)))


def concerned(works: Iterable[Submission], kind: str, key: str) -> list[Submission]:
    """The works a conflict with this work, person or organisation is about."""
    if kind == "work":
        return [one for one in works if one.id == key]
    key_of = person_key if kind == "person" else organisation_key
    return [one for one in works if key and any(key_of(author) == key for author in one.authors)]


def enter(
    work: Work,
    expert_id: str,
    works: Sequence[Submission],
    *,
    reason: str,
    by: Actor,
    now: datetime,
) -> Entered:
    """Bar the expert from these works of one marathon, as a confirmed suspicion does.

    Assignments that stand are taken back and replaced, reviews that were sent stay. Entered again,
    nothing changes. Raises ``BadInput`` without a reason, ``NotFound`` for an expert of another
    cluster.
    """
    words = require_reason(reason)
    work.journal.lock()
    require_expert(work, expert_id, works)
    standing = [pair_status(work, one, expert_id) for one in works]
    new = [enter_one(work, one, expert_id, words, by=by, now=now) for one in works]
    return Entered(
        pairs=sum(new),
        taken_back=sum(status in OPEN for status in standing),
        reviewed=standing.count(AssignmentStatus.SUBMITTED),
    )


def require_reason(reason: str) -> str:
    words = " ".join(reason.split())
    if len(words) < SHORTEST_REASON:
        raise BadInput("Напишите, в чём конфликт: хотя бы несколько слов.", field="reason")
    if len(words) > LONGEST_REASON:
        raise BadInput(f"Причина — до {LONGEST_REASON} знаков.", field="reason")
    return words


def require_expert(work: Work, expert_id: str, works: Sequence[Submission]) -> None:
    expert = work.experts.find(expert_id)
    marathons = work.marathons.many(one.marathon_id for one in works)
    clusters = {one.cluster_id for one in marathons.values()}
    if expert is None or clusters - {expert.cluster_id}:
        raise NotFound(MISSING)


def pair_status(work: Work, one: Submission, expert_id: str) -> AssignmentStatus | None:
    """How the pair's assignment of this round stands."""
    held = work.assignments.of_submission(one.id, round_=one.round)
    found = [item.status for item in held if item.expert_id == expert_id]
    return next((status for status in found if status in OPEN), found[-1] if found else None)


def enter_one(
    work: Work, one: Submission, expert_id: str, reason: str, *, by: Actor, now: datetime
) -> bool:
    """Whether the conflict is new; one that was dismissed is confirmed again for this reason."""
    before = find(work, one, expert_id)
    if before is not None and before.status is SuspicionStatus.CONFIRMED:
        return False
    facts: dict[str, object] = {
        "evidence": reason,
        "status": SuspicionStatus.CONFIRMED,
        "decided_by": by.person_id,
        "decided_at": now,
    }
    entered = work.suspicions.save(before.model_copy(update=facts)) if before else None
    entered = entered or work.suspicions.add(fresh(one, expert_id, facts, now))
    work.journal.write(
        by, action="conflict_entered", kind="suspicion", subject_id=entered.id, now=now
    )
    conflict_operations.bar(work, entered, by=by, now=now)
    return True


def find(work: Work, one: Submission, expert_id: str) -> Suspicion | None:
    key = (one.id, expert_id, ConflictSource.BY_HAND.value)
    known = work.suspicions.of_marathon(one.marathon_id)
    return next((item for item in known if conflict_operations.key_of(item) == key), None)


def fresh(one: Submission, expert_id: str, facts: dict[str, object], now: datetime) -> Suspicion:
    return Suspicion.model_validate(
        {
            "id": new_id(),
            "marathon_id": one.marathon_id,
            "submission_id": one.id,
            "expert_id": expert_id,
            "source": ConflictSource.BY_HAND,
            "found_at": now,
            **facts,
        }
    )
