"""A marathon with one of everything a page can be about, and somebody in every role.

``settle`` writes it; ``addresses`` and ``forms`` put its ids into the application's own routes.
"""

import re
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import builders
from conversing_rows import add_words
from deciding_rows import a_meeting
from fastapi.routing import APIRoute
from pydantic import BaseModel

import review_api
from flows.accounts import handing_over, invitations
from flows.accounts.address_lines import Invitee
from flows.assignment import operations as assignment
from review_api.routes import PAGE_ROUTERS
from schemas.assignment import AssignmentStatus
from schemas.certificate import Certificate, CertificateKind
from schemas.collection import Edition
from schemas.conflict import ConflictSource, Suspicion
from schemas.decision import DecisionStatus
from schemas.decision_policy import PolicyTrial
from schemas.intake_access import AccessCode, Upload
from schemas.marathon import Phase
from schemas.nomination import Nomination
from schemas.outbox import Notice, NoticeStatus
from schemas.people import Person, Role, Token, TokenKind
from schemas.programme import Session, Slot
from schemas.proof import Proof
from schemas.question import Question
from schemas.review import ReviewDraft
from schemas.submission import SubmissionDraft, SubmissionFile, SubmissionStatus, SubmissionVersion
from storage.identifiers import new_id

PARAMETER = re.compile(r"{(\w+)(?::\w+)?}")
ROUTES = tuple(
    route for router in PAGE_ROUTERS for route in router.routes if isinstance(route, APIRoute)
)
CHOICES = {
    "kind": "municipalities",
    "form": "odt",
    "act": "pass",
    "step": "criteria",
    "stage": "check",
    "template": "modern",
    "name": "pairs.csv",
    "code": "decision",
    "path": "x.pdf",
    "place": "1",
    "number": "1",
    "place_": "1",
}


@dataclass(frozen=True)
class Town:
    ids: dict[str, str]
    people: dict[str, Person]


def settle(installation, now):
    """The town; decisions are proposed, one assignment is open, one plan waits."""
    with installation.begin() as work:
        return settled(work, installation.signer, now)


def settled(work, signer, now):
    cluster = builders.a_cluster(work)
    places = builders.members(work, cluster)
    marathon = builders.a_marathon(
        work,
        cluster,
        phase=Phase.EXPERTISE,
        submissions_until=now + timedelta(days=5),
        reviews_until=now + timedelta(days=20),
    )
    other = builders.a_marathon(work, cluster, title="Другой марафон", phase=Phase.INTAKE)
    people = everybody(work, marathon, other, places)
    ids = {"marathon_id": marathon.id, "municipality_id": places[0].id}
    one = a_work(work, marathon, places[0], people)
    ids |= about_the_work(work, one, places, people, now)
    ids |= about_the_marathon(work, marathon, one, places, people, now)
    ids |= secrets_of(work, one, people, marathon, places, signer, now)
    add_words(work, one, places[0], {"marathon_id": marathon.id})
    return Town(ids, people)


def everybody(work, marathon, other, places):
    names = {
        "author": "Авторова Нина Петровна",
        "co_author": "Соавторова Ева Ильинична",
        "teacher": "Учителева Ия Олеговна",
        "expert": "Экспертова Яна Львовна",
        "unassigned_expert": "Свободнова Алла Юрьевна",
        "coordinator": "Координаторова Вера Ивановна",
        "far_coordinator": "Дальнева Зоя Ивановна",
        "organiser": "Орлова Нина Петровна",
        "marathon_organiser": "Марафонова Инга Павловна",
        "other_organiser": "Иногородняя Инна Павловна",
        "chair": "Председателева Анна Яновна",
        "secretary": "Секретарева Анна Яновна",
        "other_chair": "Чужая Анна Яновна",
        "administrator": "Админова Ада Яновна",
    }
    people = {key: builders.a_person(work, name) for key, name in names.items()}
    people["guest"] = builders.a_person(work, "Автор черновика", email=None, guest=True)
    grants = {
        "coordinator": (Role.COORDINATOR, "municipality", places[0].id),
        "far_coordinator": (Role.COORDINATOR, "municipality", places[3].id),
        "organiser": (Role.ORGANISER, "cluster", ""),
        "marathon_organiser": (Role.ORGANISER, "marathon", marathon.id),
        "other_organiser": (Role.ORGANISER, "marathon", other.id),
        "chair": (Role.CHAIR, "cluster", ""),
        "secretary": (Role.SECRETARY, "cluster", ""),
        "other_chair": (Role.CHAIR, "marathon", other.id),
        "administrator": (Role.ADMINISTRATOR, "cluster", ""),
    }
    for key, (role, scope, scope_id) in grants.items():
        work.roles.give(people[key].id, role, scope=scope, scope_id=scope_id)
    return people


