"""Every page and every form × every role: what a role has no part in is not there and changes nothing.

The matrix is made from the application's own routes, so a page added tomorrow is in it at once.
"""

import hashlib
import re
import shutil

import builders
import one_of_each
import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient
from sqlmodel import SQLModel

from flows.accounts import operations as accounts
from flows.accounts import support
from review_api import limits
from review_api.app import create_app
from review_api.deps import COOKIE, get_now
from schemas.marathon import Phase
from schemas.people import Actor
from schemas.settings import Settings
from storage.database import connect
from storage.installation import open_installation

ANY_ORGANISER = {"organiser", "marathon_organiser", "other_organiser", "administrator"}
HERE = {"organiser", "marathon_organiser", "administrator"}
CLUSTER = {"organiser", "administrator"}
COUNCIL = {"chair", "secretary"}
COORDINATORS = {"coordinator", "far_coordinator"}
EXPERTS = {"expert", "unassigned_expert"}
AUTHORS = {"author", "co_author"}
EVERYBODY = None
# The first beginning that fits says who may find something there, whatever it is for them.
AREAS = (
    ("/administer/", {"administrator"}),
    ("/administer", {"administrator"}),
    ("/organise/journal", {"administrator"}),
    ("/organise/people/rights", ANY_ORGANISER),  # the table of rights, the same for all
    ("/organise/people", CLUSTER),
    ("/organise/new", CLUSTER),
    ("/organise/(cluster|nominations|registry|search)", ANY_ORGANISER),
    ("/organise$", ANY_ORGANISER),
    ("/organise/{marathon_id}/(decisions|works/{submission_id}/close)", HERE | COUNCIL),
    ("/organise/{marathon_id}/(policy/trials|collection/{number}/proofs$)", HERE | COUNCIL),
    ("/organise/{marathon_id}/collection/{number}/(site|articles).zip$", HERE | COUNCIL),
    ("/organise/{marathon_id}/(collection|analytics)$", HERE | COUNCIL),
    ("/organise/", HERE),
    ("/council/policy", HERE | COUNCIL),
    ("/council/", HERE | COUNCIL),
    ("/council$", ANY_ORGANISER | COUNCIL | {"other_chair"}),
    ("/coordinate", COORDINATORS),
    ("/expert/kit/(send|save|upload)", EVERYBODY),  # lead back to the page, whoever asks
    ("/expert/assignments", {"expert"} | HERE),
    ("/expert", EXPERTS),
    ("/my/certificates[.]zip", EVERYBODY),  # their own, maybe none
    ("/my/certificates", {"author"} | HERE),
    ("/my/{submission_id}/(consents|live)", AUTHORS),
    ("/my/{submission_id}/blind", AUTHORS | HERE | {"expert"}),
    ("/my/{submission_id}/uploads/{upload_id}/cancel", AUTHORS | HERE | {"coordinator"}),  # own
    ("/my/{submission_id}/(uploads|co-authors)", AUTHORS | HERE),
    ("/my/{submission_id}", AUTHORS | HERE | {"coordinator"}),
    ("/my(/new)?$", EVERYBODY),
)
ROLES = (
    *("nobody", "guest", "author", "co_author", "teacher", "expert", "unassigned_expert"),
    *("coordinator", "far_coordinator", "organiser", "marathon_organiser", "other_organiser"),
    *("chair", "secretary", "other_chair", "administrator"),
)
NOT_KEPT = {"kept_form", "session"}  # a form of nobody is kept for whoever wrote it


def allowed(path):
    return next((roles for start, roles in AREAS if re.match(start, path)), EVERYBODY)


def forbidden(method, role):
    for route in one_of_each.routes(method):
        roles = allowed(route.path)
        if roles is not EVERYBODY and role not in roles:
            yield route


MOST_PAGES = 130
SHORTEST_ID = 20


class House:
    """One installation for the module, and a browser that is anybody's."""

    def __init__(self, installation, browser):
        self.installation, self.browser = installation, browser
        self.town = one_of_each.settle(installation, builders.NOW)
        for role in self.town.people:
            self.sign_in(role)

    def sign_in(self, role):
        with self.installation.begin() as work:
            accounts.open_session(
                work,
                self.town.people[role],
                signer=self.installation.signer,
                secret=f"secret of {role}",
                days=1,
                user_agent="",
                now=builders.NOW,
            )

    def ask(self, role, method, route, *, ids=None):
        limits.limiter.storage.reset()
        self.browser.cookies.clear()
        if role != "nobody":
            self.browser.cookies.set(COOKIE, f"secret of {role}")
        form = dict.fromkeys(one_of_each.fields_of(route), "1") if method != "GET" else None
        address = one_of_each.address_of(route.path, ids or self.town.ids)
        return self.browser.request(method, address, data=form)

    def tells_apart(self, role, method, route, answer):
        """Whether the answer differs from the one about what does not exist."""
        nothing = dict.fromkeys(self.town.ids, "nothing")
        other = self.ask(role, method, route, ids=nothing)
        led, elsewhere = (one.headers.get("location", "") for one in (answer, other))
        for identifier in self.town.ids.values():
            led = led.replace(identifier, "nothing") if len(identifier) > SHORTEST_ID else led
        return (
            answer.url == other.url
            or answer.status_code not in {303, 422}
            or answer.status_code != other.status_code
            or led != elsewhere
        )

    def contents(self):
        """Digest of every table, so that any write shows and says where."""
        engine = connect(self.installation.settings.database)
        with engine.connect() as connection:
            found = {
                table.name: hashlib.sha256(
                    repr(sorted(map(repr, connection.execute(sa.select(table))))).encode()
                ).hexdigest()
                for table in SQLModel.metadata.tables.values()
                if table.name not in NOT_KEPT
            }
        engine.dispose()
        return found


