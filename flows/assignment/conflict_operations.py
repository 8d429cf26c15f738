"""Finding potential conflicts of interest in a marathon and deciding about them.

While one is open its pair is not assigned. Confirmed, it is a conflict like those experts declare
themselves, and an assignment that stands is taken back.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from flows.assignment import conflict_detection
from flows.assignment.conflict_detection import Facts, Found, Judge, Signature, SignedWork
from flows.assignment.conflict_detection import Work as Candidate
from schemas.assignment import OPEN, Assignment, AssignmentStatus
from schemas.cluster import Expert
from schemas.conflict import ConflictSource, Suspicion, SuspicionStatus
from schemas.marathon import Marathon
from schemas.people import Actor
from schemas.submission import Submission, SubmissionStatus
from storage.identifiers import new_id
from storage.work import Work

ASSIGNABLE = (SubmissionStatus.CHECKED, SubmissionStatus.IN_REVIEW)
CONFIRMED = "confirmed"
Key = tuple[str, str, str]


def detect(work: Work, marathon_id: str, *, now: datetime) -> int:
    """Write down potential conflicts that are new; returns how many.

    What people have decided stays decided. An open one that is no longer true disappears; one
    about a work that has all its reviews waits, because a review may have to be left out.
    """
    marathon = work.marathons.get(marathon_id)
    found = {key_of(one): one for one in conflict_detection.detect(facts_of(work, marathon))}
    known = {key_of(one): one for one in work.suspicions.of_marathon(marathon_id)}
    waiting = finished(work, known.values())
    for key, suspicion in known.items():
        if is_doubtful(suspicion) and suspicion.submission_id not in waiting:
            refresh(work, suspicion, found.get(key))
    new = [one for key, one in found.items() if key not in known]
    work.suspicions.add_many(
        [
            Suspicion(id=new_id(), marathon_id=marathon_id, found_at=now, **one.model_dump())
            for one in new
        ]
    )
    return len(new)


def is_doubtful(one: Suspicion) -> bool:
    """Whether the detectors may take it away again; they know nothing of moves of experts."""
    return one.status is SuspicionStatus.OPEN and one.source is not ConflictSource.OWN_PLACE


def key_of(one: Found | Suspicion) -> Key:
    return one.submission_id, one.expert_id, one.source.value


def finished(work: Work, suspicions: Iterable[Suspicion]) -> set[str]:
    """Ids of those works that still count but wait for no expert."""
    submissions = work.submissions.many(one.submission_id for one in suspicions)
    return {
        key
        for key, one in submissions.items()
        if one.status not in {*ASSIGNABLE, SubmissionStatus.DRAFT, SubmissionStatus.WITHDRAWN}
    }


def refresh(work: Work, suspicion: Suspicion, found: Found | None) -> None:
    if found is None:
        work.suspicions.remove(suspicion.id)
    elif found.evidence != suspicion.evidence:
        work.suspicions.save(suspicion.model_copy(update={"evidence": found.evidence}))


def facts_of(work: Work, marathon: Marathon) -> Facts:
    submissions = work.submissions.of_marathon(marathon.id, status=ASSIGNABLE)
    experts = work.experts.of_cluster(marathon.cluster_id)
    people = work.people.many(one.person_id for one in experts)
    judges = [judge_of(one, people[one.person_id].name) for one in experts]
    return Facts(
        works=[candidate_of(one) for one in submissions],
        experts=judges,
        signed=signed_works(work, [one.person for one in judges]),
        same_place=work.municipalities.same_place_pairs(marathon.cluster_id),
        place_names={
            one.id: one.name for one in work.municipalities.of_cluster(marathon.cluster_id)
        },
        own_place_barred=marathon.assignment.cross_municipal,
    )


def candidate_of(submission: Submission) -> Candidate:
    return Candidate(
        id=submission.id,
        number=submission.number,
        authors=tuple(
            Signature(
                name=author.name,
                person=author.person_id or "",
                municipality=author.municipality_id,
            )
            for author in submission.authors
        ),
        mentor=submission.mentor,
    )


def judge_of(expert: Expert, name: str) -> Judge:
    return Judge(
        id=expert.id,
        name=name,
        person=expert.person_id,
        municipality=expert.municipality_id,
        close_people=expert.close_people,
    )


def signed_works(work: Work, people: Iterable[str]) -> list[SignedWork]:
    """What these people have sent with others to any marathon; drafts were never sent."""
    sent = [
        one
        for one in work.submissions.signed_by(people)
        if one.status is not SubmissionStatus.DRAFT and one.submitted_at is not None
    ]
    marathons = work.marathons.many(one.marathon_id for one in sent)
    return [
        SignedWork(
            title=one.title,
            year=marathons[one.marathon_id].year,
            people=frozenset(author.person_id for author in one.authors if author.person_id),
        )
        for one in sent
    ]


def decide(
    work: Work, suspicion_id: str, *, confirmed: bool, by: Actor, now: datetime
) -> Suspicion:
    """Settle a potential conflict; a decision can be turned round, the same again is no change.

    A confirmed one takes back the pair's assignment and asks for a replacement. A review that has
    been sent stays: organisers weigh it when they decide.
    """
    work.journal.lock()
    suspicion = work.suspicions.get(suspicion_id)
    status = SuspicionStatus.CONFIRMED if confirmed else SuspicionStatus.DISMISSED
    if suspicion.status is status:
        return suspicion
    decided = work.suspicions.save(
        suspicion.model_copy(
            update={"status": status, "decided_by": by.person_id, "decided_at": now}
        )
    )
    work.journal.write(by, action=status.value, kind="suspicion", subject_id=suspicion.id, now=now)
    if confirmed:
        bar(work, decided, by=by, now=now)
    else:
        lift(work, decided)
    return decided


def bar(work: Work, suspicion: Suspicion, *, by: Actor, now: datetime) -> None:
    """The pair is never assigned again, and an unfinished assignment is taken back."""
    work.conflicts.declare(suspicion.submission_id, suspicion.expert_id, CONFIRMED)
    standing = [item for item in assignments_of(work, suspicion) if item.status in OPEN]
    for item in standing:
        work.assignments.move(item, to=AssignmentStatus.REPLACED, by=by, now=now)
    if standing:
        work.runs.ask(
            "replace_experts", marathon_id=suspicion.marathon_id, by=by.person_id, now=now
        )


def lift(work: Work, suspicion: Suspicion) -> None:
    """The pair is free again unless another reason stands."""
    others = [
        one
        for one in work.suspicions.of_marathon(
            suspicion.marathon_id, status=SuspicionStatus.CONFIRMED
        )
        if (one.submission_id, one.expert_id) == (suspicion.submission_id, suspicion.expert_id)
    ]
    if not others:
        work.conflicts.take_back(suspicion.submission_id, suspicion.expert_id, CONFIRMED)


def assignments_of(work: Work, suspicion: Suspicion) -> list[Assignment]:
    return [
        item
        for item in work.assignments.of_submission(suspicion.submission_id)
        if item.expert_id == suspicion.expert_id
    ]


def sent_reviews(work: Work, suspicions: Sequence[Suspicion]) -> int:
    """How many of these pairs have a review that is sent already."""
    return sum(
        item.status is AssignmentStatus.SUBMITTED
        for suspicion in suspicions
        for item in assignments_of(work, suspicion)
    )