def a_work(work, marathon, place, people):
    author, co_author = people["author"], people["co_author"]
    one = builders.a_submission(
        work,
        marathon,
        place,
        owner_id=author.id,
        title="Тайноназвание практики",
        authors=(builders.an_author(author, place), builders.an_author(co_author, place)),
        status=SubmissionStatus.IN_REVIEW,
    )
    content = SubmissionDraft(title=one.title, abstract="Прежнее.")
    for number in (1, 2):
        work.submission_versions.add(
            SubmissionVersion(
                id=new_id(),
                marathon_id=marathon.id,
                submission_id=one.id,
                number=number,
                round=number,
                content=content,
                sent_at=builders.NOW,
            )
        )
    return one


def about_the_work(work, one, places, people, now):
    expert = builders.an_expert(work, places[1], person_id=people["expert"].id)
    builders.an_expert(work, places[2], person_id=people["unassigned_expert"].id)
    item = builders.an_assignment(work, one, expert, status=AssignmentStatus.ACCEPTED)
    seen = builders.a_sent_review(
        work,
        one,
        builders.an_expert(work, places[3]),
        draft=ReviewDraft(comment="Тайныйотзыв", note="Тайнаязаметка"),
    )
    decision = builders.a_decision(
        work, one, status=DecisionStatus.PROPOSED, confirmed_at=None, explanation="Тайнообъяснение"
    )
    about = {"marathon_id": one.marathon_id, "submission_id": one.id}
    question = work.questions.add(
        Question(
            id=new_id(), **about, assignment_id=item.id, text="Тайныйвопрос где?", asked_at=now
        )
    )
    edition = work.editions.add(
        Edition(id=new_id(), marathon_id=one.marathon_id, number=1, built_at=now)
    )
    work.proofs.add(Proof(id=new_id(), **about, edition_id=edition.id, asked_at=now))
    suspicion = work.suspicions.add(
        Suspicion(
            id=new_id(),
            **about,
            expert_id=seen.expert_id,
            source=next(iter(ConflictSource)),
            evidence="Тайнапримета",
            found_at=now,
        )
    )
    file = work.files.add(
        SubmissionFile(
            id=new_id(),
            **about,
            name="урок.docx",
            sha256="0" * 64,
            size=1,
            uploaded_at=now,
        )
    )
    upload = work.uploads.add(
        Upload(
            id=new_id(),
            submission_id=one.id,
            person_id=people["author"].id,
            name="урок.docx",
            size=10,
            started_at=now,
        )
    )
    return {
        "submission_id": one.id,
        "expert_id": expert.id,
        "assignment_id": item.id,
        "decision_id": decision.id,
        "question_id": question.id,
        "suspicion": suspicion.id,
        "file_id": file.id,
        "upload_id": upload.id,
        "person_id": people["teacher"].id,
    }


