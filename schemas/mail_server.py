"""The mail server that takes our letters, written as one address (``MARATHON_MAIL_URL``)."""

from collections.abc import Mapping
from typing import Literal
from urllib.parse import SplitResult, unquote, urlsplit

from pydantic import SecretStr

from schemas.base import Schema
from schemas.errors import BadInput

EXAMPLE = "Пример: smtp+starttls://имя:пароль@mail.example.ru:587."

Encryption = Literal["none", "tls", "starttls"]
# Ports of RFC 5321, 8314 and 6409.
KINDS: Mapping[str, tuple[Encryption, int]] = {
    "smtp": ("none", 25),
    "smtps": ("tls", 465),
    "smtp+starttls": ("starttls", 587),
}


class MailServer(Schema):
    """``user`` empty: the server is used without signing in."""

    host: str
    port: int
    encryption: Encryption
    user: str = ""
    password: SecretStr = SecretStr("")


def read_mail_server(address: str) -> MailServer:
    """``smtp://``, ``smtps://`` or ``smtp+starttls://[user:password@]host[:port]``.

    User and password are percent-encoded. Raises ``BadInput``.
    """
    parts, port = split(address)
    if parts.scheme not in KINDS:
        raise BadInput(f"адрес начинается с smtp://, smtps:// или smtp+starttls://. {EXAMPLE}")
    if not parts.hostname or parts.path.strip("/") or parts.query or parts.fragment:
        raise BadInput(f"после имени сервера стоит только порт. {EXAMPLE}")
    encryption, usual = KINDS[parts.scheme]
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if not (user + password).isascii() or bool(user) != bool(password):
        raise BadInput(f"имя и пароль пишутся вместе и латиницей. {EXAMPLE}")
    return MailServer(
        host=parts.hostname,
        port=usual if port is None else port,
        encryption=encryption,
        user=user,
        password=SecretStr(password),
    )


def split(address: str) -> tuple[SplitResult, int | None]:
    """The address in parts and its port; raises ``BadInput``."""
    try:
        parts = urlsplit(address.strip())
        port = parts.port
    except ValueError as error:
        sentence = "имя сервера или порт записаны с ошибкой; знаки / и @ в пароле — %2F и %40."
        raise BadInput(f"{sentence} {EXAMPLE}") from error
    return parts, port
