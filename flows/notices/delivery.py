"""Handing letters to the mail server of the settings."""

import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage

from schemas.mail_server import MailServer

SECONDS = 30.0
PERMANENT = 500


# Refusals for good that say nothing about the recipient: it is our server that is not let in.
OUR_FAULT = re.compile(r"5\.7\.\d|relay|authenticat|spam|blocked|policy", re.IGNORECASE)


def deliver(message: EmailMessage, server: MailServer) -> None:
    """Raises ``OSError`` (``smtplib``'s errors are ones) when the server does not take it."""
    with connected(server) as connection:
        connection.send_message(message)


def returned_for_good(error: OSError) -> str:
    """Why this address will never take the letter, in the server's words; empty otherwise."""
    if not isinstance(error, smtplib.SMTPRecipientsRefused):
        return ""
    for code, said in error.recipients.values():
        words = said.decode(errors="replace") if isinstance(said, bytes) else str(said)
        if PERMANENT <= code < PERMANENT + 100 and not OUR_FAULT.search(words):
            return f"{code} {words}"
    return ""


@contextmanager
def connected(server: MailServer, *, seconds: float = SECONDS) -> Iterator[smtplib.SMTP]:
    """The server ready to take letters: encrypted, its certificate checked, signed in."""
    with opened(server, seconds) as connection:
        if server.encryption == "starttls":
            connection.starttls(context=ssl.create_default_context())
        if server.user:
            connection.login(server.user, server.password.get_secret_value())
        yield connection


def opened(server: MailServer, seconds: float) -> smtplib.SMTP:
    if server.encryption == "tls":
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(server.host, server.port, timeout=seconds, context=context)
    return smtplib.SMTP(server.host, server.port, timeout=seconds)
