"""The mail server outside: every letter as it arrived, with the addresses of its envelope."""

from dataclasses import dataclass

from aiosmtpd.controller import Controller
from served import free_port


@dataclass(frozen=True)
class Letter:
    to: tuple[str, ...]
    content: bytes


class Post:
    def __init__(self):
        self.letters = []
        self.server = Controller(self, "127.0.0.1", free_port())
        self.server.start()

    @property
    def url(self):
        return f"smtp://127.0.0.1:{self.server.port}"

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802
        self.letters.append(Letter(tuple(envelope.rcpt_tos), bytes(envelope.content)))
        return "250 OK"

    def close(self):
        self.server.stop()
