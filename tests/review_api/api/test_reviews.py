"""Assignments and reviews by program: what an expert learns, answers, drafts and sends."""

from datetime import timedelta

import pytest
from builders import NOW

from review_api.deps import get_now

CANARIES = ("канарейк", "канареечн", "щеглов", "пелаге", "7193")


def addresses(season):
    one = f"assignments/{season.assignment.id}"
    yield "get", f"marathons/{season.marathon.id}/assignments"
    yield "post", f"{one}/accept"
    yield "post", f"{one}/decline"
    yield "get", f"{one}/review"
    yield "put", f"{one}/review"
    yield "post", f"{one}/review/submit"


def body_for(method, address):
    return None if method == "get" or address.endswith("accept") else {}


def test_without_a_token_nothing_is_told(api, season, is_problem):
    for method, address in addresses(season):
        answer = api().request(method, address, json=body_for(method, address))
        is_problem(answer, 401, "sign_in")


@pytest.mark.parametrize("role", ["owner", "coauthor", "stranger", "coordinator", "chair"])
def test_whose_assignment_it_is_not_finds_nothing(api, season, role, is_problem):
    client = api(role)
    assert client.get(f"marathons/{season.marathon.id}/assignments").json() == {
        "items": [],
        "next": None,
    }
    for method, address in list(addresses(season))[1:]:
        body = body_for(method, address)
        answer = client.request(method, address, json=body)
        missing = client.request(method, address.replace(season.assignment.id, "none"), json=body)
        is_problem(answer, 404, "not_found")
        assert answer.content == missing.content


def test_organisers_see_every_assignment_and_write_no_review(api, season, is_problem):
    client = api("organiser")
    (item,) = client.get(f"marathons/{season.marathon.id}/assignments").json()["items"]
    assert item["assignment"]["submission_id"] == season.submission.id
    assert client.get(f"assignments/{season.assignment.id}/review").status_code == 200
    is_problem(client.put(f"assignments/{season.assignment.id}/review", json={}), 404, "not_found")


def test_nothing_an_expert_gets_names_the_author_or_the_work(api, season, complete_review):
    client, one = api("expert"), f"assignments/{season.assignment.id}"
    answers = [
        client.get("marathons"),
        client.get(f"marathons/{season.marathon.id}/submissions"),
        client.get(f"marathons/{season.marathon.id}/assignments"),
        client.post(f"{one}/accept"),
        client.get(f"{one}/review"),
        client.put(f"{one}/review", json={"comment": "Черновик."}),
        client.get(f"{one}/review"),
        client.post(f"{one}/review/submit", json=complete_review),
        client.get(f"{one}/review"),
        client.get(f"marathons/{season.marathon.id}/assignments"),
        client.get(f"marathons/{season.marathon.id}/decisions"),
    ]
    for answer in answers:
        assert answer.status_code == 200, answer.text
        text = answer.text.lower()
        assert season.submission.id not in text
        assert season.people["owner"].id not in text
        assert not [word for word in CANARIES if word in text]
    (item,) = answers[2].json()["items"]
    assert "Дроби по карточке" in item["title"]


def test_accepting_and_declining_twice_is_doing_it_once(api, season):
    client, one = api("expert"), f"assignments/{season.assignment.id}"
    first = client.post(f"{one}/accept").json()
    assert first["assignment"]["status"] == "accepted"
    assert client.post(f"{one}/accept").json() == first
    gone = client.post(f"{one}/decline", json={"reason": "conflict", "note": "Знаю автора."}).json()
    assert gone["assignment"]["status"] == "declined"
    assert client.post(f"{one}/decline", json={"reason": "conflict"}).json() == gone


def test_who_declined_may_not_write_any_more(api, season, is_problem):
    client, one = api("expert"), f"assignments/{season.assignment.id}"
    client.post(f"{one}/decline", json={"reason": "not_now"})
    is_problem(client.put(f"{one}/review", json={}), 404, "not_found")
    assert client.post(f"{one}/accept").status_code == 409


def test_a_draft_saved_elsewhere_is_not_overwritten(api, season, is_problem):
    client, address = api("expert"), f"assignments/{season.assignment.id}/review"
    assert client.get(address).json() == {"review": None, "version": 0}
    first = client.put(address, json={"comment": "Первая вкладка."}).json()
    seen = {"if-match": f'W/"{first["version"]}"'}
    second = client.put(address, json={"comment": "Вторая вкладка."}, headers=seen).json()
    assert second["version"] == first["version"] + 1
    is_problem(
        client.put(address, json={"comment": "Первая снова."}, headers=seen), 412, "stale_version"
    )
    assert client.get(address).json()["review"]["draft"]["comment"] == "Вторая вкладка."


@pytest.mark.parametrize(
    "wrong",
    [
        {"levels": {"novelty": True}},
        {"levels": {"novelty": "5"}},
        {"levels": {"novelty": 2.0}},
        {"levels": {"novelty": 2**63}},
        {"levels": {"novelty": 77}},
        {"levels": {"<b>": 1}},
        {"gates": {"any": "да"}},
        {"gates": {"any": 1}},
        {"recommendation": "perhaps"},
        {"comment": "ж" * 10_001},
        {"comment": "а\0"},
        {"score": 100},
    ],
)
def test_what_is_not_on_the_sheet_is_refused(api, season, wrong):
    answer = api("expert").put(f"assignments/{season.assignment.id}/review", json=wrong)
    assert answer.status_code == 422, answer.text
    assert "<b>" not in answer.text


def test_an_incomplete_review_stays_a_draft(api, season, complete_review, is_problem):
    client, address = api("expert"), f"assignments/{season.assignment.id}/review"
    client.put(address, json={"comment": "Ещё не всё."})
    body = is_problem(client.post(f"{address}/submit"), 422, "review_incomplete")
    assert body["field"].startswith("levels.")
    client.put(address, json=complete_review)
    sent = client.post(f"{address}/submit").json()["review"]
    assert sent["score"] == 100
    assert sent["submitted_at"]
    assert client.post(f"{address}/submit").json()["review"] == sent


def test_after_the_deadline_no_review_is_taken(
    api, season, application, complete_review, is_problem
):
    application.dependency_overrides[get_now] = lambda: NOW + timedelta(days=29)
    address = f"assignments/{season.assignment.id}/review"
    assert api("expert").put(address, json={}).status_code == 200
    application.dependency_overrides[get_now] = lambda: NOW + timedelta(days=30, minutes=1)
    answer = api("expert").post(f"{address}/submit", json=complete_review)
    assert answer.status_code in {401, 409}  # the token of 30 days has ended as well
