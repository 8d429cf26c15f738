"""Experts whose sheets save themselves every few seconds while they write."""

import asyncio
import json
import random
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from review_api.bench.apart import at, sampled
from review_api.bench.client import OWN_PAGE, Line
from review_api.bench.figures import Sample
from review_api.bench.sizes import Size
from review_api.bench.town import Seat
from review_api.deps import COOKIE
from schemas.rubric import RUBRICS, Rubric

FORM = {"content-type": "application/x-www-form-urlencoded", "accept": "application/json"}
PROGRAMS = 10
"""Every so manieth expert's program uses the JSON API with ``If-Match`` instead of the page."""
WORDS = "Практика описана ясно, шаги урока можно повторить, результат подтверждён работами. "


@dataclass(frozen=True)
class Written:
    """The last text of a sheet that the server said it kept."""

    assignment: str
    text: str


async def write(
    start: float, port: int, seats: tuple[Seat, ...], size: Size
) -> tuple[list[Sample], list[Written]]:
    """Each expert saves at once and then every ``autosave_every`` seconds, not all in step."""
    chance = random.Random(len(seats))  # noqa: S311  (made-up moments)
    offsets = [chance.uniform(0, size.autosave_every) for _ in seats]
    done = await asyncio.gather(
        *(
            Writer(port, seat, number).go_on(start + offset, size)
            for number, (seat, offset) in enumerate(zip(seats, offsets, strict=True))
        )
    )
    samples = [one for found, _ in done for one in found]
    return samples, [written for _, written in done if written is not None]


class Writer:
    """One expert's browser, or every tenth one's program."""

    def __init__(self, port: int, seat: Seat, number: int) -> None:
        self.seat = seat
        self.is_program = number % PROGRAMS == PROGRAMS - 1
        secret = {"cookie": f"{COOKIE}={seat.secret}"}
        token = {"authorization": f"Bearer {seat.token}"}
        self.line = Line(port, token if self.is_program else {**OWN_PAGE, **secret})
        self.version = 0
        self.last: Written | None = None

    async def go_on(self, begin: float, size: Size) -> tuple[list[Sample], Written | None]:
        samples = []
        for turn in range(max(1, round(size.autosave_seconds / size.autosave_every))):
            due = begin + turn * size.autosave_every
            await at(due)
            name = "program" if self.is_program else "page"
            sample, _ = await sampled(name, due, self.save(turn))
            samples.append(sample)
        self.line.close()
        return samples, self.last

    async def save(self, turn: int) -> None:
        """The sheet a few words further; raises when it was refused."""
        text = f"{WORDS * (turn + 1)}{turn}"
        answer = await (self.by_program(text) if self.is_program else self.by_page(text))
        self.version, self.last = answer, Written(self.seat.assignment, text)

    async def by_page(self, text: str) -> int:
        fields = {**marks(RUBRICS["default"]), "comment": text, "version": self.version}
        body = urlencode(fields).encode()
        address = f"/expert/assignments/{self.seat.assignment}/draft"
        answer = await self.line.expect([200], "POST", address, headers=FORM, body=body)
        return int(answer.json["version"])

    async def by_program(self, text: str) -> int:
        levels = {one.code: one.levels[0].value for one in RUBRICS["default"].criteria}
        body = json.dumps({"levels": levels, "comment": text}).encode()
        match = {"if-match": f'"{self.version}"'} if self.version else {}
        address = f"/api/v1/assignments/{self.seat.assignment}/review"
        headers = {"content-type": "application/json", **match}
        answer = await self.line.expect([200], "PUT", address, headers=headers, body=body)
        return int(answer.json["version"])


def marks(rubric: Rubric) -> Mapping[str, str]:
    """The form's levels, all on the lowest."""
    return {f"level-{one.code}": str(one.levels[0].value) for one in rubric.criteria}


async def write_plain(start: float, port: int, size: Size) -> list[Sample]:
    """The same pace and texts on the plain server."""
    chance = random.Random(size.experts)  # noqa: S311  (made-up moments)
    offsets = [chance.uniform(0, size.autosave_every) for _ in range(size.experts)]
    done = await asyncio.gather(
        *(
            go_on_plainly(port, number, start + offset, size)
            for number, offset in enumerate(offsets)
        )
    )
    return [one for found in done for one in found]


async def go_on_plainly(port: int, number: int, begin: float, size: Size) -> list[Sample]:
    line, samples = Line(port), []
    for turn in range(max(1, round(size.autosave_seconds / size.autosave_every))):
        due = begin + turn * size.autosave_every
        await at(due)
        body = urlencode({**marks(RUBRICS["default"]), "comment": WORDS * (turn + 1)}).encode()
        act = line.expect([200], "POST", f"/drafts/{number}", headers=FORM, body=body)
        samples.append((await sampled("page", due, act))[0])
    line.close()
    return samples
