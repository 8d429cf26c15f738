"""What experts say before works are assigned: wishes, conflicts, people they do not judge."""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256

from flows.assignment import posing
from flows.assignment.common_works import CommonWorks
from flows.assignment.conflict_operations import CONFIRMED
from flows.assignment.readiness import Readiness
from flows.assignment.rules import Facts, broken
from schemas.assignment import Preference, Wish
from schemas.assignment_problem import Problem
from schemas.cluster import Expert
from schemas.errors import NotFound
from schemas.marathon import Marathon, Phase
from schemas.people import Actor
from schemas.submission import Submission, SubmissionStatus
from storage.identifiers import new_id
from storage.repositories.rows import MISSING
from storage.work import Work

OPEN_TO_WISHES = (SubmissionStatus.CHECKED, SubmissionStatus.IN_REVIEW)
CLOSED = frozenset({Phase.RESULTS, Phase.ARCHIVE})
DECLARED = "declared"
MOST_PEOPLE = 50
LONGEST_NAME = 200


def works_for(work: Work, expert: Expert, *, now: datetime) -> list[Submission]:
    """Works the expert may be asked about and lawfully review, in an order of the expert's own.

    The order is the same every time but unlike anybody else's: nobody's works stand first for
    all, and experts cannot agree on «the third one».
    """
    if not expert.active:
        return []
    found = [
        one
        for marathon in marathons_for(work, expert, now=now)
        for one in lawful_works(work, marathon, expert)
    ]
    return sorted(found, key=lambda one: key_of(expert.id, one.id))


def marathons_for(work: Work, expert: Expert, *, now: datetime) -> list[Marathon]:
    return [
        one
        for one in work.marathons.all()
        if one.cluster_id == expert.cluster_id and takes_wishes(one, now)
    ]


def most_works_for(work: Work, expert: Expert, *, now: datetime) -> int:
    """No fewer than ``works_for`` would list, without reading any work."""
    if not expert.active:
        return 0
    counts = [work.submissions.counts(one.id) for one in marathons_for(work, expert, now=now)]
    return sum(count.get(status, 0) for count in counts for status in OPEN_TO_WISHES)


def takes_wishes(marathon: Marathon, now: datetime) -> bool:
    return marathon.phase not in CLOSED and now <= marathon.reviews_until


def key_of(expert_id: str, submission_id: str) -> str:
    """A work's name for one expert, which tells nothing of the work."""
    return sha256(f"wish {expert_id} {submission_id}".encode()).hexdigest()[:16]


def lawful_works(work: Work, marathon: Marathon, expert: Expert) -> list[Submission]:
    """Without works where a rule, a declared conflict or an earlier assignment is in the way."""
    works = work.submissions.of_marathon(marathon.id, status=OPEN_TO_WISHES)
    barred = barred_works(work, marathon, expert, works)
    standing = posing.Standing(works, CommonWorks(marathon, ()))
    problem = Problem(
        submissions=tuple(posing.candidate(one, marathon.assignment.reviews) for one in works),
        experts=(posing.reviewer(expert, standing, Readiness.ASKED),),
        same_place=tuple(work.municipalities.same_place_pairs(marathon.cluster_id)),
        policy=posing.engine_policy(marathon.assignment),
    )
    facts, reviewer = Facts(problem), problem.experts[0]
    return [
        one
        for one, candidate in zip(works, problem.submissions, strict=True)
        if one.id not in barred and not broken(facts, candidate, reviewer)
    ]


def barred_works(
    work: Work, marathon: Marathon, expert: Expert, works: list[Submission]
) -> set[str]:
    """Ids of works the expert has or had, has declared a conflict with, or whose co-author is near.

    Potential conflicts and those that organisers confirmed bar no work here: what disappears
    after a name was put on the list of close people would tell who wrote it.
    """
    near = posing.co_author_organisations(works, [expert])
    if marathon.assignment.cross_municipal:
        places = work.municipalities.same_place_pairs(marathon.cluster_id)
        near |= posing.co_author_places(works, [expert], places)
    return {
        *(submission for submission, _ in near),
        *work.conflicts.of_expert(expert.id, DECLARED),
        *(item.submission_id for item in work.assignments.of_expert(expert.id)),
    }


def wishes_of(work: Work, expert: Expert) -> dict[str, Wish]:
    """What the expert has said, by work."""
    return {one.submission_id: one.wish for one in work.preferences.of_expert(expert.id)}


def say(work: Work, expert: Expert, wishes: Mapping[str, Wish], *, by: Actor, now: datetime) -> int:
    """Keep wishes by the expert's own keys of the works; returns how many were kept.

    Works that are no longer to be asked about are passed over.
    """
    known = {key_of(expert.id, one.id): one for one in works_for(work, expert, now=now)}
    said = {known[key]: wish for key, wish in wishes.items() if key in known}
    for submission, wish in said.items():
        work.preferences.say(
            Preference(
                id=new_id(),
                submission_id=submission.id,
                expert_id=expert.id,
                wish=wish,
                given_at=now,
            )
        )
    if said:
        work.journal.write(
            by,
            action="wished",
            kind="expert",
            subject_id=expert.id,
            now=now,
            details={"works": str(len(said))},
        )
    return len(said)


def declare_conflict(work: Work, expert: Expert, key: str, *, by: Actor, now: datetime) -> None:
    """The expert never gets this work. Raises ``NotFound`` for a key of no work."""
    found = next(
        (one for one in works_for(work, expert, now=now) if key_of(expert.id, one.id) == key), None
    )
    if found is None:
        raise NotFound(MISSING)
    work.conflicts.take_back(found.id, expert.id, CONFIRMED)  # the expert's own word outlives it
    work.conflicts.declare(found.id, expert.id, DECLARED)
    work.preferences.take_back(found.id, expert.id)
    work.journal.write(
        by,
        action="conflict_declared",
        kind="expert",
        subject_id=expert.id,
        now=now,
        details={"submission": found.id},
    )


def name_close_people(work: Work, expert: Expert, text: str, *, by: Actor, now: datetime) -> Expert:
    """Keep the names, one a line, of people whose works the expert does not judge."""
    names = (" ".join(line.split())[:LONGEST_NAME] for line in text.splitlines())
    people = tuple(dict.fromkeys(name for name in names if name))[:MOST_PEOPLE]
    if people == expert.close_people:
        return expert
    work.journal.write(by, action="changed", kind="expert", subject_id=expert.id, now=now)
    return work.experts.save(expert.model_copy(update={"close_people": people}))
