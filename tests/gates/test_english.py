"""An English page has no Russian letter but what people typed: here nobody typed one."""

import re
import shutil
import sqlite3
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from crawl import NOBODY, SECTIONS, Page, kind_of, links, route_of
from fastapi.testclient import TestClient
from latin import in_latin
from lxml import html

from review_api.app import create_app
from review_api.deps import COOKIE
from schemas.settings import Settings
from storage.database import connect
from storage.installation import open_installation

pytestmark = pytest.mark.xdist_group("gates")
SITE = "http://127.0.0.1"
CYRILLIC = re.compile("[А-Яа-яЁё]")
RUSSIAN_BY_RIGHT = {
    "/dev/mail": "letters are in the language of their recipients",
    "/dev/mail/{notice_id}": "letters are in the language of their recipients",
    "/organise/{marathon_id}/letters/{notice_id}": "letters are in the language of their recipients",
    "/organise/{marathon_id}/letters/new": "a letter in the language of its recipients",
    "/organise/{marathon_id}/letters/words": "texts of Russian letters",
    "/organise/{marathon_id}/letters/words/{code}": "texts of Russian letters",
    "/marathons/{marathon_id}/collection/files/{path:path}": "an edition in Russian",
    "/organise/{marathon_id}/collection/{number}/{path:path}": "an edition in Russian",
    "/organise/{marathon_id}/setup/sheet": "a sheet is edited in the language it is kept in",
    "/organise/registry/{kind}/import": "headings of Russian tables, to be typed as they are",
}
"""Pages that show Russian words to an English reader, and why."""
TYPED_PLACES = (
    "//body//*[@lang='ru']",  # the switch of language
    "//script",
    "//style",
    "//*[contains(concat(' ', @class, ' '), ' reading ')]",  # the text of a file
    "//div[@class='material']//article",  # the same in the kit
)
ADDRESSES = frozenset({"action", "data-hx-get", "href", "src", "value"})
HIDDEN = "[скрыто]"  # stands in a blind copy in place of a name, as a part of its text


@pytest.fixture(scope="module")
def english(settled, tmp_path_factory) -> Iterator[list[Page]]:
    """Every page of every role in English, of a town that writes in Latin letters."""
    folder = tmp_path_factory.mktemp("latin")
    copy_town(settled.installation.settings.data, folder)
    installation = open_installation(Settings(data=folder))
    app, everybody = create_app(installation), {NOBODY: "nobody", **settled.secrets}
    yield [
        page
        for role, secret in everybody.items()
        for page in reached(TestClient(app, SITE, follow_redirects=False), role, secret)
    ]
    installation.close()


def reached(browser: TestClient, role: str, secret: str) -> Iterator[Page]:
    """Pages reached by links from the sections, one address of a kind, in English."""
    browser.cookies.update({COOKIE: secret, "lang": "en"})
    seen: set[str] = set()
    known: set[str] = set()
    waiting = deque(SITE + section for section in (*SECTIONS, "/login", "/me", "/help"))
    while waiting:
        address = waiting.popleft()
        kind = kind_of(address, role)
        if not kind.strip() or address in known or kind in seen or "lang=" in address:
            continue
        known.add(address)
        answer = browser.get(address)
        path, words = urlsplit(address).path, answer.headers.get("content-type", "")
        page = Page(role, route_of(path), address, answer.status_code, words, answer.content)
        if page.status == 200 and page.is_html:
            seen.add(kind)
            waiting.extend(links(page))
            yield page


def copy_town(source: Path, folder: Path) -> None:
    shutil.copytree(source / "files", folder / "files")
    shutil.copy(source / "secret-key", folder)
    database = folder / "marathon.sqlite3"
    with sqlite3.connect(source / "marathon.sqlite3") as old, sqlite3.connect(database) as new:
        old.backup(new)
    in_latin(connect(f"sqlite:///{database}"))


def russian(page: Page) -> Iterator[str]:
    """Texts and attributes of the page with a Russian letter."""
    document = html.document_fromstring(page.body)
    for place in TYPED_PLACES:
        for element in document.xpath(place):
            element.drop_tree()
    texts = [str(one) for one in document.itertext()]
    for element in document.iter():
        texts += [value for name, value in element.attrib.items() if name not in ADDRESSES]
    for text in texts:
        if CYRILLIC.search(text.replace(HIDDEN, "")):
            yield " ".join(text.split())[:200]


def test_english_page_has_no_russian_letter(english):
    found = {
        (page.route, text)
        for page in english
        if page.route not in RUSSIAN_BY_RIGHT
        for text in russian(page)
    }
    assert not found, "\n".join(f"{route}: {text}" for route, text in sorted(found))


def test_exceptions_are_pages_that_exist(english):
    assert set(RUSSIAN_BY_RIGHT) <= {page.route for page in english}


def test_russian_letter_would_be_seen():
    body = '<html lang="en"><meta charset="utf-8"><p title="Работа">Work</p><a lang="ru">Русский</a></html>'.encode()
    assert list(russian(Page("", "", "", 200, "text/html", body))) == ["Работа"]