def about_the_marathon(work, marathon, one, places, people, now):
    for place in places[1:]:
        builders.a_submission(work, marathon, place)
    plan = assignment.propose(work, marathon.id, now=now)
    meeting = work.meetings.add(a_meeting(marathon, one, places[0], places[1]))
    trial = work.policy_trials.add(
        PolicyTrial(
            id=new_id(),
            marathon_id=marathon.id,
            source_id=marathon.id,
            policy=marathon.decision,
            asked_by=people["organiser"].id,
            asked_at=now,
        )
    )
    session = work.programme_sessions.add(
        Session(id=new_id(), marathon_id=marathon.id, track=1, title="Секция", starts_at=now)
    )
    slot = work.slots.add(
        Slot(
            id=new_id(),
            session_id=session.id,
            marathon_id=marathon.id,
            submission_id=one.id,
            number=1,
            starts_at=now,
        )
    )
    work.certificates.add(
        Certificate(
            id=new_id(),
            marathon_id=marathon.id,
            number="1",
            kind=CertificateKind.PARTICIPANT,
            person_id=people["author"].id,
            holder=people["author"].name,
            text="Участник.",
            issued_at=now,
        )
    )
    notice = work.notices.add(
        Notice(
            id=new_id(),
            template="decision",
            person_id=people["author"].id,
            marathon_id=marathon.id,
            subject_kind="submission",
            subject_id=one.id,
            dedup_key=new_id(),
            status=NoticeStatus.FAILED,
            title="Тайноеписьмо",
            body="Тайноеписьмо",
            created_at=now,
        )
    )
    run = work.runs.ask("check_materials", marathon_id=marathon.id, by=None, now=now)
    code = work.access_codes.add(
        AccessCode(
            id=new_id(),
            marathon_id=marathon.id,
            code="LETO-2026",
            made_at=now,
            until=now + timedelta(days=3),
        )
    )
    nomination = work.nominations.add(
        Nomination(
            id=new_id(),
            municipality_id=places[0].id,
            name="Ия Ильина",
            email="iya@example.ru",
            proposed_by=people["coordinator"].id,
            proposed_at=now,
        )
    )
    grant = next(iter(work.roles.of(people["secretary"].id)))
    return {
        "plan_id": plan.id,
        "meeting_id": meeting.id,
        "trial_id": trial.id,
        "session_id": session.id,
        "slot_id": slot.id,
        "notice_id": notice.id,
        "run_id": run.id,
        "code_id": code.id,
        "nomination_id": nomination.id,
        "grant_id": grant.id,
    }


def secrets_of(work, one, people, marathon, places, signer, now):
    by = builders.SYSTEM
    offer = invitations.Offer(role=Role.ORGANISER, marathon_id=marathon.id)
    invitee = Invitee(name="Приглашённая Ия Ильинична", email="priglashena@example.ru")
    token = invitations.invite(work, offer, invitee, signer=signer, by=by, now=now)
    nameless = work.people.add(Person(id=new_id(), name="Бумажнова Ия Ильинична"))
    entered = builders.a_submission(
        work,
        marathon,
        places[0],
        owner_id=nameless.id,
        entered_by=people["organiser"].id,
        status=SubmissionStatus.DRAFT,
    )
    handing_over.offer(
        work, entered, email="", secret="K7QM-2ZXP-9RTA", signer=signer, by=by, now=now
    )
    work.tokens.add(
        Token(
            id=new_id(),
            hash=signer.mark("co_author", "soavtor"),
            kind=TokenKind.CO_AUTHOR,
            email=people["co_author"].email,
            payload={"submission": one.id},
            created_at=now,
            expires_at=now + timedelta(days=3),
        )
    )
    return {
        "token_id": token.id,
        "link": invitations.link_of(token.id, signer),
        "secret": "K7QM-2ZXP-9RTA",
        "mark": "x",
    }


def address_of(path, ids):
    """``path`` of a route with everything in it."""
    known = CHOICES | ids
    if path.startswith("/co-author"):
        known |= {"secret": "soavtor"}
    if "/certificates/" in path or "/collection/" in path:
        known |= {"number": "1"}
    return PARAMETER.sub(lambda found: known[found[1]], path)


def routes(method):
    return [route for route in ROUTES if method in route.methods]


def fields_of(route):
    """Names the route takes from a form; a raw form takes every name any page reads."""
    found = []
    for parameter in route.dependant.body_params:
        kind = parameter.field_info.annotation
        known = isinstance(kind, type) and issubclass(kind, BaseModel)
        found += [one.alias or name for name, one in kind.model_fields.items()] if known else []
        found += [] if known else [parameter.alias]
    return found or list(READ_SOMEWHERE)


def names_read():
    pages = Path(review_api.__file__).parent
    texts = [path.read_text(encoding="utf-8") for path in pages.rglob("*.py")]
    return sorted({name for text in texts for name in READING.findall(text)})


READING = re.compile(r"""form(?:, |\.get\(|\.getlist\()"(\w+)\"""")
READ_SOMEWHERE = tuple(names_read())
