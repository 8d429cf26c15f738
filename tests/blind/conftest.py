"""The town, walked through once for all that is asked about it."""

from contextlib import ExitStack

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


@pytest.fixture(scope="session")
def settle(tmp_path_factory):
    """``settle(database)``: a town at its beginning and who asks there; flows find it, too."""
    with pytest.MonkeyPatch.context() as patch:
        posts = []

        def begin(database=""):
            post, folder = Post(), tmp_path_factory.mktemp("blind")
            posts.append(post)
            for name, value in {
                "DATA": str(folder),
                "BASE_URL": "https://marathon.test",
                "TEXT_MODEL": "off",
                "MAIL_URL": post.url,
                "DATABASE_URL": database,
            }.items():
                patch.setenv(f"MARATHON_{name}", value)
            if not database:
                migrate(f"sqlite:///{folder / 'marathon.sqlite3'}")
            conduct.installation.cache_clear()
            town = Town(conduct.installation(), post)
            browser = opened.enter_context(browser_of(town))
            return town, Asker(town, browser)

        with ExitStack() as opened:
            yield begin
        for post in posts:
            post.close()
        conduct.installation.cache_clear()


def browser_of(town):
    app = create_app(town.installation)
    app.state.alarms.tell = lambda *_: None  # so many refusals raise alarms, which write
    app.dependency_overrides[get_now] = lambda: town.now
    headers = {"sec-fetch-site": "same-origin"}
    return TestClient(app, base_url="http://127.0.0.1", headers=headers, follow_redirects=False)


@pytest.fixture(scope="session", params=KINDS)
def walk(request, settle):
    """Every state has been looked at."""
    town, asker = settle(address_of(request))
    done = Walk(town, asker, turns=TURNS)
    done.go()
    return done


def address_of(request):
    """A database of its own at the newest migration; none is SQLite's file."""
    if request.param == "sqlite":
        return ""
    server = request.getfixturevalue("postgres_server")
    server.psql("CREATE DATABASE blind;")
    address = server.get_uri("blind")
    migrate(address)
    return address
