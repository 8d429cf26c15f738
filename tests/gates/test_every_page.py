"""What every page promises, whoever opens it: reached, well formed, light, accessible, quiet."""

import gzip
import re
from pathlib import Path

import html5lib
import pytest
from crawl import NOBODY, PAGES, Page, crawl_all
from looking import look_at_all
from served import started_browser

from review_api.templating import STATIC

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("gates")]
KILOBYTE = 1024
LIGHT = 60 * KILOBYTE
READERS = 100 * KILOBYTE
LIVE = 70 * KILOBYTE  # pages that change by themselves load htmx, 13 kilobytes
READER_PAGES = re.compile(
    r"/marathons/\{marathon_id\}/collection|/verify|/marathons/\{marathon_id\}$"
)
SECTIONS_OF_OTHERS = 404
ELSEWHERE = {
    "stands in a letter or on paper": (
        "/login/link/{secret}",
        "/claim",
        "/claim/{secret}",
        "/co-author/{secret}",
        "/invitations/{link}",
        "/invited/{assignment_id}",
        "/invited/{assignment_id}/{mark}",
        "/letters/refuse/{person_id}/{mark}",
        "/marathons/{marathon_id}/code/{code}",
        "/dev/mail/{notice_id}/talk.ics",
        "/organise/{marathon_id}/letters/{notice_id}/talk.ics",
    ),
    "a form was refused here: the address leads back": (
        "/expert/assignments/{assignment_id}/conflict",
        "/expert/assignments/{assignment_id}/draft",
        "/expert/assignments/{assignment_id}/review",
        "/expert/assignments/{assignment_id}/skip",
        "/expert/kit/save",
        "/expert/kit/send",
        "/expert/kit/upload",
        "/organise/{marathon_id}/common-round/close",
        "/organise/{marathon_id}/common-round/remind",
    ),
    "follows an act": (
        "/confirm",
        "/kept",
        "/my/{submission_id}/sent",
        "/my/{submission_id}/sent.txt",
        "/organise/{marathon_id}/assignment/plan",
    ),
    "asked by a script": (
        "/my/{submission_id}/files/state",
        "/my/{submission_id}/uploads/{upload_id}",
        "/organise/{marathon_id}/assignment/plans/{plan_id}/progress",
    ),
    "for others than people here": (
        "/healthz",
        "/healthz/live",
        "/healthz/ready",
        "/metrics",
        "/letter.css",
        "/oai",
        "/marathons/{marathon_id}/collection/embedded",
    ),
    "the town has neither a logo nor texts that share passages": (
        "/organise/{marathon_id}/collection/design/logo.png",
        "/organise/{marathon_id}/works/{submission_id}/overlaps",
    ),
    "as the author's own page, which is looked at": (
        "/organise/{marathon_id}/works/{submission_id}/history/{number}",
    ),
}
"""Pages no link of the town leads to, and why."""


@pytest.fixture(scope="session")
def pages(settled) -> list[Page]:
    return crawl_all(settled.address, settled.secrets)


@pytest.fixture(scope="session")
def shown(pages) -> list[Page]:
    """One whole page of every route, as the first role that reaches it sees it."""
    first: dict[str, Page] = {}
    for page in pages:
        is_whole = page.is_html and page.body[:9].lower() == b"<!doctype"
        if is_whole and page.status == 200 and "?" not in page.address:
            first.setdefault(page.route, page)
    return list(first.values())


@pytest.fixture(scope="session")
def views(settled, shown):
    """All of them in a browser; one look serves several tests."""
    secrets = {NOBODY: "", **settled.secrets}
    wanted = [(secrets[page.role], page.address) for page in shown]
    with started_browser() as browser:
        return list(look_at_all(browser, settled.address, wanted))


def test_no_link_leads_nowhere(pages):
    """The sections of other roles answer as if they were not there; everything else is there."""
    bad = [page for page in pages if page.status not in {200, 303}]
    followed = [page for page in bad if page.address.count("/") > len(("http:", "", "host"))]
    assert [(page.role, page.status, page.address) for page in followed] == []


def test_somebody_reaches_every_page_by_links(pages):
    reached = {page.route for page in pages if page.status in {200, 303}}
    elsewhere = {route for routes in ELSEWHERE.values() for route in routes}
    assert sorted({route.path for route in PAGES} - reached - elsewhere - leading_back()) == []


def leading_back():
    """Addresses of forms that were refused: asked again, they lead to the form's page."""
    return {route.path for route in PAGES if route.endpoint.__name__ == "form_address"}


def test_html_is_well_formed(shown):
    parser = html5lib.HTMLParser(strict=False)
    faults = {}
    for page in shown:
        parser.parse(page.body.decode())
        if parser.errors:
            faults[page.route] = [(at, code) for at, code, _ in parser.errors[:3]]
    assert faults == {}


def test_no_page_is_heavier_than_promised(shown):
    """Compressed, with style, scripts and fonts, before pictures of a material."""
    heavy = {page.route: weight(page) // KILOBYTE for page in shown if weight(page) > most(page)}
    assert heavy == {}


def most(page: Page) -> int:
    if READER_PAGES.match(page.route):
        return READERS
    return LIVE if is_live(page) else LIGHT


def is_live(page: Page) -> bool:
    return b"data-hx-get" in page.body or b"data-hx-post" in page.body


def weight(page: Page) -> int:
    names = set(re.findall(r'(?:src|href)="/static/([\w./-]+)', page.body.decode()))
    wanted = names | ({"htmx.min.js"} if is_live(page) else set())
    files = [STATIC / name for name in wanted if name.endswith((".css", ".js", ".svg"))]
    return len(gzip.compress(page.body)) + sum(map(packed, files)) + FONTS


def packed(file: Path) -> int:
    return len(gzip.compress(file.read_bytes()))


FONTS = sum(file.stat().st_size for file in (STATIC / "fonts").glob("*.woff2"))


def test_axe_finds_nothing_at_either_width(views):
    found = {view.address: view.violations for view in views if any(view.violations.values())}
    assert found == {}


def test_axe_is_awake_on_every_page(views):
    assert [view.address for view in views if view.blind] == []


def test_nothing_sticks_out_on_a_phone(views):
    assert [view.address for view in views if view.too_wide] == []


def test_no_console_complains(views):
    assert {view.address: view.complaints for view in views if view.complaints} == {}
