"""Many who write at once: they wait in order, and nobody who waits keeps the others from going on."""

import asyncio

import builders
import httpx
import pytest

from review_api import turns
from review_api.deps import COOKIE
from review_api.turns import Room, Turns, turns_for
from schemas.errors import Unavailable

CROWD = 60  # more than a web process has threads


@pytest.mark.both_databases
def test_more_writers_than_threads_are_all_served(
    installation, application, signed_in, open_marathon, monkeypatch
):
    monkeypatch.setattr(turns, "BUSY_SECONDS", 600)  # how quick this machine is proves nothing
    with installation.begin() as work:
        person = builders.a_person(work)
    secret = signed_in(person).cookies[COOKIE]

    answers = asyncio.run(all_at_once(application, secret, open_marathon.id))

    assert {one.status_code for one in answers} == {303}
    with installation.begin() as work:
        assert len(work.submissions.of_owner(person.id)) == CROWD


async def all_at_once(application, secret, marathon_id):
    transport = httpx.ASGITransport(app=application)
    async with httpx.AsyncClient(
        transport=transport,
        base_url="http://127.0.0.1",
        headers={"sec-fetch-site": "same-origin"},
        cookies={COOKIE: secret},
    ) as browser:
        asked = (browser.post("/my/new", data={"marathon": marathon_id}) for _ in range(CROWD))
        return await asyncio.gather(*asked)


def test_those_who_wait_go_on_in_the_order_they_came():
    order = []

    async def one(queue, number):
        async with queue.turn(writes=True):
            order.append(number)
            await asyncio.sleep(0)

    async def crowd():
        queue = Turns(Room(readers=1, writers=1))
        await asyncio.gather(*(one(queue, number) for number in range(5)))

    asyncio.run(crowd())
    assert order == [0, 1, 2, 3, 4]


def test_a_reader_does_not_wait_for_writers():
    async def both():
        queue = Turns(Room(readers=1, writers=1))
        async with queue.turn(writes=True), queue.turn(writes=False):
            return True

    assert asyncio.run(both())


def test_whoever_commits_to_think_lets_the_next_go_on():
    async def both():
        queue = Turns(Room(readers=1, writers=1))
        async with queue.turn(writes=True) as first:
            await asyncio.to_thread(first.end)
            async with queue.turn(writes=True):
                pass
        async with queue.turn(writes=True):  # one place as before, not two
            return queue.queue(writes=True).locked()

    assert asyncio.run(both())


def test_a_transaction_that_is_released_stands_aside(work):
    told = []
    work.stand_aside = lambda: told.append("aside")
    work.release()
    assert told == ["aside"]


def test_whoever_waits_too_long_is_told_that_the_store_is_busy(monkeypatch):
    monkeypatch.setattr(turns, "BUSY_SECONDS", 0.01)

    async def second():
        queue = Turns(Room(readers=1, writers=1))
        async with queue.turn(writes=True), queue.turn(writes=True):
            pass

    with pytest.raises(Unavailable, match="занято"):
        asyncio.run(second())


def test_a_turn_is_given_back_by_whoever_stumbles():
    async def stumble(queue):
        async with queue.turn(writes=True):
            raise ZeroDivisionError

    async def twice():
        queue = Turns(Room(readers=1, writers=1))
        for _ in range(2):
            with pytest.raises(ZeroDivisionError):
                await stumble(queue)

    asyncio.run(twice())


def test_sqlite_has_one_writer_and_postgresql_several():
    assert turns_for("sqlite:////data/marathon.sqlite3").room.writers == 1
    assert turns_for("postgresql://marathon@db/marathon").room.writers > 1
