"""Readers of a published volume, as many pages as they can get: what the server gives in a second."""

import asyncio
import random
import time
from collections.abc import Mapping

from review_api.bench.apart import at, sampled
from review_api.bench.client import Line
from review_api.bench.figures import Sample
from review_api.bench.town import Town

PDF, EPUB, INDEX = "collection.pdf", "collection.epub", "site/index.html"
RANGE = 256 * 1024
FURTHEST = 16 * 1024
"""Where a piece of the PDF begins at most: the smallest volume is longer."""
SHARES: Mapping[str, int] = {
    "catalogue": 3,
    "article": 5,
    "site": 4,
    "pdf range": 5,
    "pdf of an article": 2,
    "epub": 1,
}


async def read(start: float, port: int, town: Town, readers: int, seconds: float) -> list[Sample]:
    """Every reader asks for one thing after another until the time is over."""
    await at(start)
    found = await asyncio.gather(
        *(Reader(port, town, number).go_on(start + seconds) for number in range(readers))
    )
    return [sample for one in found for sample in one]


class Reader:
    """One browser without an account."""

    def __init__(self, port: int, town: Town, number: int) -> None:
        self.line = Line(port)
        self.town = town
        self.chance = random.Random(number)  # noqa: S311  (a made-up reader)
        self.pages = [path for path in town.files if path.startswith("site/articles/")]

    async def go_on(self, end: float) -> list[Sample]:
        samples = []
        while (now := time.monotonic()) < end:
            name = self.chance.choices(list(SHARES), list(SHARES.values()))[0]
            sample, _ = await sampled(name, now, self.get(name))
            samples.append(sample)
        self.line.close()
        return samples

    async def get(self, name: str) -> None:
        begun = self.chance.randrange(FURTHEST)
        ranged = {"range": f"bytes={begun}-{begun + RANGE - 1}"} if name == "pdf range" else {}
        wanted = 206 if ranged else 200
        await self.line.expect([wanted], "GET", self.address(name), headers=ranged)

    def address(self, name: str) -> str:
        base = f"/marathons/{self.town.published}/collection"
        number = self.chance.randint(1, self.town.articles)
        addresses = {
            "catalogue": base,
            "article": f"{base}/articles/{number}",
            "site": f"{base}/files/{self.chance.choice([INDEX, *self.pages])}",
            "pdf range": f"{base}/files/{PDF}",
            "pdf of an article": f"{base}/files/{self.article_pdf(number)}",
            "epub": f"{base}/files/{EPUB}",
        }
        return addresses[name]

    def article_pdf(self, number: int) -> str:
        own = [path for path in self.town.files if path.startswith("articles/")]
        return own[number % len(own)]


async def read_plain(start: float, port: int, readers: int, seconds: float) -> list[Sample]:
    """The plain server's page, as often as it can."""
    await at(start)
    found = await asyncio.gather(*(one_plain(port, start + seconds) for _ in range(readers)))
    return [sample for one in found for sample in one]


async def one_plain(port: int, end: float) -> list[Sample]:
    line, samples = Line(port), []
    while (now := time.monotonic()) < end:
        sample, _ = await sampled("page", now, line.expect([200], "GET", "/page"))
        samples.append(sample)
    line.close()
    return samples
