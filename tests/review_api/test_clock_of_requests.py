"""Deadlines go by the moment a request began, and a clock that is set back opens none again."""

import json
import os
from datetime import timedelta

import builders
import pytest
from fastapi.testclient import TestClient

from flows.accounts import operations as accounts
from review_api.app import create_app
from schemas.marathon import Phase

HOST = "http://127.0.0.1"
LATE = timedelta(hours=1)


@pytest.fixture
def marathon(installation):
    """Takes materials for ten more minutes of the real clock, and for those of grace."""
    now = installation.clock.now()
    with installation.begin() as work:
        cluster = builders.a_cluster(work)
        builders.members(work, cluster)
        return builders.a_marathon(
            work,
            cluster,
            phase=Phase.INTAKE,
            opens_at=now - timedelta(days=5),
            submissions_until=now + timedelta(minutes=10),
            reviews_until=now + timedelta(days=30),
        )


@pytest.fixture
def teacher(installation):
    """A browser that goes by the real clock."""
    with installation.begin() as work:
        person = builders.a_person(work)
        accounts.create_api_token(
            work,
            person.email,
            signer=installation.signer,
            secret="secret",
            days=1,
            now=installation.clock.now(),
        )
    headers = {"authorization": "Bearer secret"}
    return TestClient(create_app(installation), base_url=HOST, headers=headers)


def pass_time(installation):
    """Somebody has told a moment after the deadline; the machine's own clock is before it again."""
    mark = installation.settings.data / "clock"
    later = mark.stat().st_mtime + LATE.total_seconds()
    os.utime(mark, (later, later))


def send(teacher, marathon, content=None):
    address = f"/api/v1/marathons/{marathon.id}/submissions"
    if content is None:
        return teacher.post(address, data={"data": "{}"})
    kind = {"content-type": "application/x-www-form-urlencoded"}
    return teacher.post(address, content=content, headers=kind)


def test_material_is_taken_before_the_deadline(teacher, marathon):
    assert send(teacher, marathon).status_code == 201


def test_clock_set_back_does_not_open_the_deadline_again(installation, teacher, marathon):
    pass_time(installation)

    answer = send(teacher, marathon)

    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/intake_closed")


def test_what_was_begun_in_time_and_came_slowly_is_taken(installation, teacher, marathon):
    def slowly():
        yield b"data="
        pass_time(installation)
        yield json.dumps({}).encode()

    assert send(teacher, marathon, slowly()).status_code == 201
    assert send(teacher, marathon).status_code == 409
