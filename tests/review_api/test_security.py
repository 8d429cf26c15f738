"""What is refused before any page is asked, and how bad bodies are answered: in words, never 5xx."""

import asyncio
import json

import pytest
from builders import NOW
from fastapi.testclient import TestClient

from flows.accounts import operations as accounts
from review_api.app import MULTIPART_OVERHEAD, create_app
from review_api.deps import get_now
from review_api.security import counted
from schemas.people import Role

HOST = "http://127.0.0.1"
API = "/api/v1"
JSON = {"content-type": "application/json"}


@pytest.fixture
def program(application, installation, open_marathon):
    """An organiser's program with a token."""
    with installation.begin() as work:
        accounts.create_api_token(
            work,
            "orlova@example.ru",
            signer=installation.signer,
            secret="s" * 40,
            days=30,
            now=NOW,
        )
        organiser = work.people.by_email("orlova@example.ru")
        work.roles.give(organiser.id, Role.ORGANISER)
    headers = {"authorization": f"Bearer {'s' * 40}"}
    return TestClient(application, base_url=HOST, headers=headers, raise_server_exceptions=False)


def sentence(answer, *statuses):
    assert answer.status_code in statuses, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.json()["detail"]


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "[", "", "a b", "@"])
def test_a_foreign_host_is_refused(program, host):
    assert sentence(program.get(f"{API}/marathons", headers={"host": host}), 400)


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site", "origin": "https://evil.example"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "["},
        {"cookie": "marathon_session=x"},
    ],
)
@pytest.mark.parametrize("address", ["/login", f"{API}/marathons"])
def test_a_write_from_another_site_is_refused(application, headers, address):
    client = TestClient(application, base_url=HOST, headers=headers)
    assert sentence(client.post(address, json={}), 403)


def test_a_program_without_a_token_is_asked_for_one(application):
    answer = TestClient(application, base_url=HOST).post(f"{API}/marathons", json={})
    assert "Authorization: Bearer" in sentence(answer, 401)


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "TRACE", "DELETE", "PROPFIND"])
@pytest.mark.parametrize(
    "address", ["/", "/healthz", f"{API}/marathons", f"{API}/docs", "/verify/1"]
)
def test_unusual_methods_are_no_fault(program, method, address):
    answer = program.request(method, address)
    assert answer.status_code in {200, 303, 404, 405, 403, 503}
    if answer.status_code == 405:
        assert "GET" in answer.headers["allow"]


@pytest.mark.parametrize(
    "address",
    [
        "/marathons/%00",
        "/marathons/a%00b/submissions",
        "/marathons/%ED%A0%80",
        f"/marathons/{2**63}",
        f"/submissions/{'9' * 4000}",
        "/runs/-1",
        "/marathons/..%2f..%2fetc",
        "/collections/x/%2e%2e/%2e%2e/etc/passwd",
    ],
)
def test_addresses_of_nothing_are_no_fault(program, address):
    assert sentence(program.get(API + address), 400, 404)


@pytest.mark.parametrize(
    "query", ["q=%00", "q=%ED%A0%80", "page=-1&limit=1000000000", "q=%25%25", f"q={'я' * 300}"]
)
def test_queries_out_of_range_are_no_fault(program, open_marathon, query):
    answer = program.get(f"{API}/marathons/{open_marathon.id}/submissions?{query}")
    assert answer.status_code in {200, 400, 422}


@pytest.mark.parametrize(
    ("content", "headers"),
    [
        (b"[" * 100_000, JSON),
        (b'{"a":' * 100_000, JSON),
        (json.dumps({"title": "Марафон"}).encode("utf-16"), JSON),
        ('{"title":"Марафон"}'.encode("cp1251"), JSON),
        (b'{"title": NaN, "year": Infinity}', JSON),
        (b'{"title": "\\ud800"}', JSON),
        (b'{"title": "\\u0000"}', JSON),
        (b'{"year": 1' + b"0" * 5000 + b"}", JSON),
        (b"null", JSON),
        (b"", JSON),
        (b"title=x", {"content-type": "text/plain"}),
        (b"title=x", {"content-type": "application/x-www-form-urlencoded"}),
        (b"{}", {"content-type": "multipart/form-data"}),
        (b"{}", {"content-type": "multipart/form-data; boundary=x"}),
        (b"{}", {"content-type": "garbage; ;;="}),
        (b"{}", {"content-type": "application/json; charset=klingon"}),
    ],
)
@pytest.mark.parametrize("address", ["/marathons", "/marathons/{}/submissions"])
def test_bodies_that_are_not_what_was_asked_for_are_answered_in_words(
    program, open_marathon, content, headers, address
):
    answer = program.post(API + address.format(open_marathon.id), content=content, headers=headers)
    assert sentence(answer, 400, 415, 422)
    assert len(answer.content) < 4000


