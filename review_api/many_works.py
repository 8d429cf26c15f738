"""A marathon with as many made-up works as asked for, put in at once: to see what size does to pages.

Every work has an author and an owner of its own, consents, a file and letters; those that were sent
have three assignments, those that were read their reviews, those that were judged a decision.
"""

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import cycle, islice
from typing import NamedTuple

from schemas.assignment import Assignment, AssignmentStatus
from schemas.certificate import Certificate, CertificateKind
from schemas.cluster import Cluster, Expert, Municipality, Organisation
from schemas.conflict import ConflictSource, Suspicion
from schemas.decision import Decision, DecisionStatus
from schemas.marathon import Marathon, Phase, Track
from schemas.outbox import JournalEntry, Notice, NoticeStatus
from schemas.people import Person
from schemas.review import Recommendation, Review, ReviewDraft
from schemas.rubric import RUBRICS
from schemas.submission import (
    Author,
    Children,
    Consent,
    ConsentKind,
    FileStatus,
    Submission,
    SubmissionFile,
    SubmissionStatus,
)
from storage.identifiers import new_id
from storage.repositories.traffic import GENESIS, entry_hash
from storage.work import Work

NOW = datetime(2026, 3, 24, 4, 0, tzinfo=UTC)
PLACES = 40
TO_A_SCHOOL = 20
"""Works that come from one school, on average."""
EXPERTS_TO_WORKS = 0.3
PANEL = 3
SURNAMES = ("Ветрова", "Лугова", "Озёрова", "Снегова", "Кедрова", "Ангарова", "Берёзова", "Росина")
NAMES = ("Дарья", "Инна", "Ольга", "Майя", "Римма", "Юлия", "Яна", "Элла", "Алла")
FATHERS = ("Олеговна", "Ивановна", "Петровна", "Львовна", "Юрьевна", "Ильинична", "Борисовна")
SUBJECTS = ("Математика", "Русский язык", "История", "Биология", "Физика", "Музыка", "Химия")
Status = SubmissionStatus
OF_TWENTY = (
    *[Status.REVIEWED] * 6,
    *[Status.DECIDED] * 6,
    *[Status.IN_REVIEW] * 3,
    Status.CHECKED,
    Status.DRAFT,
    Status.SUBMITTED,
    Status.RETURNED,
    Status.WITHDRAWN,
)
"""How far twenty works have got while decisions are being made."""
READ = frozenset({Status.REVIEWED, Status.DECIDED})
WITH_EXPERTS = READ | {Status.IN_REVIEW}


class Town(NamedTuple):
    """What was put in, for whoever looks at it."""

    marathon: Marathon
    places: Sequence[Municipality]
    experts: Sequence[Expert]
    works: Sequence[Submission]


