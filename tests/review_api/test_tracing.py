"""A fault shows a number, and the log of the web has it; refusals stay alike."""

import json
import logging

import builders
import pytest
from fastapi.testclient import TestClient

from flows.runtime.log_lines import JsonLine
from review_api.routes import health
from review_api.tracing import template_of

HOST = "http://127.0.0.1"


@pytest.fixture
def lines():
    """What is logged meanwhile, parsed."""
    written = []

    class Keeping(logging.Handler):
        def emit(self, record):
            written.append(json.loads(JsonLine().format(record)))

    handler, root = Keeping(), logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield written
    root.removeHandler(handler)
    root.setLevel(before)


@pytest.fixture
def breaking(application):
    """A browser of an application whose page of consents is broken."""

    @application.get("/broken/{what}")
    def broken(what: str) -> None:
        raise ZeroDivisionError(what)

    # Before the route that answers whatever nobody else does.
    application.router.routes.insert(0, application.router.routes.pop())
    headers = {"accept": "text/html"}
    return TestClient(application, base_url=HOST, headers=headers, raise_server_exceptions=False)


def test_number_on_the_page_of_a_fault_is_found_in_the_log(breaking, lines):
    answer = breaking.get("/broken/Петрова")

    number = answer.headers["x-request-id"]
    assert answer.status_code == 500
    assert f"<strong>{number}</strong>" in answer.text
    told = [line for line in lines if line.get("request") == number]
    assert any("ZeroDivisionError at" in line.get("error", "") for line in told)
    assert any("route=/broken/{what} status=500" in line["message"] for line in told)
    assert "Петрова" not in json.dumps(lines, ensure_ascii=False)


def test_programs_get_the_number_in_the_problem(breaking):
    answer = breaking.get("/broken/1", headers={"accept": "application/json"})

    assert answer.json()["instance"] == f"/faults/{answer.headers['x-request-id']}"


def test_refusals_have_no_number_that_would_tell_them_apart(client):
    missing, other = client.get("/my/none"), client.get("/nowhere")

    assert "x-request-id" not in missing.headers
    assert "x-request-id" not in other.headers


def test_addresses_are_logged_as_templates_with_ids_alone(client, signed_in, installation, lines):
    with installation.begin() as work:
        person = builders.a_person(work, "Орлова Нина Петровна")
    client.get("/login/link/s3cret-of-a-letter?next=/my&email=petrova@example.ru")
    signed_in(person).get("/my/0197f9a2-8123-7567-8901-891234567890")

    told = [line["message"] for line in lines if "answered" in line["message"]]
    assert "route=/login/link/{secret} status=200" in told[0]
    assert "ids=0197f9a2-8123-7567-8901-891234567890" in told[-1]
    assert f"person={person.id}" in told[-1]
    assert "s3cret" not in " ".join(told)
    assert "petrova" not in " ".join(told)


def test_templates_are_as_few_as_routes():
    inside = {"path": "/api/v1/runs/7", "route": health.router.routes[0]}

    assert template_of(inside) == "/api/v1/healthz"
    assert template_of({"path": "/x"}) == "unmatched"
    assert template_of({"path": "/static/x", "endpoint": object()}) == "files"