def test_of_a_key_said_twice_the_last_counts(program):
    answer = program.post(
        f"{API}/marathons", content=b'{"title": "\\u0430", "title": 7}', headers=JSON
    )
    assert "title: " in sentence(answer, 422)


def test_ten_thousand_parts_are_refused(program, open_marathon):
    part = b'--x\r\ncontent-disposition: form-data; name="a"\r\n\r\nb\r\n'
    answer = program.post(
        f"{API}/marathons/{open_marathon.id}/submissions",
        content=part * 10_000 + b"--x--\r\n",
        headers={"content-type": "multipart/form-data; boundary=x"},
    )
    assert "сложен" in sentence(answer, 400)


def test_a_long_title_is_not_repeated(program):
    answer = program.post(f"{API}/marathons", json={"title": "ж" * 1_000_000})
    assert "title: слишком длинно" in sentence(answer, 422)
    assert len(answer.content) < 4000


@pytest.fixture
def small(installation):
    """An application that takes two kilobytes at most, and its limit in bytes."""
    limit = 2048
    smaller = installation.settings.model_copy(update={"max_upload": limit - MULTIPART_OVERHEAD})
    object.__setattr__(installation, "settings", smaller)
    app = create_app(installation)
    app.dependency_overrides[get_now] = lambda: NOW
    return TestClient(app, base_url=HOST), limit


@pytest.mark.parametrize(
    ("address", "kind"),
    [(f"{API}/marathons", "application/json"), ("/login", "application/x-www-form-urlencoded")],
)
def test_a_body_without_a_length_is_counted_and_not_read_to_its_end(small, address, kind):
    client, _ = small

    def endless():
        for _ in range(1000):
            yield b"x" * 1024

    answer = client.post(
        address,
        content=endless(),
        headers={"content-type": kind, "accept": "application/json"},
    )
    assert sentence(answer, 413)


def test_a_declared_length_over_the_limit_is_refused_at_once(small):
    client, limit = small
    assert sentence(client.post("/login", content=b"x" * (limit + 1)), 413)


def test_a_person_reads_the_refusal_as_a_page(small):
    client, limit = small
    answer = client.post("/login", content=b"x" * (limit + 1), headers={"accept": "text/html"})
    assert answer.status_code == 413
    assert answer.headers["content-type"].startswith("text/html")
    assert "Файл слишком большой" in answer.text


def test_counting_stops_at_the_limit():
    taken = []

    async def receive():
        taken.append(1)
        return {"type": "http.request", "body": b"x" * 1000, "more_body": True}

    async def read_all():
        limited = counted(receive, 2500)
        while True:
            await limited()

    with pytest.raises(Exception, match="413"):
        asyncio.run(read_all())
    assert len(taken) == 3


def test_every_answer_carries_the_policy(program):
    for address in ("/", f"{API}/marathons", "/nothing", f"{API}/docs"):
        answer = program.get(address)
        policy = answer.headers["content-security-policy"]
        assert "unsafe" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("as_parts", [False, True])
@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_field_longer_than_a_form_may_hold_is_refused_in_one_sentence(client, as_parts, accept):
    long = {"email": "ж" * 700_000}
    sent = {"files": {name: (None, words) for name, words in long.items()}} if as_parts else {}

    answer = client.post("/login", **(sent or {"data": long}), headers={"accept": accept})

    assert answer.status_code == 413
    assert "Одно из полей слишком длинное" in answer.text
    assert len(answer.content) < 12_000
