"""Lines that a web process leaves in the log while every page is opened, every form is sent and
something breaks: nobody's name, address, telephone or title is in any of them.
"""

import json
import logging
import shutil

import builders
import one_of_each
import pytest
from fastapi.testclient import TestClient

from flows.accounts import operations as accounts
from flows.runtime.log_lines import JsonLine, TextLine
from review_api import limits
from review_api.app import create_app
from review_api.deps import COOKIE, get_now
from schemas.settings import Settings
from storage.installation import open_installation

HOST = "http://127.0.0.1"
HTML = {"accept": "text/html", "sec-fetch-site": "same-origin"}
ROLES = ("organiser", "expert", "author")
TYPED = {
    "name": "Тайнописцева Рогнеда Юльевна",
    "email": "rogneda.t@pochta-kanareyka.ru",
    "phone": "+7 (914) 876-54-31",
    "title": "Канареечный урок о дробях",
}
SHORTEST = 6  # letters; shorter words of titles are words of our own messages, too
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


@pytest.fixture(scope="module")
def played(migrated_sqlite, tmp_path_factory):
    """(lines in both forms, words that must not be in them)."""
    now, data = builders.NOW, tmp_path_factory.mktemp("logs")
    shutil.copy(migrated_sqlite, data / "marathon.sqlite3")
    installation = open_installation(Settings(data=data, base_url="https://marathon.test"))
    town = one_of_each.settle(installation, now)
    with installation.begin(read_only=True) as work:
        words = private(work)
    lines = []
    handler = keeping(lines)
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    logging.getLogger("marathon").setLevel(logging.DEBUG)
    try:
        play(installation, town, now)
    finally:
        root.removeHandler(handler)
        root.setLevel(before)
        logging.getLogger("marathon").setLevel(logging.NOTSET)
        installation.close()
    return lines, words


def keeping(lines):
    class Keeping(logging.Handler):
        def emit(self, record):
            lines.extend(form.format(record) for form in (JsonLine(), TextLine()))

    return Keeping()


def private(work):
    """Every name's parts, address, telephone and title of the database, and what is typed."""
    people = work.people.all()
    works = work.submissions.all()
    names = [one.name for one in people] + [line.name for one in works for line in one.authors]
    words = {part for name in (*names, TYPED["name"]) for part in name.split()}
    words |= {one.title for one in (*works, *work.marathons.all())}
    words |= {one.email for one in people if one.email}
    words |= {line.address for line in work.notices.all() if line.address}
    words |= {one.name for one in (*work.organisations.all(), *work.municipalities.all())}
    words |= {TYPED["email"], TYPED["title"], TYPED["phone"], "876-54-31"}
    return {word.casefold() for word in words if len(word) >= SHORTEST}


def play(installation, town, now):
    app = create_app(installation)

    @app.get("/broken/{what}")
    def broken(what: str) -> None:
        raise ValueError(what, TYPED["name"], TYPED["email"])

    app.router.routes.insert(0, app.router.routes.pop())
    app.dependency_overrides[get_now] = lambda: now
    options = {"headers": HTML, "follow_redirects": False, "raise_server_exceptions": False}
    with TestClient(app, base_url=HOST, **options) as browser:
        for role in ROLES:
            browser.cookies.set(COOKIE, session_of(installation, town.people[role], now))
            open_everything(browser, town)
            limits.limiter.storage.reset()
        send_everything(browser, installation, town, now)
        browser.get(f"/broken/{TYPED['name']}")


def session_of(installation, person, now):
    with installation.begin() as work:
        facts = {"signer": installation.signer, "secret": person.id, "now": now}
        accounts.open_session(work, person, days=1, user_agent="", **facts)
    return person.id


def open_everything(browser, town):
    asked = "&".join(f"{key}={value}" for key, value in TYPED.items() if key != "phone")
    for route in one_of_each.routes("GET"):
        browser.get(f"{one_of_each.address_of(route.path, town.ids)}?q={TYPED['title']}&{asked}")


def send_everything(browser, installation, town, now):
    """Every form by the organiser and by the author, with what people type into it."""
    for role in ("author", "organiser"):
        browser.cookies.set(COOKIE, town.people[role].id)
        for route in one_of_each.routes("POST"):
            if route.path in {"/logout", "/me/leave-everywhere"}:
                continue
            fields = one_of_each.fields_of(route)[:60]
            typed = {field: typed_into(field) for field in fields}
            browser.post(one_of_each.address_of(route.path, town.ids), data=typed)
            limits.limiter.storage.reset()


def typed_into(field):
    return next((value for key, value in TYPED.items() if key in field), TYPED["title"])


def test_no_line_holds_a_name_an_address_a_telephone_or_a_title(played):
    lines, words = played
    found = {(word, line[:200]) for line in lines for word in words if word in line.casefold()}

    assert len(words) > 20
    assert found == set()


def test_the_play_left_lines_of_every_kind(played):
    lines, _ = played
    told = [json.loads(line) for line in lines[::2]]

    statuses = {part for one in told for part in one["message"].split() if "status=" in part}
    assert statuses >= {f"status={code}" for code in (200, 303, 404, 422, 500)}
    assert len({one.get("request") for one in told}) > 500
    assert any("ValueError at" in one.get("error", "") for one in told)
    broken = [one for one in told if "status=500" in one["message"]]
    assert [one["message"].split()[2] for one in broken] == ["route=/broken/{what}"]
