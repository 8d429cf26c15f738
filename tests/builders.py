"""Things tests are about, complete and plausible; every builder takes the changes that matter.

Builders that take ``work`` save what they make; the others only make it.
"""

from datetime import UTC, date, datetime, timedelta

from flows.decision.engine.deciding import decide
from flows.decision.operations import keep
from flows.decision.posing import pose
from schemas.assignment import Assignment, AssignmentStatus
from schemas.cluster import Cluster, Expert, Municipality
from schemas.decision import Decision, DecisionStatus
from schemas.marathon import Marathon, Track
from schemas.people import Actor, Person
from schemas.review import Recommendation, Review, ReviewDraft
from schemas.rubric import Criterion, Rubric
from schemas.submission import (
    Author,
    Children,
    Consent,
    ConsentKind,
    Submission,
    SubmissionStatus,
)
from storage.identifiers import new_id
from storage.work import Work

NOW = datetime(2026, 3, 24, 4, 0, tzinfo=UTC)
SYSTEM = Actor(part="test")
TRACKS = (
    "Инструменты обеспечения минимального уровня подготовки обучающихся",
    "Инструменты поддержания высокого уровня подготовки обучающихся",
    "Формирование функциональной грамотности",
)
MEMBERS = ("город Усть-Илимск", "Киренский район", "Усть-Илимский район", "Катангский район")


def this_moment():
    """For rows that flows compare with the real clock."""
    return datetime.now(UTC)  # noqa: TID251  (a flow goes by the real clock)


def a_cluster(work: Work, **changes) -> Cluster:
    facts = {"id": new_id(), "name": "Кластер 1 «Северный кластер»", "region": "Иркутская область"}
    return work.clusters.add(Cluster(**facts | changes))


def a_municipality(work: Work, cluster: Cluster, name: str = MEMBERS[0], **changes) -> Municipality:
    facts = {"id": new_id(), "cluster_id": cluster.id, "name": name}
    return work.municipalities.add(Municipality(**facts | changes))


def members(work: Work, cluster: Cluster) -> list[Municipality]:
    """Four members of the cluster, «город Усть-Илимск» and «Усть-Илимский район» among them."""
    return [a_municipality(work, cluster, name) for name in MEMBERS]


def a_marathon(work: Work, cluster: Cluster | None = None, **changes) -> Marathon:
    facts = {
        "id": new_id(),
        "cluster_id": (cluster or work.clusters.only() or a_cluster(work)).id,
        "title": "Марафон лучших образовательных практик",
        "theme": "Инструменты повышения качества образования",
        "year": 2026,
        "opens_at": NOW - timedelta(days=90),
        "submissions_until": NOW - timedelta(days=50),
        "reviews_until": NOW - timedelta(days=20),
        "live_on": date(2026, 3, 27),
        "tracks": tuple(
            Track(number=number, title=title) for number, title in enumerate(TRACKS, start=1)
        ),
    }
    return work.marathons.add(Marathon(**facts | changes))


def a_person(work: Work, name: str = "Ветрова Дарья Олеговна", **changes) -> Person:
    identifier = new_id()
    facts = {"id": identifier, "name": name, "email": f"{identifier}@example.ru"}
    return work.people.add(Person(**facts | changes))


def an_author(person: Person, municipality: Municipality, **changes) -> Author:
    facts = {
        "name": person.name,
        "person_id": person.id,
        "email": person.email,
        "position": "учитель математики",
        "organisation": "МБОУ «СОШ № 7»",
        "municipality_id": municipality.id,
    }
    return Author(**facts | changes)


def consents(*kinds: ConsentKind) -> tuple[Consent, ...]:
    """The given kinds, or all of them."""
    return tuple(
        Consent(kind=kind, text_version="2026-1", given_at=NOW) for kind in kinds or ConsentKind
    )


