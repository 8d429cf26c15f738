"""What every role gets from every address, where every word would run as markup or a formula."""

import csv
import io
import re
import zipfile

import one_of_each
import pytest
from attacks.asking import asked
from lxml import html
from served import free_port, served, started_browser

from review_api.deps import COOKIE

FORMULA = ("=", "+", "-", "@", "\t", "\r")
SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LETS_IN = ("{secret}", "{link}", "{mark}")
SAME_FOR_ALL = {"/letter.css"}  # the look of our letters, without a word of anybody's
CSV = "text/csv"
OFFER, KINDS = "export=csv", ("csv", "xlsx")
LEAST_PAGES, LEAST_TABLES = 100, 5


def holding_attack(answers):
    return [one for one in answers if "onerror" in words_of(one[2])]


def words_of(answer):
    is_text = answer.headers.get("content-type", "").startswith(("text/", "application/json"))
    return answer.text if is_text else ""


def kind_of(answer):
    return answer.headers.get("content-type", "").partition(";")[0]


def test_no_page_of_any_role_has_an_element_that_people_wrote(answers):
    found = []
    pages = [one for one in answers if kind_of(one[2]) == "text/html" and one[2].text.strip()]
    for role, path, answer in pages:
        page = html.document_fromstring(answer.text)
        if page.xpath("//img[@src='x'] | //@onerror"):
            found.append((role, path))
    assert found == []
    assert len(holding_attack(answers)) > LEAST_PAGES


@pytest.fixture(scope="module")
def tables(attacked, answers):
    """Every table that can be taken away: files on the way, and pages that offer theirs."""
    found = [(path, one) for _, path, one in answers if kind_of(one) in {CSV, SPREADSHEET}]
    offered = {path: role for role, path, one in reversed(answers) if OFFER in words_of(one)}
    ways = [(path, role, f"?export={kind}") for path, role in offered.items() for kind in KINDS]
    return found + [(path, asked(attacked, role, path, query)) for path, role, query in ways]


def test_no_table_that_is_taken_away_holds_a_formula(tables):
    assert {kind_of(one) for _, one in tables} == {CSV, SPREADSHEET}
    for path, answer in tables:
        if kind_of(answer) == CSV:
            lines = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";")
            assert not [c for line in lines for c in line if c.startswith(FORMULA)], path
        else:
            assert not formulas(answer.content), path
    assert sum(b"2+5" in one.content for _, one in tables if kind_of(one) == CSV) > LEAST_TABLES


def formulas(content):
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        sheets = [name for name in book.namelist() if name.startswith("xl/worksheets/sheet")]
        return [name for name in sheets if re.search(rb"<f[ >/]", book.read(name))]


@pytest.fixture(scope="module")
def visited(attacked, answers):
    """What a real browser made of one page of every kind: what ran, what stands in the document."""
    port, shown = free_port(), {}
    for role, path, answer in holding_attack(answers):
        is_page = "content-disposition" not in answer.headers and answer.status_code == 200
        if is_page and kind_of(answer) == "text/html":
            shown.setdefault(path, role)
    with served(attacked.app, port), started_browser() as browser:
        return dict(look(browser, f"http://127.0.0.1:{port}", shown, attacked.town.ids))


def look(browser, site, shown, ids):
    for role in sorted(set(shown.values())):
        context = browser.new_context()
        if role != "nobody":
            context.add_cookies([{"name": COOKIE, "value": role, "url": site}])
        page, ran = context.new_page(), []
        page.on("dialog", lambda dialog, ran=ran: (ran.append(dialog.message), dialog.dismiss()))
        for path in (path for path, who in shown.items() if who == role):
            page.goto(site + one_of_each.address_of(path, ids), wait_until="load")
            nodes = page.evaluate("document.querySelectorAll('img[src=\"x\"], [onerror]').length")
            yield path, (list(ran), nodes, "onerror" in page.content())
            ran.clear()
        context.close()


def test_a_browser_runs_nothing_and_builds_nothing_of_what_people_wrote(visited):
    assert {path: seen for path, seen in visited.items() if seen[0] or seen[1]} == {}
    assert sum(seen[2] for seen in visited.values()) > LEAST_PAGES / 2


def test_no_answer_is_kept_by_a_cache(answers):
    kept = {path for _, path, one in answers if "no-store" not in one.headers["cache-control"]}
    assert kept == SAME_FOR_ALL


def test_no_other_site_is_told_where_a_person_came_from(answers):
    asked = {path for _, path, one in answers if one.headers["referrer-policy"] != "no-referrer"}
    assert asked == set()


def test_no_answer_is_read_by_other_sites(answers):
    open_to_others = {
        path
        for _, path, one in answers
        if "access-control-allow-origin" in one.headers
        or one.headers["cross-origin-resource-policy"] != "same-origin"
    }
    assert open_to_others == set()


def test_every_way_on_leads_to_a_page_of_ours(answers):
    led = {one.headers["location"] for _, _, one in answers if "location" in one.headers}
    assert len(led) > 1
    assert [to for to in led if not to.startswith("/") or to.startswith(("//", "/\\"))] == []


def test_pages_under_a_secret_address_ask_nobody_else_for_anything(answers):
    pages = [
        (path, html.document_fromstring(answer.text))
        for _, path, answer in answers
        if any(one in path for one in LETS_IN)
        and answer.status_code == 200
        and answer.headers["content-type"].startswith("text/html")
    ]
    assert len({path for path, _ in pages}) > 2
    told = [
        (path, at)
        for path, page in pages
        for at in page.xpath("//@src | //link/@href | //@srcset | //@data-hx-get | //a/@href")
        if "//" in at
    ]
    assert told == []
