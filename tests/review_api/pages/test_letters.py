"""The mailbox of an installation without a mail server, and only of such."""

import dataclasses

import pytest
from pydantic import SecretStr

from flows.accounts import operations as accounts
from schemas.signing import LoginSecrets


@pytest.fixture
def with_mail_server(application, installation):
    """The installation once letters leave by a mail server."""
    changes = {"mail_url": SecretStr("smtps://user:password@mail.example.ru")}
    settings = installation.settings.model_copy(update=changes)
    application.state.installation = dataclasses.replace(installation, settings=settings)


@pytest.fixture
def letter(installation, now):
    with installation.begin() as work:
        accounts.ask_login(
            work,
            "vetrova@example.ru",
            signer=installation.signer,
            secrets=LoginSecrets(link="the-secret", code="123456"),
            minutes=20,
            now=now,
            way_back="/my/new?marathon=1",
        )
        return work.notices.all()[0]


def test_with_a_mail_server_there_is_no_mailbox(client, letter, with_mail_server):
    assert client.get("/dev/mail").status_code == 404
    assert client.get(f"/dev/mail/{letter.id}").status_code == 404


def test_a_sign_in_letter_can_be_read_and_its_link_followed(client, letter):
    assert "vetrova@example.ru" in client.get("/dev/mail").text
    page = client.get(f"/dev/mail/{letter.id}").text
    link = "https://marathon.test/login/link/the-secret?next=/my/new%3Fmarathon%3D1"
    assert f'<a class="letter-button" href="{link}">Открыть</a>' in page
    assert "123456" in page


def test_signing_in_by_the_letters_link_leads_back_to_what_was_asked(client, letter):
    page = client.get("/login/link/the-secret?next=/my/new%3Fmarathon%3D1").text
    assert 'value="/my/new?marathon=1"' in page
    answer = client.post("/login/link/the-secret", data={"next": "/my/new?marathon=1"})
    assert answer.headers["location"] == "/my/new?marathon=1"


def test_letters_are_found_by_address(client, letter):
    assert "Вход: код" in client.get("/dev/mail?to=vetrova").text
    assert "Вход: код" not in client.get("/dev/mail?to=lugov").text
