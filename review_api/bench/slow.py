"""Hundreds of teachers on slow lines at once, and others who want to see pages meanwhile."""

import asyncio
import random
from dataclasses import replace
from itertools import cycle

from review_api.bench.apart import at, sampled
from review_api.bench.client import OWN_PAGE, Line
from review_api.bench.figures import Sample
from review_api.bench.sizes import Size
from review_api.bench.town import Teacher, Town
from review_api.bench.uploads import Errand
from review_api.deps import COOKIE

CHUNK = 8 * 1024
KINDS = ("form", "parts")
ARRIVING = 0.5  # of the time: when the last has begun, the first is about to end


def senders(size: Size, teachers: tuple[Teacher, ...], first: int) -> list[Errand]:
    """Files that take ``slow_seconds`` each, half of them by the plain form."""
    chance, people = random.Random(first), cycle(teachers)  # noqa: S311  (made-up arrivals)
    spread = ARRIVING * size.slow_seconds
    whole = Errand(0, "", 0.0, size.slow_bytes, pause=pause_of(size), chunk=CHUNK)
    return [
        replace(
            whole,
            number=first + place,
            kind=KINDS[place % len(KINDS)],
            after=chance.uniform(0, spread),
            teacher=next(people),
        )
        for place in range(size.slow_clients)
    ]


def plain_senders(size: Size) -> list[Errand]:
    """The same for the plain server."""
    return [replace(one, kind="plain", teacher=None) for one in senders(size, (NOBODY,), 0)]


NOBODY = Teacher("", "", "", "")


def pause_of(size: Size) -> float:
    """Seconds after each piece, so that a file takes what is left when the last has begun."""
    return (1 - ARRIVING) * size.slow_seconds * CHUNK / size.slow_bytes


def pages_of(town: Town) -> list[tuple[str, str, str]]:
    """What others look at meanwhile: name, address, secret of who looks."""
    teacher, seat = town.teachers[0], town.seats[0]
    return [
        ("front page", "/", ""),
        ("own works", "/my", teacher.secret),
        ("upload page", f"/my/{teacher.submission}/files", teacher.secret),
        ("expert's queue", "/expert", seat.secret),
        ("expert's sheet", f"/expert/assignments/{seat.assignment}", seat.secret),
    ]


async def look(
    start: float, port: int, pages: list[tuple[str, str, str]], rate: float, seconds: float
) -> list[Sample]:
    """Ask the pages in turn, ``rate`` a second, whether or not earlier ones have come."""
    asked = zip(range(max(1, round(rate * seconds))), cycle(pages), strict=False)
    return list(
        await asyncio.gather(
            *(visit(port, page, start + place / rate) for place, page in asked),
        )
    )


async def visit(port: int, page: tuple[str, str, str], due: float) -> Sample:
    _, address, secret = page
    await at(due)
    line = Line(port, {**OWN_PAGE, **({"cookie": f"{COOKIE}={secret}"} if secret else {})})
    sample, _ = await sampled("pages", due, line.expect([200], "GET", address))
    line.close()
    return sample
