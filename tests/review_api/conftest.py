"""A browser's view of the installation: ``client`` for nobody, ``signed_in(person)`` for somebody."""

from datetime import timedelta
from itertools import count

import builders
import pytest
from fastapi.testclient import TestClient

from flows.accounts import operations as accounts
from review_api import limits
from review_api.app import create_app
from review_api.deps import COOKIE, get_now
from schemas.marathon import Phase

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
    """A browser in which ``person`` has signed in; every call is another device."""
    numbers = count()

    def sign_in(person):
        secret = f"secret {next(numbers)} of {person.id}"
        with installation.begin() as work:
            accounts.open_session(
                work,
                person,
                signer=installation.signer,
                secret=secret,
                days=30,
                user_agent="",
                now=now,
            )
        browser = new_client(application)
        browser.cookies.set(COOKIE, secret)
        return browser

    return sign_in


def new_client(application):
    headers = {"sec-fetch-site": "same-origin"}
    return TestClient(application, base_url=HOST, headers=headers, follow_redirects=False)


@pytest.fixture(autouse=True)
def _fresh_limits():
    """Attempts that other tests counted are forgotten."""
    limits.limiter.storage.reset()


@pytest.fixture
def open_marathon(installation, now):
    """A marathon that takes materials, in a cluster with members."""
    with installation.begin() as work:
        cluster = builders.a_cluster(work)
        builders.members(work, cluster)
        return builders.a_marathon(
            work,
            cluster,
            phase=Phase.INTAKE,
            opens_at=now - timedelta(days=5),
            submissions_until=now + timedelta(days=10),
            reviews_until=now + timedelta(days=30),
        )
