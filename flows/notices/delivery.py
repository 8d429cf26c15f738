"""Handing letters to the mail server of the settings."""

import smtplib
from email.message import EmailMessage

from schemas.settings import Settings

SECONDS = 30.0


def can_deliver(settings: Settings) -> bool:
    """Whether letters can leave, or at least be read on the page for letters (``show_mail``)."""
    return bool(settings.smtp_host) or settings.show_mail


def deliver(message: EmailMessage, settings: Settings) -> None:
    """Raises ``OSError`` (``smtplib``'s errors are ones) when the server does not take it."""
    if not settings.smtp_host:
        return
    with smtplib.SMTP(settings.smtp_host, settings.smtp_port, timeout=SECONDS) as server:
        if settings.smtp_start_tls:
            server.starttls()
        if settings.smtp_user:
            server.login(settings.smtp_user, settings.smtp_password.get_secret_value())
        server.send_message(message)
