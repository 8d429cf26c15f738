"""Every page people of each role can reach, small, on a few large sheets to look at.

``python -m docs.pictures.contact_sheet --data FOLDER`` crawls the installation of a finished
``marathon demo`` and writes ``sheet-WIDTH-N.webp`` at both widths, each page with its address.
"""

import io
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urldefrag, urljoin, urlsplit

import click
import httpx
from fastapi.routing import APIRoute
from lxml import html
from PIL import Image, ImageDraw, ImageFont
from playwright.sync_api import Browser, Page
from starlette.routing import Match

from docs.pictures import camera
from docs.pictures.site import serving, sign_in
from docs.pictures.views import WIDTHS, Who
from review_api.demo import sample
from review_api.demo.season import STAFF
from review_api.deps import COOKIE
from review_api.routes import PAGE_ROUTERS
from schemas.people import Person
from storage.installation import Installation
from storage.work import Work

SECTIONS = ("/", "/my", "/expert", "/organise", "/coordinate", "/council", "/administer")
TALLEST = 2600
"""Of a long page only so much is shown, in CSS pixels."""
COLUMNS: Mapping[int, int] = {1366: 4, 390: 9}
SHRUNK: Mapping[int, float] = {1366: 0.42, 390: 0.6}
SHEET_HEIGHT = 3600
MARGIN, CAPTION = 16, 26

ROUTES: tuple[APIRoute, ...] = tuple(
    route
    for router in PAGE_ROUTERS
    for route in router.routes
    if isinstance(route, APIRoute) and "GET" in (route.methods or ())
)


@dataclass(frozen=True)
class Seen:
    """A page somebody reached; ``secret`` opens their browser."""

    who: Who
    secret: str
    address: str

    @property
    def caption(self) -> str:
        parts = urlsplit(self.address)
        return f"{self.who}  {parts.path}{'?' + parts.query if parts.query else ''}"


def route_of(path: str) -> str:
    """The pattern of the page at ``path``; empty when no page answers."""
    scope = {"type": "http", "method": "GET", "path": path, "root_path": "", "headers": []}
    return next((one.path for one in ROUTES if one.matches(scope)[0] is Match.FULL), "")


@dataclass
class Crawler:
    """Breadth first from the sections; one page a route, whoever reaches it first."""

    site: str
    routes: set[str] = field(default_factory=set)

    def crawl(self, who: Who, secret: str) -> Iterator[Seen]:
        cookies = {"cookie": f"{COOKIE}={secret}"} if secret else {}
        waiting = deque(self.site + section for section in SECTIONS)
        known = set(waiting)
        opened: set[str] = set()
        with httpx.Client(headers=cookies, timeout=60, follow_redirects=False) as client:
            while waiting:
                address = waiting.popleft()
                route = route_of(urlsplit(address).path)
                if not route or route in opened:
                    continue
                page = client.get(address)
                client.cookies.clear()
                if not readable(page):
                    continue
                opened.add(route)
                fresh = [one for one in self.links(page) if one not in known]
                known.update(fresh)
                waiting.extend(fresh)
                if route not in self.routes:
                    self.routes.add(route)
                    yield Seen(who, secret, address)

    def links(self, page: httpx.Response) -> Iterator[str]:
        for link in html.document_fromstring(page.content).iterfind(".//a[@href]"):
            address = urldefrag(urljoin(str(page.url), link.get("href"))).url
            if address.startswith(self.site):
                yield address


def readable(page: httpx.Response) -> bool:
    kind = page.headers.get("content-type", "")
    return page.status_code == httpx.codes.OK and kind.startswith("text/html")


def everybody(installation: Installation) -> dict[Who, Person]:
    """Of each role the person of the sample season with most to see."""
    with installation.begin(read_only=True) as work:
        staff = {Who(role.value): work.people.by_email(email) for email, _, _, role in STAFF}
        others = {
            Who.TEACHER: work.people.by_email(sample.materials()[0].email),
            Who.EXPERT: busiest(work),
        }
    return {who: one for who, one in (staff | others).items() if one is not None}


def busiest(work: Work) -> Person:
    expert = max(work.experts.all(), key=lambda one: len(work.assignments.of_expert(one.id)))
    return work.people.get(expert.person_id)


def shoot(browser: Browser, site: str, pages: Sequence[Seen], width: int) -> Iterator[Image.Image]:
    """Each page whole, or its beginning, with its address above."""
    for one in pages:
        with camera.tab(browser, site, one.secret, width=width) as page:
            camera.settled(page, one.address)
            yield captioned(whole(page, width), one.caption, width)


def whole(page: Page, width: int) -> Image.Image:
    tall = min(int(page.evaluate("document.documentElement.scrollHeight")), TALLEST)
    page.set_viewport_size({"width": width, "height": tall})
    return Image.open(io.BytesIO(page.screenshot())).convert("RGB")


def captioned(picture: Image.Image, words: str, width: int) -> Image.Image:
    wide = round(width * SHRUNK[width])
    tall = round(picture.height * wide / picture.width)
    card = Image.new("RGB", (wide, tall + CAPTION), "white")
    card.paste(picture.resize((wide, tall), Image.Resampling.LANCZOS), (0, CAPTION))
    draw = ImageDraw.Draw(card)
    draw.text((4, 5), words, fill="black", font=ImageFont.load_default(14))
    draw.rectangle((0, CAPTION - 1, wide - 1, tall + CAPTION - 1), outline="gray")
    return card


def sheets(cards: Sequence[Image.Image], columns: int) -> Iterator[Image.Image]:
    """Cards in columns, each put into the shortest one; a new sheet when none has room."""
    wide = max(card.width for card in cards) + MARGIN
    sheet, heights = fresh(wide, columns)
    for card in cards:
        place = heights.index(min(heights))
        if heights[place] + card.height > SHEET_HEIGHT:
            yield sheet.crop((0, 0, sheet.width, max(heights)))
            sheet, heights = fresh(wide, columns)
            place = 0
        sheet.paste(card, (MARGIN + place * wide, heights[place]))
        heights[place] += card.height + MARGIN
    yield sheet.crop((0, 0, sheet.width, max(heights)))


def fresh(wide: int, columns: int) -> tuple[Image.Image, list[int]]:
    size = (MARGIN + wide * columns, SHEET_HEIGHT + MARGIN)
    return Image.new("RGB", size, "#d8dadc"), [MARGIN] * columns


@click.command()
@click.option("--data", type=click.Path(exists=True, path_type=Path), default=".data/demo")
@click.option("--out", type=click.Path(path_type=Path), default=".data/sheets")
def main(data: Path, out: Path) -> None:
    """Look at every page of the demo in DATA; the sheets go to OUT."""
    out.mkdir(parents=True, exist_ok=True)
    with serving(data) as (installation, site), camera.started() as browser:
        crawler = Crawler(site)
        pages = list(crawler.crawl(Who.NOBODY, ""))
        for who, person in everybody(installation).items():
            pages += crawler.crawl(who, sign_in(installation, person))
        for width in WIDTHS:
            cards = list(shoot(browser, site, pages, width))
            for number, sheet in enumerate(sheets(cards, COLUMNS[width]), start=1):
                sheet.save(out / f"sheet-{width}-{number}.webp", "WEBP", quality=80)
    click.echo(f"{len(pages)} pages in {out}; no link leads to: {sorted(missed(crawler))}")


def missed(crawler: Crawler) -> set[str]:
    return {route.path for route in ROUTES} - crawler.routes


if __name__ == "__main__":
    main()
