"""Handing letters to the mail server of the settings."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage

from schemas.mail_server import MailServer

SECONDS = 30.0


def deliver(message: EmailMessage, server: MailServer) -> None:
    """Raises ``OSError`` (``smtplib``'s errors are ones) when the server does not take it."""
    with connected(server) as connection:
        connection.send_message(message)


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
