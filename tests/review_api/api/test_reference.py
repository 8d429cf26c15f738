"""The description of the API: complete, readable without any other host, true to the contract."""

import re

import pytest

CONTRACT = """
GET /marathons | POST /marathons | GET /marathons/{} | PATCH /marathons/{}
POST /marathons/{}/submissions | GET /marathons/{}/submissions
GET /submissions/{} | PATCH /submissions/{} | POST /submissions/{}/submit
POST /submissions/{}/withdraw | GET /submissions/{}/files/{}
GET /marathons/{}/assignments | POST /assignments/{}/accept | POST /assignments/{}/decline
GET /assignments/{}/review | PUT /assignments/{}/review | POST /assignments/{}/review/submit
GET /marathons/{}/decisions | POST /marathons/{}/decisions/confirm
POST /marathons/{}/stages/{} | GET /runs/{}
GET /marathons/{}/collections | GET /collections/{}/{} | GET /marathons/{}/report | GET /healthz
"""


@pytest.fixture
def described(client):
    answer = client.get("/api/v1/openapi.json")
    assert answer.status_code == 200
    return answer.json()


def operations(described):
    for path, methods in described["paths"].items():
        for method in methods:
            shape = re.sub(r"\{[^}]*\}", "{}", path.removeprefix("/api/v1"))
            yield f"{method.upper()} {shape}", methods[method]


def test_every_promised_route_is_described(described):
    promised = {one.strip() for line in CONTRACT.strip().splitlines() for one in line.split("|")}
    assert promised <= {name for name, _ in operations(described)}


def test_problems_and_tokens_are_described(described):
    assert described["components"]["securitySchemes"]["HTTPBearer"]["scheme"] == "bearer"
    for name, facts in operations(described):
        assert "application/problem+json" in facts["responses"]["4XX"]["content"], name
        assert "422" not in facts["responses"], name


def test_the_page_needs_no_script_and_no_other_host(client, described):
    answer = client.get("/api/v1/docs")
    assert answer.status_code == 200
    assert "script-src 'self'" in answer.headers["content-security-policy"]
    for name, _ in operations(described):
        assert name.split(" ")[1].split("{")[0] in answer.text
    assert "cdn" not in answer.text
    hosts = re.findall(r'(?:src|href)="(?:https?:)?//([^/"]+)', answer.text)
    assert hosts == []


def test_a_certificate_number_is_answered_at_the_root_by_page_and_by_json(client):
    page = client.get("/verify/2026-1")
    assert page.status_code == 404
    assert page.headers["content-type"].startswith("text/html")
    answer = client.get("/verify/2026-1", headers={"accept": "application/json"})
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


def test_health_says_which_part_is_silent(client):
    for address in ("/healthz", "/api/v1/healthz"):
        answer = client.get(address)
        assert answer.status_code == 503
        assert answer.json() == {"database": True, "prefect": False, "runner": False}
