"""A town of one of everything in which every word carries what a browser or a spreadsheet would run."""

import json
import re
import shutil
import sqlite3
from enum import StrEnum
from types import SimpleNamespace

import builders
import one_of_each
import pytest
from attacks.asking import asked
from fastapi.testclient import TestClient

from flows.accounts import operations as accounts
from review_api.app import create_app
from review_api.deps import get_now
from schemas.settings import Settings
from storage.installation import open_installation

HOST = "http://127.0.0.1"
RUSSIAN = re.compile("[а-яё]", re.IGNORECASE)
# A formula for spreadsheets, then ways out of every place where markup has words.
ATTACK = "=2+5\"'></textarea></title></script><img src=x onerror=alert(1)>"
ROLES = ("administrator", "author", "expert", "coordinator", "nobody")


@pytest.fixture(scope="session")
def attacked(migrated_sqlite, tmp_path_factory):
    """The application over the poisoned town, a browser of it, and the town itself."""
    data = tmp_path_factory.mktemp("attacked")
    shutil.copy(migrated_sqlite, data / "marathon.sqlite3")
    installation = open_installation(Settings(data=data, base_url="https://marathon.test"))
    town = one_of_each.settle(installation, builders.NOW)
    poison(data / "marathon.sqlite3")
    app = create_app(installation)
    app.state.alarms.tell = lambda *_: None  # so many refusals raise them; they have tests
    app.dependency_overrides[get_now] = lambda: builders.NOW
    with installation.begin() as work:
        for role, person in town.people.items():
            accounts.open_session(
                work,
                person,
                signer=installation.signer,
                secret=role,
                days=1,
                user_agent="",
                now=builders.NOW,
            )
    headers = {"sec-fetch-site": "same-origin", "accept": "text/html"}
    with TestClient(app, base_url=HOST, headers=headers, follow_redirects=False) as browser:
        yield SimpleNamespace(app=app, browser=browser, town=town, installation=installation)


@pytest.fixture(scope="session")
def answers(attacked):
    """What each role gets from every address: (role, template of the address, answer)."""
    return [
        (role, route.path, asked(attacked, role, route.path))
        for role in ROLES
        for route in one_of_each.routes("GET")
    ]


def poison(path):
    """Put the attack before every Russian text of the database, inside JSON as well."""
    with sqlite3.connect(path) as database:
        found = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        for (table,) in found:
            poison_rows(database, table)


def poison_rows(database, table):
    rows = database.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - our own names
    columns = [column for column, *_ in rows.description]
    for row in rows.fetchall():
        known = dict(zip(columns, row, strict=True))
        for column, value in known.items():
            worse = worsened(value)
            if worse is not None and "id" in known:
                change = f'UPDATE "{table}" SET "{column}" = ? WHERE id = ?'  # noqa: S608
                database.execute(change, (worse, known["id"]))


def worsened(value):
    """The value with the attack in it; None where nobody has written anything."""
    if not isinstance(value, str):
        return None
    if value[:1] in {"{", "["}:
        return json.dumps(inside(json.loads(value)), ensure_ascii=False)
    return with_attack(value) if RUSSIAN.search(value) else None


def inside(value):
    if isinstance(value, dict):
        return {key: inside(one) for key, one in value.items()}
    if isinstance(value, list):
        return [inside(one) for one in value]
    return with_attack(value) if isinstance(value, str) and RUSSIAN.search(value) else value


def with_attack(words):
    """The words after the attack; those that are a choice from our own list stay as they are."""
    is_choice = any(words in list(kind) for kind in StrEnum.__subclasses__())
    return words if is_choice else ATTACK + words
