"""A letter leaves through the mail server, or stays to be read where there is none."""

import builders
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message

from flows.accounts import operations as accounts
from flows.notices import flow
from flows.runtime import conduct
from schemas.outbox import NoticeStatus
from schemas.signing import LoginSecrets
from storage.installation import Installation

SECRET = "secret-of-the-link"


class Arrived(Message):
    def __init__(self):
        super().__init__()
        self.letters = []

    def handle_message(self, message):
        self.letters.append(message)


@pytest.fixture
def opened(installation: Installation, monkeypatch):
    """The installation as flows open it, with a sign-in letter in the outbox."""
    monkeypatch.setenv("MARATHON_DATA", str(installation.settings.data))
    conduct.installation.cache_clear()
    with installation.begin() as work:
        accounts.ask_login(
            work,
            "anna@example.ru",
            signer=installation.signer,
            secrets=LoginSecrets(link=SECRET, code="123456"),
            minutes=20,
            now=builders.NOW,
        )
    yield installation
    conduct.installation().close()
    conduct.installation.cache_clear()


def deliver(opened):
    """What became of the one letter."""
    [(notice, message)] = flow.due()
    delivered = flow.deliver_one(notice, message)
    with opened.begin(read_only=True) as work:
        return delivered, work.notices.get(notice.id)


def test_without_a_mail_server_the_letter_stays_readable(opened):
    delivered, notice = deliver(opened)

    assert delivered
    assert notice.status is NoticeStatus.SENT
    assert SECRET in notice.body


def test_with_a_mail_server_the_letter_leaves_and_its_secrets_are_wiped(
    opened, monkeypatch, free_port
):
    arrived = Arrived()
    server = Controller(arrived, "127.0.0.1", free_port)
    server.start()
    monkeypatch.setenv("MARATHON_MAIL_URL", f"smtp://127.0.0.1:{free_port}")

    delivered, notice = deliver(opened)
    server.stop()

    assert delivered
    [letter] = arrived.letters
    text, html = letter.get_payload()
    assert SECRET in text.get_payload(decode=True).decode()
    assert SECRET in html.get_payload(decode=True).decode()
    assert notice.status is NoticeStatus.SENT
    assert SECRET not in notice.model_dump_json()


def test_letter_a_silent_server_did_not_take_is_tried_again(opened, monkeypatch):
    monkeypatch.setenv("MARATHON_MAIL_URL", "smtp://127.0.0.1:9")

    delivered, notice = deliver(opened)

    assert not delivered
    assert (notice.status, notice.tries) == (NoticeStatus.QUEUED, 1)
    assert SECRET in notice.model_dump_json()
