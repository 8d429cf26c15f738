"""Who may be in a transaction at once: the others wait in the event loop, in the order they came.

A transaction of ours is taken in one thread and goes on in the next, whichever is free. If those
who wait for it waited in threads too, forty of them would hold every thread, and the one whom they
wait for could not go on: all would stand still until the database gives up. SQLite has one writer
at a time anyway, and its own waiting knows no order.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from weakref import WeakKeyDictionary

from schemas.base import Schema
from schemas.errors import Unavailable
from storage.database import BUSY_SECONDS
from storage.failures import BUSY


class Room(Schema):
    """How many may read and how many may write at once."""

    readers: int
    writers: int


SQLITE = Room(readers=12, writers=1)
POSTGRES = Room(readers=8, writers=6)  # fewer than connections: some checks need one more


class Turn:
    """A place that is kept until its ``end``, which may be told twice and from any thread."""

    def __init__(self, queue: asyncio.Semaphore) -> None:
        self.queue = queue
        self.loop = asyncio.get_running_loop()
        self.lasts = [True]

    def end(self) -> None:
        """Let the next in line go on."""
        with suppress(IndexError):
            self.lasts.pop()
            self.loop.call_soon_threadsafe(self.queue.release)


class Turns:
    """Turns of one web process; each event loop has its own queue."""

    def __init__(self, room: Room) -> None:
        self.room = room
        self.queues: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[bool, asyncio.Semaphore]] = (
            WeakKeyDictionary()
        )

    @asynccontextmanager
    async def turn(self, *, writes: bool) -> AsyncIterator["Turn"]:
        """Wait for a place and keep it; raises ``Unavailable`` as the database itself would."""
        queue = self.queue(writes=writes)
        try:
            async with asyncio.timeout(BUSY_SECONDS):
                await queue.acquire()
        except TimeoutError as error:
            raise Unavailable(BUSY, code="storage") from error
        turn = Turn(queue)
        try:
            yield turn
        finally:
            turn.end()

    def queue(self, *, writes: bool) -> asyncio.Semaphore:
        loop = asyncio.get_running_loop()
        if loop not in self.queues:
            self.queues[loop] = {
                True: asyncio.Semaphore(self.room.writers),
                False: asyncio.Semaphore(self.room.readers),
            }
        return self.queues[loop][writes]


def turns_for(database: str) -> Turns:
    """Turns that fit the database at this address."""
    return Turns(SQLITE if database.startswith("sqlite") else POSTGRES)
