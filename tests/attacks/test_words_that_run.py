"""Words that would run as markup or as a formula, in every field of every page and every file."""

import csv
import io
import re
import zipfile

import one_of_each
import pytest
from lxml import html
from served import free_port, served, started_browser

from review_api.deps import COOKIE

FORMULA = ("=", "+", "-", "@", "\t", "\r")
SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LEAST_PAGES, LEAST_TABLES = 100, 10


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


def test_no_table_that_is_taken_away_holds_a_formula(answers):
    tables = 0
    for role, path, answer in answers:
        if kind_of(answer) == "text/csv":
            tables += 1
            lines = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";")
            assert not [c for line in lines for c in line if c.startswith(FORMULA)], (role, path)
        elif kind_of(answer) == SPREADSHEET:
            tables += 1
            assert not formulas(answer.content), (role, path)
    assert tables > LEAST_TABLES


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
