"""A whole season through the API alone; between the calls the sweeps do what they do at night."""

import json

import builders
import docx
import pytest
from builders import NOW

from flows.accounts import operations as accounts
from flows.assignment import operations as assignment
from flows.intake import operations as intake
from flows.review import operations as review
from schemas.extraction import Extraction
from schemas.people import Actor, Role

SWEEP = Actor(part="test")
NEW = {
    "title": "Весенний марафон",
    "year": 2026,
    "opens_at": "2026-03-20T09:00:00+08:00",
    "submissions_until": "2026-04-20T23:59:00+08:00",
    "reviews_until": "2026-05-20T23:59:00+08:00",
    "live_on": "2026-05-27",
    "tracks": [{"number": 1, "title": "Функциональная грамотность", "live_slots": 1}],
    "assignment": {"reviews": 2, "max_per_municipality": 2},
}
READABLE = Extraction(file="x.docx", status="ok", kind="docx", seconds=0.1)


@pytest.fixture
def cluster(installation):
    """Two municipalities with two experts in each, and an organiser."""
    with installation.begin() as work:
        home = builders.a_cluster(work)
        places = builders.members(work, home)[:2]
        experts = [builders.an_expert(work, place, capacity=4) for place in places for _ in "ab"]
        emails = [work.people.get(expert.person_id).email for expert in experts]
        teachers = [builders.a_person(work, f"Учителева Ия {name}") for name in ("Ая", "Бея")]
        emails += [teacher.email for teacher in teachers]
        boss = builders.a_person(work, "Организаторова Вера Ильинична")
        work.roles.give(boss.id, Role.ORGANISER)
        for email in (*emails, boss.email):
            accounts.create_api_token(
                work, email, signer=installation.signer, secret=email * 2, days=60, now=NOW
            )
    return places, emails[:4], emails[4:], boss.email


@pytest.fixture
def program(client):
    """``program(email)(method, address, …)`` answers what the API says, which is never an error."""

    def of(email):
        def call(method, address, **options):
            headers = {"authorization": f"Bearer {email * 2}"}
            answer = client.request(method, f"/api/v1{address}", headers=headers, **options)
            assert answer.is_success, answer.text
            return answer.json()

        return call

    return of


def material(tmp_path, number):
    document = docx.Document()
    document.add_paragraph(f"Практика {number}: дети измеряют класс и считают краску.")
    path = tmp_path / f"{number}.docx"
    document.save(path)
    return path.read_bytes()


def test_a_season_goes_from_opening_to_confirmed_decisions(
    installation, cluster, program, complete_review, tmp_path
):
    places, experts, teachers, boss = cluster
    organiser = program(boss)
    marathon = organiser("post", "/marathons", json=NEW)
    one = f"/marathons/{marathon['id']}"
    for number, (teacher, place) in enumerate(zip(teachers, places, strict=True)):
        data = {
            "title": f"Практика {number}",
            "abstract": "Измеряем и считаем.",
            "track": 1,
            "authors": [
                {"name": "Учителева Ия", "organisation": "СОШ", "municipality": place.name}
            ],
            "children": "none",
            "consents": ["processing", "distribution", "licence"],
        }
        files = [("files", (f"{number}.docx", material(tmp_path, number)))]
        author = program(teacher)
        sent = author("post", f"{one}/submissions", data={"data": json.dumps(data)}, files=files)
        author("post", f"/submissions/{sent['submission']['id']}/submit")
    with installation.begin() as work:
        for file in intake.claim_files(work, now=NOW):
            intake.record_check(work, file.id, READABLE, (), by=SWEEP, now=NOW)

    run = organiser("post", f"{one}/stages/assign")["run"]
    assert organiser("get", f"/runs/{run}")["stage"] == "assign_experts"
    with installation.begin() as work:
        assignment.propose(work, marathon["id"], now=NOW)
    plan = organiser("get", f"{one}/plan")
    assert plan["result"]["status"] == "optimal"
    assert organiser("post", f"{one}/plan/apply")["status"] == "applied"
    assert len(organiser("get", f"{one}/assignments")["items"]) == 4

    written = 0
    for expert in experts:
        call = program(expert)
        for item in call("get", f"{one}/assignments")["items"]:
            address = f"/assignments/{item['assignment']['id']}"
            call("post", f"{address}/accept")
            call("put", f"{address}/review", json=complete_review)
            written += call("post", f"{address}/review/submit")["review"]["score"] == 100
    assert written == 4

    organiser("post", f"{one}/stages/collect")
    with installation.begin() as work:
        review.collect(work, marathon["id"], now=NOW)
    organiser("post", f"{one}/stages/decide")
    with installation.begin() as work:
        builders.proposed_decisions(work, marathon["id"], now=NOW)
    proposed = organiser("get", f"{one}/decisions")["items"]
    assert [item["publication"] for item in proposed] == [True, True]
    assert sum(item["live"] for item in proposed) == 1
    assert program(teachers[0])("get", f"{one}/decisions")["items"] == []
    body = {"decisions": [item["id"] for item in proposed]}
    organiser("post", f"{one}/decisions/confirm", json=body)
    for teacher in teachers:
        (told,) = program(teacher)("get", f"{one}/decisions")["items"]
        assert told["publication"] is True
    assert organiser("post", f"{one}/stages/certificates")["run"]
    assert organiser("get", one)["phase"] == "results"
