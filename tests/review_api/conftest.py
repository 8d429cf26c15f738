"""A browser's view of the installation: ``client`` for nobody, ``signed_in(person)`` for somebody."""

import pytest
from fastapi.testclient import TestClient

from flows.accounts import operations as accounts
from review_api.app import create_app
from review_api.deps import COOKIE, get_now

HOST = "http://127.0.0.1"


@pytest.fixture
def application(installation, now):
    app = create_app(installation)
    app.dependency_overrides[get_now] = lambda: now
    return app


@pytest.fixture
def client(application):
    """Nobody signed in; answers are not followed, so that tests see redirects."""
    return new_client(application)


@pytest.fixture
def signed_in(application, installation, now):
    """A browser in which ``person`` has signed in."""

    def sign_in(person):
        secret = f"secret of {person.id}"
        with installation.begin() as work:
            accounts.open_session(work, person, secret=secret, days=30, user_agent="", now=now)
        browser = new_client(application)
        browser.cookies.set(COOKIE, secret)
        return browser

    return sign_in


def new_client(application):
    headers = {"sec-fetch-site": "same-origin"}
    return TestClient(application, base_url=HOST, headers=headers, follow_redirects=False)
