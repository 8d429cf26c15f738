"""A small HTTP client that costs little beside the server it asks, and can send slowly.

One connection of one person, kept open as browsers do. Loopback only.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Iterable, Mapping
from typing import Any, NamedTuple

LOOPBACK = "127.0.0.1"
PATIENCE = 120.0  # seconds for one answer
IDLE = 3.0  # the server hangs up on a silent connection after five
CHUNK = 128 * 1024
END_OF_HEAD = b"\r\n\r\n"
OWN_PAGE: Mapping[str, str] = {"sec-fetch-site": "same-origin"}

Body = bytes | list[memoryview]


class Answer(NamedTuple):
    """``headers`` have names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:  # noqa: ANN401
        """What the answer says."""
        return json.loads(self.body)


class Refused(Exception):
    """An answer other than those that were hoped for; its text is the status."""


class Line:
    """One connection; ``headers`` go with every request."""

    def __init__(self, port: int, headers: Mapping[str, str] = OWN_PAGE) -> None:
        self.port = port
        self.headers = {"host": f"{LOOPBACK}:{port}", **headers}
        self.streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self.used = 0.0

    async def ask(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: Body = b"",
        pause: float = 0.0,
        chunk: int = CHUNK,
    ) -> Answer:
        """The answer; ``pause`` seconds are waited after each ``chunk`` of the body."""
        pieces = [memoryview(body)] if isinstance(body, bytes) else body
        size = sum(len(one) for one in pieces)
        length = {"content-length": str(size)} if size or method != "GET" else {}
        head = {**self.headers, **(headers or {}), **length}
        lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in head.items())]
        async with asyncio.timeout(PATIENCE + pause * size / chunk):
            reader, writer = await self.connection()
            writer.write("\r\n".join(lines).encode() + END_OF_HEAD)
            for piece in cut(pieces, chunk):
                writer.write(piece)
                await writer.drain()
                if pause:
                    await asyncio.sleep(pause)
            return await self.answer(reader)

    async def connection(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """The open one, unless the server may have hung up by now."""
        now = asyncio.get_running_loop().time()
        if self.streams is None or now - self.used > IDLE:
            self.close()
            self.streams = await asyncio.open_connection(LOOPBACK, self.port)
        self.used = now
        return self.streams

    async def answer(self, reader: asyncio.StreamReader) -> Answer:
        first, *lines = (await reader.readuntil(END_OF_HEAD)).decode("latin-1").split("\r\n")[:-2]
        named = (line.partition(":") for line in lines)
        headers = {name.lower(): value.strip() for name, _, value in named}
        status = int(first.split(" ", 2)[1])
        body = b"".join([piece async for piece in content(reader, headers)])
        if headers.get("connection") == "close":
            self.close()
        self.used = asyncio.get_running_loop().time()
        return Answer(status, headers, body)

    async def expect(self, wanted: Iterable[int], method: str, path: str, **rest: Any) -> Answer:  # noqa: ANN401
        """The answer; raises ``Refused`` when its status is not ``wanted``."""
        answer = await self.ask(method, path, **rest)
        if answer.status not in wanted:
            raise Refused(str(answer.status))
        return answer

    def close(self) -> None:
        """Hang up; the next request opens another connection."""
        if self.streams is not None:
            self.streams[1].close()
            self.streams = None


def cut(pieces: Iterable[memoryview], size: int) -> Iterable[memoryview]:
    for piece in pieces:
        for start in range(0, len(piece), size):
            yield piece[start : start + size]


async def content(reader: asyncio.StreamReader, headers: Mapping[str, str]) -> AsyncIterator[bytes]:
    """The body, whether its length was told or it comes in chunks."""
    if headers.get("transfer-encoding") != "chunked":
        yield await reader.readexactly(int(headers.get("content-length", "0")))
        return
    while size := int(await reader.readline(), 16):
        yield await reader.readexactly(size)
        await reader.readline()
    await reader.readline()


def failure(error: Exception) -> str:
    """A word for why there was no good answer, by which errors are counted."""
    return str(error) if isinstance(error, Refused) else type(error).__name__
