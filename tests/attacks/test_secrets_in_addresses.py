"""Addresses that let somebody in: told to nobody else, and gone from the bar once they are used."""

import builders
import pytest
from fastapi.testclient import TestClient

from flows.accounts import operations
from review_api import limits
from schemas.signing import LoginSecrets

HOST = "http://127.0.0.1"
SECRET = "tainyj-klyuch-iz-pisma"


@pytest.fixture
def guest(attacked):
    limits.limiter.storage.reset()
    with attacked.installation.begin() as work:
        operations.ask_login(
            work,
            "gost@example.ru",
            signer=attacked.installation.signer,
            secrets=LoginSecrets(link=SECRET, code="123456"),
            minutes=30,
            now=builders.NOW,
        )
    headers = {"sec-fetch-site": "same-origin", "accept": "text/html"}
    return TestClient(attacked.app, base_url=HOST, headers=headers, follow_redirects=False)


def test_a_link_becomes_a_cookie_and_leaves_the_address(guest):
    assert guest.get(f"/login/link/{SECRET}").status_code == 200  # scanners of mail open links too
    used = guest.post(f"/login/link/{SECRET}")

    assert used.status_code == 303
    assert SECRET not in used.headers["location"]
    assert SECRET not in used.headers["set-cookie"]
    assert "httponly" in used.headers["set-cookie"].lower()
    guest.cookies.clear()
    assert guest.post(f"/login/link/{SECRET}").status_code == 422