def settle(work: Work, *, works: int, now: datetime = NOW, seed: int = 1) -> Town:
    """A cluster, its people and one marathon in its phase of decision, with ``works`` works."""
    chance = random.Random(seed)  # noqa: S311  (nothing here is secret)
    cluster = work.clusters.only() or work.clusters.add(
        Cluster(id=new_id(), name="Большой кластер", region="Иркутская область")
    )
    places = [
        Municipality(id=new_id(), cluster_id=cluster.id, name=f"Приречный район № {number}")
        for number in range(1, PLACES + 1)
    ]
    work.municipalities.add_many(places)
    schools = list(schools_of(places, -(-works // TO_A_SCHOOL)))
    work.organisations.add_many(schools)
    marathon = work.marathons.add(a_marathon(cluster, now))
    experts = settle_experts(work, cluster, schools, max(PANEL * 4, int(works * EXPERTS_TO_WORKS)))
    town = Town(marathon, places, experts, settle_works(work, marathon, schools, works, now))
    settle_reviews(work, town, chance, now)
    settle_papers(work, town, now)
    return town


def a_marathon(cluster: Cluster, now: datetime) -> Marathon:
    titles = ("Минимальный уровень", "Высокий уровень", "Функциональная грамотность")
    return Marathon(
        id=new_id(),
        cluster_id=cluster.id,
        title="Большой марафон практик",
        theme="Инструменты повышения качества образования",
        year=now.year,
        phase=Phase.DECISION,
        opens_at=now - timedelta(days=90),
        submissions_until=now - timedelta(days=50),
        reviews_until=now - timedelta(days=5),
        live_on=date(now.year, 3, 27),
        tracks=tuple(Track(number=number, title=title) for number, title in enumerate(titles, 1)),
    )


def schools_of(places: Sequence[Municipality], count: int) -> Iterator[Organisation]:
    for number, place in enumerate(islice(cycle(places), max(count, PLACES)), 1):
        yield Organisation(id=new_id(), municipality_id=place.id, name=f"МБОУ «СОШ № {number}»")


def people(count: int, kind: str) -> list[Person]:
    """Names repeat, as names do; addresses do not."""
    made = []
    for number in range(count):
        words = (
            SURNAMES[number % len(SURNAMES)],
            NAMES[number % len(NAMES)],
            FATHERS[number % len(FATHERS)],
        )
        identifier = new_id()
        address = f"{kind}-{identifier}@example.org"
        made.append(Person(id=identifier, name=" ".join(words), email=address))
    return made


def settle_experts(
    work: Work, cluster: Cluster, schools: Sequence[Organisation], count: int
) -> list[Expert]:
    known = people(count, "expert")
    work.people.add_many(known)
    experts = [
        Expert(
            id=new_id(),
            cluster_id=cluster.id,
            person_id=person.id,
            municipality_id=school.municipality_id,
            organisation_id=school.id,
            position="методист",
            capacity=20,
        )
        for person, school in zip(known, cycle(schools), strict=False)
    ]
    work.experts.add_many(experts)
    return experts


def settle_works(
    work: Work, marathon: Marathon, schools: Sequence[Organisation], count: int, now: datetime
) -> list[Submission]:
    owners = people(count, "teacher")
    work.people.add_many(owners)
    given = tuple(Consent(kind=kind, text_version="2026-1", given_at=now) for kind in ConsentKind)
    works = [
        a_work(marathon, number, owner, school, given)
        for number, (owner, school) in enumerate(zip(owners, cycle(schools), strict=False), 1)
    ]
    work.submissions.add_many(works)
    work.files.add_many([a_file(one) for one in works])
    return works


def a_work(
    marathon: Marathon, number: int, owner: Person, school: Organisation, given: tuple[Consent, ...]
) -> Submission:
    status = OF_TWENTY[number % len(OF_TWENTY)]
    sent = marathon.opens_at + timedelta(minutes=number)
    author = Author(
        name=owner.name,
        position="учитель",
        organisation=school.name,
        organisation_id=school.id,
        municipality_id=school.municipality_id,
        email=owner.email,
        person_id=owner.id,
    )
    subject = SUBJECTS[number % len(SUBJECTS)]
    return Submission(
        id=new_id(),
        marathon_id=marathon.id,
        number=number,
        owner_id=owner.id,
        status=status,
        title=f"{subject}: практика урока номер {number}",
        abstract="Как устроена практика и что она даёт. " * 8,
        track=number % 3 + 1,
        subject=subject,
        authors=(author,),
        consents=given if number % 10 else given[:1],
        children=Children.NONE,
        created_at=sent - timedelta(days=2),
        submitted_at=None if status is Status.DRAFT else sent,
    )


def a_file(one: Submission) -> SubmissionFile:
    waits = one.status in {Status.DRAFT, Status.SUBMITTED}
    return SubmissionFile(
        id=new_id(),
        submission_id=one.id,
        marathon_id=one.marathon_id,
        name=f"practice-{one.number}.docx",
        sha256=f"{one.number:064x}",
        size=200_000,
        status=FileStatus.RECEIVED if waits else FileStatus.ACCEPTED,
        uploaded_at=one.created_at,
    )


def settle_reviews(work: Work, town: Town, chance: random.Random, now: datetime) -> None:
    """Panels of other municipalities, with reviews and decisions as far as the works have got."""
    panels = list(panels_of(town, now))
    work.assignments.add_many(panels)
    sent = [one for one in panels if one.status is AssignmentStatus.SUBMITTED]
    draft = a_draft(town.marathon)
    reviews = [a_review(one, draft, chance, now) for one in sent]
    work.reviews.add_many(reviews)
    scores: dict[str, list[float]] = {}
    for review in reviews:
        scores.setdefault(review.submission_id, []).append(review.score or 0.0)
    judged = [one for one in town.works if one.status in READ]
    work.decisions.add_many([a_decision(one, scores[one.id], now) for one in judged])


def panels_of(town: Town, now: datetime) -> Iterator[Assignment]:
    """Experts in turn, but none from the author's municipality."""
    turn = cycle(town.experts)
    for one in town.works:
        if one.status not in WITH_EXPERTS:
            continue
        home = one.authors[0].municipality_id
        strangers = (expert for expert in turn if expert.municipality_id != home)
        for place, expert in enumerate(islice(strangers, PANEL)):
            yield Assignment(
                id=new_id(),
                marathon_id=one.marathon_id,
                submission_id=one.id,
                expert_id=expert.id,
                status=status_of(one, place),
                proposed_at=now - timedelta(days=40),
                answer_until=now - timedelta(days=35),
                due_at=now + timedelta(days=one.number % 9 - 4),
            )


def status_of(one: Submission, place: int) -> AssignmentStatus:
    if one.status in READ or place == 0:
        return AssignmentStatus.SUBMITTED
    return (AssignmentStatus.ACCEPTED, AssignmentStatus.INVITED)[place % 2]


def a_draft(marathon: Marathon) -> ReviewDraft:
    sheet = RUBRICS[marathon.rubric]
    return ReviewDraft(
        levels={one.code: one.levels[-1].value for one in sheet.criteria},
        gates={gate.code: True for gate in sheet.gates},
        comment="Практика описана ясно. " * 10,
        recommendation=Recommendation.BOTH,
    )


def a_review(one: Assignment, draft: ReviewDraft, chance: random.Random, now: datetime) -> Review:
    sent = now - timedelta(days=25)
    return Review(
        id=new_id(),
        assignment_id=one.id,
        marathon_id=one.marathon_id,
        submission_id=one.submission_id,
        expert_id=one.expert_id,
        draft=draft,
        score=round(min(100.0, max(0.0, chance.gauss(65, 15))), 2),
        started_at=sent,
        saved_at=sent,
        submitted_at=sent,
    )


def a_decision(one: Submission, scores: Sequence[float], now: datetime) -> Decision:
    score, is_final = sum(scores) / len(scores), one.status is Status.DECIDED
    return Decision(
        id=new_id(),
        marathon_id=one.marathon_id,
        submission_id=one.id,
        status=DecisionStatus.CONFIRMED if is_final else DecisionStatus.PROPOSED,
        outcome="yes" if score > 60 else "no",  # noqa: PLR2004
        publication=score > 60,  # noqa: PLR2004
        live=score > 80,  # noqa: PLR2004
        raw=score,
        score=score,
        sd=4.0,
        p_publication=0.7,
        reviews=len(scores),
        stable=True,
        reasons=("score_reaches",),
        explanation="Балл работы выше порога.",
        proposed_at=now - timedelta(days=3),
        confirmed_at=now - timedelta(days=1) if is_final else None,
    )


def settle_papers(work: Work, town: Town, now: datetime) -> None:
    """Letters, suspected conflicts, certificates of those judged, a journal of what was sent."""
    work.notices.add_many([letter for one in town.works for letter in letters_about(one, now)])
    judged = [one for one in town.works if one.status is Status.DECIDED]
    work.certificates.add_many([a_certificate(one, now) for one in judged])
    some = town.works[:: 4 * len(OF_TWENTY)]
    pairs = zip(some, cycle(town.experts), strict=False)
    work.suspicions.add_many([a_suspicion(one, expert, now) for one, expert in pairs])
    work.journal.add_many(list(entries_about(town.works)))


def letters_about(one: Submission, now: datetime) -> Iterator[Notice]:
    codes = ("submission_received", "decision")
    for code in codes[: 2 if one.status in READ else 1]:
        yield Notice(
            id=new_id(),
            template=code,
            person_id=one.owner_id,
            marathon_id=one.marathon_id,
            subject_kind="submission",
            subject_id=one.id,
            dedup_key=f"{code}/{one.id}",
            status=NoticeStatus.DRAFT if code == "decision" else NoticeStatus.SENT,
            created_at=one.created_at,
            sent_at=now,
        )


def a_certificate(one: Submission, now: datetime) -> Certificate:
    return Certificate(
        id=new_id(),
        marathon_id=one.marathon_id,
        number=f"B-{one.number:06}",
        kind=CertificateKind.PARTICIPANT,
        person_id=one.owner_id,
        holder=one.authors[0].name,
        submission_id=one.id,
        text="за участие",
        issued_at=now,
    )


def a_suspicion(one: Submission, expert: Expert, now: datetime) -> Suspicion:
    return Suspicion(
        id=new_id(),
        marathon_id=one.marathon_id,
        submission_id=one.id,
        expert_id=expert.id,
        source=ConflictSource.SURNAME,
        evidence="У автора и эксперта одна фамилия.",
        found_at=now,
    )


def entries_about(works: Sequence[Submission]) -> Iterator[JournalEntry]:
    """An unbroken chain: somebody sent each of the works."""
    previous = GENESIS
    for number, one in enumerate(works, 1):
        entry = JournalEntry(
            id=new_id(),
            number=number,
            at=one.created_at,
            person_id=one.owner_id,
            part="web",
            action="moved",
            subject_kind="submission",
            subject_id=one.id,
            details={"from": "draft", "to": one.status.value},
            previous_hash=previous,
            hash="",
        )
        previous = entry_hash(entry)
        yield entry.model_copy(update={"hash": previous})
