"""Asking a virus scanner about a file: the INSTREAM command of clamd, see its manual page clamd(8).

The file goes in pieces, each with its length before it, so nobody's memory holds it whole and the
scanner needs no right to read our folders.
"""

import socket
import struct
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from schemas.scanning import LONGEST_NAME, Scan, ScannerAddress, ScanVerdict

SECONDS = 45.0  # for a whole file; well below the minutes a file is claimed for
PIECE = 128 * 1024
LONGEST_ANSWER = 4096
LENGTH = struct.Struct("!L")
END = LENGTH.pack(0)
TOO_LONG = "size limit exceeded"


class Scanner:
    """A clamd at ``address``: a file is given at most ``seconds`` and ``most`` bytes."""

    def __init__(self, address: ScannerAddress, *, most: int, seconds: float = SECONDS) -> None:
        self.address = address
        self.most = most
        self.seconds = seconds

    def scan(self, content: Iterable[bytes]) -> Scan:
        """What the scanner says of ``content``; what goes wrong on the way is a verdict too."""
        try:
            with self.connected() as line:
                return understood(line.ask_about(content, most=self.most))
        except OSError:
            return Scan(verdict=ScanVerdict.NO_ANSWER)

    def scan_file(self, path: Path) -> Scan:
        with path.open("rb") as file:
            return self.scan(iter(lambda: file.read(PIECE), b""))

    @contextmanager
    def connected(self) -> Iterator["Line"]:
        until = time.monotonic() + self.seconds
        with opened(self.address, self.seconds) as connection:
            yield Line(connection, until)


class Line:
    """A connection that lasts until a moment of the monotonic clock, then ``TimeoutError``."""

    def __init__(self, connection: socket.socket, until: float) -> None:
        self.connection = connection
        self.until = until

    def ask_about(self, content: Iterable[bytes], *, most: int) -> str:
        """The scanner's answer; one that has heard enough answers and hangs up before the end."""
        with suppress(ConnectionError):
            self.send(b"zINSTREAM\0")
            for piece in within(content, most):
                if piece is None:
                    return TOO_LONG
                self.send(LENGTH.pack(len(piece)) + piece)
            self.send(END)
        return self.receive()

    def send(self, content: bytes) -> None:
        self.hurry()
        self.connection.sendall(content)

    def receive(self) -> str:
        """What comes up to a zero byte or the end of the line."""
        answer = b""
        while b"\0" not in answer and len(answer) < LONGEST_ANSWER:
            self.hurry()
            more = self.connection.recv(LONGEST_ANSWER)
            if not more:
                break
            answer += more
        return answer.partition(b"\0")[0].decode("utf-8", "replace").strip()

    def hurry(self) -> None:
        left = self.until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self.connection.settimeout(left)


def within(content: Iterable[bytes], most: int) -> Iterator[bytes | None]:
    """The pieces that hold something, and None in place of the one past ``most`` bytes."""
    size = 0
    for piece in filter(None, content):
        size += len(piece)
        if size > most:
            yield None
            return
        yield piece


def opened(address: ScannerAddress, seconds: float) -> socket.socket:
    if not address.path:
        return socket.create_connection((address.host, address.port), timeout=seconds)
    connection = socket.socket(socket.AF_UNIX)
    try:
        connection.settimeout(seconds)
        connection.connect(address.path)
    except BaseException:
        connection.close()
        raise
    return connection


def understood(answer: str) -> Scan:
    """``stream: OK``, ``stream: NAME FOUND`` or an error."""
    said = answer.removeprefix("stream: ")
    if said == "OK":
        return Scan(verdict=ScanVerdict.CLEAN)
    if said.endswith(" FOUND"):
        return Scan(verdict=ScanVerdict.VIRUS, virus=printable(said.removesuffix(" FOUND")))
    if TOO_LONG in said:
        return Scan(verdict=ScanVerdict.TOO_LONG)
    return Scan(verdict=ScanVerdict.FAILED if said else ScanVerdict.NO_ANSWER)


def printable(name: str) -> str:
    return "".join(sign for sign in name if sign.isprintable())[:LONGEST_NAME]
