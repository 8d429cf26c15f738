"""Everything people of every role can reach by links, a few addresses of each route."""

import re
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urldefrag, urlencode, urljoin, urlsplit

import httpx
from fastapi.routing import APIRoute
from lxml import html
from starlette.routing import Match

from review_api.deps import COOKIE
from review_api.routes import PAGE_ROUTERS

MANY_SIDED = frozenset({"organiser", "teacher", "expert"})  # they look at every marathon and work
IDENTIFIER = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")
NOBODY = "nobody"
OTHERS_WORDS = frozenset({"/dev/mail/{notice_id}", "/organise/{marathon_id}/letters/{notice_id}"})
"""Links there are for whoever got the letter."""
SECTIONS = ("/", "/my", "/expert", "/organise", "/coordinate", "/council", "/administer")


@dataclass(frozen=True)
class Page:
    """An answer somebody got; ``route`` is the pattern of its address."""

    role: str
    route: str
    address: str
    status: int
    kind: str
    body: bytes

    @property
    def is_html(self) -> bool:
        return self.kind.startswith("text/html")


PAGES: tuple[APIRoute, ...] = tuple(
    route
    for router in PAGE_ROUTERS
    for route in router.routes
    if isinstance(route, APIRoute) and "GET" in route.methods
)


def route_of(path: str) -> str:
    """The pattern of the page that answers GET at ``path``; empty when there is none."""
    scope = {"type": "http", "method": "GET", "path": path, "root_path": "", "headers": []}
    found = (route.path for route in PAGES if route.matches(scope)[0] is Match.FULL)
    return next(found, "")


WAYS = (
    ("a", "href"),
    ("img", "src"),
    ("*[@data-hx-get]", "data-hx-get"),
)
"""Elements that lead on, as paths, with the attribute that says where."""


def links(page: Page) -> Iterator[str]:
    """Addresses of our own site the page leads to."""
    document = html.document_fromstring(page.body)
    for path, name in WAYS:
        for element in document.iterfind(f".//{path}"):
            yield from own(page, element.get(name) or "")
    for form in document.forms:
        if form.method == "GET":
            yield from own(page, f"{form.action}?{urlencode(form.form_values())}")


def own(page: Page, link: str) -> Iterator[str]:
    """The link as a whole address, when it is one of our site."""
    address = urldefrag(urljoin(page.address, link)).url
    if urlsplit(address).netloc == urlsplit(page.address).netloc:
        yield address


def kind_of(address: str, role: str) -> str:
    """What is looked at once: a route, with a query or without one, of one marathon or work."""
    parts = urlsplit(address)
    about = IDENTIFIER.search(parts.path) if role in MANY_SIDED else None
    return f"{route_of(parts.path)}{'?' if parts.query else ''} {about[0] if about else ''}"


def crawl(site: str, role: str, secret: str = "") -> list[Page]:
    """Breadth first from the sections; downloads are opened, not followed."""
    headers = {"cookie": f"{COOKIE}={secret}"} if secret else {}
    seen: set[str] = set()
    known: set[str] = set()
    pages: list[Page] = []
    waiting = deque(site + section for section in SECTIONS)
    with httpx.Client(headers=headers, timeout=60) as browser:
        while waiting:
            address = waiting.popleft()
            kind = kind_of(address, role)
            if address in known or kind in seen:
                continue
            known.add(address)
            page = visit(browser, role, address)
            pages.append(page)
            if page.status == httpx.codes.OK:
                seen.add(kind)
                leads_on = page.is_html and page.route not in OTHERS_WORDS
                waiting.extend(links(page) if leads_on else ())
    return pages


def visit(browser: httpx.Client, role: str, address: str) -> Page:
    answer = browser.get(address)
    browser.cookies.clear()  # every page as it is first met: no language chosen, nothing just said
    if answer.is_redirect:
        return Page(role, route_of(urlsplit(address).path), address, 303, "", b"")
    is_download = "attachment" in answer.headers.get("content-disposition", "")
    kind = "" if is_download else answer.headers.get("content-type", "")
    route = route_of(urlsplit(address).path)
    return Page(role, route, address, answer.status_code, kind, answer.content)


def crawl_all(site: str, secrets: Mapping[str, str]) -> list[Page]:
    everybody = {NOBODY: "", **secrets}
    return [page for role, secret in everybody.items() for page in crawl(site, role, secret)]
