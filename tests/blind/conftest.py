"""The town, walked through once for all that is asked about it."""

from contextlib import ExitStack, contextmanager

import pytest
from blind.asking import Asker
from blind.canaries import State
from blind.post import Post
from blind.town import Town
from blind.walk import SOAK, Walk
from fastapi.testclient import TestClient

from flows.runtime import conduct
from review_api.app import create_app
from review_api.deps import get_now
from storage.schema_version import migrate

TURNS = 1 if SOAK else len(State)
KINDS = ("sqlite", "postgresql") if SOAK else ("sqlite",)


def browser_of(town):
    app = create_app(town.installation)
    app.state.alarms.tell = lambda *_: None  # so many refusals raise alarms, which write
    app.dependency_overrides[get_now] = lambda: town.now
    headers = {"sec-fetch-site": "same-origin"}
    return TestClient(app, base_url="http://127.0.0.1", headers=headers, follow_redirects=False)


@pytest.fixture(scope="session", params=KINDS)
def walk(request, tmp_path_factory):
    """Every state has been looked at; the pages can still be asked."""
    post, folder = Post(), tmp_path_factory.mktemp("blind")
    try:
        with ExitStack() as opened:
            with found_by_flows(folder, post, address_of(request)):
                town = Town(conduct.installation(), post)
                browser = opened.enter_context(browser_of(town))
                done = Walk(town, Asker(town, browser), turns=TURNS)
                done.go()
            yield done
    finally:
        post.close()


@contextmanager
def found_by_flows(folder, post, database):
    """The environment names the installation only while its town is lived in."""
    environment = {
        "DATA": str(folder),
        "BASE_URL": "https://marathon.test",
        "TEXT_MODEL": "off",
        "MAIL_URL": post.url,
        "DATABASE_URL": database,
    }
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment.items():
            patch.setenv(f"MARATHON_{name}", value)
        if not database:
            migrate(f"sqlite:///{folder / 'marathon.sqlite3'}")
        conduct.installation.cache_clear()
        yield
    conduct.installation.cache_clear()


def address_of(request):
    """A database of its own at the newest migration; none is SQLite's file."""
    if request.param == "sqlite":
        return ""
    server = request.getfixturevalue("postgres_server")
    server.psql("CREATE DATABASE blind;")
    address = server.get_uri("blind")
    migrate(address)
    return address
