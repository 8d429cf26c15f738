"""Programs with a token: what it was not given for stays closed, what nobody asked for is refused."""

import builders
import pytest
from contents import contents
from fastapi.testclient import TestClient
from pydantic import BaseModel

from flows.accounts import operations as accounts
from review_api.app import API
from review_api.routes import API_ROUTERS

HOST = "http://127.0.0.1"
WRITES = {"POST", "PUT", "PATCH", "DELETE"}
PLACE = ("{marathon_id}", "{submission_id}")
OF_OTHERS = ("other_organiser", "other_chair", "far_coordinator", "teacher")
HERE = "organiser"
LEAST = 20
REFUSED = {403, 404}
UNREAD = 422  # a body of no shape is refused before anybody is asked who sent it
ROUTES = [(method, one) for api in API_ROUTERS for one in api.routes for method in one.methods]


def inner(kind, seen):
    """The model and every model among its fields."""
    if isinstance(kind, type) and issubclass(kind, BaseModel) and kind not in seen:
        seen[kind] = None
        for field in kind.model_fields.values():
            inner(field.annotation, seen)
    for part in getattr(kind, "__args__", ()):
        inner(part, seen)
    return seen


def bodies(route):
    return [one.field_info.annotation for one in route.dependant.body_params]


def test_no_shape_that_a_program_sends_takes_a_field_it_does_not_know():
    shapes = {shape for _, route in ROUTES for body in bodies(route) for shape in inner(body, {})}
    assert len(shapes) > 5
    lenient = [one.__name__ for one in shapes if one.model_config.get("extra") != "forbid"]
    assert lenient == []
    assert [one.__name__ for one in shapes if hasattr(one, "__table__")] == []


@pytest.fixture(scope="module")
def program(attacked):
    """A program of the person with the role, with a token that was really made."""
    secrets = {role: f"token of {role} for a program" for role in (HERE, *OF_OTHERS)}
    with attacked.installation.begin() as work:
        for role, secret in secrets.items():
            accounts.create_api_token(
                work,
                attacked.town.people[role].email,
                signer=attacked.installation.signer,
                secret=secret,
                days=1,
                now=builders.NOW,
            )

    def of(role):
        headers = {"authorization": f"Bearer {secrets[role]}"}
        return TestClient(attacked.app, base_url=HOST, headers=headers, follow_redirects=False)

    return of


def test_an_unknown_field_is_named_and_nothing_is_written(attacked, program):
    organiser = program(HERE)
    before = contents(attacked.installation)
    asked = 0
    for method, route in ROUTES:
        shapes = [shape for body in bodies(route) for shape in inner(body, {})]
        if method in WRITES and shapes:
            asked += 1
            to = address(route, attacked.town.ids)
            answer = organiser.request(method, to, json={"is_admin": True})
            assert answer.status_code in REFUSED | {UNREAD}, route.path
            assert "is_admin" in answer.text or answer.status_code in REFUSED, answer.text
    assert asked > 5
    assert contents(attacked.installation) == before


def address(route, ids):
    path = route.path
    for name, value in ids.items():
        path = path.replace("{" + name + "}", value)
    return API + path.replace("{", "").replace("}", "")


@pytest.mark.parametrize("role", OF_OTHERS)
def test_a_token_opens_nothing_of_another_marathon_or_municipality(attacked, program, role):
    """Every operation about the marathon, its works and what belongs to them."""
    stranger, asked = program(role), 0
    before, found = contents(attacked.installation), []
    for method, route in ROUTES:
        if any(one in route.path for one in PLACE):
            asked += 1
            body = {"json": {}} if method in WRITES else {}
            answer = stranger.request(method, address(route, attacked.town.ids), **body)
            found += told_by(answer, method, route.path, attacked.town.ids)
    assert found == []
    assert asked > LEAST
    assert contents(attacked.installation) == before


def told_by(answer, method, path, ids):
    """What the answer gives away: a list may be there if nothing of the marathon is on it."""
    if answer.status_code in REFUSED or (answer.status_code == UNREAD and method in WRITES):
        return
    if method != "GET" or answer.status_code != 200:
        yield method, path, answer.status_code
    yield from ((path, name) for name in OWN if ids[name] in answer.text)


OWN = ("submission_id", "assignment_id", "expert_id", "decision_id", "file_id", "plan_id", "run_id")


def test_the_same_addresses_are_there_for_the_organiser(attacked, program):
    organiser = program(HERE)
    opened = [
        route.path
        for method, route in ROUTES
        if method == "GET"
        and PLACE[0] in route.path
        and organiser.get(address(route, attacked.town.ids)).status_code == 200
    ]
    assert len(opened) > 5
