"""A season as programs see it: ``season`` holds things and people, ``api(name)`` is a caller."""

from datetime import timedelta
from types import SimpleNamespace

import builders
import pytest
from builders import NOW
from fastapi.testclient import TestClient

from flows.accounts import operations as accounts
from schemas.assignment import AssignmentStatus
from schemas.marathon import Phase
from schemas.people import Role
from schemas.rubric import DEFAULT
from schemas.submission import SubmissionFile, SubmissionStatus
from storage.identifiers import new_id

API = "/api/v1"
HOST = "http://127.0.0.1"
AUTHOR = "Канарейкина Пелагея Тихоновна"
COAUTHOR = "Щеглова Марфа Карповна"
SCHOOL = "МБОУ «Канареечная гимназия»"


@pytest.fixture
def season(installation):
    """A marathon that takes materials: one work under review, one draft, all the roles."""
    with installation.begin() as work:
        cluster = builders.a_cluster(work)
        home, away, *_ = builders.members(work, cluster)
        marathon = builders.a_marathon(
            work,
            cluster,
            phase=Phase.INTAKE,
            opens_at=NOW - timedelta(days=5),
            submissions_until=NOW + timedelta(days=10),
            reviews_until=NOW + timedelta(days=30),
        )
        hidden = builders.a_marathon(work, cluster, title="Ещё не объявленный марафон")
        owner = builders.a_person(work, AUTHOR)
        coauthor = builders.a_person(work, COAUTHOR)
        authors = (
            builders.an_author(owner, home, organisation=SCHOOL),
            builders.an_author(coauthor, away, organisation="МКОУ «Щегловская СОШ»"),
        )
        submission = builders.a_submission(
            work,
            marathon,
            home,
            number=7193,
            owner_id=owner.id,
            authors=authors,
            title=f"Дроби по карточке: опыт {AUTHOR}",
            status=SubmissionStatus.IN_REVIEW,
            extra_reviews=1,
        )
        stored = installation.files.save_bytes("Дроби. ".encode() * 50)
        file = work.files.add(
            SubmissionFile(
                id=new_id(),
                submission_id=submission.id,
                marathon_id=marathon.id,
                name="Канарейкина дроби.docx",
                sha256=stored.sha256,
                size=stored.size,
                uploaded_at=NOW,
            )
        )
        draft = builders.a_submission(
            work,
            marathon,
            home,
            owner_id=owner.id,
            authors=authors[:1],
            status=SubmissionStatus.DRAFT,
            submitted_at=None,
        )
        expert = builders.an_expert(work, away)
        assignment = builders.an_assignment(
            work, submission, expert, status=AssignmentStatus.INVITED
        )
        people = {
            "owner": owner,
            "coauthor": coauthor,
            "expert": work.people.get(expert.person_id),
            "stranger": builders.a_person(work, "Чужакова Яна Львовна"),
            "organiser": with_role(work, Role.ORGANISER, "Организаторова Вера Ильинична"),
            "chair": with_role(work, Role.CHAIR, "Главина Зоя Юрьевна"),
            "coordinator": with_role(
                work, Role.COORDINATOR, "Координатова Инна Павловна", scope_id=home.id
            ),
        }
        for name, person in people.items():
            accounts.create_api_token(
                work,
                person.email,
                signer=installation.signer,
                secret=token(name),
                days=30,
                now=NOW,
            )
    return SimpleNamespace(
        cluster=cluster,
        home=home,
        away=away,
        marathon=marathon,
        hidden=hidden,
        submission=submission,
        draft=draft,
        file=file,
        expert=expert,
        assignment=assignment,
        people=people,
    )


def with_role(work, role, name, *, scope_id=""):
    person = builders.a_person(work, name)
    scope = "municipality" if scope_id else "cluster"
    work.roles.give(person.id, role, scope=scope, scope_id=scope_id)
    return person


def token(name):
    return f"token-of-{name}-0123456789"


@pytest.fixture
def api(application, season):
    """A program with the token of the named person; ``api(None)`` has no token."""

    def caller(name=None):
        headers = {"authorization": f"Bearer {token(name)}"} if name else {}
        return TestClient(
            application,
            base_url=f"{HOST}{API}/",
            headers=headers,
            follow_redirects=False,
            raise_server_exceptions=False,
        )

    return caller


def problem(answer, status, code):
    """The problem document of ``answer``, checked to be one that a person can act on."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert body["type"] == f"/problems/{code}"
    assert body["status"] == status
    assert body["title"]
    assert body["detail"].endswith((".", "…", "ru"))
    assert set(body) <= {"type", "title", "status", "detail", "field"}
    return body


@pytest.fixture
def is_problem():
    return problem


@pytest.fixture
def complete_review():
    """Every level and answer of the default sheet, with a comment for the author."""
    return {
        "levels": {criterion.code: criterion.levels[-1].value for criterion in DEFAULT.criteria},
        "gates": {gate.code: True for gate in DEFAULT.gates},
        "comment": "Практика описана ясно, ход урока можно повторить в другой школе. " * 3,
        "recommendation": "both",
    }