@pytest.fixture(scope="module")
def house(migrated_sqlite, tmp_path_factory):
    data = tmp_path_factory.mktemp("matrix")
    shutil.copy(migrated_sqlite, data / "marathon.sqlite3")
    installation = open_installation(Settings(data=data, base_url="https://marathon.test"))
    app = create_app(installation)
    # So many refusals raise alarms, which write; they have tests of their own.
    app.state.alarms.tell = lambda *_: None
    app.dependency_overrides[get_now] = lambda: builders.NOW
    browser = TestClient(
        app,
        base_url="http://127.0.0.1",
        headers={"sec-fetch-site": "same-origin"},
        follow_redirects=False,
    )
    with browser:
        yield House(installation, browser)


def is_closed(answer, role):
    """404, or the way in for those who have no account yet."""
    to_login = answer.headers.get("location", "").startswith("/login")
    return answer.status_code == 404 or (role in {"nobody", "guest"} and to_login)


def test_what_a_role_has_no_part_in_is_not_there(house):
    """One town for all: whoever is refused changes nothing, so nobody meets another's traces."""
    before = house.contents()
    found = []
    for role in ROLES:
        for method in ("GET", "POST"):
            for route in forbidden(method, role):
                answer = house.ask(role, method, route)
                if not is_closed(answer, role) and house.tells_apart(role, method, route, answer):
                    found.append((role, method, route.path, answer.status_code))
        after = house.contents()
        found += [(role, "changed", name) for name in before if before[name] != after[name]]
        before = after
    assert found == [], "\n".join(map(str, found))


def test_every_address_was_opened_by_somebody(house):
    """A town in which most pages exist, so that refusing everything would not pass."""
    seen = set()
    for role in ("administrator", "author", "expert", "coordinator", "chair"):
        for route in one_of_each.routes("GET"):
            if route.path not in seen and house.ask(role, "GET", route).status_code in {200, 303}:
                seen.add(route.path)
    assert len(seen) > MOST_PAGES


def test_looking_with_other_eyes_changes_nothing(house):
    """Every form, as the administrator who looks as the author: refused, nothing written."""
    people = house.town.people
    with house.installation.begin() as work:
        session = work.sessions.of(people["administrator"].id)[0]
        support.begin(
            work,
            session,
            people["author"],
            reason="Просил помочь с файлом",
            by=Actor(person_id=people["administrator"].id),
            now=builders.NOW,
        )
    before = house.contents()
    for method in ("POST", "PUT", "GET"):
        for route in one_of_each.routes(method):
            if route.path in {"/support/end", "/logout"}:
                continue
            answer = house.ask("administrator", method, route)
            if method != "GET":
                assert answer.status_code in {403, 404, 422}, (route.path, answer.status_code)
    after = house.contents()
    assert {name for name in before if before[name] != after[name]} == set()


# A mailbox of installations without mail; papers and links that name people to who holds them.
NAMED_ON_PURPOSE = ("/dev/", "/healthz", "/verify/", "/co-author/")
PHASES = (Phase.INTAKE, Phase.DECISION, Phase.RESULTS)


def test_nobody_reads_what_is_secret_in_any_phase(house):
    """What is refused to a role was asked above; here only pages it may open are read."""
    found = []
    for phase in PHASES:
        with house.installation.begin() as work:
            marathon = work.marathons.get(house.town.ids["marathon_id"])
            work.marathons.save(marathon.model_copy(update={"phase": phase}))
        for role in ("nobody", "teacher", "author", "expert", "coordinator"):
            for route in opened_to(role):
                answer = house.ask(role, "GET", route)
                told = [word for word in hidden_from(role) if word in answer.text]
                if told or answer.status_code >= 500:
                    found.append((phase.value, role, route.path, answer.status_code, told))
    assert found == [], "\n".join(map(str, found))


def opened_to(role):
    for route in one_of_each.routes("GET"):
        roles = allowed(route.path)
        ours = roles is EVERYBODY or role in roles
        if ours and not route.path.startswith(NAMED_ON_PURPOSE):
            yield route


def hidden_from(role):
    marks = ("Тайныйотзыв", "Тайнаязаметка", "Тайнообъяснение", "Тайнапримета", "Тайноеписьмо")
    experts = ("Экспертова", "Свободнова")
    authors = ("Авторова", "Соавторова")
    return {
        "nobody": (*marks, *experts, *authors, "Тайныйвопрос"),
        "teacher": (*marks, *experts, *authors, "Тайныйвопрос"),
        "author": (*marks, *experts, "Тайныйвопрос"),
        "expert": (*marks, *authors, "Свободнова"),
        "coordinator": (*marks, "Тайныйвопрос", "Свободнова"),
    }[role]
