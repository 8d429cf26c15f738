"""Teachers who send a file each, whether or not the server keeps up: the ways pages and API offer.

``parts`` is what a page does, ``form`` a page without scripts, ``api`` a program; ``plain`` is the
plain server's only way.
"""

import asyncio
import hashlib
import json
import random
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import cycle, islice
from typing import Any

from review_api.bench.apart import at, sampled
from review_api.bench.client import CHUNK, OWN_PAGE, Line
from review_api.bench.figures import Sample
from review_api.bench.town import Teacher
from review_api.deps import COOKIE

SEED = 7
KINDS = ("parts", "form", "parts", "api", "parts")
BY_PROGRAM = "Работа программы"
BOUNDARY = "bench-boundary"
OPENING = f"--{BOUNDARY}\r\n"
CLOSING = f"\r\n--{BOUNDARY}--\r\n".encode()
FORM = {"content-type": f"multipart/form-data; boundary={BOUNDARY}"}
WANTS_JSON = {"accept": "application/json"}
JSON = {**WANTS_JSON, "content-type": "application/json"}


@dataclass(frozen=True)
class Errand:
    """One file to be sent; ``after`` are seconds from the start, ``pause`` those after a piece."""

    number: int
    kind: str
    after: float
    size: int
    teacher: Teacher | None = None
    pause: float = 0.0
    chunk: int = CHUNK


@dataclass(frozen=True)
class Receipt:
    """What the server has said it took."""

    errand: Errand
    submission: str


@dataclass(frozen=True)
class Sent:
    """What came of all errands."""

    samples: list[Sample]
    receipts: list[Receipt]


def errands(
    *, rate: float, seconds: float, size: int, teachers: tuple[Teacher, ...], first: int = 0
) -> list[Errand]:
    """Evenly spread over ``seconds``; numbers begin with ``first``, teachers take turns."""
    count = max(1, round(rate * seconds))
    kinds, people = cycle(KINDS), islice(cycle(teachers), first, None)
    return [
        Errand(first + place, next(kinds), place / rate, size, next(people))
        for place in range(count)
    ]


def plain(*, rate: float, seconds: float, size: int) -> list[Errand]:
    """The same for the plain server."""
    count = max(1, round(rate * seconds))
    return [Errand(place, "plain", place / rate, size) for place in range(count)]


@lru_cache(maxsize=2)
def filling(size: int) -> bytes:
    return random.Random(SEED).randbytes(size)  # noqa: S311  (made-up content)


def pieces(errand: Errand) -> list[memoryview]:
    """The file's bytes, different for every number."""
    head = f"%PDF-1.7\n%{errand.number:012d}\n".encode()
    return [memoryview(head), memoryview(filling(errand.size))[len(head) :]]


def digest(errand: Errand) -> str:
    """What the file's bytes must hash to wherever they are kept."""
    found = hashlib.sha256()
    for piece in pieces(errand):
        found.update(piece)
    return found.hexdigest()


def name_of(errand: Errand) -> str:
    return f"material-{errand.number}.pdf"


async def send(start: float, port: int, todo: list[Errand]) -> Sent:
    """All errands, each begun at its moment on a connection of its own."""
    for size in {one.size for one in todo}:
        filling(size)
    done = await asyncio.gather(*(one_errand(start, port, errand) for errand in todo))
    samples = [sample for sample, _ in done]
    return Sent(samples, [receipt for _, receipt in done if receipt is not None])


async def one_errand(start: float, port: int, errand: Errand) -> tuple[Sample, Receipt | None]:
    due = start + errand.after
    await at(due)
    line = line_of(port, errand)
    sample, submission = await sampled(errand.kind, due, WAYS[errand.kind](line, errand))
    line.close()
    return sample, None if submission is None else Receipt(errand, submission)


def line_of(port: int, errand: Errand) -> Line:
    if errand.teacher is None:
        return Line(port)
    if errand.kind == "api":
        return Line(port, {"authorization": f"Bearer {errand.teacher.token}"})
    return Line(port, {**OWN_PAGE, "cookie": f"{COOKIE}={errand.teacher.secret}"})


def slowly(errand: Errand) -> dict[str, float | int]:
    return {"pause": errand.pause, "chunk": errand.chunk}


def draft_of(errand: Errand) -> str:
    return errand.teacher.submission if errand.teacher else ""


async def by_parts(line: Line, errand: Errand) -> str:
    """As ``upload.js`` does: begin, send part after part, finish."""
    base = f"/my/{draft_of(errand)}/uploads"
    about = json.dumps({"name": name_of(errand), "size": errand.size}).encode()
    state = (await line.expect([200], "POST", base, headers=JSON, body=about)).json
    content = memoryview(b"".join(pieces(errand)))
    while state["received"] < errand.size:
        offset = state["received"]
        part = [content[offset : offset + state["part"]]]
        address = f"{base}/{state['id']}?offset={offset}"
        answer = await line.expect(
            [200], "PUT", address, headers=WANTS_JSON, body=part, **slowly(errand)
        )
        state = answer.json
    await line.expect([200], "POST", f"{base}/{state['id']}/finish", headers=WANTS_JSON)
    return draft_of(errand)


async def by_form(line: Line, errand: Errand) -> str:
    """As a browser without scripts does."""
    opening = f"{OPENING}{disposition('file', name_of(errand))}".encode()
    body = [memoryview(opening), *pieces(errand), memoryview(CLOSING)]
    address = f"/my/{draft_of(errand)}/files"
    await line.expect([303], "POST", address, headers=FORM, body=body, **slowly(errand))
    return draft_of(errand)


async def by_api(line: Line, errand: Errand) -> str:
    """As a program does: a new work with its file."""
    data = json.dumps({"title": f"{BY_PROGRAM} {errand.number}", "track": 1})
    opening = (
        f'{OPENING}content-disposition: form-data; name="data"\r\n\r\n{data}\r\n'
        f"{OPENING}{disposition('files', name_of(errand))}"
    ).encode()
    body = [memoryview(opening), *pieces(errand), memoryview(CLOSING)]
    headers = {**FORM, "idempotency-key": f"bench-{errand.number}"}
    answer = await line.expect([201], "POST", errand_address(errand), headers=headers, body=body)
    return str(answer.json["submission"]["id"])


def errand_address(errand: Errand) -> str:
    return f"/api/v1/marathons/{errand.teacher.marathon if errand.teacher else ''}/submissions"


def disposition(field: str, name: str) -> str:
    return (
        f'content-disposition: form-data; name="{field}"; filename="{name}"\r\n'
        "content-type: application/pdf\r\n\r\n"
    )


async def to_plain(line: Line, errand: Errand) -> str:
    address = f"/files/{errand.number}"
    await line.expect([201], "POST", address, body=pieces(errand), **slowly(errand))
    return str(errand.number)


WAYS: Mapping[str, Callable[[Line, Errand], Coroutine[Any, Any, str]]] = {
    "parts": by_parts,
    "form": by_form,
    "api": by_api,
    "plain": to_plain,
}