def a_submission(
    work: Work, marathon: Marathon, municipality: Municipality, **changes
) -> Submission:
    """A checked work of a new teacher; give ``authors`` to name others."""
    number = work.submissions.next_number(marathon.id)
    owner = None if "owner_id" in changes else a_person(work, f"Тестова Анна {number}-я")
    facts = {
        "id": new_id(),
        "marathon_id": marathon.id,
        "number": number,
        "status": SubmissionStatus.CHECKED,
        "title": f"Практика номер {number}",
        "abstract": "Как устроена практика и что она даёт.",
        "track": 1,
        "subject": "Математика",
        "consents": consents(),
        "children": Children.NONE,
        "created_at": NOW - timedelta(days=60),
        "submitted_at": NOW - timedelta(days=55),
    }
    if owner:
        facts |= {"owner_id": owner.id, "authors": (an_author(owner, municipality),)}
    return work.submissions.add(Submission(**facts | changes))


def an_expert(work: Work, municipality: Municipality, **changes) -> Expert:
    facts = {
        "id": new_id(),
        "cluster_id": municipality.cluster_id,
        "municipality_id": municipality.id,
        "position": "методист",
    }
    if "person_id" not in changes:
        facts["person_id"] = a_person(work, "Экспертова Ольга Ивановна").id
    return work.experts.add(Expert(**facts | changes))


def an_assignment(work: Work, submission: Submission, expert: Expert, **changes) -> Assignment:
    facts = {
        "id": new_id(),
        "marathon_id": submission.marathon_id,
        "submission_id": submission.id,
        "expert_id": expert.id,
        "round": submission.round,
        "status": AssignmentStatus.ACCEPTED,
        "proposed_at": NOW - timedelta(days=40),
    }
    return work.assignments.add(Assignment(**facts | changes))


def a_sent_review(
    work: Work, submission: Submission, expert: Expert, *, score: float = 75.0, **changes
) -> Review:
    assignment = an_assignment(work, submission, expert, status=AssignmentStatus.SUBMITTED)
    facts = {
        "id": new_id(),
        "assignment_id": assignment.id,
        "marathon_id": submission.marathon_id,
        "submission_id": submission.id,
        "expert_id": expert.id,
        "draft": ReviewDraft(comment="Хорошая работа."),
        "score": score,
        "saved_at": NOW - timedelta(days=25),
        "submitted_at": NOW - timedelta(days=25),
    }
    return work.reviews.add(Review(**facts | changes))


def a_full_draft(rubric: Rubric, *, share: float = 1.0, **changes) -> ReviewDraft:
    """A review that may be sent: on every criterion the level nearest to ``share`` of the highest."""
    facts = {
        "levels": {one.code: nearest_level(one, share) for one in rubric.criteria},
        "gates": {gate.code: True for gate in rubric.gates},
        "comment": "Совет автору.",
        "recommendation": Recommendation.BOTH,
    }
    return ReviewDraft(**facts | changes)


def nearest_level(criterion: Criterion, share: float) -> int:
    wanted = share * criterion.highest
    return min((level.value for level in criterion.levels), key=lambda one: abs(one - wanted))


def a_decision(work: Work, submission: Submission, **changes) -> Decision:
    """A confirmed yes to both, unless the changes say otherwise."""
    facts = {
        "id": new_id(),
        "marathon_id": submission.marathon_id,
        "submission_id": submission.id,
        "round": submission.round,
        "status": DecisionStatus.CONFIRMED,
        "outcome": "yes",
        "publication": True,
        "live": True,
        "score": 80.0,
        "proposed_at": NOW - timedelta(days=15),
        "confirmed_at": NOW - timedelta(days=10),
    }
    return work.decisions.add(Decision(**facts | changes))


def proposed_decisions(work: Work, marathon_id: str, *, now: datetime = NOW) -> list[Decision]:
    """What the stage of decision proposes, in the transaction of the test."""
    posed = pose(work, marathon_id, now=now)
    posed.require_open()
    return keep(work, posed, decide(posed.problem), now=now).decisions


def a_decided_work(
    work: Work, marathon: Marathon, municipality: Municipality, *, decision=None, **changes
) -> Submission:
    """A work whose decision is confirmed; ``decision`` holds that decision's changes."""
    submission = a_submission(
        work, marathon, municipality, **{"status": SubmissionStatus.DECIDED} | changes
    )
    a_decision(work, submission, **decision or {})
    return submission
