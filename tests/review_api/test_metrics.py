"""Figures for Prometheus: they add up, hold no personal data and are for who may see them."""

import builders
import pytest
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families
from pydantic import SecretStr

from review_api.app import create_app
from review_api.metrics import FORWARDED
from schemas.outbox import Notice
from storage.identifiers import new_id
from storage.installation import Installation

HERE = ("127.0.0.1", 50000)
HOST = "http://127.0.0.1"


def with_settings(installation, **changes):
    settings = installation.settings.model_copy(update=changes)
    return Installation(settings, installation.engine, installation.files, installation.signer)


@pytest.fixture
def local(installation):
    """A browser on the machine of an installation that is opened there only."""
    return watcher(with_settings(installation, base_url=HOST))


def watcher(installation):
    return TestClient(create_app(installation), base_url=HOST, client=HERE)


def figures(browser):
    answer = browser.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain")
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def test_requests_are_counted_by_route_and_status(local):
    for number in ("1", "2"):
        local.get(f"/verify/{number}")
    local.get("/no/such/page")
    told = figures(local)

    assert told[one("requests_total", method="GET", route="/verify/{number}", status="404")] == 2
    assert told[one("request_seconds_count", route="/verify/{number}")] == 2
    routes = {dict(labels).get("route") for _, labels in told}
    assert "/no/such/page" not in routes


def one(name, **labels):
    return f"marathon_http_{name}", tuple(sorted(labels.items()))


@pytest.mark.both_databases
def test_queues_room_parts_and_connections_are_told(installation, local, now):
    with installation.begin() as work:
        person = builders.a_person(work, "Орлова Нина Петровна")
        work.runs.ask("deliver_notices", marathon_id=None, by=None, now=now)
        work.notices.write(
            Notice(
                id=new_id(), template="login", person_id=person.id, dedup_key="k", created_at=now
            )
        )
    told = {name: value for (name, labels), value in figures(local).items() if not labels}
    labelled = figures(local)

    assert labelled["marathon_runs", (("state", "waiting"),)] == 1
    assert labelled["marathon_letters", (("status", "queued"),)] == 1
    assert labelled["marathon_oldest_waiting_seconds", (("queue", "letters"),)] > 0
    assert labelled["marathon_disk_free_bytes", (("folder", "data"),)] > 0
    assert labelled["marathon_up", (("part", "database"),)] == 1
    assert labelled["marathon_up", (("part", "runner"),)] == 0
    assert labelled["marathon_database_connections", (("state", "in_use"),)] >= 0
    assert told["process_resident_memory_bytes"] > 0
    assert person.name.split()[0] not in local.get("/metrics").text
    assert person.email not in local.get("/metrics").text


def test_figures_come_without_the_database_too(installation, local):
    with installation.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE run RENAME TO gone")
    told = figures(local)

    assert told["marathon_up", (("part", "database"),)] == 0
    assert ("marathon_runs", (("state", "waiting"),)) not in told


def test_with_a_token_only_its_holder_sees_them(installation):
    guarded = with_settings(installation, metrics_token=SecretStr("t" * 32))

    browser = watcher(guarded)
    tokens = {f"Bearer {'t' * 32}": 200, "Bearer x": 404, "": 404}

    for given, status in tokens.items():
        told = browser.get("/metrics", headers={"authorization": given})
        assert told.status_code == status


def test_without_a_token_nobody_who_came_from_elsewhere_sees_them(installation, local):
    elsewhere = TestClient(local.app, base_url=HOST, client=("198.51.100.7", 50000))

    assert elsewhere.get("/metrics").status_code == 404
    for header in FORWARDED:
        told = local.get("/metrics", headers={header: "198.51.100.7"})
        assert told.status_code == 404
    assert watcher(installation).get("/metrics").status_code == 404  # a public installation


def test_web_is_live_before_it_is_ready(installation, local):
    assert local.get("/healthz/live").json() == {"web": True}
    assert local.get("/healthz/ready").json() == {"database": True, "files": True}
    assert local.get("/healthz").status_code == 503  # no runner, no Prefect

    with installation.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE run RENAME TO gone")

    assert local.get("/healthz/ready").status_code == 503
    assert local.get("/healthz/live").status_code == 200
