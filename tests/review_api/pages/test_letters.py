"""The mailbox of an installation without a mail server, and only of such."""

import pytest

from flows.accounts import operations as accounts
from review_api.pages.letters import with_links


@pytest.fixture
def shown(application, installation):
    """The installation as a demonstration runs: letters are read on a page."""
    import dataclasses

    settings = installation.settings.model_copy(update={"show_mail": True})
    application.state.installation = dataclasses.replace(installation, settings=settings)


@pytest.fixture
def letter(installation, now):
    with installation.begin() as work:
        accounts.ask_login(
            work,
            "vetrova@example.ru",
            secret="the-secret",
            code="123456",
            minutes=20,
            now=now,
            way_back="/my/new?marathon=1",
        )
        return work.notices.all()[0]


def test_without_the_setting_there_is_no_mailbox(client, letter):
    assert client.get("/dev/mail").status_code == 404
    assert client.get(f"/dev/mail/{letter.id}").status_code == 404


def test_a_sign_in_letter_can_be_read_and_its_link_followed(client, letter, shown):
    assert "vetrova@example.ru" in client.get("/dev/mail").text
    page = client.get(f"/dev/mail/{letter.id}").text
    link = "https://marathon.test/login/link/the-secret?next=/my/new%3Fmarathon%3D1"
    assert f'<a class="govuk-link" href="{link}">{link}</a>' in page
    assert "123456" in page


def test_signing_in_by_the_letters_link_leads_back_to_what_was_asked(client, letter):
    page = client.get("/login/link/the-secret?next=/my/new%3Fmarathon%3D1").text
    assert 'value="/my/new?marathon=1"' in page
    answer = client.post("/login/link/the-secret", data={"next": "/my/new?marathon=1"})
    assert answer.headers["location"] == "/my/new?marathon=1"


def test_letters_are_found_by_address(client, letter, shown):
    assert "Вход: код" in client.get("/dev/mail?to=vetrova").text
    assert "Вход: код" not in client.get("/dev/mail?to=lugov").text


def test_addresses_become_links_and_everything_else_is_escaped():
    text = with_links('<b> https://marathon.test/my?a=1&b=2. "конец"')
    assert str(text) == (
        '&lt;b&gt; <a class="govuk-link" href="https://marathon.test/my?a=1&amp;b=2">'
        "https://marathon.test/my?a=1&amp;b=2</a>. &#34;конец&#34;"
    )
