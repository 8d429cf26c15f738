"""Every form of every page, filled with what nobody should send: words come back, never a fault."""

import shutil
from itertools import cycle, islice
from urllib.parse import quote_plus

import builders
import html5lib
import one_of_each
import pytest
from fastapi.testclient import TestClient
from lxml import html

from flows.accounts import operations as accounts
from review_api import limits
from review_api.app import create_app
from review_api.deps import COOKIE, get_now, get_work
from schemas.settings import Settings
from storage.installation import open_installation

HOST = "http://127.0.0.1"
LONG = "ж" * 30_000
VALUES = {
    "nothing": "",
    "spaces": " \t\u200b\u3000",
    "nul": "а\0б",
    "surrogate": "\udc80",
    "right to left": "\u202eтекст\u202c",
    "decomposed": "и\u0306",
    "emoji": "👩🏽‍🏫" * 3,
    "markup": '<script>alert(1)</script>"><img src=x>',
    "template": "{{7*7}} ${x} %s {name}",
    "huge number": "9" * 5000,
    "negative": "-1",
    "not a number": "nan",
    "exponent": "1e999",
    "digits of others": "٣²",
    "date": "2026-02-31",
    "early": "0001-01-01T00:00",
    "late": "9999-12-31T23:59",
    "lines": "а\r\nSet-Cookie: x=1\r\n\r\nб",
    "elsewhere": "//evil.example/\\x",
    "pair": "no:no:1",
    "long": LONG,
}
WAYS = (
    ("/my", "author"),
    ("/expert", "expert"),
    ("/coordinate", "coordinator"),
    ("/me", "teacher"),
    ("/kept", "teacher"),
)
HTML = {"accept": "text/html", "sec-fetch-site": "same-origin"}
# Bodies broken off by a refusal leave the spooled files of the parser to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
FORM = "application/x-www-form-urlencoded"
MOST_FIELDS = 150


@pytest.fixture(scope="module")
def sent(migrated_sqlite, tmp_path_factory):
    """Sends a form as whoever may, and undoes what it did; returns the answer."""
    now, data = builders.NOW, tmp_path_factory.mktemp("hostile")
    shutil.copy(migrated_sqlite, data / "marathon.sqlite3")
    installation = open_installation(Settings(data=data, base_url="https://marathon.test"))
    town = one_of_each.settle(installation, now)
    app = create_app(installation)

    def undone():
        with installation.begin() as work:
            yield work
            work.session.flush()
            work.forget()

    app.dependency_overrides |= {get_now: lambda: now, get_work: undone}
    browser = TestClient(
        app, base_url=HOST, headers=HTML, follow_redirects=False, raise_server_exceptions=False
    )
    with installation.begin() as work:
        for person in town.people.values():
            accounts.open_session(
                work,
                person,
                signer=installation.signer,
                secret=person.id,
                days=1,
                user_agent="",
                now=now,
            )

    def send(route, **body):
        limits.limiter.storage.reset()
        path = route.path
        role = next((role for start, role in WAYS if path.startswith(start)), "administrator")
        browser.cookies.clear()
        if not path.startswith(("/login", "/claim", "/invitations", "/co-author")):
            browser.cookies.set(COOKIE, town.people[role].id)
        return browser.post(one_of_each.address_of(path, town.ids), **body)

    with browser:
        yield send


LETTERS = ("/letters/words/", "/letters/new")  # a letter may be 20,000 characters long


def encoded(pairs):
    """As a browser or a rogue program would write it, halves of surrogate pairs included."""
    return "&".join(
        f"{name}={quote_plus(value.encode('utf-8', 'surrogatepass'))}" for name, value in pairs
    ).encode()


def trouble(answer):
    """What is wrong with an answer to a hostile form; empty when nothing is."""
    if answer.status_code >= 500:
        return str(answer.status_code)
    is_letter = any(page in str(answer.url) for page in LETTERS)
    if LONG[:6000] in answer.text and not is_letter:
        return f"echo of {len(answer.content)} bytes"
    if len(answer.content) > 400_000:
        return f"echo of {len(answer.content)} bytes"
    if "<script>alert" in answer.text or '"><img src=x' in answer.text:
        return "markup let through"
    if "evil.example" in answer.headers.get("location", "").split("?")[0]:
        return answer.headers["location"]
    return ""


def declared(route):
    """Whether the route names its fields; one that reads a raw form gets every name there is."""
    return bool(route.dependant.body_params)


def fillings(fields):
    """Every value in every field, in as many requests as there are values, or fewer for one field.

    In each all fields differ: what one value would hide behind an early refusal, another shows.
    """
    values = list(VALUES.items())
    for turn in range(len(values)):
        chosen = islice(cycle(values), turn, turn + len(fields))
        pairs = [(field, value) for field, (_, value) in zip(fields, chosen, strict=True)]
        yield values[turn][0], pairs


def test_no_form_breaks_on_hostile_words(sent):
    found = []
    for route in one_of_each.routes("POST"):
        fields = one_of_each.fields_of(route)
        turns = list(fillings(fields[:MOST_FIELDS]))
        for name, pairs in turns[::3] if declared(route) else turns[::7]:
            wrong = trouble(sent(route, content=encoded(pairs), headers={"content-type": FORM}))
            found += [(route.path, name, wrong)] if wrong else []
    assert found == [], "\n".join(map(str, found))


def test_no_form_breaks_on_a_wrong_shape(sent):
    found = []
    for route in one_of_each.routes("POST"):
        fields = one_of_each.fields_of(route)
        shapes = {
            "no body": {},
            "json": {"json": {field: [1] for field in fields}},
            "text": {"content": b"\xff\xfe", "headers": {"content-type": FORM}},
            "broken parts": {
                "content": b"--x\r\n",
                "headers": {"content-type": "multipart/form-data; boundary=x"},
            },
            "files": {"files": [(field, ("a\r\nb.html", b"\0\xff", "x/y")) for field in fields]},
            "repeated": {"data": {field: ["1", "2", "1"] for field in fields}},
            "a megabyte": {"data": {fields[0]: "ж" * 500_000}},
            "too many": {"data": {f"field{number}": "1" for number in range(1500)}},
        }
        for name, body in shapes.items():
            wrong = trouble(sent(route, **body))
            found += [(route.path, name, wrong)] if wrong else []
    assert found == [], "\n".join(map(str, found))


def test_refusals_are_well_formed_and_each_mistake_leads_to_its_field(sent):
    found = []
    for route in one_of_each.routes("POST"):
        empty = encoded((field, "") for field in one_of_each.fields_of(route)[:MOST_FIELDS])
        answer = sent(route, content=empty, headers={"content-type": FORM})
        if answer.text.lower().startswith("<!doctype html"):  # others are parts of pages
            found += [(route.path, fault) for fault in faults_of(answer.text)]
    assert found == [], "\n".join(map(str, found))


def faults_of(page):
    parser = html5lib.HTMLParser(strict=False)
    parser.parse(page)
    yield from (code for _, code, _ in parser.errors[:3])
    document = html.document_fromstring(page)
    ids = document.xpath("//@id")
    yield from (f"twice: {one}" for one in sorted(set(ids)) if ids.count(one) > 1)
    for link in document.xpath("//*[@data-error-summary]//a/@href"):
        if link.removeprefix("#") not in ids:
            yield f"leads nowhere: {link}"
